// A tensor and an index of numbers, slices, None, ..., lists and masks -> what `x[...]` is: a view as long as no list
// and no mask is in it, else a copy that lies as torch lays it.
import { align } from "./broadcasting";
import { indices, product, type Shape } from "./shape";
import { contiguousStrides, copyAs, expand, fastestFirst, isContiguous, Refused, viewOf, viewStrides, type Tensor } from "./strided";

export interface Slice {
  readonly kind: "slice";
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

/** A tensor of numbers that picks places along one axis. */
export interface Places {
  readonly kind: "places";
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** A tensor of booleans that picks elements along as many axes as it has. */
export interface Mask {
  readonly kind: "mask";
  readonly shape: Shape;
  readonly values: readonly boolean[];
}

export type IndexItem = number | null | "..." | Slice | Places | Mask;

/** How one item of an index was understood: which axis of the operand it took, for the explorers that show it. */
export interface Indexed {
  readonly tensor: Tensor;
  /** Whether the result is a copy. */
  readonly copied: boolean;
  /** For each axis of the operand, in order: what became of it. */
  readonly axes: readonly ("kept" | "gone" | "picked")[];
}

export function index(tensor: Tensor, items: readonly IndexItem[]): Indexed {
  const taken = items.reduce<number>((all, item) => all + axesTaken(item), 0);
  const rank = tensor.shape.length;
  if (taken > rank) throw new Refused(`too many indices for tensor of dimension ${rank}`);
  if (items.filter((item) => item === "...").length > 1) throw new Refused("an index can only have a single ellipsis ('...')");
  const axes = Array<"kept" | "gone" | "picked">(rank).fill("kept");
  const picks = new Map<number, Places | Mask>();
  let now = tensor;
  let dim = 0; // of the tensor as it is now
  let own = 0; // of the operand
  for (const item of items) {
    if (item === "...") {
      dim += rank - taken;
      own += rank - taken;
    } else if (item === null) {
      now = withAxis(now, dim);
      dim++;
    } else if (typeof item === "number") {
      now = select(now, dim, item, own);
      axes[own++] = "gone";
    } else if (item.kind === "slice") {
      now = sliced(now, dim, item);
      dim++;
      own++;
    } else if (!item.shape.length) {
      // One boolean alone: a new axis, of size 1 or 0.
      now = withAxis(now, dim);
      picks.set(dim++, { kind: "places", shape: [item.values[0] ? 1 : 0], values: item.values[0] ? [0] : [] });
    } else {
      picks.set(dim, item);
      const many = axesTaken(item);
      for (let k = 0; k < many; k++) axes[own++] = "picked";
      dim += many;
    }
  }
  return picks.size ? { tensor: picked(now, picks), copied: true, axes } : { tensor: now, copied: false, axes };
}

function axesTaken(item: IndexItem): number {
  if (item === null || item === "...") return 0;
  return typeof item === "object" && item.kind === "mask" ? item.shape.length : 1;
}

export function select(tensor: Tensor, dim: number, at: number, named = dim): Tensor {
  const size = tensor.shape[dim];
  if (size === undefined) throw new Refused("invalid index of a 0-dim tensor");
  if (at < -size || at >= size) throw new Refused(`index ${at} is out of bounds for dimension ${named} with size ${size}`);
  const place = at < 0 ? at + size : at;
  return viewOf(tensor, without(tensor.shape, dim), without(tensor.strides, dim), tensor.offset + place * tensor.strides[dim]!);
}

export function sliced(tensor: Tensor, dim: number, { start, stop, step: by }: Slice): Tensor {
  const size = tensor.shape[dim];
  const step = by ?? 1;
  if (size === undefined) throw new Refused("slice() cannot be applied to a 0-dim tensor.");
  if (step <= 0) throw new Refused(`step must be greater than zero. torch's slices do not run backwards: .flip(${dim}) turns an axis round, as a copy`);
  const held = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const from = held(start ?? 0);
  const to = Math.max(held(stop ?? size), from);
  const shape = replaced(tensor.shape, dim, Math.ceil((to - from) / step));
  const stride = tensor.strides[dim]!;
  return viewOf(tensor, shape, replaced(tensor.strides, dim, stride * step), tensor.offset + from * stride);
}

export function withAxis(tensor: Tensor, dim: number): Tensor {
  const stride = dim < tensor.shape.length ? tensor.shape[dim]! * tensor.strides[dim]! : 1;
  const put = (list: readonly number[], value: number): number[] => [...list.slice(0, dim), value, ...list.slice(dim)];
  return viewOf(tensor, put(tensor.shape, 1), put(tensor.strides, stride));
}

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, k) => k !== at);
}

function replaced(list: readonly number[], at: number, value: number): number[] {
  return list.map((old, k) => (k === at ? value : old));
}

/** A mask is as many lists of places as it has axes: those of its true elements. */
function asPlaces(dim: number, item: Places | Mask, tensor: Tensor): [number, Places][] {
  if (item.kind === "places") return [[dim, item]];
  item.shape.forEach((size, k) => {
    if (size !== tensor.shape[dim + k]) {
      const shown = (shape: Shape): string => `[${shape.join(", ")}]`;
      throw new Refused(`The shape of the mask ${shown(item.shape)} at index ${k} does not match the shape of the indexed tensor ${shown(tensor.shape)} at index ${dim + k}`);
    }
  });
  const hits = indices(item.shape).filter((_, k) => item.values[k]);
  return item.shape.map((_, k) => [dim + k, { kind: "places", shape: [hits.length], values: hits.map((hit) => hit[k]!) }]);
}

function picked(tensor: Tensor, picks: ReadonlyMap<number, Places | Mask>): Tensor {
  const places = new Map([...picks].flatMap(([dim, item]) => asPlaces(dim, item, tensor)));
  const dims = [...places.keys()];
  const common = together([...places.values()].map(({ shape }) => shape));
  const adjacent = dims.every((dim, k) => k === 0 || dim === dims[k - 1]! + 1);
  const rest = tensor.shape.map((_, k) => k).filter((k) => !places.has(k));
  const before = adjacent ? rest.filter((k) => k < dims[0]!) : [];
  const after = rest.filter((k) => !before.includes(k));
  const sizes = (axes: readonly number[]): number[] => axes.map((k) => tensor.shape[k]!);
  const shape = [...sizes(before), ...common, ...sizes(after)];
  const strides = (axes: readonly number[]): number[] => axes.map((k) => tensor.strides[k]!);
  const source = [...strides(before), ...common.map(() => 0), ...strides(after)];
  const operands = [source, ...dims.map((dim) => spread(places.get(dim)!, common, sizes(before), sizes(after)))];
  if (!common.includes(0) && dims.some((dim) => tensor.shape[dim] === 0)) throw new Refused("index is out of bounds for dimension with size 0");
  const elements = product(shape) ? gather(tensor, places, common, before, after) : [];
  const alike = [...before, ...after].every((axis) => tensor.shape[axis] === 1);
  return copyAs(elements, shape, newStrides(shape, operands, alike));
}

/**
 * The strides of a tensor that torch makes for a result: those of a contiguous one where the order is the usual one, or
 * where all operands are contiguous and alike in shape.
 */
function newStrides(shape: Shape, operands: readonly (readonly number[])[], alike: boolean): number[] {
  const order = fastestFirst(shape, operands);
  const usual = order.every((axis, k) => axis === shape.length - 1 - k);
  if (usual || (alike && operands.every((strides) => isContiguous({ storage: [], shape, strides, offset: 0 })))) return contiguousStrides(shape);
  const strides = Array<number>(shape.length).fill(0);
  let step = 1;
  for (const axis of order) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

function together(shapes: readonly Shape[]): Shape {
  return shapes.reduce<Shape>((all, shape) => {
    const { result } = align(all, shape);
    if (!result) {
      const shown = shapes.map((one) => `[${one.join(", ")}]`).join(", ");
      throw new Refused(`shape mismatch: indexing tensors could not be broadcast together with shapes ${shown}`);
    }
    return result;
  }, []);
}

/**
 * The strides of a list of places in the result's axes: broadcast to the common shape, with an axis of size 1 for each
 * axis of the tensor that stays. They matter only for the order in which torch lays the result.
 */
function spread({ shape }: Places, common: Shape, before: Shape, after: Shape): number[] {
  const list = expand({ storage: [], shape, strides: contiguousStrides(shape), offset: 0 }, common);
  const ones = (axes: Shape): number[] => axes.map(() => 1);
  const strides = viewStrides(list, [...ones(before), ...common, ...ones(after)])!;
  const repeated = (size: number, k: number): boolean => size !== 1 && (k < before.length || k >= before.length + common.length);
  return strides.map((stride, k) => (repeated([...before, ...common, ...after][k]!, k) ? 0 : stride));
}

function gather(tensor: Tensor, places: ReadonlyMap<number, Places>, common: Shape, before: readonly number[], after: readonly number[]): number[] {
  const starts = indices(common).map((at) => {
    let start = tensor.offset;
    for (const [dim, list] of places) {
      const own = at.slice(at.length - list.shape.length).map((k, axis) => (list.shape[axis] === 1 ? 0 : k));
      const place = list.values[own.reduce((flat, k, axis) => flat * list.shape[axis]! + k, 0)]!;
      const size = tensor.shape[dim]!;
      if (place < -size || place >= size) throw new Refused(`index ${place} is out of bounds for dimension ${dim} with size ${size}`);
      start += (place < 0 ? place + size : place) * tensor.strides[dim]!;
    }
    return start;
  });
  const offsets = (axes: readonly number[]): number[] =>
    indices(axes.map((k) => tensor.shape[k]!)).map((at) => at.reduce((sum, k, axis) => sum + k * tensor.strides[axes[axis]!]!, 0));
  const [outer, inner] = [offsets(before), offsets(after)];
  return outer.flatMap((a) => starts.flatMap((b) => inner.map((c) => tensor.storage[a + b + c]!)));
}
