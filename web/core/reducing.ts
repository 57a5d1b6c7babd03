// A shape and the axes that a sum, a mean or a maximum runs over -> the shape that is left.
// The rule is that of https://docs.pytorch.org/docs/stable/generated/torch.sum.html.
import type { Shape } from "./shape";

/** `keepdim` leaves an axis of size 1 in each place. Null where torch refuses: an axis that is not there, or named twice. */
export function reduced(shape: Shape, dims: readonly number[], keepdim: boolean): Shape | null {
  const gone = dims.map((dim) => (dim < 0 ? dim + shape.length : dim));
  if (gone.some((dim) => dim < 0 || dim >= shape.length) || new Set(gone).size < gone.length) return null;
  return shape.flatMap((size, axis) => (gone.includes(axis) ? (keepdim ? [1] : []) : [size]));
}
