// A tensor and one of torch's methods -> the tensor (or tensors) that come out: views where torch makes views.
import { select, sliced, withAxis } from "./strided_index";
import { indices, product } from "./shape";
import { addresses, clone, contiguous, expand, fresh, MOST_ELEMENTS, Refused, reshape, tooMany, values, view, viewOf, wrap, type Tensor } from "./strided";

/** A number, several numbers, the shape of another tensor, or nothing. */
export type Argument = number | readonly number[] | null | undefined;

interface Method {
  /** The parameters in order: `*` gathers what is left, `=` has a default (and may be left out). */
  readonly takes: string;
  readonly run: (tensor: Tensor, given: Given) => Tensor | readonly Tensor[];
}

/** The arguments of a call, by name, with torch's defaults. */
export class Given {
  constructor(private readonly by: ReadonlyMap<string, Argument>) {}

  one(name: string): number {
    const value = this.by.get(name);
    if (typeof value !== "number") throw new Refused(value === undefined || value === null ? `${name} is missing` : `${name} has to be one number`);
    return value;
  }

  maybe(name: string, otherwise: number): number {
    return this.has(name) ? this.one(name) : otherwise;
  }

  many(name: string): readonly number[] {
    const value = this.by.get(name);
    if (value === undefined || value === null) throw new Refused(`${name} is missing`);
    return typeof value === "number" ? [value] : value;
  }

  isList(name: string): boolean {
    return typeof this.by.get(name) === "object";
  }

  has(name: string): boolean {
    const value = this.by.get(name);
    return value !== undefined && value !== null;
  }
}

function permuted(tensor: Tensor, order: readonly number[]): Tensor {
  return viewOf(tensor, order.map((k) => tensor.shape[k]!), order.map((k) => tensor.strides[k]!));
}

function swapped(tensor: Tensor, first: number, second: number): Tensor {
  const rank = tensor.shape.length;
  const [a, b] = [wrap(first, rank), wrap(second, rank)];
  return permuted(tensor, tensor.shape.map((_, k) => (k === a ? b : k === b ? a : k)));
}

function permute(tensor: Tensor, dims: readonly number[]): Tensor {
  const rank = tensor.shape.length;
  if (dims.length !== rank) {
    throw new Refused(`permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${rank} is not equal to len(dims) = ${dims.length}`);
  }
  const order = distinct(dims, rank, "permute(): duplicate dims are not allowed.");
  return permuted(tensor, order);
}

function distinct(dims: readonly number[], rank: number, complaint: string): number[] {
  const wrapped = dims.map((dim) => wrap(dim, rank));
  if (new Set(wrapped).size !== wrapped.length) throw new Refused(complaint);
  return wrapped;
}

function movedim(tensor: Tensor, from: readonly number[], to: readonly number[]): Tensor {
  const rank = tensor.shape.length;
  if (from.length !== to.length) throw new Refused(`movedim: Invalid source or destination dims: source (${from.join(", ")}) should contain the same number of dims as destination (${to.join(", ")})`);
  const [source, target] = [distinct(from, rank, "movedim: repeated dim in `source`"), distinct(to, rank, "movedim: repeated dim in `destination`")];
  if (!rank) return tensor;
  const order = Array<number>(rank).fill(-1);
  source.forEach((dim, k) => { order[target[k]!] = dim; });
  const rest = tensor.shape.map((_, k) => k).filter((k) => !source.includes(k));
  return permuted(tensor, order.map((dim) => (dim === -1 ? rest.shift()! : dim)));
}

function squeeze(tensor: Tensor, dims: readonly number[] | null): Tensor {
  const rank = tensor.shape.length;
  const asked = dims === null ? null : distinct(dims, rank, "dim appears multiple times in the list of dims");
  const kept = tensor.shape.map((_, k) => k).filter((k) => tensor.shape[k] !== 1 || (asked !== null && !asked.includes(k)));
  return permuted(tensor, kept);
}

function unsqueeze(tensor: Tensor, dim: number): Tensor {
  return withAxis(tensor, wrap(dim, tensor.shape.length + 1));
}

function flatten(tensor: Tensor, start: number, end: number): Tensor {
  const { shape } = tensor;
  const [from, to] = [wrap(start, shape.length), wrap(end, shape.length)];
  if (from > to) throw new Refused("flatten() has invalid args: start_dim cannot come after end_dim");
  if (!shape.length) return reshape(tensor, [1]);
  if (from === to) return tensor;
  return reshape(tensor, [...shape.slice(0, from), product(shape.slice(from, to + 1)), ...shape.slice(to + 1)]);
}

function narrow(tensor: Tensor, dim: number, start: number, length: number): Tensor {
  if (!tensor.shape.length) throw new Refused("narrow() cannot be applied to a 0-dim tensor.");
  const axis = wrap(dim, tensor.shape.length);
  const size = tensor.shape[axis]!;
  if (length < 0) throw new Refused("narrow(): length must be non-negative.");
  if (start < -size || start > size) throw new Refused(`start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`);
  const from = start < 0 ? start + size : start;
  if (from + length > size) throw new Refused(`start (${from}) + length (${length}) exceeds dimension size (${size}).`);
  return sliced(tensor, axis, { kind: "slice", start: from, stop: from + length, step: 1 });
}

function unfold(tensor: Tensor, dim: number, size: number, step: number): Tensor {
  const { shape, strides } = tensor;
  const axis = wrap(dim, shape.length);
  const most = shape.length ? shape[axis]! : 1;
  if (size < 0) throw new Refused(`size is ${size} but must be >= 0`);
  if (size > most) throw new Refused(`maximum size for tensor at dimension ${axis} is ${most} but size is ${size}`);
  if (step <= 0) throw new Refused(`step is ${step} but must be > 0`);
  if (!shape.length) return viewOf(tensor, [size], [1]);
  const sizes = shape.map((own, k) => (k === axis ? Math.floor((own - size) / step) + 1 : own));
  const steps = strides.map((own, k) => (k === axis ? own * step : own));
  return viewOf(tensor, [...sizes, size], [...steps, strides[axis]!]);
}

function asStrided(tensor: Tensor, shape: readonly number[], strides: readonly number[], offset: number): Tensor {
  if (shape.length !== strides.length) throw new Refused("mismatch in length of strides and shape");
  if (strides.some((stride) => stride < 0)) throw new Refused(`as_strided: Negative strides are not supported at the moment, got strides: [${strides.join(", ")}]`);
  if (shape.some((size) => size < 0)) throw new Refused("a size is negative");
  if (offset < 0) throw new Refused(`Tensor: invalid storage offset ${offset}`);
  const last = offset + shape.reduce((sum, size, k) => sum + (size - 1) * strides[k]!, 0);
  if (product(shape) && last >= tensor.storage.length) {
    throw new Refused(`setStorage: sizes [${shape.join(", ")}], strides [${strides.join(", ")}], storage offset ${offset} reach place ${last} of a storage of ${tensor.storage.length} numbers`);
  }
  return viewOf(tensor, shape, strides, offset);
}

function unflatten(tensor: Tensor, dim: number, sizes: readonly number[]): Tensor {
  const { shape } = tensor;
  if (!shape.length) throw new Refused("unflatten: the tensor has no dimensions");
  const axis = wrap(dim, shape.length);
  if (!sizes.length) throw new Refused("unflatten: sizes must be non-empty");
  const own = shape[axis] ?? 1;
  const known = product(sizes.filter((size) => size !== -1));
  const open = sizes.filter((size) => size === -1).length;
  if (open > 1 || (open ? known === 0 || own % known !== 0 : known !== own) || sizes.some((size) => size < -1)) {
    throw new Refused(`unflatten: Provided sizes [${sizes.join(", ")}] don't multiply up to the size of dim ${axis} (${own}) in the input tensor`);
  }
  const whole = sizes.map((size) => (size === -1 ? own / known : size));
  return view(tensor, [...shape.slice(0, axis), ...whole, ...shape.slice(axis + 1)]);
}

function diagonal(tensor: Tensor, offset: number, first: number, second: number): Tensor {
  const { shape, strides } = tensor;
  const [a, b] = [wrap(first, shape.length), wrap(second, shape.length)];
  if (a === b) throw new Refused(`diagonal dimensions cannot be identical ${first}, ${second}`);
  const size = Math.max(offset >= 0 ? Math.min(shape[a]!, shape[b]! - offset) : Math.min(shape[a]! + offset, shape[b]!), 0);
  const moved = size === 0 ? 0 : offset >= 0 ? offset * strides[b]! : -offset * strides[a]!;
  const kept = shape.map((_, k) => k).filter((k) => k !== a && k !== b);
  const pick = (list: readonly number[]): number[] => kept.map((k) => list[k]!);
  return viewOf(tensor, [...pick(shape), size], [...pick(strides), strides[a]! + strides[b]!], tensor.offset + moved);
}

function split(tensor: Tensor, sizes: number | readonly number[], dim: number): Tensor[] {
  if (!tensor.shape.length) throw new Refused("split expects at least a 1-dimensional tensor");
  const axis = wrap(dim, tensor.shape.length);
  const own = tensor.shape[axis]!;
  let parts = sizes;
  if (typeof parts === "number") {
    const each = parts;
    if (each < 0) throw new Refused(`split expects split_size be non-negative, but got split_size=${each}`);
    if (each === 0 && own !== 0) throw new Refused(`split_size can only be 0 if dimension size is 0, but got dimension size of ${own}`);
    const count = each === 0 ? 1 : Math.max(Math.ceil(own / each), 1);
    parts = Array.from({ length: count }, (_, k) => Math.min(each, own - k * each));
  }
  if (parts.some((size) => size < 0) || parts.reduce((sum, size) => sum + size, 0) !== own) {
    throw new Refused(`split_with_sizes expects split_sizes to sum exactly to ${own} (input tensor's size at dimension ${axis}), but got split_sizes=[${parts.join(", ")}]`);
  }
  let start = 0;
  return parts.map((size) => {
    const part = narrow(tensor, axis, start, size);
    start += size;
    return part;
  });
}

function chunk(tensor: Tensor, chunks: number, dim: number): Tensor[] {
  if (!tensor.shape.length) throw new Refused("chunk expects at least a 1-dimensional tensor");
  if (chunks <= 0) throw new Refused(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
  const own = tensor.shape[wrap(dim, tensor.shape.length)]!;
  if (own === 0) return split(tensor, Array<number>(chunks).fill(0), dim);
  return split(tensor, Math.ceil(own / chunks), dim);
}

function flip(tensor: Tensor, dims: readonly number[]): Tensor {
  const { shape } = tensor;
  const turned = distinct(dims, shape.length, "dim appears multiple times in the list of dims");
  if (!shape.length) return clone(tensor);
  const at = addresses(tensor);
  const elements = indices(shape).map((index) => {
    const from = index.map((k, axis) => (turned.includes(axis) ? shape[axis]! - 1 - k : k));
    return tensor.storage[at[from.reduce((flat, k, axis) => flat * shape[axis]! + k, 0)]!]!;
  });
  return clone(tensor, elements);
}

function repeat(tensor: Tensor, times: readonly number[]): Tensor {
  const { shape } = tensor;
  if (times.length < shape.length) throw new Refused("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor");
  if (times.some((count) => count < 0)) throw new Refused("Trying to create tensor with negative dimension");
  const own = [...Array<number>(times.length - shape.length).fill(1), ...shape];
  const target = own.map((size, k) => size * times[k]!);
  if (product(target) > MOST_ELEMENTS) throw new Refused(tooMany(target));
  const elements = values(tensor);
  return fresh(indices(target).map((index) => elements[index.reduce((flat, k, axis) => flat * own[axis]! + (k % own[axis]!), 0)]!), target);
}

function turned(tensor: Tensor, name: string): Tensor {
  const rank = tensor.shape.length;
  if (name === "t" && rank > 2) throw new Refused(`t() expects a tensor with <= 2 dimensions, but self is ${rank}D`);
  if (!rank) return tensor;
  if (name.startsWith("m") && rank < 2) throw new Refused(`tensor.${name} is only supported on matrices or batches of matrices. Got ${rank}-D tensor.`);
  if (name === "H" && rank !== 2) throw new Refused(`tensor.H is only supported on matrices (2-D tensors). Got ${rank}-D tensor.`);
  if (name.startsWith("m")) return swapped(tensor, -2, -1);
  return permuted(tensor, tensor.shape.map((_, k) => rank - 1 - k));
}

/** Written without brackets. */
export const PROPERTIES: ReadonlyMap<string, (tensor: Tensor) => Tensor> = new Map(["T", "mT", "H", "mH"].map((name) => [name, (tensor) => turned(tensor, name)]));

const swap = (first: string, second: string): Method => ({ takes: `${first} ${second}`, run: (x, given) => swapped(x, given.one(first), given.one(second)) });
const moved: Method = { takes: "source destination", run: (x, given) => movedim(x, given.many("source"), given.many("destination")) };
const shaped = (run: (x: Tensor, shape: readonly number[]) => Tensor, name: string): Method => ({ takes: `*${name}`, run: (x, given) => run(x, given.many(name)) });
const like = (run: (x: Tensor, shape: readonly number[]) => Tensor): Method => ({ takes: "other", run: (x, given) => run(x, given.many("other")) });

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["transpose", swap("dim0", "dim1")],
  ["swapaxes", swap("axis0", "axis1")],
  ["swapdims", swap("dim0", "dim1")],
  ["permute", shaped(permute, "dims")],
  ["movedim", moved],
  ["moveaxis", moved],
  ["t", { takes: "", run: (x) => turned(x, "t") }],
  ["adjoint", { takes: "", run: (x) => turned(x, "mH") }],
  ["view", shaped(view, "size")],
  ["view_as", like(view)],
  ["reshape", shaped(reshape, "shape")],
  ["reshape_as", like(reshape)],
  ["expand", shaped(expand, "size")],
  ["expand_as", like(expand)],
  ["unsqueeze", { takes: "dim", run: (x, given) => unsqueeze(x, given.one("dim")) }],
  ["squeeze", { takes: "*dim=", run: (x, given) => squeeze(x, given.has("dim") ? given.many("dim") : null) }],
  ["flatten", { takes: "start_dim= end_dim=", run: (x, given) => flatten(x, given.maybe("start_dim", 0), given.maybe("end_dim", -1)) }],
  ["unflatten", { takes: "dim sizes", run: (x, given) => unflatten(x, given.one("dim"), given.many("sizes")) }],
  ["ravel", { takes: "", run: (x) => view(contiguous(x), [-1]) }],
  ["contiguous", { takes: "", run: contiguous }],
  ["clone", { takes: "", run: (x) => clone(x) }],
  ["narrow", { takes: "dim start length", run: (x, given) => narrow(x, given.one("dim"), given.one("start"), given.one("length")) }],
  ["select", { takes: "dim index", run: (x, given) => {
    if (!x.shape.length) throw new Refused("select() cannot be applied to a 0-dim tensor.");
    return select(x, wrap(given.one("dim"), x.shape.length), given.one("index"));
  } }],
  ["unfold", { takes: "dimension size step", run: (x, given) => unfold(x, given.one("dimension"), given.one("size"), given.one("step")) }],
  ["as_strided", { takes: "size stride storage_offset=", run: (x, given) => asStrided(x, given.many("size"), given.many("stride"), given.maybe("storage_offset", x.offset)) }],
  ["diagonal", { takes: "offset= dim1= dim2=", run: (x, given) => diagonal(x, given.maybe("offset", 0), given.maybe("dim1", 0), given.maybe("dim2", 1)) }],
  ["chunk", { takes: "chunks dim=", run: (x, given) => chunk(x, given.one("chunks"), given.maybe("dim", 0)) }],
  ["split", { takes: "split_size dim=", run: (x, given) => {
    const sizes = given.many("split_size");
    return split(x, sizes.length === 1 && !given.isList("split_size") ? sizes[0]! : sizes, given.maybe("dim", 0));
  } }],
  ["unbind", { takes: "dim=", run: (x, given) => {
    if (!x.shape.length) throw new Refused("Dimension specified as 0 but tensor has no dimensions");
    const dim = wrap(given.maybe("dim", 0), x.shape.length);
    return Array.from({ length: x.shape[dim]! }, (_, k) => select(x, dim, k));
  } }],
  ["flip", { takes: "*dims", run: (x, given) => flip(x, given.many("dims")) }],
  ["repeat", { takes: "*repeats", run: (x, given) => repeat(x, given.many("repeats")) }],
  ["tile", { takes: "*dims", run: (x, given) => {
    const times = given.many("dims");
    return repeat(x, [...Array<number>(Math.max(0, x.shape.length - times.length)).fill(1), ...times]);
  } }],
]);
