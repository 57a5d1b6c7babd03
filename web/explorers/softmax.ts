// Logits, a temperature and a constant -> shares that sum to 1 along a dim, and what becomes of them when written by hand.
import { define, hold, type Event, type Facts, type Moved, type Problem, type Problems, type Update } from "../core/explorer";
import { button, cell, code, escape, formulaLine } from "../core/html";
import { brief, factor, fixed, listed, plain, readRows, told } from "../core/numbers";
import { isProblem } from "../core/shape";
import { byHand, prepared, softmaxAlong, turned, type Steps, type Table } from "../core/softmax";
import styles from "./softmax.css";
import { entry, extent, logitBars, shareBars, valueAt } from "./softmax_bars";

type State = { logits: string; temperature: number; add: number; dim: string; predict: boolean; prediction: string };

const INITIAL: State = { logits: "2, 1, 0.1", temperature: 1, add: 0, dim: "-1", predict: false, prediction: "" };
const LIMITS = { rows: 3, columns: 6, largest: 1000, row: "A row", number: "A logit", infinity: true };
const [COOLEST, HOTTEST, FARTHEST] = [0.1, 5, 200];
/** A prediction so near to the share is right. */
const NEAR = 0.05;

const TRY_THIS: readonly (readonly [label: string, what: string, values: Partial<State>])[] = [
  ["2, 1, 0.1", "three words", { logits: "2, 1, 0.1", temperature: 1, add: 0, dim: "-1" }],
  ["+ 100", "the same logits, moved up", { logits: "2, 1, 0.1", temperature: 1, add: 100, dim: "-1" }],
  ["2 queries, 3 keys", "flip dim", { logits: "1, 2, 3; 1, 1, 5", temperature: 1, add: 0, dim: "-1" }],
  ["one hidden", "a logit of -inf", { logits: "2, 1, -inf", temperature: 1, add: 0, dim: "-1" }],
];

interface Read {
  readonly z: Table;
  readonly dim: 0 | -1;
  /** (z + constant) / temperature. */
  readonly ready: Table;
  readonly shares: Table;
  readonly hand: Steps;
}

function understood(state: State): Read | null {
  const z = readRows(state.logits, LIMITS);
  if (isProblem(z)) return null;
  const dim = state.dim === "0" && z.length > 1 ? 0 : -1;
  const exact = z.map((row) => row.map((value) => (value + state.add) / state.temperature));
  const ready = z.map((row) => row.map((value) => prepared(value, state.add, state.temperature)));
  return { z, dim, ready: exact, shares: softmaxAlong(exact, dim), hand: byHand(ready, dim) };
}

function predicted(state: State): number | null {
  const match = /^(\d*\.?\d+)\s*(%?)$/.exec(state.prediction.trim());
  const value = match ? Number(match[1]) / (match[2] ? 100 : 1) : NaN;
  return value >= 0 && value <= 1 ? value : null;
}

function problems(state: State): Problems {
  const found: { [control: string]: Problem } = {};
  const z = readRows(state.logits, LIMITS);
  if (isProblem(z)) found["logits"] = z;
  if (state.predict && state.prediction.trim() && predicted(state) === null) {
    found["prediction"] = { message: "Enter a share from 0 to 1, like 0.5.", part: state.prediction.trim(), at: state.prediction.search(/\S/), blocks: false };
  }
  return found;
}

function isHidden(state: State): boolean {
  return state.predict && predicted(state) === null;
}

function top({ z, shares }: Read): { name: string; share: number } {
  let best = { name: entry(z, 0, 0), share: NaN };
  shares.forEach((row, r) => row.forEach((share, c) => {
    if (!(share <= best.share)) best = Number.isNaN(share) ? best : { name: entry(z, r, c), share };
  }));
  return best;
}

function verdict(state: State, read: Read): { right: boolean; said: string } {
  const said = predicted(state)!;
  const { name, share } = top(read);
  const right = Math.abs(said - share) <= NEAR;
  return { right, said: `You predicted ${plain(said)}; the largest share is ${fixed(share)} (${name})${right ? ": right." : "."}` };
}

function words(state: State): string {
  const read = understood(state);
  if (!read) return Object.values(problems(state)).map(({ message }) => message).join(" ");
  if (isHidden(state)) return `Logits ${state.logits}, constant ${plain(state.add)}, temperature ${plain(state.temperature)}: predict the largest share.`;
  const shares = read.shares.map((row) => row.map((share) => fixed(share)).join(", ")).join("; ");
  const judged = state.predict ? `${verdict(state, read).said} ` : "";
  return `${judged}The shares are ${shares}. ${handSays(read)}`;
}

/** What became of the version by hand. */
function handSays({ hand, shares }: Read): string {
  if (shares.flat().every(Number.isNaN)) return "Where all logits are -inf there is nothing to share: nan, in torch too.";
  const broken = hand.shares.flat().some((share, k) => Number.isNaN(share) && !Number.isNaN(shares.flat()[k]!));
  if (!broken) return "By hand it comes out the same.";
  return hand.powers.flat().includes(Infinity)
    ? "By hand it breaks: a power is larger than any float32, so it is inf, and inf / inf is nan."
    : "By hand it breaks: every power is smaller than any float32, so it is 0, and 0 / 0 is nan.";
}

function render(state: State, live: boolean): string {
  const read = understood(state);
  if (!read) return "";
  const hidden = isHidden(state);
  const bars = `<div class="sw-soft-bars"><p class="sw-caption">logits z ${live ? '<span class="sw-note">drag a bar</span>' : ""}</p><div class="sw-scroll">${logitBars(read.z, live)}</div></div>`;
  const shares = hidden ? "" : `<div class="sw-soft-bars"><p class="sw-caption">shares ${code(`dim=${state.dim}`)}</p><div class="sw-scroll">${shareBars(read.z, read.shares)}</div></div>`;
  const line = live ? formulaLine("Point at a number, or walk over the table with the arrow keys, to see where it comes from.") : "";
  return (
    (live ? tries(hidden) + along(state) : "") +
    `<div class="sw-soft">${bars}${shares}<div class="sw-soft-formula">${formula(state)}${outcome(state, read, hidden)}</div></div>` +
    (hidden ? "" : `<div class="sw-scroll">${table(state, read)}</div>${line}`)
  );
}

function tries(hidden: boolean): string {
  const items = TRY_THIS.map(([label, what, values], k) => `<li>${button(label, { ...values, prediction: "" }, `try-${k}`)}${hidden ? "" : ` <span class="sw-note">${what}</span>`}</li>`);
  return `<p class="sw-note">Try this</p><ul class="sw-tries">${items.join("")}</ul>`;
}

function along(state: State): string {
  const choice = (dim: string): string => button(`<code>dim=${dim}</code>`, { dim, prediction: "" }, `dim${dim}`, state.dim === dim);
  return `<p class="sw-text"><b>Along</b> ${choice("-1")}${choice("0")}</p>`;
}

/** The definition, with this constant and this temperature in it. */
function formula(state: State): string {
  const inside = (index: string): string => {
    const z = `z<sub>${index}</sub>`;
    const moved = state.add === 0 ? z : `${z} ${state.add < 0 ? "−" : "+"} ${plain(Math.abs(state.add))}`;
    if (state.temperature === 1) return moved;
    return `${state.add === 0 ? moved : `(${moved})`} / ${plain(state.temperature)}`;
  };
  const names = `constant ${plain(state.add)}, temperature τ = ${plain(state.temperature)}`;
  return (
    `<p class="sw-soft-math">softmax(z)<sub>i</sub> = <span class="sw-fraction"><span>e<sup>${inside("i")}</sup></span><span class="sw-only-read"> divided by </span>` +
    `<span>Σ<sub>j</sub> e<sup>${inside("j")}</sup></span></span></p><p class="sw-note">${names}</p>`
  );
}

function outcome(state: State, read: Read, hidden: boolean): string {
  const line = (kind: string, html: string): string => `<p class="sw-outcome${kind}" data-key="outcome" tabindex="-1">${html}</p>`;
  if (hidden) return `${line("", "How large is the largest share?")}<p class="sw-note">Enter a number from 0 to 1. Within ${NEAR} counts as right.</p>`;
  const { right, said } = state.predict ? verdict(state, read) : { right: false, said: "" };
  const judged = said ? `<p class="sw-verdict"><span class="sw-chip ${right ? "sw-good" : "sw-conflict"}">${right ? "✓" : "✕"}</span> ${escape(said)}</p>` : "";
  const { name, share } = top(read);
  const largest = Number.isNaN(share) ? "" : `The largest share is ${fixed(share)}, of ${name}.`;
  const says = handSays(read);
  const kind = says.includes("breaks") ? "sw-text sw-error" : "sw-text";
  return `${judged}${line("", largest || says)}${largest ? `<p class="${kind}">${says}</p>` : ""}`;
}

interface Step {
  readonly key: string;
  readonly label: string;
  readonly values: Table;
  readonly write: (value: number) => string;
  readonly from: (row: number, column: number) => string[];
  readonly formula: (row: number, column: number) => string;
  readonly kind?: string;
  /** Under or beside the values of a group: their sum. */
  readonly sums?: (value: number) => string;
}

/** Step by step: a block of rows for each, a column for each entry, and the sums along dim. */
function table(state: State, read: Read): string {
  const steps = stepsOf(state, read);
  const head = read.z[0]!.map((_, c) => `<th scope="col" class="sw-head">${"ABCDEF"[c]}</th>`).join("");
  const body = steps.map((step, k) => block(step, read, k === 1)).join("");
  const columns = read.z[0]!.length;
  return (
    `<table class="sw-grid sw-soft-steps" role="grid" data-walk="${columns}" aria-label="Softmax step by step"><thead><tr><td class="sw-head" ${read.z.length > 1 ? 'colspan="2"' : ""}></td>${head}<th scope="col" class="sw-head">${read.dim === -1 || read.z.length > 1 ? "row sum" : ""}</th></tr></thead>${body}</table>`
  );
}

function stepsOf(state: State, read: Read): Step[] {
  const { z, dim, ready, shares, hand } = read;
  const [add, tau] = [plain(state.add), plain(state.temperature)];
  const group = (row: number, column: number, key: string): string[] =>
    dim === -1 ? z[0]!.map((_, c) => `${key}${row}-${c}`) : z.map((_, r) => `${key}${r}-${column}`);
  const total = (row: number, column: number): number => hand.totals[dim === -1 ? row : column]!;
  const members = (row: number, column: number): readonly number[] => (dim === -1 ? ready[row]! : turned(ready)[column]!);
  const name = (row: number, column: number): string => entry(z, row, column);
  return [
    { key: "z", label: "z", values: z, write: (value) => plain(value), from: () => [], formula: () => "" },
    {
      key: "r", label: state.add === 0 && state.temperature === 1 ? "z, as it is" : `(z ${state.add < 0 ? "−" : "+"} ${plain(Math.abs(state.add))}) / ${tau}`, values: ready, write: (value) => fixed(value),
      from: (r, c) => [`z${r}-${c}`], formula: (r, c) => `${name(r, c)}: (${plain(z[r]![c]!)} + ${factor(Number(add))}) / ${tau} = ${fixed(ready[r]![c]!)}`,
    },
    {
      key: "p", label: "by hand: e to the power", values: hand.powers, write: brief, sums: brief, from: (r, c) => [`r${r}-${c}`],
      formula: (r, c) => `${name(r, c)}: e^${factor(ready[r]![c]!)} = ${brief(hand.powers[r]![c]!)} in float32${hand.powers[r]![c] === Infinity ? ", which ends near 3.4e+38" : ""}`,
    },
    {
      key: "h", label: "by hand: share", values: hand.shares, write: (value) => fixed(value), from: (r, c) => group(r, c, "p"), kind: "hand",
      formula: (r, c) => `${name(r, c)}: ${brief(hand.powers[r]![c]!)} / ${brief(total(r, c))} = ${fixed(hand.shares[r]![c]!)}`,
    },
    {
      key: "s", label: "torch.softmax", values: shares, write: (value) => fixed(value), sums: (value) => fixed(value), from: (r, c) => group(r, c, "r"), kind: "share",
      formula: (r, c) => {
        const largest = Math.max(...members(r, c));
        const power = (value: number): string => `e^${factor(value - largest)}`;
        return `${name(r, c)}: ${power(ready[r]![c]!)} / (${members(r, c).map(power).join(" + ")}) = ${fixed(shares[r]![c]!)}, with the largest, ${plain(largest)}, subtracted first`;
      },
    },
  ];
}

function block(step: Step, read: Read, first: boolean): string {
  const many = read.z.length;
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const both = step.key === "s" && many > 1; // a sum in each direction: the quickest proof
  const rows = step.values.map((values, r) => {
    const cells = values.map((value, c) => {
      const kind = step.kind === "hand" && Number.isNaN(value) ? "sw-soft-broken" : step.kind === "share" ? "sw-soft-share" : "";
      const source = { from: step.from(r, c), formula: step.formula(r, c), spoken: step.formula(r, c).replace("e^", "e to the ") };
      return step.key === "z" ? cell(step.write(value), { name: `z${r}-${c}`, kind }) : cell(step.write(value), { name: `${step.key}${r}-${c}`, source, first: first && r + c === 0, kind });
    });
    const along = step.sums && (read.dim === -1 || both) ? `<td class="sw-soft-sum${read.dim === -1 ? " sw-soft-one" : ""}">${step.sums(step.key === "p" ? read.hand.totals[r]! : sum(values))}</td>` : "<td></td>";
    const label = r === 0 ? `<th scope="rowgroup" rowspan="${many}" class="sw-key">${step.label}</th>` : "";
    const index = many > 1 ? `<th scope="row" class="sw-head">row ${r}</th>` : "";
    return `<tr>${label}${index}${cells.join("")}${along}</tr>`;
  });
  const down = step.sums && many > 1 && (read.dim === 0 || both) ? `<tr><td></td><th scope="row" class="sw-head">column sum</th>${turned(step.values).map((column, c) => `<td class="sw-soft-sum${read.dim === 0 ? " sw-soft-one" : ""}">${step.sums!(step.key === "p" ? read.hand.totals[c]! : sum(column))}</td>`).join("")}<td></td></tr>` : "";
  return `<tbody class="sw-soft-${step.key}">${rows.join("")}${down}</tbody>`;
}

function facts(state: State): Facts {
  const read = understood(state);
  const all = (table_: Table): Facts => table_.map((row) => row.map(told));
  return read && { values: all(read.z), shares: all(read.shares), powers: all(read.hand.powers), by_hand: all(read.hand.shares) };
}

function torch(state: State): string {
  const read = understood(state);
  if (!read) return "";
  const tensor = `torch.tensor(${read.z.length > 1 ? `[${read.z.map(listed).join(", ")}]` : listed(read.z[0]!)})`;
  const moved = state.add === 0 ? tensor : `(${tensor} ${state.add < 0 ? "-" : "+"} ${Math.abs(state.add)})`;
  return `torch.softmax(${moved}${state.temperature === 1 ? "" : ` / ${state.temperature}`}, dim=${read.z.length > 1 ? state.dim : -1})`;
}

function update(state: State, event: Event<State>): Update<State> {
  if (event.type === "press") return { state };
  if (event.type !== "set") return moved(state, event);
  const next = { ...state, ...event.values };
  const temperature = hold("The temperature", Math.round(next.temperature * 100) / 100, COOLEST, HOTTEST);
  const add = hold("The constant", Math.round(next.add * 100) / 100, -FARTHEST, FARTHEST);
  [next.temperature, next.add, next.dim] = [temperature.value, add.value, next.dim === "0" ? "0" : "-1"];
  const asked = (["logits", "temperature", "add", "dim", "predict"] as const).some((name) => next[name] !== state[name]);
  if (asked && next.prediction === state.prediction) next.prediction = "";
  const z = readRows(next.logits, LIMITS);
  const flat = next.dim === "0" && state.dim !== "0" && !isProblem(z) && z.length === 1;
  const says = temperature.says ?? add.says ?? (flat ? "One row has one dimension: dim 0 and dim -1 are the same. Try the 2 queries with 3 keys." : undefined);
  return says === undefined ? { state: next } : { state: next, says };
}

/** A bar that was dragged, or moved with the keys, stays on its scale. */
function moved(state: State, event: Moved<State>): Update<State> {
  const read = understood(state);
  const [row, column] = event.what.replace("z-", "").split("-").map(Number);
  const before = read?.z[row!]?.[column!];
  if (!read || before === undefined) return { state };
  const reach = extent(read.z);
  const step = (event.type === "nudge" && event.large ? 1 : 0.1) * (reach / 5);
  const from = Number.isFinite(before) ? before : -reach;
  const wanted = event.type === "drag" ? valueAt(event.y, reach) : from + (event.dx + event.dy) * step;
  const held = hold(`Logit ${entry(read.z, row!, column!)}`, Math.round(wanted * 10) / 10, -reach, reach);
  const logits = read.z.map((values, r) => values.map((value, c) => plain(r === row && c === column ? held.value : value)).join(", ")).join("; ");
  const next = { ...state, logits, prediction: "" };
  return held.says === undefined ? { state: next } : { state: next, says: held.says };
}

export const softmax = define<State>({
  name: "softmax",
  title: "Softmax explorer",
  initial: INITIAL,
  controls: [
    { kind: "text", name: "logits", label: "Logits", placeholder: "for example 2, 1, 0.1" },
    { kind: "check", name: "predict", label: "Predict first" },
    { kind: "text", name: "prediction", label: "Prediction", spoken: "Your prediction of the largest share", placeholder: "a share, like 0.5", onEnter: true, when: "predict" },
    { kind: "slider", name: "temperature", label: "Temperature", min: COOLEST, max: HOTTEST, step: 0.1 },
    { kind: "slider", name: "add", label: "Add", spoken: "Add a constant to every logit", min: -FARTHEST, max: FARTHEST, step: 1 },
  ],
  pictured: [
    INITIAL,
    { ...INITIAL, temperature: 0.5 },
    { ...INITIAL, add: 100 },
    { ...INITIAL, logits: "1, 2, 3; 1, 1, 5" },
    { ...INITIAL, logits: "1, 2, 3; 1, 1, 5", dim: "0" },
    { ...INITIAL, predict: true },
  ],
  facts,
  problems,
  words,
  render,
  torch,
  update,
  valueText: (state, control) => (control === "add" ? `${plain(state.add)} added` : plain(state.temperature)),
  styles,
});
