// A stage of the model -> its tensor, drawn or as a table whose numbers tell what they were made of.
import { asks, cell, escape } from "../core/html";
import { grouped } from "../core/numbers";
import * as model from "../core/pipeline";
import { arrow, picture, rect, text } from "../core/svg";

const { BATCH, SEQ, EMBED, HEAD_DIM, VOCABULARY, IDS, WORDS } = model;

/** A number as it is written in a cell: two decimals at most, a true minus. */
function short(value: number, decimals = 2): string {
  return value.toFixed(decimals).replace("-0.00", "0.00").replace("-0.0", decimals === 1 && Math.abs(value) < 0.05 ? "0.0" : "-0.0").replace("-", "−");
}

function shade(weight: number): string {
  return `background-color:rgba(76,130,230,${(0.12 + 0.55 * weight).toFixed(2)})`;
}

export function ids(live: boolean): string {
  const [left, top, width, height] = [96, 44, 78, 50];
  const parts: string[] = [];
  IDS.forEach((row, b) =>
    row.forEach((id, t) => {
      const [x, y] = [left + width * t, top + height * b];
      const word = WORDS[b]![t]!;
      const source = { from: [`b${b}`, `t${t}`], formula: `ids[${b}, ${t}] = ${id}: the vocabulary's number for ${word}`, spoken: `ids at ${b}, ${t} is ${id}, the number of ${word}` };
      const box = rect(x, y, width, height, { fill: "accent-tint", stroke: "accent" });
      const inside = text(x + width / 2, y + 16, word, { size: 13, fill: "muted" }) + text(x + width / 2, y + 34, String(id), { size: 16, mono: true });
      parts.push(`<g class="sw-asked" role="img" ${asks(source, b + t === 0)}>${box}${inside}</g>`);
    }),
  );
  const [right, bottom] = [left + width * SEQ, top + height * BATCH];
  const label = (x: number, y: number, name: string, words_: string): string => `<g data-cell="${name}">${text(x, y, words_, { size: 11.5, mono: true, fill: "muted" })}</g>`;
  parts.push(
    ...model.places().map((t) => label(left + width * (t + 0.5), top - 12, `t${t}`, String(t))),
    ...IDS.map((_, b) => label(left - 26, top + height * (b + 0.5), `b${b}`, String(b))),
    arrow(left, bottom + 12, right, bottom + 12, { stroke: "seq", weight: 2 }),
    text((left + right) / 2, bottom + 28, "seq: which token", { size: 13, bold: true, fill: "seq" }),
    arrow(left - 12, top, left - 12, bottom, { stroke: "batch", weight: 2 }),
    text(left - 46, (top + bottom) / 2, "batch", { size: 13, bold: true, fill: "batch", turn: -90 }),
  );
  return `<div data-walk="${SEQ}">${picture(440, 190, "a grid of 2 sequences, each a row of 4 token ids with its word", parts, live)}</div>`;
}

export function embeddings(live: boolean): string {
  const [left, top, width, height] = [80, 66, 34, 27];
  const parts: string[] = [];
  const values = model.embeddings();
  for (const b of [1, 0]) {
    const [x, y] = [left + 40 * b, top - 50 * b];
    values[b]!.forEach((row, t) =>
      row.forEach((value, d) => {
        const box = rect(x + width * d, y + height * t, width, height, { fill: b ? "paper" : "accent-tint", stroke: "accent" });
        const number = b === 0 || t < 2 ? text(x + width * (d + 0.5), y + height * (t + 0.5), short(value, 1), { size: 12, mono: true }) : "";
        const id = IDS[b]![t]!;
        const source = { from: [`id${t}`], formula: `x[${b}, ${t}, ${d}] = table[${id}][${d}] = ${short(value, 1)}`, spoken: `x at ${b}, ${t}, ${d} is ${value}, number ${d} of the table's row ${id}` };
        parts.push(b ? `<g>${box}${number}</g>` : `<g class="sw-asked" role="img" ${asks(source, t + d === 0)}>${box}${number}</g>`);
      }),
    );
  }
  const [right, bottom] = [left + width * EMBED, top + height * SEQ];
  const word = (t: number): string => `<g data-cell="id${t}">${text(left - 18, top + height * (t + 0.5), `${WORDS[0][t]} ${IDS[0][t]}`, { size: 11, fill: "muted", anchor: "end" })}</g>`;
  parts.push(
    ...model.places().map(word),
    arrow(left, bottom + 12, right, bottom + 12, { stroke: "embed", weight: 2 }),
    text((left + right) / 2, bottom + 27, "embed: which number", { size: 13, bold: true, fill: "embed" }),
    arrow(left - 12, top, left - 12, bottom, { stroke: "seq", weight: 2 }),
    text(left - 22, top - 14, "seq", { size: 13, bold: true, fill: "seq" }),
    arrow(right + 10, bottom, right + 50, bottom - 50, { stroke: "batch", weight: 2 }),
    text(right + 36, bottom - 10, "batch", { size: 13, bold: true, fill: "batch", anchor: "start" }),
  );
  return `<div data-walk="${EMBED}">${picture(470, 212, "two grids, one behind the other, each of 4 token vectors with 8 numbers", parts, live)}</div>`;
}

/** A table of one row per token of sequence 0; a header cell names what its numbers come from. */
function tokens(caption: string, name: string, columns: readonly string[], body: (t: number) => string): string {
  const heads = columns.map((column, k) => `<th scope="col" class="sw-head" data-cell="${name}c${k}">${escape(column)}</th>`).join("");
  const rows = model.places().map((t) => `<tr><th scope="row" class="sw-head" data-cell="${name}r${t}">${WORDS[0][t]}</th>${body(t)}</tr>`);
  return (
    `<table class="sw-grid" role="grid" aria-label="${escape(caption)}" data-walk="${columns.length}"><caption class="sw-head">${escape(caption)}</caption>` +
    `<thead><tr><td class="sw-head"></td>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table>`
  );
}

export function queries(): string {
  const columns = Array.from({ length: HEAD_DIM }, (_, d) => String(d));
  const table = (kind: "q" | "k", head: number): string => {
    const name = `${kind}${head}`;
    return tokens(`${kind === "q" ? "queries" : "keys"} of head ${head}`, name, columns, (t) =>
      (kind === "q" ? model.query : model.key)(head, t).map((value, d) => {
        const formula = `${kind}[0, ${head}, ${t}, ${d}] = ${short(value)}: number ${d} of what head ${head} ${kind === "q" ? "asks for" : "offers"} at ${WORDS[0][t]}`;
        return cell(short(value), { source: { from: [`${name}r${t}`, `${name}c${d}`], formula }, first: t + d === 0 });
      }).join(""),
    );
  };
  const both = (kind: "q" | "k"): string => `<div class="sw-heads">${[0, 1].map((head) => table(kind, head)).join("")}</div>`;
  return both("q") + both("k");
}

export function scores(): string {
  return heads(scoreCell);
}

export function weights(): string {
  return heads(weightCell);
}

/** One grid of queries by keys for each head of sequence 0. */
function heads(draw: (head: number) => (q: number, k: number) => string): string {
  const each = [0, 1].map((head) => {
    const one = draw(head);
    return tokens(`head ${head}: query ↓, key →`, `h${head}`, WORDS[0], (q) => model.places().map((k) => one(q, k)).join(""))
      .replace('class="sw-grid"', 'class="sw-grid sw-weights"');
  });
  return `<div class="sw-heads">${each.join("")}</div>`;
}

function scoreCell(head: number): (q: number, k: number) => string {
  const all = model.scores(head);
  return (q, k) => {
    const terms = model.query(head, q).map((value, d) => `${short(value)}·${short(model.key(head, k)[d]!)}`).join(" + ");
    const formula = `score[0, ${head}, ${q}, ${k}] = q·k / √${HEAD_DIM} = (${terms}) / 2 = ${short(all[q]![k]!)}`;
    const spoken = `query ${WORDS[0][q]}, key ${WORDS[0][k]}: score ${short(all[q]![k]!)}`;
    return cell(short(all[q]![k]!), { source: { from: [`h${head}r${q}`, `h${head}c${k}`], formula, spoken }, first: q + k === 0 });
  };
}

function weightCell(head: number): (q: number, k: number) => string {
  const [scores, weights] = [model.scores(head), model.weights(head)];
  return (q, k) => {
    const first = q + k === 0;
    const seen = model.places().filter((j) => j <= q);
    const from = [`h${head}r${q}`, ...seen.map((j) => `h${head}c${j}`)];
    if (k > q) {
      const formula = `weight[0, ${head}, ${q}, ${k}] = 0: masked, the key comes after the query`;
      return cell("–", { source: { from, formula, spoken: `query ${WORDS[0][q]}, key ${WORDS[0][k]}: masked, the key comes later` }, first, kind: "sw-masked" });
    }
    const sum = seen.map((j) => `e^${short(scores[q]![j]!)}`).join(" + ");
    const value = weights[q]![k]!;
    const formula = `weight[0, ${head}, ${q}, ${k}] = e^${short(scores[q]![k]!)} / (${sum}) = ${short(value)}`;
    const spoken = `query ${WORDS[0][q]}, key ${WORDS[0][k]}: weight ${short(value)}`;
    return cell(short(value), { source: { from, formula, spoken }, first }).replace("<td", `<td style="${shade(value)}"`);
  };
}

export function mixed(): string {
  const [values, x] = [model.mixed()[0]!, model.embeddings()[0]!];
  const columns = Array.from({ length: EMBED }, (_, d) => String(d));
  return tokens("mixed vectors of sequence 0", "m", columns, (t) =>
    values[t]!.map((value, d) => {
      const head = Math.floor(d / HEAD_DIM);
      const seen = model.places().filter((j) => j <= t);
      const terms = seen.map((j) => `${short(model.weights(head)[t]![j]!)}·${short(x[j]![d]!, 1)}`).join(" + ");
      const formula = `mixed[0, ${t}, ${d}] = ${terms} = ${short(value)} (head ${head})`;
      return cell(short(value), { source: { from: [...seen.map((j) => `mr${j}`), `mc${d}`], formula }, first: t + d === 0 });
    }).join(""),
  );
}

export function logits(): string {
  const values = model.logits()[0]!;
  const shown = [...model.SHOWN_WORDS];
  const table = tokens("logits of sequence 0, for six words", "l", shown.map(([, word]) => word), (t) =>
    values[t]!.map((value, w) => {
      const [id, word] = shown[w]!;
      const formula = `logits[0, ${t}, ${id}] = mixed[0, ${t}]·table[${id}] = ${short(value)}: the score of ${word} as the word after ${WORDS[0][t]}`;
      return cell(short(value), { source: { from: [`lr${t}`, `lc${w}`], formula }, first: t + w === 0 });
    }).join(""),
  );
  return `${table}<p class="sw-note">⋯ and ${grouped(VOCABULARY - shown.length)} columns more</p>`;
}
