// Two sequences of token ids -> the tensors that a small model makes of them, stage by stage, computed for real.
// Nothing was trained: the vectors are a table of sample numbers, and queries and keys were chosen so that a score falls
// by RATES[head] with every step back.

export const WORDS = [["[CLS]", "what", "is", "[SEP]"], ["[CLS]", "hello", "!", "[SEP]"]] as const;
export const IDS = [[101, 2054, 2003, 102], [101, 7592, 999, 102]] as const;
export const [BATCH, SEQ, EMBED, HEADS, VOCABULARY] = [2, 4, 8, 2, 30522] as const;
export const HEAD_DIM = EMBED / HEADS;
export const RATES = [1.2, 0.35] as const;

/** The rows of the embedding table that are needed here. */
export const TABLE: ReadonlyMap<number, readonly number[]> = new Map([
  [101, [-1.4, -0.8, -0.3, 0.7, -1.8, 0.6, -0.3, -0.4]],
  [102, [1.0, 0.3, 1.1, -0.5, -0.1, 2.0, -0.8, -0.1]],
  [999, [-0.8, 0.5, 0.3, -0.1, 0.2, 1.0, -0.2, 1.0]],
  [2003, [0.3, 1.3, -0.3, -1.0, 0.8, -1.5, 1.8, 0.4]],
  [2054, [-1.4, -0.3, -1.2, 0.5, 1.2, 0.5, 0.5, 1.9]],
  [7592, [-0.4, 0.8, -1.4, 0.8, 0.6, -0.7, -0.1, 0.5]],
]);

/** Words of the vocabulary whose logits are drawn, by id. */
export const SHOWN_WORDS = new Map<number, string>(IDS.flatMap((row, b) => row.map((id, t) => [id, WORDS[b]![t]!] as const)));

export function embeddings(): number[][][] {
  return IDS.map((row) => row.map((id) => [...TABLE.get(id)!]));
}

/** A query asks for its own place, times the rate; with sqrt(head_dim) divided out, q·k is then rate * (key - query). */
export function query(head: number, t: number): number[] {
  const steep = RATES[head]! * Math.sqrt(HEAD_DIM);
  return [-steep * t, steep, 0, 0];
}

/** A key tells its place; the rest of it is not asked for. */
export function key(head: number, t: number): number[] {
  return [1, t, [0.4, -0.2][head]!, [-0.6, 0.9][head]!];
}

export function scores(head: number): number[][] {
  return places().map((q) => places().map((k) => dot(query(head, q), key(head, k)) / Math.sqrt(HEAD_DIM)));
}

/** Softmax over the keys that a query may see: those up to its own place. */
export function weights(head: number): number[][] {
  return scores(head).map((row, q) => softmax(row.map((score, k) => (k <= q ? score : -Infinity))));
}

/** Each head mixes its half of the vectors; the halves are put side by side again. */
export function mixed(): number[][][] {
  const each = RATES.map((_, head) => weights(head));
  return embeddings().map((rows) =>
    places().map((q) => rows[0]!.map((_, d) => dot(each[Math.floor(d / HEAD_DIM)]![q]!, rows.map((row) => row[d]!)))),
  );
}

/** One score for each word: how well the mixed vector fits that word's own. Only the words that are drawn. */
export function logits(): number[][][] {
  return mixed().map((rows) => rows.map((row) => [...SHOWN_WORDS.keys()].map((id) => dot(row, TABLE.get(id)!))));
}

export function places(): number[] {
  return Array.from({ length: SEQ }, (_, t) => t);
}

/** exp(x - max) over its sum; a score of -Infinity (a masked one) gets 0. */
function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - largest));
  const sum = raised.reduce((all, one) => all + one, 0);
  return raised.map((one) => one / sum);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}
