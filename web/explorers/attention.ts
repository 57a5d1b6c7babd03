// A sentence and a vector for each of its tokens -> who attends to whom, step by step, and the average that comes out.
import { attend, type Attended } from "../core/attending";
import { define, hold, type Event, type Facts, type Moved, type Problem, type Problems, type Update } from "../core/explorer";
import { button, escape, formulaLine } from "../core/html";
import { fixed, listed, plain, readRows } from "../core/numbers";
import { isProblem } from "../core/shape";
import { LIMIT, plane, toPoint } from "./attention_plane";
import { outputTable, stepsTable, weightsTable } from "./attention_tables";
import styles from "./attention.css";

type State = {
  tokens: string; vectors: string; query: number; scaled: boolean; causal: boolean; temperature: number; predict: boolean; prediction: string;
};

const INITIAL: State = {
  tokens: "the cat sat", vectors: "0.3, 0.5; 1.2, 0.8; 0.7, 0.8", query: 2, scaled: false, causal: false, temperature: 1, predict: false, prediction: "",
};
/** Where the arrows of tokens that somebody adds start. */
const MORE = [[0.3, 0.5], [1.2, 0.8], [0.7, 0.8], [-0.6, 1.1], [1.1, -0.7], [-0.9, -0.6]] as const;
const MOST_TOKENS = 6;
const LONGEST_TOKEN = 12;
const [COOLEST, HOTTEST] = [0.1, 5];

/** What the state holds, understood; null while a box is wrong. */
export interface Read {
  readonly tokens: readonly string[];
  readonly x: readonly (readonly number[])[];
  readonly query: number;
  readonly made: Attended;
}

function tokensOf(text: string): readonly string[] | Problem {
  const found = [...text.matchAll(/\S+/g)];
  if (!found.length) return { message: "Nothing here yet. Enter words with spaces between them, like: the cat sat.", part: "", at: text.length };
  const long = found.find((match) => match[0].length > LONGEST_TOKEN);
  if (long) return { message: `A token here has at most ${LONGEST_TOKEN} characters, or its label would not fit.`, part: long[0], at: long.index };
  const extra = found[MOST_TOKENS];
  if (extra) return { message: `These are ${found.length} tokens; the plane has room for ${MOST_TOKENS}.`, part: text.slice(extra.index), at: extra.index };
  return found.map((match) => match[0]);
}

function vectorsOf(text: string): readonly (readonly number[])[] | Problem {
  const rows = readRows(text, { rows: MOST_TOKENS, columns: 2, largest: LIMIT, row: "A vector in the plane", number: "A number of a vector" });
  if (isProblem(rows) || rows[0]!.length === 2) return rows;
  return { message: "A vector in the plane has 2 numbers; a semicolon starts the next vector.", part: "", at: text.length };
}

function problems(state: State): Problems {
  const found: { [control: string]: Problem } = {};
  const tokens = tokensOf(state.tokens);
  const vectors = vectorsOf(state.vectors);
  if (isProblem(tokens)) found["tokens"] = tokens;
  if (isProblem(vectors)) found["vectors"] = vectors;
  else if (!isProblem(tokens) && tokens.length !== vectors.length) {
    found["vectors"] = { message: `${count(tokens.length, "token")} and ${count(vectors.length, "vector")}: each token needs one.`, part: "", at: state.vectors.length };
  }
  if (!isProblem(tokens) && state.predict && state.prediction.trim() && !tokens.includes(state.prediction.trim())) {
    found["prediction"] = { message: `Enter one of the tokens: ${tokens.join(", ")}.`, part: state.prediction.trim(), at: state.prediction.search(/\S/), blocks: false };
  }
  return found;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

function understood(state: State): Read | null {
  const tokens = tokensOf(state.tokens);
  const x = vectorsOf(state.vectors);
  if (isProblem(tokens) || isProblem(x) || tokens.length !== x.length) return null;
  return { tokens, x, query: Math.min(Math.max(Math.round(state.query), 0), tokens.length - 1), made: attend(x, state) };
}

function isHidden(state: State, { tokens }: Read): boolean {
  return state.predict && !tokens.includes(state.prediction.trim());
}

/** The keys with the largest weight of the chosen query: more than one where words repeat. */
function winners({ made, query }: Read): number[] {
  const row = made.weights[query]!;
  const most = Math.max(...row);
  return row.flatMap((weight, k) => (most - weight < 1e-9 ? [k] : []));
}

function verdict(state: State, read: Read): string {
  const said = state.prediction.trim();
  const truth = [...new Set(winners(read).map((k) => read.tokens[k]!))];
  return truth.includes(said) ? `You predicted ${said}: right.` : `You predicted ${said}; it is ${truth.join(" and ")}.`;
}

function words(state: State): string {
  const read = understood(state);
  if (!read) return Object.values(problems(state)).map(({ message }) => message).join(" ");
  const token = read.tokens[read.query]!;
  if (isHidden(state, read)) return `${token} asks: predict which token gets most of its attention.`;
  const judged = state.predict ? `${verdict(state, read)} ` : "";
  const shares = read.tokens.map((key, k) => `${fixed(read.made.weights[read.query]![k]!)} to ${key}`).join(", ");
  return `${judged}${token} gives ${shares}. Its output is (${read.made.output[read.query]!.map((value) => fixed(value)).join(", ")}).`;
}

function render(state: State, live: boolean): string {
  const read = understood(state);
  if (!read) return "";
  const hidden = isHidden(state, read);
  const right = hidden ? question(read, live) : outcome(state, read) + stepsTable(state, read);
  const below = hidden ? "" : `<div class="sw-att-whole">${weightsTable(read, live)}${outputTable(read)}</div>${live ? formulaLine("Point at a number, or walk over the tables with the arrow keys, to see where it comes from.") : ""}`;
  return (
    `<div class="sw-att${read.tokens.length > 3 ? " sw-att-many" : ""}"><div class="sw-att-plane">${plane(read, hidden, live)}${live ? '<p class="sw-note">Drag the tip of an arrow, or walk to it with Tab and move it with the arrow keys.</p>' : ""}</div>` +
    `<div class="sw-att-side">${chooser(read, live)}${right}</div></div>${below}`
  );
}

function chooser({ tokens, query }: Read, live: boolean): string {
  if (!live) return "";
  const buttons = tokens.map((token, k) => button(escape(token), { query: k, prediction: "" }, `query-${k}`, k === query));
  return `<p class="sw-text sw-att-asks"><b>Who asks?</b> ${buttons.join("")}</p>`;
}

function question({ tokens, query }: Read, live: boolean): string {
  const choices = live ? `<p class="sw-text">${tokens.map((token, k) => button(escape(token), { prediction: token }, `answer-${k}`)).join("")}</p>` : "";
  return (
    `<p class="sw-outcome" data-key="outcome" tabindex="-1">Which token gets most of the attention of ${escape(tokens[query]!)}?</p>${choices}` +
    '<p class="sw-note">Its score with a token is large where both arrows are long and point the same way. The numbers appear with your prediction.</p>'
  );
}

function outcome(state: State, read: Read): string {
  const right = state.predict && verdict(state, read).endsWith("right.");
  const judged = state.predict
    ? `<p class="sw-verdict"><span class="sw-chip ${right ? "sw-good" : "sw-conflict"}">${right ? "✓" : "✕"}</span> ${escape(verdict(state, read))}</p>`
    : "";
  const most = winners(read);
  const row = read.made.weights[read.query]!;
  const names = [...new Set(most.map((k) => read.tokens[k]!))].join(" and ");
  const each = most.length > 1 ? " each" : "";
  const share = `<b>${escape(read.tokens[read.query]!)}</b> gives ${fixed(row[most[0]!]!)} of its attention to ${escape(names)}${each}`;
  return `${judged}<p class="sw-outcome" data-key="outcome" tabindex="-1">${share}.</p>`;
}

function facts(state: State): Facts {
  const read = understood(state);
  return read && { tokens: read.tokens, query: read.query, ...read.made, masked: read.made.masked.map((row) => row.map((score) => (score === -Infinity ? "-inf" : score))) };
}

function torch(state: State): string {
  const read = understood(state);
  if (!read) return "";
  const n = read.tokens.length;
  const scores = `x @ x.T${state.scaled ? " / 2 ** 0.5" : ""}${state.temperature === 1 ? "" : ` / ${state.temperature}`}`;
  const masked = state.causal ? `(${scores}).masked_fill(~torch.ones(${n}, ${n}).bool().tril(), -torch.inf)` : scores;
  return `x = torch.tensor([${read.x.map(listed).join(", ")}]); torch.softmax(${masked}, dim=-1) @ x`;
}

function update(state: State, event: Event<State>): Update<State> {
  if (event.type === "press") return { state };
  if (event.type !== "set") return moved(state, event);
  const next = { ...state, ...event.values };
  const tokens = tokensOf(next.tokens);
  const vectors = vectorsOf(next.vectors);
  if (!isProblem(tokens) && !isProblem(vectors) && next.tokens !== state.tokens && next.vectors === state.vectors) {
    // Each token has an arrow, and a word that came before has the same one.
    next.vectors = written(tokens.map((token, k) => vectors[k] ?? vectors[tokens.indexOf(token)] ?? MORE[k]!));
  }
  const held = hold("The temperature", Math.round(next.temperature * 100) / 100, COOLEST, HOTTEST);
  next.temperature = held.value;
  const last = isProblem(tokens) ? MOST_TOKENS - 1 : tokens.length - 1;
  next.query = Number.isFinite(next.query) ? Math.min(Math.max(Math.round(next.query), 0), last) : 0;
  const asked = (["tokens", "vectors", "query", "scaled", "causal", "temperature", "predict"] as const).some((name) => next[name] !== state[name]);
  if (asked && next.prediction === state.prediction) next.prediction = ""; // another question needs another prediction
  return held.says === undefined ? { state: next } : { state: next, says: held.says };
}

/** An arrow's tip that was dragged, or moved with the keys, stays in the plane. */
function moved(state: State, event: Moved<State>): Update<State> {
  const read = understood(state);
  const k = Number(event.what.replace("token-", ""));
  const from = read?.x[k];
  if (!read || !from) return { state };
  const step = event.type === "nudge" && event.large ? 0.5 : 0.1;
  const wanted = event.type === "drag" ? toPoint(event.x, event.y) : [from[0]! + event.dx * step, from[1]! + event.dy * step];
  const held = wanted.map((value, axis) => hold(`The ${"xy"[axis]} of ${read.tokens[k]!}`, value, -LIMIT, LIMIT));
  const fine = event.type === "drag" ? 20 : 100; // a drag goes in steps of 0.05
  const point = held.map(({ value }) => Math.round(value * fine) / fine);
  const next = { ...state, vectors: written(read.x.map((vector, j) => (j === k ? point : vector))), prediction: "" };
  const says = held.find((axis) => axis.says !== undefined)?.says;
  return says === undefined ? { state: next } : { state: next, says };
}

function written(vectors: readonly (readonly number[])[]): string {
  return vectors.map((vector) => vector.map((value) => plain(value)).join(", ")).join("; ");
}

export const attention = define<State>({
  name: "attention",
  title: "Attention explorer",
  initial: INITIAL,
  controls: [
    { kind: "text", name: "tokens", label: "Tokens", placeholder: "for example the cat sat" },
    { kind: "text", name: "vectors", label: "Vectors", spoken: "Vectors, one for each token", placeholder: "x, y; x, y; x, y", wide: true },
    { kind: "check", name: "scaled", label: "Divide by √d", spoken: "Divide by the root of d" },
    { kind: "check", name: "causal", label: "Causal mask" },
    { kind: "slider", name: "temperature", label: "Temperature", min: COOLEST, max: HOTTEST, step: 0.1 },
    { kind: "check", name: "predict", label: "Predict first" },
    { kind: "text", name: "prediction", label: "Prediction", spoken: "Your prediction: the token that gets most attention", placeholder: "a token", onEnter: true, when: "predict" },
  ],
  pictured: [
    INITIAL,
    { ...INITIAL, scaled: true, causal: true },
    { ...INITIAL, causal: true, query: 0 },
    { ...INITIAL, tokens: "the cat sat on the mat", vectors: "0.3, 0.5; 1.2, 0.8; 0.7, 0.8; -0.6, 1.1; 0.3, 0.5; 1.1, -0.7", query: 5, temperature: 0.5 },
    { ...INITIAL, predict: true },
    { ...INITIAL, tokens: "the cat sat on the mat", vectors: "1.3, -0.3; -1, 1.6; -1.3, -1.3; 1.3, -0.4; 1.3, -0.3; -1.7, -0.7" },
  ],
  facts,
  problems,
  words,
  render,
  torch,
  update,
  valueText: (state) => `${plain(state.temperature)}`,
  styles,
});
