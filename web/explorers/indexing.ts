// A shape and an index as somebody typed them -> the cells it picks, the shape that comes out, view or copy.
import { assign, define, type Facts, type Problems } from "../core/explorer";
import { grid, isCut } from "../core/grids";
import { button, cell, code, escape, formulaLine } from "../core/html";
import { readIndex } from "../core/index_text";
import { isRefused, pick, type Picked, type Refused } from "../core/indexing";
import { position } from "../core/matmul";
import { grouped } from "../core/numbers";
import { asText, isProblem, product, readShape, type Shape } from "../core/shape";
import styles from "./indexing.css";

type State = { shape: string; index: string; predict: boolean; prediction: string };

const INITIAL: State = { shape: "2, 3, 4", index: "x[:, 0]", predict: false, prediction: "" };
const TRY_THIS: readonly (readonly [index: string, what: string])[] = [
  ["x[0, 1]", "one token of one sequence"],
  ["x[:, 0]", "the first token of every sequence"],
  ["x[:, -1]", "the last token of every sequence"],
  ["x[..., -1]", "the last number of every token"],
  ["x[0:1]", "a slice keeps its axis"],
  ["x[:, None]", "a new axis"],
  ["x[[0, 1], [2, 1]]", "two lists, place by place"],
  ["x[x > 10]", "where a mask is True"],
];
const REFUSED = /^(an? )?(error|refused|none|fails?|no|impossible)\.?$/i;
const MOST_AXES = 6;
const MOST_ELEMENTS = 4096;

interface Read {
  readonly shape: Shape;
  readonly index: string;
  readonly found: Picked | Refused;
}

function readLimited(text: string): Shape | Problems[string] {
  const shape = readShape(text);
  if (isProblem(shape)) return shape;
  if (shape.length > MOST_AXES) return { message: `These are ${shape.length} axes; the picture has room for ${MOST_AXES}.`, part: text, at: 0 };
  if (product(shape) > MOST_ELEMENTS) return { message: `These are ${grouped(product(shape))} numbers; up to ${grouped(MOST_ELEMENTS)} are picked from here.`, part: text, at: 0 };
  return shape;
}

function understood(state: State): Read | null {
  const shape = readLimited(state.shape);
  if (isProblem(shape)) return null;
  const brackets = readIndex(state.index, shape);
  if (isProblem(brackets)) return null;
  const typed = state.index.trim();
  return { shape, index: typed.startsWith("x") ? typed : `x${typed}`, found: pick(shape, brackets) };
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
  const shape = readLimited(state.shape);
  if (isProblem(shape)) found["shape"] = shape;
  const brackets = readIndex(state.index, isProblem(shape) ? [] : shape);
  if (isProblem(brackets)) found["index"] = brackets;
  if (isHidden(state) && state.prediction.trim()) {
    const guess = readShape(state.prediction);
    if (isProblem(guess)) found["prediction"] = { ...guess, message: `${guess.message} If torch refuses, write: error.`, blocks: false };
  }
  return found;
}

function judged(state: State, { found }: Read): { right: boolean; said: string } {
  const said = predicted(state) ?? "";
  const truth = isRefused(found) ? "error" : asText(found.shape);
  return said === truth ? { right: true, said: `You predicted ${said}: right.` } : { right: false, said: `You predicted ${said}; it is ${truth}.` };
}

function kindOf(found: Picked): string {
  return found.view ? "a view: writing into it changes x" : "a copy: writing into it leaves x as it was";
}

function words(state: State): string {
  const read = understood(state);
  if (!read) return Object.entries(problems(state)).map(([box, { message }]) => `${box}: ${message}`).join(" ");
  const { shape, index, found } = read;
  if (isHidden(state)) return `${index} of a tensor of shape ${asText(shape)}: predict the shape of the result.`;
  const verdict = state.predict ? ` ${judged(state, read).said}` : "";
  if (isRefused(found)) return `${index} of ${asText(shape)} is refused: ${found.says}.${verdict}`;
  return `${index} of ${asText(shape)} gives ${asText(found.shape)}, ${kindOf(found)}.${verdict}`;
}

function render(state: State, live: boolean): string {
  const read = understood(state);
  if (!read) return "";
  const hidden = isHidden(state);
  return (live ? tries(hidden) : "") + outcome(state, read, hidden) + (hidden ? "" : axes(read)) + tensors(read, hidden, live);
}

function tries(hidden: boolean): string {
  const items = TRY_THIS.map(([index, what], k) => `<li>${button(`<code>${escape(index)}</code>`, { index, prediction: "" }, `try-${k}`)}${hidden ? "" : ` <span class="sw-note">${what}</span>`}</li>`);
  return `<p class="sw-note">Try this</p><ul class="sw-tries">${items.join("")}</ul>`;
}

function outcome(state: State, read: Read, hidden: boolean): string {
  const line = (kind: string, html: string): string => `<p class="sw-outcome${kind}" data-key="outcome" tabindex="-1">${html}</p>`;
  if (hidden) return line("", `Which shape has ${code(read.index)}? Enter it as your prediction, or the word error.`);
  let verdict = "";
  if (state.predict) {
    const { right, said } = judged(state, read);
    verdict = `<p class="sw-verdict"><span class="sw-chip ${right ? "sw-good" : "sw-conflict"}">${right ? "✓" : "✕"}</span> ${escape(said)}</p>`;
  }
  const { found } = read;
  if (isRefused(found)) return `${verdict}${line(" sw-error", "torch refuses this index.")}<p class="sw-text sw-torch">torch says: ${code(found.says)}</p>`;
  const chip = `<span class="sw-chip ${found.view ? "sw-original" : "sw-padded"}">${found.view ? "view" : "copy"}</span>`;
  return `${verdict}${line("", `${code(read.index)} has shape ${code(asText(found.shape))}.`)}<p class="sw-text">${chip} ${kindOf(found).replace(/^a (view|copy): /, "")}.</p>`;
}

/** Each part of the index, the axis that it meets, and what becomes of that axis. */
function axes({ found }: Read): string {
  if (isRefused(found)) return "";
  const rows = found.met.map(({ text, axis, becomes }) => {
    const gone = becomes.includes("gone") ? ' class="sw-index-gone"' : "";
    return `<tr${gone}><td class="sw-value">${text === "not mentioned" ? `<span class="sw-note">${text}</span>` : code(text)}</td><td class="sw-value">${escape(axis).replace(/(axis|\d) (?=[\d(])/g, "$1&#160;")}</td><td class="sw-value">${escape(becomes)}</td></tr>`;
  });
  const head = ["index", "meets", "what becomes of it"].map((title) => `<th scope="col" class="sw-head">${title}</th>`).join("");
  return `<div class="sw-scroll"><table class="sw-grid sw-index-axes"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function tensors({ shape, index, found }: Read, hidden: boolean, live: boolean): string {
  const result = hidden || isRefused(found) ? null : found;
  if (shape.includes(0)) return '<p class="sw-note">x is empty: an axis of size 0 leaves no cells to draw.</p>';
  const picked = new Set(result?.from ?? []);
  const drawn = new Set<number>();
  const draw = (place: readonly number[]): string => {
    const at = position(place.slice(place.length - shape.length), shape);
    drawn.add(at);
    return cell(String(at), { name: `x${at}`, kind: picked.has(at) ? "sw-picked" : "" });
  };
  const x = grid({ caption: `x ${asText(shape)}`, shape, cell: draw, walked: false });
  const cut = isCut(shape) || (result !== null && isCut(result.shape)) ? " Only where each tensor starts is drawn." : "";
  if (!result) return `<div class="sw-tensors">${x}</div>${hidden ? `<p class="sw-note">What it picks appears with your prediction.${cut}</p>` : ""}`;
  const sign = '<span class="sw-sign" aria-hidden="true">→</span>';
  if (result.shape.includes(0)) return `<div class="sw-tensors">${x}</div><p class="sw-note">Nothing is picked: the result is empty.</p>`;
  const one = (place: readonly number[]): string => {
    const own = place.slice(place.length - result.shape.length);
    const at = result.from[position(own, result.shape)]!;
    const [there, here] = [spelled(at, shape), own.length ? `[${own.join(", ")}]` : ""];
    const formula = `result${here} = x${there} = ${at}`;
    return cell(String(at), { source: { from: drawn.has(at) ? [`x${at}`] : [], formula, spoken: `result ${here} is x ${there}, ${at}` }, first: !place.some(Boolean), kind: "sw-sum" });
  };
  const made = grid({ caption: `${index.length > 24 ? "result" : index} ${asText(result.shape)}`, shape: result.shape, cell: one, walked: true });
  const line = live ? formulaLine(`Point at a number of the result, or walk over it with the arrow keys, to see where it stands in x.${cut}`) : "";
  return `<div class="sw-tensors">${x}<div class="sw-equals">${sign}${made}</div></div>${line}`;
}

/** Where a number stands in x, as an index. */
function spelled(at: number, shape: Shape): string {
  const place: number[] = [];
  let rest = at;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place.length ? `[${place.join(", ")}]` : "";
}

function facts(state: State): Facts {
  const read = understood(state);
  if (!read) return null;
  const { found } = read;
  return isRefused(found) ? { says: found.says } : { shape: found.shape, values: found.from, view: found.view };
}

function torch(state: State): string {
  const read = understood(state);
  if (!read) return "";
  const line = `x = torch.arange(${product(read.shape)}).reshape(${read.shape.join(", ") || "()"}); ${read.index}`;
  return line.replace(/np\.(newaxis|array)/g, (_, name) => (name === "array" ? "torch.tensor" : "None")).replace(/(?<![.\w])tensor\(/g, "torch.tensor(");
}

export const indexing = define<State>({
  name: "indexing",
  title: "Indexing explorer",
  initial: INITIAL,
  controls: [
    { kind: "text", name: "shape", label: "Shape of x", placeholder: "for example 2, 3, 4" },
    { kind: "text", name: "index", label: "Index", placeholder: "for example x[:, 0]", wide: true },
    { kind: "check", name: "predict", label: "Predict first" },
    { kind: "text", name: "prediction", label: "Prediction", spoken: "Your prediction of the result's shape", placeholder: "a shape, or: error", onEnter: true, when: "predict" },
  ],
  pictured: [INITIAL, ...TRY_THIS.filter(([index]) => index !== INITIAL.index).map(([index]) => ({ ...INITIAL, index })), { ...INITIAL, index: "x[0, 3]" }, { ...INITIAL, predict: true }],
  facts,
  problems,
  words,
  render,
  torch,
  update: (state, event) => {
    const next = assign(state, event);
    const asked = next.shape !== state.shape || next.index !== state.index || next.predict !== state.predict;
    return { state: asked && next.prediction === state.prediction ? { ...next, prediction: "" } : next };
  },
  styles,
});
