// A stage of a language model, 0 to 6 -> a picture of the tensor that it hands on, from token ids to logits.
import { define, hold } from "../core/explorer";
import { asks, button, cell, code, escape, formulaLine } from "../core/html";
import * as model from "../core/pipeline";
import { asText, type Shape } from "../core/shape";
import { arrow, picture, rect, text } from "../core/svg";

type State = { stage: number };

const { BATCH, SEQ, EMBED, HEADS, HEAD_DIM, VOCABULARY, IDS, WORDS } = model;

interface Stage {
  readonly name: string;
  readonly axes: readonly string[];
  readonly shape: Shape;
  readonly what: string;
  readonly note: string;
  readonly torch: string;
  readonly draw: (live: boolean) => string;
}

const PREVIEW = "A preview: heads and attention are explained in notebooks 4 and 5. For now, count the axes. ";

const STAGES: readonly Stage[] = [
  {
    name: "Token IDs",
    axes: ["batch", "seq_len"],
    shape: [BATCH, SEQ],
    what: "Text, cut into tokens. Each id is a place in the list of all words; two sequences of four tokens are one batch.",
    note: "The ids are those of BERT's vocabulary. Both sequences start with 101 and end with 102, its tokens for start and end.",
    torch: `ids = torch.tensor(${JSON.stringify(IDS).replace(/,/g, ", ")})`,
    draw: ids,
  },
  {
    name: "Embeddings",
    axes: ["batch", "seq_len", "embed_dim"],
    shape: [BATCH, SEQ, EMBED],
    what: "Each id becomes a vector of eight numbers, looked up in a table. The new axis comes last.",
    note: "The same id has the same vector: both sequences start with the same row.",
    torch: `x = torch.nn.Embedding(${VOCABULARY}, ${EMBED})(torch.tensor(${JSON.stringify(IDS).replace(/,/g, ", ")}))`,
    draw: embeddings,
  },
  {
    name: "Queries and keys",
    axes: ["batch", "heads", "seq", "head_dim"],
    shape: [BATCH, HEADS, SEQ, HEAD_DIM],
    what: "Two linear layers make a query and a key of each vector. Their eight numbers are cut into two heads of four: that is the new axis.",
    note: `${PREVIEW}Queries are drawn, with the keys below; here they were chosen so that the weights fade with distance, a model learns them.`,
    torch: `q = torch.randn(${BATCH}, ${SEQ}, ${EMBED}).view(${BATCH}, ${SEQ}, ${HEADS}, ${HEAD_DIM}).transpose(1, 2)`,
    draw: queries,
  },
  {
    name: "Scores",
    axes: ["batch", "heads", "seq", "seq"],
    shape: [BATCH, HEADS, SEQ, SEQ],
    what: "Each query meets each key: their dot product, divided by the root of 4. The axis of four numbers is summed away, and seq stands there twice.",
    note: `${PREVIEW}A row is a query, a column a key.`,
    torch: `scores = torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${HEAD_DIM}) @ torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${HEAD_DIM}).transpose(-2, -1) / ${HEAD_DIM} ** 0.5`,
    draw: () => heads((head) => scoreCell(head)),
  },
  {
    name: "Attention",
    axes: ["batch", "heads", "seq", "seq"],
    shape: [BATCH, HEADS, SEQ, SEQ],
    what: "Softmax makes weights of the scores: how much a query (row) takes from a key (column). Each row sums to 1.",
    note: `${PREVIEW}Causal mask: a row sees only columns up to its own, and the weight fades with distance. Models that write text, like GPT, have this mask; BERT looks both ways.`,
    torch: `weights = torch.softmax(torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${SEQ}).masked_fill(torch.ones(${SEQ}, ${SEQ}).triu(1).bool(), -torch.inf), dim=-1)`,
    draw: () => heads((head) => weightCell(head)),
  },
  {
    name: "Mixed",
    axes: ["batch", "seq_len", "embed_dim"],
    shape: [BATCH, SEQ, EMBED],
    what: "Each token's new vector is the weighted average of those it looks at. The heads are put side by side again, so the shape is that of the embeddings.",
    note: `${PREVIEW}Here the vectors that are averaged are the embeddings themselves.`,
    torch: `mixed = (torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${SEQ}).softmax(-1) @ torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${HEAD_DIM})).transpose(1, 2).reshape(${BATCH}, ${SEQ}, ${EMBED})`,
    draw: mixed,
  },
  {
    name: "Logits",
    axes: ["batch", "seq_len", "vocab_size"],
    shape: [BATCH, SEQ, VOCABULARY],
    what: `A last matrix product gives one score for each of the ${VOCABULARY.toLocaleString("en-US")} words of the vocabulary, at every place: which word comes next?`,
    note: "Six words of the vocabulary are drawn. Nothing was trained here, so the scores mean nothing yet.",
    torch: `logits = torch.randn(${BATCH}, ${SEQ}, ${EMBED}) @ torch.randn(${EMBED}, ${VOCABULARY})`,
    draw: logits,
  },
];
const LAST = STAGES.length - 1;
const EXPLAINED_LATER = (k: number): boolean => k >= 2 && k <= 5;

function at({ stage }: State): Stage {
  return STAGES[stage]!;
}

function words(state: State): string {
  const { name, axes, shape, what, note } = at(state);
  return `${name}. Shape (${axes.join(", ")}), here ${asText(shape)}. ${what} ${note}`;
}

function render(state: State, live: boolean): string {
  const { name, axes, shape, what, note, draw } = at(state);
  const preview = EXPLAINED_LATER(state.stage) ? ' <span class="sw-chip sw-preview">preview</span>' : "";
  return (
    stages(state.stage, live) +
    `<div class="sw-frame sw-pipeline-frame"><div class="sw-tensor">${draw(live)}</div>` +
    `<div class="sw-panel"><p class="sw-title" data-key="outcome">${name}${preview}</p>` +
    `<p class="sw-text">${code(`(${axes.join(", ")})`)}, here ${code(asText(shape))}</p>` +
    `<p class="sw-text">${what}</p><p class="sw-note">${note}</p></div></div>` +
    (live ? formulaLine("Point at a number, or walk with the arrow keys, to see what it was made of.") : "")
  );
}

/** The stages as boxes joined by arrows. */
function stages(now: number, live: boolean): string {
  const items = STAGES.map(({ name, shape }, k) => {
    const label = `<b>${name}</b><br><code class="sw-code">${asText(shape)}</code>`;
    if (live) return `<li class="sw-stop${k < now ? " sw-passed" : ""}">${button(label, { stage: k }, `stage-${k}`, k === now)}</li>`;
    return `<span class="sw-chip${k === now ? " sw-original" : ""}">${name} ${asText(shape)}</span>${k < LAST ? " → " : ""}`;
  });
  return live ? `<ol class="sw-stops">${items.join("")}</ol>` : `<p class="sw-note">${items.join("")}</p>`;
}

/** A number as it is written in a cell: two decimals at most, a true minus. */
function short(value: number, decimals = 2): string {
  return value.toFixed(decimals).replace("-0.00", "0.00").replace("-0.0", decimals === 1 && Math.abs(value) < 0.05 ? "0.0" : "-0.0").replace("-", "−");
}

function shade(weight: number): string {
  return `background-color:rgba(76,130,230,${(0.12 + 0.55 * weight).toFixed(2)})`;
}

function ids(live: boolean): string {
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

function embeddings(live: boolean): string {
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

function queries(): string {
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

function mixed(): string {
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

function logits(): string {
  const values = model.logits()[0]!;
  const shown = [...model.SHOWN_WORDS];
  const table = tokens("logits of sequence 0, for six words", "l", shown.map(([, word]) => word), (t) =>
    values[t]!.map((value, w) => {
      const [id, word] = shown[w]!;
      const formula = `logits[0, ${t}, ${id}] = mixed[0, ${t}]·table[${id}] = ${short(value)}: the score of ${word} as the word after ${WORDS[0][t]}`;
      return cell(short(value), { source: { from: [`lr${t}`, `lc${w}`], formula }, first: t + w === 0 });
    }).join(""),
  );
  return `${table}<p class="sw-note">⋯ and ${(VOCABULARY - shown.length).toLocaleString("en-US")} columns more</p>`;
}

export const pipeline = define<State>({
  name: "pipeline",
  title: "LLM pipeline explorer",
  initial: { stage: 0 },
  controls: [{ kind: "slider", name: "stage", label: "Stage", spoken: "LLM pipeline explorer: Stage", min: 0, max: LAST, step: 1 }],
  pictured: STAGES.map((_, stage) => ({ stage })),
  steady: true,
  facts: (state) => ({
    shape: at(state).shape,
    scores: [0, 1].map(model.scores),
    weights: [0, 1].map(model.weights),
    embeddings: model.embeddings(),
    queries: [0, 1].map((head) => model.places().map((t) => model.query(head, t))),
    keys: [0, 1].map((head) => model.places().map((t) => model.key(head, t))),
    mixed: model.mixed(),
    logits: model.logits(),
    table: [...model.SHOWN_WORDS.keys()].map((id) => model.TABLE.get(id)!),
  }),
  problems: () => ({}),
  words,
  render,
  torch: (state) => at(state).torch,
  update: (state, event) => {
    if (event.type !== "set" || event.values.stage === undefined) return { state };
    const { value, says } = hold("The stage", Math.round(event.values.stage), 0, LAST);
    return { state: { stage: value }, ...(says ? { says } : {}) };
  },
  valueText: (state) => `${at(state).name}, shape ${asText(at(state).shape)}`,
  styles:
    ".shapewise-explorer.sw-root-pipeline .sw-control.sw-control-stage{flex:1 1 100%;width:100%}" +
    `.sw-root-pipeline .sw-control-stage .slider-container{padding:0 calc(100% / ${2 * STAGES.length})}` +
    `.sw-root-pipeline .sw-control-stage input[type=range]{margin:0 calc(100% / ${2 * STAGES.length} - 8px)}` +
    `.sw-root-pipeline .sw-stops{display:grid;grid-template-columns:repeat(${STAGES.length},minmax(0,1fr));margin:2px 0 12px;padding:0;list-style:none}` +
    ".sw-root-pipeline .sw-stop{position:relative;padding:0 9px;margin:0}" +
    ".sw-root-pipeline .sw-stop:not(:last-child)::after{content:'→';position:absolute;right:-8px;top:50%;transform:translateY(-50%);color:var(--sw-muted)}" +
    ".sw-root-pipeline .sw-stop.sw-passed::after{color:var(--sw-accent)}" +
    ".sw-root-pipeline .sw-stop .sw-button{width:100%;height:100%;margin:0;padding:4px 0;border-color:var(--sw-strong-line);background:none;line-height:1.35;overflow-wrap:break-word}" +
    ".sw-root-pipeline .sw-stop.sw-passed .sw-button{border-color:var(--sw-accent);background:var(--sw-accent-tint)}" +
    ".sw-root-pipeline .sw-stop .sw-button[aria-pressed=true]{border-color:var(--sw-accent);background:var(--sw-accent)}" +
    ".sw-root-pipeline .sw-stop .sw-code{display:inline-block;font-size:11px;white-space:normal;text-wrap:balance}" +
    ".sw-root-pipeline .sw-preview{min-width:0;padding:0 6px;font-size:12px;color:var(--sw-muted)}" +
    "@container (max-width:800px){.sw-root-pipeline .sw-stop{padding:0 7px}.sw-root-pipeline .sw-stop::after{font-size:11px}.sw-root-pipeline .sw-stop b{font-size:11px}}" +
    "@container (max-width:680px){.sw-root-pipeline .sw-stops{grid-template-columns:minmax(0,1fr)}.sw-root-pipeline .sw-stop b{font-size:inherit}.sw-root-pipeline .sw-stop .sw-code{margin-left:8px}.sw-root-pipeline .sw-stop{padding:0 0 16px}" +
    ".sw-root-pipeline .sw-stop .sw-button br{display:none}.sw-root-pipeline .sw-stop:not(:last-child)::after{content:'↓';right:50%;top:auto;bottom:-2px;transform:none}}",
});
