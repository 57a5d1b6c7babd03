// Vectors -> every step of attention in which they are queries, keys and values at once.
import { softmax } from "./softmax";

export type Vectors = readonly (readonly number[])[];
export type Matrix = readonly (readonly number[])[];

export interface Attended {
  /** Each query with each key: `x @ x.T`. */
  readonly scores: Matrix;
  /** Divided by the square root of the width, if asked for. */
  readonly scaled: Matrix;
  /** Divided by the temperature. */
  readonly cooled: Matrix;
  /** -inf where a key stands after its query, if asked for. */
  readonly masked: Matrix;
  readonly weights: Matrix;
  /** The weighted averages of the vectors. */
  readonly output: Matrix;
}

export function attend(x: Vectors, options: { scaled: boolean; causal: boolean; temperature: number }): Attended {
  const divisor = options.scaled ? Math.sqrt(x[0]!.length) : 1;
  const scores = x.map((query) => x.map((key) => dot(query, key)));
  const scaled = scores.map((row) => row.map((score) => score / divisor));
  const cooled = scaled.map((row) => row.map((score) => score / options.temperature));
  const masked = cooled.map((row, q) => row.map((score, k) => (options.causal && k > q ? -Infinity : score)));
  const weights = masked.map(softmax);
  const output = weights.map((row) => x[0]!.map((_, axis) => row.reduce((sum, weight, k) => sum + weight * x[k]![axis]!, 0)));
  return { scores, scaled, cooled, masked, weights, output };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}
