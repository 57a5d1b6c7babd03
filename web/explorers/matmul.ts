// Two shapes as somebody typed them -> their matrix product: which sizes meet, and which row and column each number comes from.
import { assign, define, type Facts, type Problems } from "../core/explorer";
import { grid, isCut } from "../core/grids";
import { button, cell, code, escape, formulaLine } from "../core/html";
import { mends, multiply, position, terms, type Product } from "../core/matmul";
import { asText, isProblem, product, readShape, type Shape } from "../core/shape";
import styles from "./matmul.css";

type State = { a: string; b: string; predict: boolean; prediction: string };

const INITIAL: State = { a: "2, 3", b: "3, 4", predict: false, prediction: "" };
const TRY_THIS: readonly (readonly [a: string, b: string, what: string])[] = [
  ["2, 3", "3, 4", "two matrices"],
  ["4, 3, 2", "4, 2, 5", "a batch, pair by pair"],
  ["4, 3, 2", "2, 5", "one matrix for all"],
  ["2, 1, 3, 2", "3, 2, 2", "stacks that broadcast"],
  ["2, 2, 4, 3", "2, 2, 4, 3", "queries and keys: a conflict"],
  ["3, 4", "4", "a matrix and a vector"],
];
const REFUSED = /^(an? )?(error|conflict|refused|none|nothing|fails?|no|impossible|(it|they) (do|does) not fit|does not fit)\.?$/i;
const MOST_AXES = 8;
/** Tensors up to this size are filled with 0, 1, 2 ... and multiplied; larger ones show only where numbers come from. */
const [MOST_ELEMENTS, MOST_TERMS] = [10_000, 64];

function readLimited(text: string): Shape | Problems[string] {
  const shape = readShape(text);
  if (isProblem(shape)) return shape;
  if (shape.length > MOST_AXES) return { message: `These are ${shape.length} axes; the picture has room for ${MOST_AXES}.`, part: text, at: 0 };
  if (product(shape.map((size) => size || 1)) > Number.MAX_SAFE_INTEGER) return { message: "These are more elements than any machine can hold.", part: text, at: 0 };
  return shape;
}

function multiplied(state: State): Product | null {
  const a = readLimited(state.a);
  const b = readLimited(state.b);
  return isProblem(a) || isProblem(b) ? null : multiply(a, b);
}

function predicted(state: State): string | null {
  if (REFUSED.test(state.prediction.trim())) return "error";
  const shape = readShape(state.prediction);
  return isProblem(shape) ? null : asText(shape);
}

function isHidden(state: State): boolean {
  return state.predict && predicted(state) === null;
}

function problems(state: State): Problems {
  const found: { [control: string]: Problems[string] } = {};
  for (const box of ["a", "b"] as const) {
    const shape = readLimited(state[box]);
    if (isProblem(shape)) found[box] = shape;
  }
  if (isHidden(state) && state.prediction.trim()) {
    const shape = readShape(state.prediction);
    if (isProblem(shape)) found["prediction"] = { ...shape, message: `${shape.message} If the two do not fit, write: error.`, blocks: false };
  }
  return found;
}

function pair(made: Product): string {
  return `${asText(made.a)} @ ${asText(made.b)}`;
}

function why(made: Product): string {
  if (made.fault === "scalar") return "a scalar has no row and no column; multiply it with * instead.";
  if (made.fault === "inner") {
    return `a row of A has ${made.left[made.left.length - 1]} numbers, a column of B ${made.right[made.right.length - 2]}. The inner sizes must be equal.`;
  }
  return `the leading axes ${asText(made.leading.a.shape)} and ${asText(made.leading.b.shape)} do not broadcast.`;
}

function judged(state: State, made: Product): { right: boolean; said: string } {
  const said = predicted(state) ?? "";
  const truth = made.result ? asText(made.result) : "error";
  return said === truth ? { right: true, said: `You predicted ${said}: right.` } : { right: false, said: `You predicted ${said}; it is ${truth}.` };
}

function words(state: State): string {
  const made = multiplied(state);
  if (!made) return Object.entries(problems(state)).map(([box, { message }]) => `Shape ${box.toUpperCase()}: ${message}`).join(" ");
  if (isHidden(state)) return `${pair(made)}: predict the shape of the product.`;
  const verdict = state.predict ? ` ${judged(state, made).said}` : "";
  return made.result ? `${pair(made)} gives ${asText(made.result)}.${verdict}` : `${pair(made)} is refused: ${why(made)}${verdict}`;
}

function render(state: State, live: boolean): string {
  const made = multiplied(state);
  if (!made) return "";
  const hidden = isHidden(state);
  return [
    live ? tries(hidden) : "",
    `<div class="sw-scroll">${hidden ? shapesOnly(made) : table(made)}</div>`,
    outcome(state, made, hidden),
    live && made.fault && !hidden ? offers(made) : "",
    live && (made.result || hidden) ? tensors(made, hidden) : "",
  ].join("");
}

function tries(hidden: boolean): string {
  const items = TRY_THIS.map(([a, b, what], k) => {
    const label = `${asText(readShape(a) as Shape)} @ ${asText(readShape(b) as Shape)}`;
    return `<li>${button(label, { a, b, prediction: "" }, `try-${k}`)}${hidden ? "" : ` <span class="sw-note">${what}</span>`}</li>`;
  });
  return `<p class="sw-note">Try this</p><ul class="sw-tries">${items.join("")}</ul>`;
}

/** While the answer is hidden: nothing but the two shapes. */
function shapesOnly({ a, b }: Product): string {
  const row = (which: string, shape: string): string => `<tr><th scope="row" class="sw-key">${which}</th><td class="sw-value">${code(shape)}</td></tr>`;
  return `<table class="sw-grid sw-shapes"><tbody>${row("A", asText(a))}${row("B", asText(b))}${row("A @ B", "?").replace("<tr>", '<tr class="sw-result-row">')}</tbody></table>`;
}

/** Sizes below the sizes that they meet: leading axes as in broadcasting, then rows, inner, columns. */
function table(made: Product): string {
  const lead = made.leading.a.aligned.length;
  const heads = [...made.leading.a.aligned.map((_, k) => `axis ${k - lead - 2}`), "rows", "inner", "columns"];
  const head = heads.map((name) => `<th scope="col" class="sw-head">${name}</th>`).join("");
  const signs = { original: "", padded: "+", stretched: "", conflict: "✕" };
  const chip = (kind: string, label: string, title = ""): string => `<td class="sw-size"><span class="sw-chip ${kind}"${title ? ` title="${title}"` : ""}>${label}</span></td>`;
  const none = '<td class="sw-size"></td>';
  const row = (which: "A" | "B", shape: Shape): string => {
    const own = which === "A" ? made.leading.a : made.leading.b;
    const other = which === "A" ? made.leading.b : made.leading.a;
    const leading = own.aligned.map((size, k) => {
      const fate = own.fates[k]!;
      return chip(`sw-${fate}`, `${signs[fate]}${size === 1 && other.aligned[k] !== 1 ? `1→${other.aligned[k]}` : size}`);
    });
    const whole = which === "A" ? made.left : made.right;
    const [first, second] = [whole[whole.length - 2], whole[whole.length - 1]];
    const plain = (size: number | undefined, from: boolean): string => (shape.length === 0 ? none : shape.length === 1 && !from ? chip("sw-mat-vector", "–", "a vector has no such axis") : chip("sw-plain", String(size)));
    const innerKind = made.fault === "inner" ? "sw-conflict" : "sw-mat-inner";
    const mark = innerKind === "sw-conflict" ? "✕" : "";
    const size = which === "A" ? second : first;
    const inner = shape.length ? chip(innerKind, `${mark}${size}`) : none;
    const rest = which === "A" ? `${plain(first, shape.length > 1)}${inner}${none}` : `${none}${inner}${plain(second, shape.length > 1)}`;
    return `<tr><th scope="row" class="sw-key">${which}</th><td class="sw-value">${code(asText(shape))}</td>${leading.join("")}${rest}</tr>`;
  };
  const answer = made.result ? asText(made.result) : "none";
  const sizes = made.whole
    ? [...made.whole.slice(0, -2).map((size) => chip("sw-outcome-chip", String(size))), made.a.length === 1 ? none : chip("sw-outcome-chip", String(made.whole[made.whole.length - 2])), `<td class="sw-size sw-note">sum</td>`, made.b.length === 1 ? none : chip("sw-outcome-chip", String(made.whole[made.whole.length - 1]))].join("")
    : none.repeat(lead + 3);
  return (
    `<table class="sw-grid sw-shapes"><thead><tr><td class="sw-head"></td><th class="sw-head" scope="col">shape</th>${head}</tr></thead><tbody>` +
    `${row("A", made.a)}${row("B", made.b)}<tr class="sw-result-row"><th scope="row" class="sw-key">A @ B</th><td class="sw-value">${code(answer)}</td>${sizes}</tr></tbody></table>`
  );
}

function outcome(state: State, made: Product, hidden: boolean): string {
  const line = (kind: string, html: string): string => `<p class="sw-outcome${kind}" data-key="outcome" tabindex="-1">${html}</p>`;
  if (hidden) return line("", "Which shape comes out? Enter it as your prediction, or the word error.");
  let verdict = "";
  if (state.predict) {
    const { right, said } = judged(state, made);
    verdict = `<p class="sw-verdict"><span class="sw-chip ${right ? "sw-good" : "sw-conflict"}">${right ? "✓" : "✕"}</span> ${escape(said)}</p>`;
  }
  if (made.result) return verdict + line("", `The product has shape ${code(asText(made.result))}.`);
  return `${verdict}${line(" sw-error", `These do not fit: ${escape(why(made))}`)}<p class="sw-text sw-torch">torch says: ${code(made.says)}</p>`;
}

function offers(made: Product): string {
  const items = mends(made).map(({ code: python, why: reason, a, b, result }, k) => {
    const set = { a: typed(a), b: typed(b), prediction: "" };
    return `<li>${button(`<code>${python}</code>`, set, `mend-${k}`)} <span class="sw-text">${reason}: ${asText(a)} @ ${asText(b)} gives ${asText(result)}</span></li>`;
  });
  if (made.fault === "scalar") return "";
  if (!items.length) return '<p class="sw-text">No transpose and no new axis mends this: one of the two tensors is not the one you want.</p>';
  return `<p class="sw-text"><b>Make it work</b>:</p><ul class="sw-offers">${items.join("")}</ul>`;
}

function typed(shape: Shape): string {
  return shape.join(", ");
}

/** Whether both are small enough to be filled with 0, 1, 2 ... and multiplied. */
function isFilled({ a, b, left, whole }: Product): boolean {
  return [a, b, whole ?? []].every((shape) => product(shape) <= MOST_ELEMENTS) && left[left.length - 1]! <= MOST_TERMS;
}

function tensors(made: Product, hidden: boolean): string {
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

function facts(state: State): Facts {
  const made = multiplied(state);
  if (!made) return null;
  const { result, whole, fault, says } = made;
  const values = whole && isFilled(made) && !whole.includes(0) && product(whole) <= 2000 ? valuesOf(made) : null;
  return { result, fault, says, values, mends: mends(made).map((mend) => ({ code: mend.code, result: mend.result })) };
}

/** All numbers of the product, in row-major order. */
function valuesOf(made: Product): number[] {
  const { whole } = made;
  return Array.from({ length: product(whole!) }, (_, at) => {
    const index: number[] = [];
    let rest = at;
    for (const size of [...whole!].reverse()) {
      index.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return terms(made, index).reduce((sum, { a, b }) => sum + position(a, made.left) * position(b, made.right), 0);
  });
}

function torch(state: State): string {
  const made = multiplied(state);
  if (!made) return "";
  const tensor = (shape: Shape): string => (isFilled(made) ? `torch.arange(${product(shape)}).reshape(${shape.join(", ") || "()"})` : `torch.empty(${shape.join(", ") || "()"}, device="meta")`);
  return `${tensor(made.a)} @ ${tensor(made.b)}`;
}

export const matmul = define<State>({
  name: "matmul",
  title: "Matrix product explorer",
  initial: INITIAL,
  controls: [
    { kind: "text", name: "a", label: "Shape A", placeholder: "for example 2, 3" },
    { kind: "text", name: "b", label: "Shape B", placeholder: "for example 3, 4" },
    { kind: "check", name: "predict", label: "Predict first" },
    { kind: "text", name: "prediction", label: "Prediction", spoken: "Your prediction of the product's shape", placeholder: "a shape, or: error", onEnter: true, when: "predict" },
  ],
  pictured: [INITIAL, ...TRY_THIS.slice(1).map(([a, b]) => ({ ...INITIAL, a, b })), { ...INITIAL, a: "32, 128, 64", b: "64, 256" }, { ...INITIAL, predict: true }],
  facts,
  problems,
  words,
  render,
  torch,
  update: (state, event) => {
    const next = assign(state, event);
    const asked = next.a !== state.a || next.b !== state.b || next.predict !== state.predict;
    return { state: asked && next.prediction === state.prediction ? { ...next, prediction: "" } : next };
  },
  styles,
});
