// A matrix product -> its two tensors and the result, cell by cell: each number names its row, its column and its sum.
import { grid, isCut } from "../core/grids";
import { cell, formulaLine } from "../core/html";
import { position, terms, type Product } from "../core/matmul";
import { asText, product, type Shape } from "../core/shape";

/** Tensors up to this size are filled with 0, 1, 2 ... and multiplied; larger ones show only where numbers come from. */
const [MOST_ELEMENTS, MOST_TERMS] = [10_000, 64];

/** Whether both are small enough to be filled with 0, 1, 2 ... and multiplied. */
export function isFilled({ a, b, left, whole }: Product): boolean {
  return [a, b, whole ?? []].every((shape) => product(shape) <= MOST_ELEMENTS) && left[left.length - 1]! <= MOST_TERMS;
}

/** Both tensors and their product as grids of cells; nothing of the product while it is hidden. */
export function tensors(made: Product, hidden: boolean): string {
  const shown = made.whole ?? [];
  if (!hidden && [made.left, made.right, shown].some((shape) => shape.includes(0))) {
    const zeros = made.left[made.left.length - 1] === 0 && !shown.includes(0);
    return `<p class="sw-note">${zeros ? "Each number is a sum of no products: 0." : "The product is empty: an axis of size 0 leaves no cells to draw."}</p>`;
  }
  if ([made.left, made.right].some((shape) => shape.includes(0))) return "";
  const short = [made.left, made.right, shown].some(isCut);
  const filled = isFilled(made);
  const drawn = new Set<string>();
  const operand = (which: "A" | "B", shape: Shape, own: Shape): string => {
    const draw = (index: readonly number[]): string => {
      const at = position(index.slice(index.length - shape.length), shape);
      const name = `${which.toLowerCase()}${at}`;
      drawn.add(name);
      return cell(filled ? String(at) : "·", { name });
    };
    return grid({ caption: `${which} ${asText(own)}`, shape, cell: draw, walked: false, short });
  };
  const sign = (mark: string): string => `<span class="sw-sign" aria-hidden="true">${mark}</span>`;
  const both = `${operand("A", made.left, made.a)}<div class="sw-equals">${sign("@")}${operand("B", made.right, made.b)}</div>`;
  const cut = short ? " Only where each tensor starts is drawn." : "";
  if (hidden) return `<div class="sw-tensors">${both}</div><p class="sw-note">The product appears with your prediction.${cut}</p>`;
  const result = `<div class="sw-equals">${sign("=")}${results(made, filled, drawn, short)}</div>`;
  const hint = `Point at a number of the product, or walk over it with the arrow keys, to see its row, its column and the running sum.${cut}`;
  return `<div class="sw-tensors">${both}${result}</div>${formulaLine(hint)}`;
}

function results(made: Product, filled: boolean, drawn: ReadonlySet<string>, short: boolean): string {
  const draw = (index: readonly number[]): string => {
    const from: string[] = [];
    const parts = (filled ? terms(made, index) : firstTerms(made, index)).map(({ a, b }) => {
      const [left, right] = [position(a, made.left), position(b, made.right)];
      for (const name of [`a${left}`, `b${right}`]) if (drawn.has(name)) from.push(name);
      return { left, right, a, b };
    });
    const place = ownIndex(made, index);
    const value = parts.reduce((sum, { left, right }) => sum + left * right, 0);
    const source = filled
      ? { from, formula: `(A @ B)${place} = ${runningSum(parts)}`, spoken: `product at ${place} is ${value}, the sum of ${parts.map(({ left, right }) => `${left} times ${right}`).join(", ")}` }
      : { from, formula: `(A @ B)${place} = ${symbols(made, parts)}`, spoken: `product at ${place} is the sum of ${made.left[made.left.length - 1]} products` };
    return cell(filled ? String(value) : "·", { source, first: !index.some(Boolean), kind: "sw-sum" });
  };
  return grid({ caption: `A @ B ${asText(made.result!)}`, shape: made.whole!, cell: draw, walked: true, short });
}

/** The place in the result as Python writes it: vectors have lost their axis. */
function ownIndex(made: Product, index: readonly number[]): string {
  const row = made.a.length === 1 ? [] : [index[index.length - 2]!];
  const column = made.b.length === 1 ? [] : [index[index.length - 1]!];
  const own = [...index.slice(index.length - made.whole!.length, -2), ...row, ...column];
  return own.length ? `[${own.join(", ")}]` : "";
}

function firstTerms(made: Product, index: readonly number[]): { a: number[]; b: number[] }[] {
  const k = Math.min(made.left[made.left.length - 1]!, 4);
  return terms({ ...made, left: [...made.left.slice(0, -1), k] }, index);
}

const LONGEST_SUM = 8;

/** 0·1 + 1·5 + 2·9 = 0 + 5 + 18, then each sum so far: 0, 5, 23. */
function runningSum(parts: readonly { left: number; right: number }[]): string {
  const shown = parts.slice(0, LONGEST_SUM);
  const dots = parts.length > LONGEST_SUM ? " + …" : "";
  const products = shown.map(({ left, right }) => `${left}·${right}`).join(" + ");
  let sum = 0;
  const sums = parts.map(({ left, right }) => (sum += left * right));
  if (parts.length === 1) return `${products} = ${sum}`;
  const so = sums.slice(0, LONGEST_SUM).join(" → ");
  return `${products}${dots} = ${sum}   (running sum ${so}${dots ? " → …" : ""})`;
}

function symbols(made: Product, parts: readonly { a: readonly number[]; b: readonly number[] }[]): string {
  const inner = made.left[made.left.length - 1]!;
  const one = ({ a, b }: { a: readonly number[]; b: readonly number[] }): string => `A[${a.join(", ")}]·B[${b.join(", ")}]`;
  return `${one(parts[0]!)} + ${one(parts[1] ?? parts[0]!)}${inner > 2 ? " + …" : ""}: ${inner} products`;
}
