// A stage of a language model, 0 to 6 -> a picture of the tensor that it hands on, from token ids to logits.
import { define, hold } from "../core/explorer";
import { button, code, formulaLine } from "../core/html";
import { grouped } from "../core/numbers";
import * as model from "../core/pipeline";
import { asText, type Shape } from "../core/shape";
import * as drawn from "./pipeline_drawn";
import styles from "./pipeline.css";

type State = { stage: number };

const { BATCH, SEQ, EMBED, HEADS, HEAD_DIM, VOCABULARY, IDS } = model;

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
    draw: drawn.ids,
  },
  {
    name: "Embeddings",
    axes: ["batch", "seq_len", "embed_dim"],
    shape: [BATCH, SEQ, EMBED],
    what: "Each id becomes a vector of eight numbers, looked up in a table. The new axis comes last.",
    note: "The same id has the same vector: both sequences start with the same row.",
    torch: `x = torch.nn.Embedding(${VOCABULARY}, ${EMBED})(torch.tensor(${JSON.stringify(IDS).replace(/,/g, ", ")}))`,
    draw: drawn.embeddings,
  },
  {
    name: "Queries and keys",
    axes: ["batch", "heads", "seq", "head_dim"],
    shape: [BATCH, HEADS, SEQ, HEAD_DIM],
    what: "Two linear layers make a query and a key of each vector. Their eight numbers are cut into two heads of four: that is the new axis.",
    note: `${PREVIEW}Queries are drawn, with the keys below; here they were chosen so that the weights fade with distance, a model learns them.`,
    torch: `q = torch.randn(${BATCH}, ${SEQ}, ${EMBED}).view(${BATCH}, ${SEQ}, ${HEADS}, ${HEAD_DIM}).transpose(1, 2)`,
    draw: drawn.queries,
  },
  {
    name: "Scores",
    axes: ["batch", "heads", "seq", "seq"],
    shape: [BATCH, HEADS, SEQ, SEQ],
    what: "Each query meets each key: their dot product, divided by the root of 4. The axis of four numbers is summed away, and seq stands there twice.",
    note: `${PREVIEW}A row is a query, a column a key.`,
    torch: `scores = torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${HEAD_DIM}) @ torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${HEAD_DIM}).transpose(-2, -1) / ${HEAD_DIM} ** 0.5`,
    draw: drawn.scores,
  },
  {
    name: "Attention",
    axes: ["batch", "heads", "seq", "seq"],
    shape: [BATCH, HEADS, SEQ, SEQ],
    what: "Softmax makes weights of the scores: how much a query (row) takes from a key (column). Each row sums to 1.",
    note: `${PREVIEW}Causal mask: a row sees only columns up to its own, and the weight fades with distance. Models that write text, like GPT, have this mask; BERT looks both ways.`,
    torch: `weights = torch.softmax(torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${SEQ}).masked_fill(torch.ones(${SEQ}, ${SEQ}).triu(1).bool(), -torch.inf), dim=-1)`,
    draw: drawn.weights,
  },
  {
    name: "Mixed",
    axes: ["batch", "seq_len", "embed_dim"],
    shape: [BATCH, SEQ, EMBED],
    what: "Each token's new vector is the weighted average of those it looks at. The heads are put side by side again, so the shape is that of the embeddings.",
    note: `${PREVIEW}Here the vectors that are averaged are the embeddings themselves.`,
    torch: `mixed = (torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${SEQ}).softmax(-1) @ torch.randn(${BATCH}, ${HEADS}, ${SEQ}, ${HEAD_DIM})).transpose(1, 2).reshape(${BATCH}, ${SEQ}, ${EMBED})`,
    draw: drawn.mixed,
  },
  {
    name: "Logits",
    axes: ["batch", "seq_len", "vocab_size"],
    shape: [BATCH, SEQ, VOCABULARY],
    what: `A last matrix product gives one score for each of the ${grouped(VOCABULARY)} words of the vocabulary, at every place: which word comes next?`,
    note: "Six words of the vocabulary are drawn. Nothing was trained here, so the scores mean nothing yet.",
    torch: `logits = torch.randn(${BATCH}, ${SEQ}, ${EMBED}) @ torch.randn(${EMBED}, ${VOCABULARY})`,
    draw: drawn.logits,
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
  styles,
});
