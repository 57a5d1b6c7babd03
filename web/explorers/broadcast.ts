// Two shapes as somebody typed them -> how they broadcast: sizes aligned, result or conflict, and where each cell comes from.
import { align, pair, repairs, sourceIndex, torchSays, transposeMends, type Aligned, type Fate, type Operand } from "../core/broadcasting";
import { assign, define, type Facts, type Problems } from "../core/explorer";
import { grid, isCut } from "../core/grids";
import { button, cell, code, escape, formulaLine } from "../core/html";
import { FATES } from "../core/palette";
import { asText, isProblem, readShape, type Shape } from "../core/shape";

type State = { a: string; b: string; predict: boolean; prediction: string };

const INITIAL: State = { a: "4, 1, 3", b: "5, 3", predict: false, prediction: "" };

const TRY_THIS: readonly (readonly [a: string, b: string, what: string])[] = [
  ["4, 1", "1, 3", "both stretch"],
  ["3, 4", "1", "one number everywhere"],
  ["2, 3", "2, 3", "equal shapes"],
  ["3, 4", "2, 4", "a conflict"],
  ["32, 10, 64", "64", "a bias over batch and sequence"],
];

const REFUSED = /^(an? )?(error|conflict|refused|none|nothing|fails?|no|impossible|(it|they) (do|does) not broadcast|does not broadcast)\.?$/i;

/** What stands in both boxes, aligned; null while either holds no shape. */
function aligned(state: State): Aligned | null {
  const a = readShape(state.a);
  const b = readShape(state.b);
  return isProblem(a) || isProblem(b) ? null : align(a, b);
}

/** The shape that was predicted, as text, or "error"; null where nothing was entered that can be judged. */
function predicted(state: State): string | null {
  if (REFUSED.test(state.prediction.trim())) return "error";
  const shape = readShape(state.prediction);
  return isProblem(shape) ? null : asText(shape);
}

/** Whether the reader has yet to commit to a shape. */
function isHidden(state: State): boolean {
  return state.predict && predicted(state) === null;
}

function problems(state: State): Problems {
  const found: { [control: string]: Problems[string] } = {};
  for (const box of ["a", "b"] as const) {
    const shape = readShape(state[box]);
    if (isProblem(shape)) found[box] = shape;
  }
  if (isHidden(state) && state.prediction.trim()) {
    const shape = readShape(state.prediction);
    if (isProblem(shape)) found["prediction"] = { ...shape, message: `${shape.message} If the two do not fit, write: error.`, blocks: false };
  }
  return found;
}

function words(state: State): string {
  const both = aligned(state);
  if (!both) return Object.entries(problems(state)).map(([box, { message }]) => `Shape ${box.toUpperCase()}: ${message}`).join(" ");
  if (isHidden(state)) return `${pair(both)}: predict the result.`;
  const verdict = state.predict ? ` ${judged(state, both).said}` : "";
  return both.result ? `${pair(both)} gives ${asText(both.result)}.${verdict}` : `${pair(both)} do not broadcast: ${clash(both)}${verdict}`;
}

function render(state: State, live: boolean): string {
  const both = aligned(state);
  if (!both) return "";
  const hidden = isHidden(state);
  return [
    live ? tries(state, hidden) : "",
    `<div class="sw-aligned"><div class="sw-scroll">${table(both, hidden)}</div>${hidden ? "" : legend()}</div>`,
    outcome(state, both, hidden),
    live && !both.result && !hidden ? offers(both) : "",
    live && both.result ? cells(both, hidden) : "",
  ].join("");
}

function tries(state: State, hidden: boolean): string {
  const items = TRY_THIS.map(([a, b, what], k) => {
    const label = `${asText(readShape(a) as Shape)} with ${asText(readShape(b) as Shape)}`;
    const note = state.predict && hidden ? "" : ` <span class="sw-note">${what}</span>`;
    return `<li>${button(label, { a, b, prediction: "" }, `try-${k}`)}${note}</li>`;
  });
  return `<p class="sw-note">Try this</p><ul class="sw-tries">${items.join("")}</ul>`;
}

function table(both: Aligned, hidden: boolean): string {
  const rank = both.a.aligned.length;
  const heads = both.a.aligned.map((_, k) => `<th scope="col" class="sw-head">axis ${k - rank}</th>`).join("");
  const sizes = both.a.aligned.map((size, k) => {
    if (hidden) return size_("sw-unknown", "?");
    if (both.conflicts.includes(k)) return chip("conflict", "✕");
    return size_("sw-outcome-chip", String(size === 1 ? both.b.aligned[k] : size));
  });
  const shape = hidden ? "?" : both.result ? asText(both.result) : "none";
  return (
    `<table class="sw-grid sw-shapes"><thead><tr><td class="sw-head"></td><th class="sw-head" scope="col">shape</th>${heads}</tr></thead><tbody>` +
    row("A", both.a, both.b, hidden) +
    row("B", both.b, both.a, hidden) +
    `<tr class="sw-result-row"><th scope="row" class="sw-key">Result</th><td class="sw-value">${code(shape)}</td>${sizes.join("")}</tr></tbody></table>`
  );
}

/** While the result is hidden, a row shows the shape's own sizes and nothing of what becomes of them. */
function row(which: string, own: Operand, other: Operand, hidden: boolean): string {
  const padding = own.aligned.length - own.shape.length;
  const chips = own.aligned.map((size, k) => {
    if (hidden) return k < padding ? '<td class="sw-size"></td>' : size_("sw-plain", String(size));
    const fate = own.fates[k]!;
    const grows = size === 1 && other.aligned[k] !== 1 ? `1→${other.aligned[k]}` : String(size);
    return chip(fate, `${{ padded: "+", conflict: "✕", original: "", stretched: "" }[fate]}${grows}`);
  });
  return `<tr><th scope="row" class="sw-key">${which}</th><td class="sw-value">${code(asText(own.shape))}</td>${chips.join("")}</tr>`;
}

function chip(fate: Fate, label: string): string {
  return `<td class="sw-size"><span class="sw-chip sw-${fate}" title="${FATES[fate].meaning}">${label}</span></td>`;
}

function size_(kind: string, label: string): string {
  return `<td class="sw-size"><span class="sw-chip ${kind}">${label}</span></td>`;
}

function legend(): string {
  const signs = { original: "4", padded: "+1", stretched: "1→4", conflict: "✕3" };
  const entries = Object.entries(FATES).map(
    ([name, fate]) => `<span class="sw-entry"><span class="sw-chip sw-${name}">${signs[name as Fate]}</span> ${name}: ${fate.meaning}</span> `,
  );
  return `<p class="sw-note sw-legend">${entries.join("")}</p>`;
}

/** The one sentence that matters, and after a prediction what became of it. */
function outcome(state: State, both: Aligned, hidden: boolean): string {
  const line = (kind: string, html: string): string => `<p class="sw-outcome${kind}" data-key="outcome" tabindex="-1">${html}</p>`;
  if (hidden) return line("", "Which shape comes out? Enter it as your prediction, or the word error.");
  const verdict = state.predict ? verdictLine(judged(state, both)) : "";
  if (both.result) return verdict + line("", `The result has shape ${code(asText(both.result))}.`);
  return (
    verdict +
    line(" sw-error", `These do not broadcast: ${escape(clash(both))}`) +
    `<p class="sw-text sw-torch">torch says: ${code(torchSays(both))}</p>`
  );
}

function judged(state: State, both: Aligned): { right: boolean; said: string } {
  const said = predicted(state) ?? "";
  const truth = both.result ? asText(both.result) : "error";
  return said === truth ? { right: true, said: `You predicted ${said}: right.` } : { right: false, said: `You predicted ${said}; it is ${truth}.` };
}

function verdictLine({ right, said }: { right: boolean; said: string }): string {
  const [sign, kind] = right ? ["✓", "sw-good"] : ["✕", "sw-conflict"];
  return `<p class="sw-verdict"><span class="sw-chip ${kind}">${sign}</span> ${escape(said)}</p>`;
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth"];

function clash(both: Aligned): string {
  const rank = both.a.aligned.length;
  const places = both.conflicts.map((k) => {
    const which = ORDINALS[k] ?? `${k + 1}th`;
    return `on the ${which} axis (${k - rank}), ${both.a.aligned[k]} meets ${both.b.aligned[k]}`;
  });
  const told = places.length > 3 ? `${places.slice(0, 3).join(", ")}, and on ${places.length - 3} more axes` : places.join(" and ");
  return `${told}. The sizes differ, and neither is 1.`;
}

function offers(both: Aligned): string {
  const mended = repairs(both.a.shape, both.b.shape);
  const turned = transposeMends(both.a.shape, both.b.shape);
  const items = mended.map(({ which, method, index, shape, result }, k) => {
    const set = { [which.toLowerCase()]: shape.join(", "), prediction: "" };
    const tells = `or ${code(`${which}${index}`)}: ${asText(shape)}, so the result is ${asText(result)}`;
    return `<li>${button(`<code>${which}${method}</code>`, set, `repair-${k}`)} <span class="sw-text">${tells}</span></li>`;
  });
  if (turned) {
    const set = { b: turned.join(", "), prediction: "" };
    items.unshift(`<li>${button("<code>B.transpose(-2, -1)</code>", set, "repair-t")} <span class="sw-text">its last two axes stand the other way round: ${asText(turned)}</span></li>`);
  }
  if (!items.length) {
    const all = "No new axis is meant here: the sizes that clash would have to be equal. One of the two tensors is not the one you want.";
    return `<p class="sw-text">${all}</p>`;
  }
  const how = turned ? "" : " with a new axis of size 1";
  return `<p class="sw-text"><b>Make it work</b>${how}:</p><ul class="sw-offers">${items.join("")}</ul>`;
}

function cells(both: Aligned, hidden: boolean): string {
  const result = both.result!;
  if (result.includes(0)) return hidden ? "" : '<p class="sw-note">The result is empty: an axis of size 0 leaves no cells to draw.</p>';
  const short = [both.a.aligned, both.b.aligned, result].some(isCut);
  const cut = short ? " Only where each tensor starts is drawn." : "";
  const sign = (text: string): string => `<span class="sw-sign" aria-hidden="true">${text}</span>`;
  const operands = `${operand("A", both.a, hidden, short)}${sign("+")}${operand("B", both.b, hidden, short)}`;
  if (hidden) return `<div class="sw-tensors">${operands}</div><p class="sw-note">The cells of the result appear with your prediction.${cut}</p>`;
  const hint = `Point at a cell of the result, or walk over it with the arrow keys, to see the two it comes from.${cut}`;
  const sum = `<div class="sw-equals">${sign("=")}${results(both, result, short)}</div>`;
  return `<div class="sw-tensors">${operands}${sum}</div>${formulaLine(hint)}`;
}

/** Where an element stands in row-major order: its name in the picture. */
function number(index: readonly number[], shape: Shape): number {
  return sourceIndex(index, shape).reduce((at, position, k) => at * shape[k]! + position, 0);
}

function operand(which: "A" | "B", own: Operand, hidden: boolean, short: boolean): string {
  const draw = (index: readonly number[]): string => {
    const name = `${which.toLowerCase()}${number(index, own.shape)}`;
    return cell(name, { name });
  };
  return grid({ caption: `${which} ${asText(own.shape)}`, shape: hidden ? own.shape : own.aligned, cell: draw, walked: false, short });
}

function results(both: Aligned, result: Shape, short: boolean): string {
  const draw = (index: readonly number[]): string => {
    const own = index.slice(index.length - result.length);
    const [a, b] = [sourceIndex(own, both.a.shape), sourceIndex(own, both.b.shape)];
    const names = [`a${number(own, both.a.shape)}`, `b${number(own, both.b.shape)}`];
    const formula = `result[${own.join(", ")}] = A[${a.join(", ")}] + B[${b.join(", ")}] = ${names.join(" + ")}`;
    const spoken = `result at ${asText(own)} is ${names.join(" plus ")}`;
    return cell(names.join("+"), { source: { from: names, formula, spoken }, first: !index.some(Boolean), kind: "sw-sum" });
  };
  return grid({ caption: `Result ${asText(result)}`, shape: result, cell: draw, walked: true, short });
}

function facts(state: State): Facts {
  const both = aligned(state);
  if (!both) return null;
  const { a, b, result, conflicts } = both;
  return {
    result,
    conflicts,
    says: torchSays(both),
    fates: [a.fates, b.fates],
    repairs: repairs(a.shape, b.shape).map(({ which, method, index, shape, result: mended }) => ({ which, method, index, shape, result: mended })),
  };
}

function torch(state: State): string {
  const ones = (text: string): string => `torch.ones(${(readShape(text) as Shape).join(", ") || "()"})`;
  return aligned(state) ? `(${ones(state.a)} + ${ones(state.b)}).shape` : "";
}

export const broadcast = define<State>({
  name: "broadcast",
  title: "Broadcast explorer",
  initial: INITIAL,
  controls: [
    { kind: "text", name: "a", label: "Shape A", placeholder: "for example 4, 1, 3" },
    { kind: "text", name: "b", label: "Shape B", placeholder: "for example 5, 3" },
    { kind: "check", name: "predict", label: "Predict first" },
    { kind: "text", name: "prediction", label: "Prediction", spoken: "Your prediction of the result", placeholder: "a shape, or: error", onEnter: true, when: "predict" },
  ],
  pictured: [INITIAL, ...TRY_THIS.map(([a, b]) => ({ ...INITIAL, a, b })), { ...INITIAL, predict: true }],
  facts,
  problems,
  words,
  render,
  torch,
  update: (state, event) => {
    const next = assign(state, event);
    const asked = next.a !== state.a || next.b !== state.b || next.predict !== state.predict;
    // Another question needs another prediction.
    return { state: asked && next.prediction === state.prediction ? { ...next, prediction: "" } : next };
  },
});
