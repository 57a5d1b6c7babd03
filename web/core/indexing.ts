// The items of an index and the shape of x -> which elements it picks, their shape, and whether that is a view.
// The rules are torch's: integers and slices first, as views; then lists and masks together, which copy. Where lists
// stand apart from each other, their axes come first in the result.
import type { Bracket } from "./index_text";
import { product, type Shape } from "./shape";

/** What one item of an index did to the axes that it met. */
export interface Met {
  readonly text: string;
  readonly axis: string;
  readonly becomes: string;
}

export interface Picked {
  readonly shape: Shape;
  /** For each element of the result, in row-major order, where it stands in x. */
  readonly from: readonly number[];
  readonly view: boolean;
  readonly met: readonly Met[];
}

/** torch refuses: its message. */
export interface Refused {
  readonly says: string;
}

export function isRefused(found: Picked | Refused): found is Refused {
  return "says" in found;
}

/** All brackets, one after the other. */
export function pick(shape: Shape, brackets: readonly Bracket[]): Picked | Refused {
  let now: Picked = { shape, from: Array.from({ length: product(shape) }, (_, at) => at), view: true, met: [] };
  for (const bracket of brackets) {
    const next = pickOnce(now, bracket);
    if (isRefused(next)) return next;
    now = next;
  }
  return now;
}

/** An axis on its way: its size, its stride in `from`; an index that waits for it. */
interface Way {
  readonly size: number;
  readonly stride: number;
  readonly index?: { readonly shape: Shape; readonly values: readonly number[] };
}

const NO_AXES =
  "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number";

function pickOnce(x: Picked, { items, alone }: Bracket): Picked | Refused {
  const strides = x.shape.map((_, k) => product(x.shape.slice(k + 1)));
  const used = items.reduce((sum, item) => sum + (item.kind === "mask" ? item.shape.length : item.kind === "new" || item.kind === "rest" ? 0 : 1), 0);
  const ways: Way[] = [];
  const met: Met[] = [];
  let [axis, offset] = [0, 0];
  let unfit: { mask: Shape; clash: number; at: number } | null = null; // told only when all axes are known
  if (!x.shape.length && alone) {
    const [only] = items;
    if (only!.kind === "slice") return { says: "slice() cannot be applied to a 0-dim tensor." };
    if (only!.kind === "int") return { says: only!.value === 0 ? NO_AXES : `index ${only!.value} is out of bounds for dimension 0 with size 0` };
  }
  if (used > x.shape.length) return { says: `too many indices for tensor of dimension ${x.shape.length}` };
  const keep = (until: number): void => {
    for (; axis < until; axis++) ways.push({ size: x.shape[axis]!, stride: strides[axis]! });
  };
  for (const [which, item] of items.entries()) {
    const size = x.shape[axis]!;
    const name = `axis ${axis} (${size})`;
    if (item.kind === "new") {
      met.push({ text: item.text, axis: "none", becomes: "a new axis of size 1" });
      ways.push({ size: 1, stride: 0 });
    } else if (item.kind === "rest") {
      const many = x.shape.length - used;
      met.push({ text: item.text, axis: many ? names(axis, axis + many, x.shape) : "none", becomes: many ? "stays whole" : "nothing is left for it" });
      keep(axis + many);
    } else if (item.kind === "int") {
      if (item.value < -size || item.value >= size) return { says: `index ${item.value} is out of bounds for dimension ${which} with size ${size}` };
      offset += (item.value < 0 ? item.value + size : item.value) * strides[axis]!;
      met.push({ text: item.text, axis: name, becomes: "one place: the axis is gone" });
      axis++;
    } else if (item.kind === "slice") {
      const [start, many] = sliced(item, size);
      offset += many ? start * strides[axis]! : 0;
      met.push({ text: item.text, axis: name, becomes: many === size && item.step === 1 ? "stays whole" : `${many} ${many === 1 ? "place" : "places"}: the axis stays` });
      ways.push({ size: many, stride: strides[axis]! * item.step });
      axis++;
    } else if (item.kind === "list") {
      met.push({ text: item.text, axis: name, becomes: item.shape.length === 1 ? `the places of the list: ${item.values.length} of them` : `places in the shape of the list, [${item.shape.join(", ")}]` });
      ways.push({ size, stride: strides[axis]!, index: item });
      axis++;
    } else {
      if (!item.shape.length) {
        // A mask without axes: torch adds one, of size 1 or 0.
        const many = item.values[0] ? 1 : 0;
        met.push({ text: item.text, axis: "none", becomes: `a new axis of size ${many}: the mask is ${many ? "True" : "False"}` });
        ways.push({ size: 1, stride: 0, index: { shape: [many], values: Array<number>(many).fill(0) } });
        continue;
      }
      const own = x.shape.slice(axis, axis + item.shape.length);
      const clash = item.shape.findIndex((length, k) => length !== own[k]);
      if (clash >= 0) {
        unfit ??= { mask: item.shape, clash, at: ways.length };
        keep(axis + item.shape.length);
        continue;
      }
      const trues = item.values.flatMap((value, at) => (value ? [at] : []));
      met.push({ text: item.text, axis: names(axis, axis + item.shape.length, x.shape), becomes: `${item.shape.length > 1 ? "become" : "becomes"} one axis of the ${trues.length} where it is True` });
      item.shape.forEach((length, k) => {
        const after = product(item.shape.slice(k + 1));
        ways.push({ size: length, stride: strides[axis + k]!, index: { shape: [trues.length], values: trues.map((at) => Math.floor(at / after) % length) } });
      });
      axis += item.shape.length;
    }
  }
  if (axis < x.shape.length) met.push({ text: "not mentioned", axis: names(axis, x.shape.length, x.shape), becomes: "stays whole" });
  keep(x.shape.length);
  if (unfit) {
    const { mask, clash, at } = unfit as { mask: Shape; clash: number; at: number };
    const sizes = ways.map((way) => way.size).join(", ");
    return { says: `The shape of the mask [${mask.join(", ")}] at index ${clash} does not match the shape of the indexed tensor [${sizes}] at index ${at + clash}` };
  }
  return gathered(x, ways, offset, met);
}

function names(from: number, until: number, shape: Shape): string {
  const all = shape.slice(from, until).map((size, k) => `${from + k} (${size})`);
  return all.length ? `${all.length === 1 ? "axis" : "axes"} ${all.join(", ")}` : "none";
}

function sliced({ start, stop, step }: { start: number | null; stop: number | null; step: number }, size: number): [number, number] {
  const inside = (place: number): number => Math.min(Math.max(place < 0 ? place + size : place, 0), size);
  const first = start === null ? 0 : inside(start);
  const last = stop === null ? size : inside(stop);
  return [first, Math.max(0, Math.ceil((last - first) / step))];
}

/** The lists meet each other by broadcasting, and their common axes stand where the lists stood, or in front. */
function gathered(x: Picked, ways: readonly Way[], offset: number, met: readonly Met[]): Picked | Refused {
  const listed = ways.flatMap((way, k) => (way.index ? [k] : []));
  const indexes = listed.map((k) => ways[k]!.index!);
  const common = broadcastAll(indexes.map((index) => index.shape));
  if (!common) return { says: `shape mismatch: indexing tensors could not be broadcast together with shapes ${indexes.map(({ shape }) => `[${shape.join(", ")}]`).join(", ")}` };
  const together = listed.every((k, j) => j === 0 || k === listed[j - 1]! + 1);
  const lead = listed.length && together ? listed[0]! : 0;
  const kept = ways.filter((way) => !way.index);
  const before = listed.length ? kept.slice(0, lead) : kept;
  const after = listed.length ? kept.slice(lead) : [];
  const shape = [...before.map((way) => way.size), ...(listed.length ? common : []), ...after.map((way) => way.size)];
  if (listed.some((k) => ways[k]!.size === 0) && product(common) > 0) return { says: "index is out of bounds for dimension with size 0" };
  for (const [j, k] of (product(shape) ? listed : []).entries()) {
    const { size, index } = ways[k]!;
    const wrong = index!.values.find((value) => value < -size || value >= size);
    if (wrong !== undefined) return { says: `index ${wrong} is out of bounds for dimension ${j} with size ${size}` };
  }
  const from: number[] = [];
  const walk = (depth: number, at: number, place: readonly number[]): void => {
    if (depth === shape.length) {
      from.push(x.from[at + (listed.length ? jump(ways, listed, place.slice(before.length, before.length + common.length), common) : 0)]!);
      return;
    }
    const own = depth < before.length ? before[depth]! : depth >= before.length + (listed.length ? common.length : 0) ? after[depth - before.length - (listed.length ? common.length : 0)]! : null;
    for (let k = 0; k < shape[depth]!; k++) walk(depth + 1, at + (own ? own.stride * k : 0), [...place, k]);
  };
  walk(0, offset, []);
  return { shape, from, view: x.view && !listed.length, met: [...x.met, ...met] };
}

function jump(ways: readonly Way[], listed: readonly number[], place: readonly number[], common: Shape): number {
  return listed.reduce((sum, k) => {
    const { size, stride, index } = ways[k]!;
    const own = place.slice(common.length - index!.shape.length);
    const at = index!.shape.reduce((all, length, j) => all * length + (length === 1 ? 0 : own[j]!), 0);
    const value = index!.values[at]!;
    return sum + (value < 0 ? value + size : value) * stride;
  }, 0);
}

function broadcastAll(shapes: readonly Shape[]): Shape | null {
  let common: readonly number[] = [];
  for (const shape of shapes) {
    const rank = Math.max(common.length, shape.length);
    const [a, b] = [common, shape].map((own) => [...Array<number>(rank - own.length).fill(1), ...own]);
    if (a!.some((size, k) => size !== b![k] && size !== 1 && b![k] !== 1)) return null;
    common = a!.map((size, k) => (size === 1 ? b![k]! : size));
  }
  return common;
}
