// What somebody typed -> a shape, or what is wrong with it and where.
import type { Problem } from "./explorer";

export type Shape = readonly number[];

/** torch's tensors have no more axes than this. */
export const MOST_AXES = 64;
const LONGEST_TEXT = 1000;

/** As Python writes it: `(4, 1, 3)`, `(5,)`, `()`. */
export function asText(shape: Shape): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

export function product(sizes: Shape): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** All indices of a tensor of this shape, in row-major order. */
export function indices(shape: Shape): number[][] {
  let all: number[][] = [[]];
  for (const size of shape) all = all.flatMap((index) => Array.from({ length: size }, (_, k) => [...index, k]));
  return all;
}

export function isProblem<T>(read: T | Problem): read is Problem {
  return typeof read === "object" && read !== null && "message" in read;
}

class Refusal extends Error {
  constructor(message: string, readonly part: string, readonly at: number) {
    super(message);
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

/** Sizes with commas between them, in round or square brackets or in none, or as torch prints them: torch.Size([2, 3]). */
export function readShape(text: string): Shape | Problem {
  try {
    return sizes(text);
  } catch (refusal) {
    if (refusal instanceof Refusal) return { message: refusal.message, part: refusal.part, at: refusal.at };
    throw refusal;
  }
}

function sizes(text: string): Shape {
  if (text.length > LONGEST_TEXT) {
    throw new Refusal(`This is ${text.length} characters long; a shape of ${MOST_AXES} axes needs far fewer.`, text.slice(40), 40);
  }
  let tokens = [...text.matchAll(/[,()[\]]|[^\s,()[\]]+/g)].map((match) => ({ text: match[0], at: match.index }));
  if (!tokens.length) throw new Refusal("Nothing here yet. Enter sizes with commas between them, like 4, 1, 3.", "", text.length);
  tokens = withoutName(tokens, text);
  const bracketed = "([".includes(tokens[0]!.text);
  const inside = bracketed ? withoutBrackets(tokens) : tokens;
  const found: number[] = [];
  let comma = true;
  inside.forEach((token, k) => {
    if (token.text === ",") {
      if (comma) throw new Refusal(`There is no size before ',' at character ${token.at + 1}.`, token.text, token.at);
      comma = true;
      return;
    }
    const size = readSize(token);
    if (!comma) {
      const message = `A comma is missing between ${inside[k - 1]!.text} and ${token.text}, at character ${token.at + 1}.`;
      throw new Refusal(message, token.text, token.at);
    }
    found.push(size);
    comma = false;
  });
  if (!found.length && !bracketed) {
    throw new Refusal("There is no size here. The shape of a scalar is ().", text.trim(), tokens[0]!.at);
  }
  if (found.length > MOST_AXES) {
    const first = inside.filter((token) => token.text !== ",")[MOST_AXES]!;
    throw new Refusal(`These are ${found.length} axes; torch allows ${MOST_AXES}.`, text.slice(first.at), first.at);
  }
  return found;
}

/** torch.Size([2, 3]) -> [2, 3] */
function withoutName(tokens: Token[], text: string): Token[] {
  if (!/^(torch\.)?Size$/.test(tokens[0]!.text)) return tokens;
  const last = tokens[tokens.length - 1]!;
  if (tokens[1]?.text !== "(" || last.text !== ")" || tokens[2]?.text !== "[") {
    throw new Refusal("torch prints a shape as torch.Size([2, 3]); here a part of that is missing.", text.trim(), tokens[0]!.at);
  }
  return tokens.slice(2, -1);
}

const CLOSES: Record<string, string> = { "(": ")", "[": "]" };

/** What stands between the first token, an opening bracket, and the last one, which must close it. */
function withoutBrackets(tokens: Token[]): Token[] {
  const first = tokens[0]!;
  const last = tokens[tokens.length - 1]!;
  const closing = CLOSES[first.text]!;
  if (last.text === closing) return tokens.slice(1, -1);
  if (last.text === ")" || last.text === "]") {
    throw new Refusal(`${first.text} was opened, and ${last.text} at character ${last.at + 1} does not close it.`, last.text, last.at);
  }
  const closed = tokens.findIndex((token) => token.text === closing);
  if (closed > 0) {
    const extra = tokens[closed + 1]!;
    throw new Refusal(`The shape ends at its ${closing}, but '${extra.text}' follows at character ${extra.at + 1}.`, extra.text, extra.at);
  }
  throw new Refusal(`${first.text} at character ${first.at + 1} is never closed: ${closing} is missing.`, first.text, first.at);
}

/** One size; every other token gets its own sentence. */
function readSize(token: Token): number {
  const shown = token.text.length > 24 ? `${token.text.slice(0, 24)}…` : token.text;
  const here = `'${shown}' at character ${token.at + 1}`;
  const refuse = (why: string): never => {
    throw new Refusal(`${here} ${why}`, token.text, token.at);
  };
  if (/^[0-9]+$/.test(token.text)) {
    if (token.text.length > 1 && token.text.startsWith("0")) refuse("starts with a zero, which Python refuses too.");
    if (Number(token.text) > Number.MAX_SAFE_INTEGER) refuse("is larger than any tensor can be.");
    return Number(token.text);
  }
  if ("()[]".includes(token.text)) refuse("does not belong there: one pair of brackets around all sizes is enough.");
  if (/^-[0-9]+$/.test(token.text)) refuse("is negative. A size is 0 or more.");
  if (/^[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+e[+-]?[0-9]+)$/i.test(token.text)) {
    refuse("is not a whole number. A size counts elements.");
  }
  return refuse("is not a size. Sizes are whole numbers, with commas between them.");
}
