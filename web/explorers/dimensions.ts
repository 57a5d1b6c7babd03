// A number of dimensions, 0 to 3 -> a picture of such a tensor, its shape and the code that makes it.
import { define, hold } from "../core/explorer";
import { asks, code, drawnButton, escape, formulaLine } from "../core/html";
import { asText, type Shape } from "../core/shape";
import { arrow, circle, line, picture, rect, text } from "../core/svg";

type State = { ndim: number };

interface Step {
  readonly name: string;
  readonly what: string;
  readonly shape: Shape;
  readonly code: string;
  readonly drawn: string;
}

const STEPS: readonly Step[] = [
  {
    name: "Scalar",
    what: "One number and no axis at all: how wrong a model is, say.",
    shape: [],
    code: "torch.tensor(5.0)",
    drawn: "one glowing disc that holds 5",
  },
  {
    name: "Vector",
    what: "Numbers in a row, one axis: what a model knows about one token.",
    shape: [5],
    code: "torch.tensor([1, 2, 3, 4, 5])",
    drawn: "a row of five cells, with indices 0 to 4 below them",
  },
  {
    name: "Matrix",
    what: "Rows and columns, two axes: one vector for each token.",
    shape: [2, 3],
    code: "torch.tensor([[1, 2, 3], [4, 5, 6]])",
    drawn: "a grid of 2 rows and 3 columns that holds 1 to 6",
  },
  {
    name: "3D tensor",
    what: "A stack of matrices, three axes: one matrix for each sequence.",
    shape: [3, 2, 3],
    code: "torch.arange(1, 19).reshape(3, 2, 3)",
    drawn: "three grids of 2 rows and 3 columns, one behind the other; batch runs into the depth, seq down, embed across",
  },
];
const LAST = STEPS.length - 1;
const AXES = [["batch", "3 sequences"], ["seq", "2 tokens in each"], ["embed", "3 numbers for each token"]] as const;
const WIDTH = 380;
const CELL = 44;

function step({ ndim }: State): Step {
  return STEPS[ndim]!;
}

function title(state: State): string {
  return `${state.ndim}D: ${step(state).name}`;
}

function example({ ndim }: State): string {
  return ["5", "[1, 2, 3, 4, 5]", "[[1, 2, 3], [4, 5, 6]]", "three matrices, the first [[1, 2, 3], [4, 5, 6]]"][ndim]!;
}

function words(state: State): string {
  const { what, shape, code: line_ } = step(state);
  const named = state.ndim === 3 ? ` The axes are ${AXES.map(([name, size]) => `${name} (${size})`).join(", ")}.` : "";
  return `${title(state)}. ${what} Shape ${asText(shape)}.${named} Example ${example(state)}. Made by ${line_}.`;
}

function render(state: State, live: boolean): string {
  const { what, shape, code: line_, drawn } = step(state);
  const rows = [["Shape", code(asText(shape))], ["Example", code(example(state))], ["Code", code(line_)]];
  const table = rows.map(([key, value]) => `<tr><th scope="row" class="sw-key">${key}</th><td class="sw-value">${value}</td></tr>`);
  const axes = AXES.map(([name, size]) => `<b style="color:var(--sw-${name})">${name}</b>: ${size}`).join("<br>");
  const tensor = picture(WIDTH, 206, `${title(state)}, drawn as ${drawn}`, [[scalar, vector, matrix, stack][state.ndim]!()], live);
  return (
    progress(state.ndim) +
    `<div class="sw-frame sw-dimension-frame"><div data-walk="${[1, 5, 3, 3][state.ndim]}">${tensor}</div>` +
    `<div class="sw-panel"><p class="sw-title" data-key="outcome">${title(state)}</p><p class="sw-text">${what}</p>` +
    `<table class="sw-facts"><tbody>${table.join("")}</tbody></table>${state.ndim === 3 ? `<p class="sw-text">${axes}</p>` : ""}</div></div>` +
    (live ? formulaLine("Point at a number, or walk with the arrow keys, to see its index.") : "")
  );
}

/** Four numbered dots: those passed are filled, the current one is ringed, the line is dashed where still to go. */
function progress(now: number): string {
  const xs = STEPS.map((_, k) => 20 + (420 * k) / LAST);
  const between = xs.slice(1).map((x, k) =>
    line(xs[k]! + 13, 20, x - 13, 20, { stroke: k < now ? "accent" : "line", weight: 2, dashed: k >= now }),
  );
  const dots = xs.map((x, k) => {
    const passed = k <= now;
    const ring = k === now ? circle(x, 20, 17, { fill: "accent-tint", stroke: "accent", weight: 2 }) : "";
    const dot = circle(x, 20, 12, { fill: passed ? "accent" : "paper", stroke: passed ? "accent" : "strong-line" });
    const label = text(x, 20, `${k}D`, { size: 10.5, bold: true, fill: passed ? "on-accent" : "muted" });
    return drawnButton(title({ ndim: k }), { ndim: k }, `step-${k}`, k === now, [ring, dot, label]);
  });
  return picture(460, 40, `steps from 0D to 3D, now at ${now}D`, [...between, ...dots], true).replace('class="sw-picture"', 'class="sw-picture sw-progress"');
}

/** One number in its box, which tells its index; `from` are the labels that the index is read off. */
function numbered(x: number, y: number, value: number, index: readonly number[], from: readonly string[], size = 16): string {
  const at = index.length === 1 ? `${index[0]}` : index.join(", ");
  const source = { from, formula: `x[${at}] = ${value}`, spoken: `x at ${index.join(", ")} is ${value}` };
  const box = rect(x, y, CELL, CELL, { fill: "accent-tint", stroke: "accent" });
  return `<g class="sw-asked" role="img" ${asks(source, !index.some(Boolean))}>${box}${text(x + CELL / 2, y + CELL / 2, String(value), { size, mono: true })}</g>`;
}

function label(x: number, y: number, words_: string, name: string, anchor: "middle" | "end" = "middle"): string {
  return `<g data-cell="${escape(name)}">${text(x, y, words_, { size: 12, fill: "muted", anchor })}</g>`;
}

function scalar(): string {
  const [x, y] = [WIDTH / 2, 104];
  const glow = [[66, 0.1], [54, 0.16]].map(([radius, opacity]) => circle(x, y, radius!, { fill: "accent", stroke: "accent", weight: 0, opacity: opacity! }));
  const source = { from: [], formula: "x.item() = 5: one number, and no index, for there is no axis", spoken: "x is 5; it has no index" };
  const disc = circle(x, y, 42, { fill: "accent-tint", stroke: "accent", weight: 2.5 });
  return `${glow.join("")}<g class="sw-asked" role="img" ${asks(source, true)}>${disc}${text(x, y, "5", { size: 30, bold: true, mono: true })}</g>`;
}

function vector(): string {
  const left = (WIDTH - 5 * 54 + 10) / 2;
  const cells = STEPS[1]!.shape.flatMap((size) => Array.from({ length: size }, (_, k) => numbered(left + 54 * k, 72, k + 1, [k], [`i${k}`])));
  const labels = cells.map((_, k) => label(left + 54 * k + CELL / 2, 132, String(k), `i${k}`));
  return `${cells.join("")}${labels.join("")}${text(WIDTH / 2, 156, "index", { size: 12, fill: "muted" })}`;
}

function matrix(): string {
  const [left, top] = [134, 60];
  const cells: string[] = [];
  for (let r = 0; r < 2; r++) {
    for (let c = 0; c < 3; c++) cells.push(numbered(left + 50 * c, top + 50 * r, 3 * r + c + 1, [r, c], [`r${r}`, `c${c}`]));
  }
  const columns = [0, 1, 2].map((c) => label(left + 50 * c + CELL / 2, top - 14, `col ${c}`, `c${c}`));
  const rows = [0, 1].map((r) => label(left - 12, top + 50 * r + CELL / 2, `row ${r}`, `r${r}`, "end"));
  return [...cells, ...columns, ...rows].join("");
}

function stack(): string {
  const [left, top, depth] = [100, 74, 24];
  const sheets: string[] = [];
  for (const k of [2, 1]) {
    for (let i = 0; i < 6; i++) {
      const [x, y] = [left + depth * k + CELL * (i % 3), top - depth * 0.75 * k + CELL * Math.floor(i / 3)];
      sheets.push(rect(x, y, CELL, CELL, { stroke: "accent" }));
    }
  }
  for (let i = 0; i < 6; i++) {
    const [r, c] = [Math.floor(i / 3), i % 3];
    sheets.push(numbered(left + CELL * c, top + CELL * r, i + 1, [0, r, c], ["batch", "seq", "embed"]));
  }
  const [right, bottom] = [left + 3 * CELL, top + 2 * CELL];
  const axis = (name: string, lines: string[]): string => `<g data-cell="${name}">${lines.join("")}</g>`;
  const named = (x: number, y: number, name: string, anchor: "start" | "middle" | "end"): string => text(x, y, name, { size: 12.5, bold: true, fill: name, anchor });
  const axes = [
    axis("embed", [arrow(left, bottom + 10, right, bottom + 10, { stroke: "embed", weight: 2 }), named((left + right) / 2, bottom + 24, "embed", "middle")]),
    axis("seq", [arrow(left - 10, top, left - 10, bottom, { stroke: "seq", weight: 2 }), named(left - 18, (top + bottom) / 2, "seq", "end")]),
    axis("batch", [
      arrow(right + 10, bottom, right + 10 + 2 * depth, bottom - 1.5 * depth, { stroke: "batch", weight: 2 }),
      named(right + 44, bottom - 2, "batch", "start"),
    ]),
  ];
  return [...sheets, ...axes].join("");
}

export const dimensions = define<State>({
  name: "dimensions",
  title: "Dimension explorer",
  initial: { ndim: 0 },
  controls: [{ kind: "slider", name: "ndim", label: "Dimensions", spoken: "Dimension explorer: Dimensions", min: 0, max: LAST, step: 1 }],
  pictured: STEPS.map((_, ndim) => ({ ndim })),
  steady: true,
  facts: (state) => ({ shape: step(state).shape, code: step(state).code }),
  problems: () => ({}),
  words,
  render,
  torch: (state) => `x = ${step(state).code}`,
  update: (state, event) => {
    if (event.type !== "set" || event.values.ndim === undefined) return { state };
    const { value, says } = hold("The number of dimensions here", Math.round(event.values.ndim), 0, LAST);
    return { state: { ndim: value }, ...(says ? { says } : {}) };
  },
  valueText: title,
  styles:
    ".sw-root-dimensions :is(.sw-control-ndim, .sw-progress){width:100%;max-width:460px}" +
    ".sw-root-dimensions .sw-control-ndim .slider-container{padding:0 calc(100% * 20 / 460)}" +
    ".sw-root-dimensions .sw-control-ndim input[type=range]{margin:0 calc(100% * 20 / 460 - 8px)}",
});
