// A flat storage, and tensors as views of it: shape, strides and offset, with torch's own rules for when a view is
// possible and how a copy lies. https://docs.pytorch.org/docs/stable/tensor_view.html
import { asText, product, type Shape } from "./shape";

/** As many elements as a copy may have here. */
export const MOST_ELEMENTS = 65536;

export interface Tensor {
  readonly storage: readonly number[];
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** What torch refuses, in its words where they are known. */
export class Refused extends Error {}

export function arange(shape: Shape): Tensor {
  return fresh(Array.from({ length: product(shape) }, (_, k) => k), shape);
}

/** Values in row-major order, stored anew. */
export function fresh(values: readonly number[], shape: Shape): Tensor {
  return { storage: values, shape, strides: contiguousStrides(shape), offset: 0 };
}

export function viewOf(tensor: Tensor, shape: Shape, strides: readonly number[], offset = tensor.offset): Tensor {
  return { storage: tensor.storage, shape, strides, offset };
}

export function contiguousStrides(shape: Shape): number[] {
  const strides: number[] = [];
  let step = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    strides.unshift(step);
    step *= Math.max(shape[k]!, 1);
  }
  return strides;
}

export function isContiguous({ shape, strides }: Tensor): boolean {
  if (product(shape) === 0) return true;
  let step = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    if (shape[k] === 1) continue;
    if (strides[k] !== step) return false;
    step *= shape[k]!;
  }
  return true;
}

/** Where each element lies in the storage, in row-major order. */
export function addresses({ shape, strides, offset }: Tensor): number[] {
  if (product(shape) > MOST_ELEMENTS) throw new Refused(tooMany(shape));
  let all = [offset];
  shape.forEach((size, k) => {
    const stride = strides[k]!;
    all = all.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * stride));
  });
  return all;
}

export function tooMany(shape: Shape): string {
  return `${asText(shape)} has ${product(shape)} elements; here a copy has at most ${MOST_ELEMENTS}`;
}

export function values(tensor: Tensor): number[] {
  return addresses(tensor).map((at) => tensor.storage[at]!);
}

/** The elements in a storage of their own, which lie in it as `strides` say (dense ones). */
export function copyAs(elements: readonly number[], shape: Shape, strides: readonly number[]): Tensor {
  const laid: Tensor = { storage: [], shape, strides, offset: 0 };
  const storage = Array<number>(elements.length).fill(0);
  addresses(laid).forEach((at, k) => { storage[at] = elements[k]!; });
  return { storage, shape, strides, offset: 0 };
}

/** As `clone()` makes it: dense strides are kept, others are made dense in the same order. */
export function clone(tensor: Tensor, elements: readonly number[] = values(tensor)): Tensor {
  const strides = isContiguous(tensor) || isDense(tensor) ? tensor.strides : denseStrides(tensor.shape, [tensor.strides]);
  return copyAs(elements, tensor.shape, strides);
}

export function contiguous(tensor: Tensor): Tensor {
  return isContiguous(tensor) ? tensor : fresh(values(tensor), tensor.shape);
}

/** Whether every place of the storage between the first and the last element is used once. */
function isDense({ shape, strides }: Tensor): boolean {
  const axes = shape.map((size, k) => ({ size, stride: strides[k]! })).filter(({ size }) => size >= 2);
  axes.sort((x, y) => x.stride - y.stride);
  let step = 1;
  for (const { size, stride } of axes) {
    if (stride !== step) return false;
    step *= size;
  }
  return true;
}

/**
 * The order of axes, fastest first, that torch gives a new tensor made from operands with these strides: an axis with a
 * smaller stride is faster, a stride of 0 decides nothing, the later operand decides where the earlier does not.
 */
export function fastestFirst(shape: Shape, operands: readonly (readonly number[])[]): number[] {
  const order = shape.map((_, k) => shape.length - 1 - k);
  const compare = (x: number, y: number): number => {
    for (const strides of operands) {
      const [a, b] = [strides[x]!, strides[y]!];
      if (a === 0 || b === 0) continue;
      if (a !== b) return a - b;
      if (shape[x]! > shape[y]!) return 1;
    }
    return 0;
  };
  for (let k = 1; k < order.length; k++) {
    let here = k;
    for (let before = k - 1; before >= 0; before--) {
      const sign = compare(order[before]!, order[here]!);
      if (sign < 0) break;
      if (sign === 0) continue; // decides nothing: look further
      [order[before], order[here]] = [order[here]!, order[before]!];
      here = before;
    }
  }
  return order;
}

export function denseStrides(shape: Shape, operands: readonly (readonly number[])[]): number[] {
  const strides = Array<number>(shape.length).fill(1);
  let step = 1;
  for (const axis of fastestFirst(shape, operands)) {
    strides[axis] = step;
    step *= Math.max(shape[axis]!, 1);
  }
  return strides;
}

/** Which axis `dim` means; it may count from the end. An operand without axes has one place to count. */
export function wrap(dim: number, rank: number): number {
  const most = Math.max(rank, 1);
  if (dim < -most || dim >= most) {
    throw new Refused(`Dimension out of range (expected to be in range of [${-most}, ${most - 1}], but got ${dim})`);
  }
  return dim < 0 ? dim + most : dim;
}

/** The strides of the same elements in another shape, if one set of strides can describe it; else null. */
export function viewStrides({ shape, strides }: Tensor, target: Shape): number[] | null {
  const count = product(shape);
  if (count === 0) return asText(shape) === asText(target) ? [...strides] : contiguousStrides(target);
  if (!shape.length) return target.map(() => 1);
  const found = Array<number>(target.length).fill(1);
  let [at, base, seen, made] = [target.length - 1, strides[strides.length - 1]!, 1, 1];
  for (let k = shape.length - 1; k >= 0; k--) {
    seen *= shape[k]!;
    const joined = k > 0 && (shape[k - 1] === 1 || strides[k - 1] === seen * base);
    if (joined) continue;
    while (at >= 0 && (made < seen || target[at] === 1)) {
      found[at] = made * base;
      made *= target[at]!;
      at--;
    }
    if (made !== seen) return null;
    if (k > 0) [base, seen, made] = [strides[k - 1]!, 1, 1];
  }
  return at === -1 ? found : null;
}

/** A target shape with its -1 worked out. */
export function inferred(target: Shape, count: number): number[] {
  const shown = `[${target.join(", ")}]`;
  const open = target.filter((size) => size === -1).length;
  const wrong = target.find((size) => size < -1);
  if (wrong !== undefined) throw new Refused(`invalid shape dimension ${wrong} at index ${target.indexOf(wrong)} of shape ${shown}`);
  if (open > 1) throw new Refused("only one dimension can be inferred");
  const known = product(target.filter((size) => size !== -1));
  if (open && known > 0 && count % known === 0) return target.map((size) => (size === -1 ? count / known : size));
  if (open && known === 0 && count === 0) {
    throw new Refused(`cannot reshape tensor of 0 elements into shape ${shown} because the unspecified dimension size -1 can be any value and is ambiguous`);
  }
  if (open || known !== count) throw new Refused(`shape '${shown}' is invalid for input of size ${count}`);
  return [...target];
}

export function view(tensor: Tensor, target: Shape): Tensor {
  const shape = inferred(target, product(tensor.shape));
  const strides = viewStrides(tensor, shape);
  if (strides) return viewOf(tensor, shape, strides);
  throw new Refused(
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous " +
      "subspaces). Use .reshape(...) instead.",
  );
}

export function reshape(tensor: Tensor, target: Shape): Tensor {
  const shape = inferred(target, product(tensor.shape));
  const strides = viewStrides(tensor, shape);
  return strides ? viewOf(tensor, shape, strides) : fresh(values(tensor), shape);
}

export function expand(tensor: Tensor, target: Shape): Tensor {
  const { shape, strides } = tensor;
  const added = target.length - shape.length;
  if (added < 0) {
    throw new Refused(`the number of sizes provided (${target.length}) must be greater or equal to the number of dimensions in the tensor (${shape.length})`);
  }
  if (!shape.length && target.every((size) => size >= 0)) return viewOf(tensor, target, target.map(() => 0));
  const sizes: number[] = [];
  const steps: number[] = [];
  for (let k = target.length - 1; k >= 0; k--) {
    const own = k - added;
    const size = own >= 0 ? shape[own]! : 1;
    const stride = own >= 0 ? strides[own]! : (sizes[0] ?? 1) * (steps[0] ?? 1);
    const wanted = target[k] === -1 ? size : target[k]!;
    if (target[k] === -1 && own < 0) throw new Refused(`the expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${k}`);
    if (wanted < 0) throw new Refused(`a size of ${wanted} is not allowed`);
    if (wanted !== size && size !== 1) {
      throw new Refused(`The expanded size of the tensor (${wanted}) must match the existing size (${size}) at non-singleton dimension ${k}.  Target sizes: [${target.join(", ")}].  Tensor sizes: [${shape.join(", ")}]`);
    }
    sizes.unshift(wanted);
    steps.unshift(wanted === size ? stride : 0);
  }
  return viewOf(tensor, sizes, steps);
}
