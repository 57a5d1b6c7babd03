// Two shapes -> how broadcasting aligns them, size by size, what comes out, and what would mend a conflict.
// The rule is that of https://numpy.org/doc/stable/user/basics.broadcasting.html, which torch follows: align from the
// right, put 1s in front of the shorter shape, and let two sizes meet if they are equal or one of them is 1.
import { asText, type Shape } from "./shape";

export type Fate = "original" | "padded" | "stretched" | "conflict";

/** A shape, padded with 1s to the common length, and what becomes of each size. */
export interface Operand {
  readonly shape: Shape;
  readonly aligned: Shape;
  readonly fates: readonly Fate[];
}

/** `result` is null where the shapes clash; `conflicts` are the axes of the aligned shapes that do. */
export interface Aligned {
  readonly a: Operand;
  readonly b: Operand;
  readonly result: Shape | null;
  readonly conflicts: readonly number[];
}

/** New axes of size 1 for operand `which` that mend the pair: as a method, as an index, and the shapes that come. */
export interface Repair {
  readonly which: "A" | "B";
  readonly method: string;
  readonly index: string;
  readonly shape: Shape;
  readonly result: Shape;
}

export function align(a: Shape, b: Shape): Aligned {
  const rank = Math.max(a.length, b.length);
  const left = pad(a, rank);
  const right = pad(b, rank);
  const conflicts = left.flatMap((size, k) => (size !== right[k] && size !== 1 && right[k] !== 1 ? [k] : []));
  const result = conflicts.length ? null : left.map((size, k) => (size === 1 ? right[k]! : size));
  return {
    a: { shape: a, aligned: left, fates: fates(a, left, right) },
    b: { shape: b, aligned: right, fates: fates(b, right, left) },
    result,
    conflicts,
  };
}

function pad(shape: Shape, rank: number): number[] {
  return [...Array<number>(rank - shape.length).fill(1), ...shape];
}

function fates(shape: Shape, own: Shape, other: Shape): Fate[] {
  const padding = own.length - shape.length;
  return own.map((size, k) => {
    if (k < padding) return "padded";
    if (size === other[k] || other[k] === 1) return "original";
    return size === 1 ? "stretched" : "conflict";
  });
}

/** The message of the error that torch raises for two tensors that clash; empty where they do not. */
export function torchSays(aligned: Aligned): string {
  const axis = aligned.conflicts[aligned.conflicts.length - 1];
  if (axis === undefined) return "";
  return (
    `The size of tensor a (${aligned.a.aligned[axis]}) must match the size of tensor b (${aligned.b.aligned[axis]}) ` +
    `at non-singleton dimension ${axis}`
  );
}

/** Where an operand's element for this index of the result stands: along axes of size 1 there is only position 0. */
export function sourceIndex(index: readonly number[], shape: Shape): number[] {
  return shape.map((size, k) => (size === 1 ? 0 : index[index.length - shape.length + k]!));
}

const SEARCHED_RANK = 8;

/**
 * At most three ways to add axes of size 1 to one operand so that a clashing pair broadcasts, the likeliest first.
 * Only those that somebody can mean: equal sizes meet, or every element of one list meets every one of another. Where
 * two sizes should simply be equal there is none.
 */
export function repairs(a: Shape, b: Shape): Repair[] {
  if (Math.max(a.length, b.length) > SEARCHED_RANK) return [];
  const found: { repair: Repair; met: number; added: number }[] = [];
  for (const [which, shape, other] of [["A", a, b], ["B", b, a]] as const) {
    for (let added = 1; added <= Math.max(1, other.length - shape.length); added++) {
      for (const places of gaps(shape.length, added)) {
        const mended = withOnes(shape, places);
        const { result } = align(mended, other);
        if (!result) continue;
        const met = meetings(mended, other);
        if (met === 0 && !(a.length === 1 && b.length === 1)) continue;
        found.push({ repair: { which, ...spelled(shape.length, places), shape: mended, result }, met, added });
      }
    }
  }
  found.sort((x, y) => y.met - x.met || x.added - y.added || x.repair.result.length - y.repair.result.length);
  return found.filter(({ met }) => met === found[0]!.met).slice(0, 3).map(({ repair }) => repair);
}

/** How many new axes go before which axis (`rank` stands for the end). Never in front: there broadcasting adds them. */
function gaps(rank: number, added: number): number[][] {
  if (rank === 0) return [];
  const all: number[][] = [];
  const choose = (from: number, places: number[]): void => {
    if (places.length === added) {
      all.push(places);
      return;
    }
    for (let at = from; at <= rank; at++) choose(at, [...places, at]);
  };
  choose(1, []);
  return all;
}

function withOnes(shape: Shape, places: readonly number[]): number[] {
  const mended: number[] = [];
  for (let at = 0; at <= shape.length; at++) {
    for (const place of places) if (place === at) mended.push(1);
    if (at < shape.length) mended.push(shape[at]!);
  }
  return mended;
}

function spelled(rank: number, places: readonly number[]): { method: string; index: string } {
  const parts: string[] = [];
  const method: string[] = [];
  for (let at = 0; at <= rank; at++) {
    for (const place of places) {
      if (place !== at) continue;
      method.push(`.unsqueeze(${parts.length})`);
      parts.push("None");
    }
    if (at < rank) parts.push(":");
  }
  return { method: method.join(""), index: `[${parts.join(", ")}]` };
}

/** Axes on which two equal sizes meet. */
function meetings(a: Shape, b: Shape): number {
  const aligned = align(a, b);
  return aligned.a.aligned.filter((size, k) => size > 1 && size === aligned.b.aligned[k]).length;
}

/** Where only the last two axes stand the wrong way round: the shape that a transpose of B would have. */
export function transposeMends(a: Shape, b: Shape): Shape | null {
  if (b.length < 2) return null;
  const turned = [...b.slice(0, -2), b[b.length - 1]!, b[b.length - 2]!];
  return align(a, turned).result && meetings(a, turned) >= 2 ? turned : null;
}

/** Which axes clash, in words: "axis -2 is 3 in A and 2 in B". */
export function clashes(aligned: Aligned): string {
  const rank = aligned.a.aligned.length;
  const all = aligned.conflicts.map((k) => `on axis ${k - rank}, ${aligned.a.aligned[k]} meets ${aligned.b.aligned[k]}`);
  return `${all.length > 3 ? `${all.slice(0, 3).join(", ")} and so on` : all.join(" and ")}. The sizes differ, and neither is 1.`;
}

export function pair(aligned: Aligned): string {
  return `${asText(aligned.a.shape)} with ${asText(aligned.b.shape)}`;
}
