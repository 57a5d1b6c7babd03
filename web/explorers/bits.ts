// A number as somebody typed it -> its bits in three formats, what is stored of it, and what becomes of a long sum.
import { define, hold, type Event, type Facts, type Moved, type Problem, type Problems, type Update } from "../core/explorer";
import { bias, bitsOf, FORMATS, neighbour, partsOf, repeatedSum, stepAt, stored, stretch, valueOf, type Format } from "../core/floats";
import { button, cell, code, escape, formulaLine, pressable } from "../core/html";
import { brief9, grouped, told } from "../core/numbers";
import styles from "./bits.css";
import { numberAt, numberLine } from "./bits_line";

type State = { value: string; format: string; terms: number; predict: boolean; prediction: string };

const INITIAL: State = { value: "0.1", format: "float16", terms: 1000, predict: false, prediction: "" };
const MOST_TERMS = 4096;
const TRY_THIS: readonly (readonly [value: string, what: string])[] = [
  ["0.1", "no format holds it"],
  ["257", "too many digits for one"],
  ["70000", "too large for one"],
  ["2049", "halfway: to the even one"],
  ["1", "a sum that stops growing"],
  ["1e-7", "subnormal in float16"],
  ["65504", "the largest float16"],
];

function read(text: string): number | Problem {
  const trimmed = text.trim();
  const problem = (message: string): Problem => ({ message, part: trimmed, at: Math.max(text.search(/\S/), 0) });
  if (!trimmed) return problem("Nothing here yet. Enter a number, like 0.1.");
  if (trimmed.length > 60) return problem(`This is ${trimmed.length} characters long; about 17 digits are all that even float64 keeps.`);
  const named = /^(?:float\(["'])?([+-]?)(?:(?:math|torch|np)\.)?(inf|infinity|nan)(?:["']\))?$/i.exec(trimmed);
  if (named) return /nan/i.test(named[2]!) ? NaN : named[1] === "-" ? -Infinity : Infinity;
  const plain = trimmed.replace(/(?<=\d)_(?=\d)/g, "");
  const power = /^([+-]?)(\d+)\s*\*\*\s*([+-]?\d+)$/.exec(plain);
  if (power) return (power[1] === "-" ? -1 : 1) * Number(power[2]) ** Number(power[3]);
  const fraction = /^([+-]?\d+)\s*\/\s*(\d+)$/.exec(plain);
  if (fraction && Number(fraction[2]) !== 0) return Number(fraction[1]) / Number(fraction[2]);
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  return problem(/^\d+,\d/.test(trimmed) ? "Python writes a point before the decimals, and 70_000 for thousands." : "This is not one number. Try 0.1, 1/3, 2**-24, 1e-8, inf or nan.");
}

function understood(state: State): number | null {
  const value = read(state.value);
  return typeof value === "number" ? value : null;
}

function formatOf(state: State): Format {
  return FORMATS.find(({ name }) => name === state.format) ?? FORMATS[1]!;
}

function exact(value: number): number {
  return FORMATS.filter((format) => Object.is(stored(value, format), value)).length;
}

function predicted(state: State): number | null {
  return /^\s*[0-3]\s*$/.test(state.prediction) ? Number(state.prediction) : null;
}

function isHidden(state: State): boolean {
  return state.predict && predicted(state) === null;
}

function problems(state: State): Problems {
  const found: { [control: string]: Problem } = {};
  const value = read(state.value);
  if (typeof value !== "number") found["value"] = value;
  if (isHidden(state) && state.prediction.trim()) {
    found["prediction"] = { message: "Enter how many of the three: 0, 1, 2 or 3.", part: state.prediction.trim(), at: state.prediction.search(/\S/), blocks: false };
  }
  return found;
}

function verdict(state: State, value: number): { right: boolean; said: string } {
  const [said, truth] = [predicted(state), exact(value)];
  return said === truth ? { right: true, said: `You predicted ${said}: right.` } : { right: false, said: `You predicted ${said}; it is ${truth}.` };
}

function words(state: State): string {
  const value = understood(state);
  if (value === null) return Object.values(problems(state)).map(({ message }) => message).join(" ");
  if (isHidden(state)) return `${state.value}: predict how many of the three formats store it exactly.`;
  const kept = FORMATS.map((format) => `${format.name} stores ${brief9(stored(value, format))}`).join(", ");
  return `${state.predict ? `${verdict(state, value).said} ` : ""}${brief9(value)}: ${kept}.`;
}

function render(state: State, live: boolean): string {
  const value = understood(state);
  if (value === null) return "";
  const hidden = isHidden(state);
  const top = (live ? tries(hidden) : "") + outcome(state, value, hidden);
  if (hidden) return top;
  const line = live ? formulaLine("Point at a number, or walk over the tables with the arrow keys, to see where it comes from.") : "";
  return `${top}${FORMATS.map((format) => bitRow(value, format, live)).join("")}${legend(live)}${table(value)}${onTheLine(state, value, live)}${sums(state, value)}${line}`;
}

function tries(hidden: boolean): string {
  const items = TRY_THIS.map(([value, what], k) => `<li>${button(`<code>${value}</code>`, { value, prediction: "" }, `try-${k}`)}${hidden ? "" : ` <span class="sw-note">${what}</span>`}</li>`);
  return `<p class="sw-note">Try this</p><ul class="sw-tries">${items.join("")}</ul>`;
}

function outcome(state: State, value: number, hidden: boolean): string {
  const line = (html: string): string => `<p class="sw-outcome" data-key="outcome" tabindex="-1">${html}</p>`;
  if (hidden) return `${line(`How many of float32, float16 and bfloat16 store ${escape(brief9(value))} exactly?`)}<p class="sw-note">Enter a number from 0 to 3. The bits appear with it.</p>`;
  const holders = FORMATS.filter((format) => Object.is(stored(value, format), value)).map(({ name }) => name);
  const said = holders.length === 3 ? "All three store it exactly." : holders.length ? `${holders.join(" and ")} ${holders.length === 1 ? "stores" : "store"} it exactly.` : "None of the three stores it exactly.";
  if (!state.predict) return line(said);
  const { right, said: judged } = verdict(state, value);
  return `<p class="sw-verdict"><span class="sw-chip ${right ? "sw-good" : "sw-conflict"}">${right ? "✓" : "✕"}</span> ${escape(judged)}</p>${line(said)}`;
}

/** One format's bits; a click flips one, and the number becomes what the bits then mean. */
function bitRow(value: number, format: Format, live: boolean): string {
  const kept = stored(value, format);
  const bits = bitsOf(kept, format);
  const part = (name: "sign" | "exponent" | "mantissa", from: number, many: number): string => {
    const each = [...bits.slice(from, from + many)].map((bit, k) => {
      const at = from + k;
      const inside = live ? pressable(bit, `${format.name}-${at}`, `${format.name} ${name} bit ${k}, ${bit}`) : bit;
      return `<span class="sw-bit sw-bit-${name}${bit === "1" ? " sw-bit-one" : ""}" data-cell="${format.name}-${name}">${inside}</span>`;
    });
    return `<span class="sw-bit-part">${each.join("")}</span>`;
  };
  const rest = `${part("sign", 0, 1)}${part("exponent", 1, format.exponent)}${part("mantissa", 1 + format.exponent, format.mantissa)}`;
  return `<div class="sw-bit-row"><span class="sw-bit-name">${code(format.name)}</span><span class="sw-bit-all" role="group" aria-label="Bits of ${format.name}">${rest}</span></div>`;
}

/** The number that the bits of one format mean once the one of this name is flipped. */
function flipped(state: State, what: string): string {
  const [name, at] = [what.slice(0, what.lastIndexOf("-")), Number(what.slice(what.lastIndexOf("-") + 1))];
  const format = FORMATS.find((one) => one.name === name);
  const value = understood(state);
  if (value === null || !format) return state.value;
  const bits = bitsOf(stored(value, format), format);
  return written(valueOf(bits.slice(0, at) + (bits[at] === "1" ? "0" : "1") + bits.slice(at + 1), format));
}

function legend(live: boolean): string {
  const part = (name: string, meaning: string): string => `<span class="sw-bit-key"><span class="sw-bit sw-bit-${name}"> </span> ${name}: ${meaning}</span> `;
  return `<p class="sw-note">${part("sign", "1 is minus")}${part("exponent", "which power of two")}${part("mantissa", "the digits after the 1")}${live ? "Click a bit to flip it." : ""}</p>`;
}

/** The text of a number that reads back as the same number. */
function written(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function table(value: number): string {
  const rows = FORMATS.map((format, r) => {
    const kept = stored(value, format);
    const [below, above] = [neighbour(kept, format, false), neighbour(kept, format, true)];
    const error = kept - value;
    const { sign, exponent, mantissa } = partsOf(bitsOf(kept, format), format);
    const [e, m] = [parseInt(exponent, 2), parseInt(mantissa, 2)];
    const top = e === 2 ** format.exponent - 1;
    const power = `2^(${Math.max(e, 1)} - ${bias(format)})`;
    const meaning = top
      ? `an exponent of all 1s means ${m ? "nan" : "infinity"}: ${brief9(kept)}`
      : `${sign === "1" ? "-" : ""}${power} · ${e ? "(1 + " : ""}${m} / 2^${format.mantissa}${e ? ")" : ""} = ${written(kept)}${e ? "" : ", without the leading 1: the exponent is all 0s"}`;
    const bits = ["sign", "exponent", "mantissa"].map((part) => `${format.name}-${part}`);
    const name = (column: string): string => `${format.name}-${column}`;
    const ask = (text: string, column: string, from: string[], formula: string): string =>
      cell(text, { name: name(column), source: { from, formula, spoken: `${format.name}: ${formula.replace(/\^/g, " to the power ")}` }, first: r === 0 && column === "stored", kind: column === "stored" ? "sw-bit-stored" : "" });
    const relative = value !== 0 && Number.isFinite(error) && error !== 0 ? `, ${brief9(Number((Math.abs(error / value) * 100).toPrecision(2)))} % of it` : "";
    const off = Number.isFinite(error) ? String(Number(error.toPrecision(3))) : Object.is(kept, value) || Number.isNaN(value) ? "0" : error > 0 ? "inf" : "-inf";
    const step = Number.isFinite(kept) ? `, a step of ${brief9(stepAt(kept, format))}` : "";
    return (
      `<tr><th scope="row" class="sw-key">${code(format.name)}</th>` +
      ask(brief9(kept), "stored", bits, meaning) +
      ask(Number.isNaN(kept) ? "–" : off, "error", [name("stored")], Number.isNaN(kept) ? "nan differs from everything" : `stored - typed = ${brief9(kept)} - ${brief9(value)} = ${off}${relative}`) +
      ask(Number.isNaN(below) ? "–" : brief9(below), "below", [name("stored")], Number.isNaN(below) ? "nothing lies below" : `the next smaller number of ${format.name}: ${brief9(below)}`) +
      ask(Number.isNaN(above) ? "–" : brief9(above), "above", [name("stored")], Number.isNaN(above) ? "nothing lies above" : `the next larger number of ${format.name}: ${brief9(above)}${step}`) +
      "</tr>"
    );
  });
  const head = ["stored", "error", "next below", "next above"].map((title) => `<th scope="col" class="sw-head">${title}</th>`).join("");
  return `<div class="sw-scroll"><table class="sw-grid sw-bit-table" role="grid" data-walk="4" aria-label="What is stored"><thead><tr><td class="sw-head"></td>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function onTheLine(state: State, value: number, live: boolean): string {
  const format = formatOf(state);
  const kept = stored(value, format);
  const choices = live ? FORMATS.map(({ name }) => button(`<code>${name}</code>`, { format: name }, `line-${name}`, name === format.name)).join("") : code(format.name);
  const choose = `<p class="sw-text sw-bit-choose"><b>On the line</b> ${choices}</p>`;
  if (!Number.isFinite(kept)) return `${choose}<p class="sw-note">In ${format.name} this is ${brief9(kept)}, which has no place on the line.</p>`;
  const { low, high, closed } = stretch(kept, format);
  const ends = closed ? "ends included, since its last bit is 0" : "ends excluded, since its last bit is 1 and ties go to the even neighbor";
  return (
    `${choose}<div class="sw-scroll">${numberLine(value, format, live)}</div>` +
    `<p class="sw-note">Every number from ${brief9(low)} to ${brief9(high)} is stored as ${brief9(kept)}: ${ends}.${live ? " Drag your number, or move it with the arrow keys." : ""}</p>`
  );
}

/** The same number added again and again: where the step is wider than twice the term, nothing is added any more. */
function sums(state: State, value: number): string {
  if (!Number.isFinite(value) || value === 0) return "";
  const exactSum = value * state.terms;
  const rows = FORMATS.map((format, r) => {
    const { sum, stopped } = repeatedSum(value, state.terms, format);
    const term = brief9(stored(value, format));
    const why = Number.isFinite(sum) && stopped !== null
      ? `at ${brief9(sum)} the next larger number is ${brief9(stepAt(sum, format))} away, so adding ${term} rounds back`
      : Number.isFinite(sum) ? `${term} added ${state.terms} times, rounded each time` : `past the largest ${format.name}`;
    const source = { from: [`${format.name}-stored`], formula: `sum = ${brief9(sum)}: ${why}`, spoken: `${format.name} sum ${brief9(sum)}: ${why}` };
    const note = stopped !== null ? `stands still from term ${grouped(stopped)} on` : "still growing";
    return `<tr><th scope="row" class="sw-key">${code(format.name)}</th>${cell(brief9(sum), { source, first: r === 0, kind: stopped === null ? "" : "sw-bit-stuck" })}<td class="sw-value">${note}</td></tr>`;
  });
  return (
    `<p class="sw-caption">Added ${grouped(state.terms)} times <span class="sw-note">exactly ${brief9(exactSum)}</span></p>` +
    `<div class="sw-scroll"><table class="sw-grid sw-bit-table" role="grid" data-walk="1" aria-label="A sum of ${state.terms} terms"><tbody>${rows.join("")}</tbody></table></div>`
  );
}

function facts(state: State): Facts {
  const value = understood(state);
  if (value === null) return null;
  return Object.fromEntries(
    FORMATS.map((format) => {
      const kept = stored(value, format);
      const { low, high, closed } = Number.isFinite(kept) ? stretch(kept, format) : { low: NaN, high: NaN, closed: false };
      const sum = Number.isFinite(value) ? repeatedSum(value, Math.min(state.terms, MOST_TERMS), format) : { sum: NaN, stopped: null };
      return [format.name, {
        bits: bitsOf(kept, format), stored: told(kept), back: told(valueOf(bitsOf(kept, format), format)), below: told(neighbour(kept, format, false)),
        above: told(neighbour(kept, format, true)), low: told(low), high: told(high), closed, sum: told(sum.sum), stopped: sum.stopped,
      }];
    }),
  );
}

function torch(state: State): string {
  const value = understood(state);
  if (value === null) return "";
  const typed = Number.isFinite(value) ? written(value) : `float("${written(value)}")`;
  return `torch.tensor(${typed}, dtype=torch.${formatOf(state).name}).item()`;
}

function update(state: State, event: Event<State>): Update<State> {
  if (event.type === "press") return { state: { ...state, value: flipped(state, event.what), prediction: "" } };
  if (event.type !== "set") return moved(state, event);
  const next = { ...state, ...event.values };
  const terms = hold("The number of terms", Math.round(next.terms), 1, MOST_TERMS);
  next.terms = terms.value;
  if (!FORMATS.some(({ name }) => name === next.format)) next.format = INITIAL.format;
  const asked = next.value !== state.value || next.predict !== state.predict;
  if (asked && next.prediction === state.prediction) next.prediction = "";
  return terms.says === undefined ? { state: next } : { state: next, says: terms.says };
}

/** The number dragged along the line, or moved by an eighth of a step (with Shift by a whole one). */
function moved(state: State, event: Moved<State>): Update<State> {
  const value = understood(state);
  const format = formatOf(state);
  if (value === null || !Number.isFinite(stored(value, format))) return { state };
  if (event.type === "drag") {
    const { value: at, held } = numberAt(event.x, value, format);
    const next = { ...state, value: written(at), prediction: "" };
    return held ? { state: next, says: "The line ends here. Type another number to see another part of it." } : { state: next };
  }
  const next = value + (event.dx || event.dy) * stepAt(value, format) * (event.large ? 1 : 0.125);
  if (!Number.isFinite(stored(next, format))) return { state, says: `${brief9(stored(value, format))} is the last number of ${format.name}.` };
  return { state: { ...state, value: written(next), prediction: "" } };
}

export const bits = define<State>({
  name: "bits",
  title: "Bits explorer",
  initial: INITIAL,
  controls: [
    { kind: "text", name: "value", label: "Number", placeholder: "for example 0.1" },
    { kind: "check", name: "predict", label: "Predict first" },
    { kind: "text", name: "prediction", label: "Prediction", spoken: "Your prediction: how many formats store it exactly", placeholder: "0, 1, 2 or 3", onEnter: true, when: "predict" },
    { kind: "slider", name: "terms", label: "Terms of the sum", min: 1, max: MOST_TERMS, step: 1 },
  ],
  pictured: [INITIAL, ...TRY_THIS.slice(1).map(([value]) => ({ ...INITIAL, value, ...(value === "1" ? { format: "bfloat16", terms: MOST_TERMS } : {}) })), { ...INITIAL, value: "inf" }, { ...INITIAL, predict: true }],
  facts,
  problems,
  words,
  render,
  torch,
  update,
  valueText: (state) => `${state.terms} terms`,
  styles,
});
