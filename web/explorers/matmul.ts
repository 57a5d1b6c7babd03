// Two shapes as somebody typed them -> their matrix product: which sizes meet, and which row and column each number comes from.
import { assign, define, type Facts, type Problems } from "../core/explorer";
import { button, code, escape } from "../core/html";
import { mends, multiply, position, terms, type Product } from "../core/matmul";
import { asText, isProblem, product, readShape, type Shape } from "../core/shape";
import { isFilled, tensors } from "./matmul_grids";
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
