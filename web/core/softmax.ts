// Scores -> weights, in double precision.

/** exp(x - max) over its sum; a score of -Infinity (a masked one) gets 0. */
export function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - largest));
  const sum = raised.reduce((all, one) => all + one, 0);
  return raised.map((one) => one / sum);
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}
