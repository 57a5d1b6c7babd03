// Scores -> shares that sum to 1: in the way that cannot overflow, and step by step in float32 as one first writes it.

/** e to the power of each difference from the largest, divided by their sum. All -inf gives nan, as torch does. */
export function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

export interface Steps {
  readonly powers: readonly number[];
  readonly total: number;
  readonly shares: readonly number[];
}

/** `x.exp() / x.exp().sum()` in float32: from about 88.7 on a power is inf, and inf / inf is nan. */
export function byHand(scores: readonly number[]): Steps {
  const powers = scores.map((score) => Math.fround(Math.exp(Math.fround(score))));
  const total = powers.reduce((sum, power) => Math.fround(sum + power), 0);
  return { powers, total, shares: powers.map((power) => Math.fround(power / total)) };
}
