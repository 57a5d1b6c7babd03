// What somebody typed -> rows of numbers, or what is wrong with it and where; and numbers -> text of a known length.
import type { Problem } from "./explorer";

export type Rows = readonly (readonly number[])[];

export interface Limits {
  readonly rows: number;
  readonly columns: number;
  /** No number may be further from 0 than this. */
  readonly largest: number;
  /** What a row and a number are called in a refusal. */
  readonly row: string;
  readonly number: string;
  readonly infinity?: boolean;
}

const TOKENS = /[[\](),;]|[^\s[\](),;]+/g;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** "2, 1; 3, 4", "[[2, 1], [3, 4]]" and "torch.tensor([[2, 1], [3, 4]])" alike. Every row has as many numbers as the first. */
export function readRows(text: string, limits: Limits): Rows | Problem {
  if (text.length > 2000) return { message: `This is ${text.length} characters long, more than can be drawn.`, part: text.slice(40), at: 40 };
  const inner = text.replace(/^\s*(torch\.)?tensor(?=\s*\()/, (name) => " ".repeat(name.length));
  const rows: number[][] = [];
  let row: number[] = [];
  let depth = 0;
  for (const { 0: token, index: at } of inner.matchAll(TOKENS)) {
    if (token === "[" || token === "(") depth++;
    else if (token === "]" || token === ")") depth--;
    if (depth < 0) return { message: `Nothing was opened that ${token} could close.`, part: token, at };
    if ("[]();".includes(token)) {
      if (row.length) rows.push(row);
      row = [];
      continue;
    }
    if (token === ",") continue;
    const value = numberOf(token, limits);
    if (typeof value === "string") return { message: value, part: token, at };
    row.push(value);
    if (row.length > limits.columns) return { message: `${limits.row} has at most ${limits.columns} numbers here.`, part: token, at };
    if (rows.length >= limits.rows) return { message: `Here there are at most ${limits.rows} rows.`, part: token, at };
  }
  if (row.length) rows.push(row);
  if (depth > 0) return { message: "A bracket is never closed.", part: "", at: text.length };
  if (!rows.length) return { message: "Nothing here yet. Enter numbers with commas between them; a semicolon starts the next row.", part: "", at: text.length };
  const odd = rows.findIndex((found) => found.length !== rows[0]!.length);
  if (odd > 0) return { message: `Row ${odd} has ${rows[odd]!.length} numbers, row 0 has ${rows[0]!.length}: rows of a tensor are equally long.`, part: "", at: text.length };
  return rows;
}

function numberOf(token: string, { largest, number, infinity }: Limits): number | string {
  if (infinity && /^-(inf|∞|torch\.inf|math\.inf)$/.test(token)) return -Infinity;
  if (!NUMBER.test(token)) return `'${token.slice(0, 24)}' is not a number. Write a point for decimals and a comma between numbers.`;
  const value = Number(token);
  return Math.abs(value) > largest ? `${number} goes from -${largest} to ${largest} here.` : value;
}

/** With so many decimals, "-0.00" never; for what is not finite, as torch prints it. */
export function fixed(value: number, decimals = 2): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const written = value.toFixed(decimals);
  return Number(written) === 0 ? (0).toFixed(decimals) : written;
}

/** As short as it is, to so many decimals: 0.3, 2, -1.25. */
export function plain(value: number, decimals = 2): string {
  return Number.isFinite(value) ? String(Number(fixed(value, decimals))) : fixed(value);
}

/** Numbers as Python writes a list of floats. */
export function listed(values: readonly number[]): string {
  return `[${values.map((value) => (Number.isFinite(value) ? (Number.isInteger(value) ? value.toFixed(1) : String(value)) : value > 0 ? "torch.inf" : "-torch.inf")).join(", ")}]`;
}

/** A number inside a formula: a negative one in brackets. */
export function factor(value: number, decimals = 2): string {
  const written = plain(value, decimals);
  return value < 0 ? `(${written})` : written;
}

/** For facts: JSON has no word for what is not finite. */
export function told(value: number): number | string {
  return Number.isFinite(value) ? value : fixed(value);
}

/** Three digits, with a power of ten where it is very large or small: 7.39, 2.69e+43, 0. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return fixed(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 10000 || size < 0.001 ? value.toExponential(1) : size >= 100 ? value.toFixed(0) : value.toFixed(size >= 10 ? 1 : 2);
}

/** At most nine digits that count, as short as they can be written. */
export function brief9(value: number): string {
  return Number.isFinite(value) ? (Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(9)))) : fixed(value);
}

/** A whole number with commas between its thousands: 30522 as 30,522. Many times quicker than `toLocaleString`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
