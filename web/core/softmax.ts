// Scores -> shares that sum to 1: in the way that cannot overflow, and step by step in float32 as one first writes it.

export type Table = readonly (readonly number[])[];

/** e to the power of each difference from the largest, divided by their sum. All -inf gives nan, as torch does. */
export function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Each row on its own, or with `dim` 0 each column. */
export function softmaxAlong(scores: Table, dim: 0 | -1): number[][] {
  return dim === -1 ? scores.map(softmax) : turned(turned(scores).map(softmax));
}

export function turned(table: Table): number[][] {
  return table[0]!.map((_, column) => table.map((row) => row[column]!));
}

export interface Steps {
  readonly powers: Table;
  /** One for each row, or with `dim` 0 for each column. */
  readonly totals: readonly number[];
  readonly shares: Table;
}

/** `x.exp() / x.exp().sum(dim, keepdim=True)` in float32: from about 88.7 on a power is inf, and inf / inf is nan. */
export function byHand(scores: Table, dim: 0 | -1): Steps {
  const groups = (dim === -1 ? scores : turned(scores)).map((group) => group.map((score) => Math.fround(Math.exp(Math.fround(score)))));
  const totals = groups.map((group) => group.reduce((sum, power) => Math.fround(sum + power), 0));
  const shares = groups.map((group, k) => group.map((power) => Math.fround(power / totals[k]!)));
  const back = (table: number[][]): number[][] => (dim === -1 ? table : turned(table));
  return { powers: back(groups), totals, shares: back(shares) };
}

/** `(z + constant) / temperature`, rounded to float32 after each step, as torch does. */
export function prepared(z: number, constant: number, temperature: number): number {
  return Math.fround(Math.fround(Math.fround(z) + constant) / Math.fround(temperature));
}
