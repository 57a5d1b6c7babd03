// Attention worked out -> its tables: the chosen query's row step by step, all weights, and the average that comes out.
import { cell, code, escape } from "../core/html";
import { factor, fixed, plain } from "../core/numbers";
import type { Read } from "./attention";

/** Which of the steps between score and weight are taken. */
interface Steps {
  readonly scaled: boolean;
  readonly causal: boolean;
  readonly temperature: number;
}

/** The chosen query's row, from scores to weights: a line for each step, a column for each key. */
export function stepsTable(state: Steps, read: Read): string {
  const { tokens, x, query: q, made } = read;
  const me = tokens[q]!;
  let first = true;
  const line = (label: string, note: string, kind: string, of: (k: number) => string): string => {
    const cells = tokens.map((_, k) => of(k)).join("");
    return `<tr class="sw-att-${kind}"><th scope="row" class="sw-key">${label}${note ? ` <span class="sw-note">${note}</span>` : ""}</th>${cells}</tr>`;
  };
  const asked = (name: string, text: string, from: string[], formula: string, spoken: string, kind = ""): string => {
    const html = cell(text, { name, source: { from, formula, spoken }, first, kind });
    first = false;
    return html;
  };
  const score = (k: number): string => {
    const terms = x[q]!.map((value, axis) => `${factor(value)} · ${factor(x[k]![axis]!)}`).join(" + ");
    const text = fixed(made.scores[q]![k]!);
    return asked(`s${k}`, text, [`v${q}-0`, `v${q}-1`, `v${k}-0`, `v${k}-1`, `t${q}`, `t${k}`], `score of ${me} with ${tokens[k]!} = ${terms} = ${text}`, `score of ${me} with ${tokens[k]!}, the dot product of their vectors, is ${text}`);
  };
  const scaled = (k: number): string => {
    const [before, after] = [fixed(made.scores[q]![k]!), fixed(made.scaled[q]![k]!)];
    const formula = state.scaled ? `${before} / √2 = ${before} / 1.41 = ${after}` : `no scaling: ${after} stays ${after}`;
    return asked(`d${k}`, after, [`s${k}`], formula, `${tokens[k]!}, ${state.scaled ? `${before} divided by the root of 2 is ${after}` : `not scaled: ${after}`}`, state.scaled ? "" : "sw-att-idle");
  };
  const cooled = (k: number): string => {
    const [before, after] = [fixed(made.scaled[q]![k]!), fixed(made.cooled[q]![k]!)];
    const tau = plain(state.temperature);
    return asked(`c${k}`, after, [`d${k}`], `${before} / ${tau} = ${after}`, `${tokens[k]!}, ${before} divided by the temperature ${tau} is ${after}`, state.temperature === 1 ? "sw-att-idle" : "");
  };
  const masked = (k: number): string => {
    const hides = made.masked[q]![k] === -Infinity;
    const text = fixed(made.masked[q]![k]!);
    const formula = hides ? `${tokens[k]!} comes after ${me}: its score becomes -inf, so its weight will be 0` : `${me} may look at ${tokens[k]!}: ${text} stays ${text}`;
    return asked(`m${k}`, text, [`c${k}`], formula, formula, hides ? "sw-masked" : state.causal ? "" : "sw-att-idle");
  };
  const weight = (k: number): string => weightCell(read, q, k, tokens.map((_, key) => `m${key}`), false, "sw-att-weight");
  const head = tokens.map((token) => `<th scope="col" class="sw-head">${escape(token)}</th>`).join("");
  return (
    `<div class="sw-scroll"><table class="sw-grid sw-att-steps" role="grid" data-walk="${tokens.length}" aria-label="The row of ${escape(me)}, step by step"><thead><tr><td class="sw-head"></td>${head}</tr></thead><tbody>` +
    line("score", "q · k", "score", score) +
    line("÷ √2", state.scaled ? "" : "off", state.scaled ? "on" : "off", scaled) +
    line(`÷ ${plain(state.temperature)}`, "temperature", state.temperature === 1 ? "off" : "on", cooled) +
    line("mask", state.causal ? "" : "off", state.causal ? "on" : "off", masked) +
    line("softmax", "weights", "last", weight) +
    "</tbody></table></div>"
  );
}

function weightCell({ tokens, made }: Read, q: number, k: number, from: string[], first: boolean, kind: string): string {
  const powers = made.masked[q]!.map((score) => `e^${factor(score)}`);
  const text = fixed(made.weights[q]![k]!);
  const formula = `weight of ${tokens[k]!} for ${tokens[q]!} = ${powers[k]!} / (${powers.join(" + ")}) = ${text}`;
  const spoken = `${tokens[q]!} gives ${text} to ${tokens[k]!}: its share of the powers of e in this row`;
  return cell(text, { name: `w${q}-${k}`, source: { from, formula, spoken }, first, kind });
}

export function weightsTable(read: Read, live: boolean): string {
  const { tokens, query, made } = read;
  const head = tokens.map((token) => `<th scope="col" class="sw-head">${escape(token)}</th>`).join("");
  const rows = tokens.map((token, q) => {
    const cells = tokens.map((_, k) => {
      const from = q === query ? tokens.map((_key, key) => `m${key}`) : [...tokens.keys()].flatMap((key) => [`t${key}`, `v${key}-0`, `v${key}-1`]);
      const hides = made.masked[q]![k] === -Infinity;
      const step = Math.round(made.weights[q]![k]! * 4);
      return weightCell(read, q, k, from, q === 0 && k === 0, hides ? "sw-masked" : `sw-att-heat${step}`);
    });
    return `<tr class="${q === query ? "sw-att-row" : ""}"><th scope="row" class="sw-key">${escape(token)}</th>${cells.join("")}</tr>`;
  });
  const size = `(${tokens.length}, ${tokens.length})`;
  return (
    `<div class="sw-att-part"><p class="sw-caption">weights ${code(size)}${live ? ' <span class="sw-note">each row sums to 1</span>' : ""}</p><table class="sw-grid sw-att-table" role="grid" data-walk="${tokens.length}" aria-label="Weights ${size}">` +
    `<thead><tr><td class="sw-head"></td>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}

export function outputTable({ tokens, x, query, made }: Read): string {
  const given = tokens.map((token, k) => {
    const cells = x[k]!.map((value, axis) => cell(fixed(value), { name: `v${k}-${axis}`, kind: k === query ? "sw-att-own" : "" })).join("");
    return `<tr class="${k === query ? "sw-att-row" : ""}"><th scope="row" class="sw-key">${escape(token)}</th>${cells}</tr>`;
  });
  const rows = tokens.map((token, q) => {
    const cells = made.output[q]!.map((value, axis) => {
      const terms = tokens.map((_, k) => `${fixed(made.weights[q]![k]!)} · ${factor(x[k]![axis]!)}`).join(" + ");
      const name = axis === 0 ? "x" : "y";
      const from = [...tokens.keys()].flatMap((k) => [`w${q}-${k}`, `v${k}-${axis}`]);
      return cell(fixed(value), {
        source: { from, formula: `output ${name} of ${token} = ${terms} = ${fixed(value)}`, spoken: `output ${name} of ${token}, the weighted average, is ${fixed(value)}` },
        first: q === 0 && axis === 0,
        kind: "sw-att-out",
      });
    });
    return `<tr class="${q === query ? "sw-att-row" : ""}"><th scope="row" class="sw-key">${escape(token)}</th>${cells.join("")}</tr>`;
  });
  const head = '<thead><tr><td class="sw-head"></td><th scope="col" class="sw-head">x</th><th scope="col" class="sw-head">y</th></tr></thead>';
  const table = (caption: string, body: string[], walk: boolean): string =>
    `<div class="sw-att-part"><p class="sw-caption">${caption} ${code(`(${tokens.length}, 2)`)}</p><table class="sw-grid sw-att-table"${walk ? ' role="grid" data-walk="2"' : ""} aria-label="${caption} (${tokens.length}, 2)">${head}<tbody>${body.join("")}</tbody></table></div>`;
  const sign = (mark: string): string => `<span class="sw-sign" aria-hidden="true">${mark}</span>`;
  const pair = (mark: string, part: string): string => `<div class="sw-att-pair">${sign(mark)}${part}</div>`;
  return pair("@", table("vectors", given, false)) + pair("=", table("output", rows, true));
}
