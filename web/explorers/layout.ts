// A shape and a chain of operations as typed -> strides, offset, contiguity, and the walk through the flat storage.
import { walk, type Step, type Walk } from "../core/chain";
import { assign, define, type Facts, type Problems } from "../core/explorer";
import { grid } from "../core/grids";
import { button, cell, code, escape, formulaLine } from "../core/html";
import { asText, isProblem, product, readShape, type Shape } from "../core/shape";
import { addresses, isContiguous, MOST_ELEMENTS, type Tensor } from "../core/strided";
import { circle, picture, polyline, rect, text } from "../core/svg";

type State = { shape: string; chain: string };

const INITIAL: State = { shape: "3, 4", chain: ".transpose(0, 1)" };

/** As many elements, and places of the storage, as the picture holds. */
const DRAWN = 120;

const TRY_THIS: readonly (readonly [shape: string, chain: string, what: string])[] = [
  ["3, 4", "", "as it was made"],
  ["3, 4", ".transpose(0, 1)", "rows become columns"],
  ["2, 3, 4", ".permute(2, 0, 1)", "axes in another order"],
  ["4, 6", "[1:, ::2]", "a slice"],
  ["3, 1", ".expand(3, 4)", "stride 0"],
  ["3, 4", ".transpose(0, 1).reshape(2, 6)", "a copy"],
];

function shapeOf(state: State): Shape | Problems[string] {
  const shape = readShape(state.shape);
  if (isProblem(shape) || product(shape) <= MOST_ELEMENTS) return shape;
  const message = `A tensor of this shape has ${product(shape)} elements; this explorer stores at most ${MOST_ELEMENTS}.`;
  return { message, part: state.shape.trim(), at: state.shape.length - state.shape.trimStart().length };
}

let walked: { state: State; walk: Walk | null } | null = null;

/** The steps that could be taken; null while the box for the shape holds none. The last answer is kept. */
function walkOf(state: State): Walk | null {
  if (walked?.state.shape === state.shape && walked.state.chain === state.chain) return walked.walk;
  const shape = shapeOf(state);
  walked = { state, walk: isProblem(shape) ? null : walk(shape, state.chain) };
  return walked.walk;
}

function lastOf(found: Walk): Step {
  return found.steps[found.steps.length - 1]!;
}

function problems(state: State): Problems {
  const shape = shapeOf(state);
  if (isProblem(shape)) return { shape };
  const { problem } = walkOf(state)!;
  return problem ? { chain: problem } : {};
}

/** Whether `view(-1)` works on this tensor, and why: whether each axis starts where the one after it ends. */
function whyView({ shape, strides }: Tensor): { works: boolean; why: string } {
  const axes = shape.map((size, axis) => ({ axis, size, stride: strides[axis]! })).filter(({ size }) => size !== 1);
  if (shape.includes(0) || !axes.length) return { works: true, why: "there is at most one element, so there is no order to keep" };
  for (let k = 1; k < axes.length; k++) {
    const [outer, inner] = [axes[k - 1]!, axes[k]!];
    if (outer.stride !== inner.stride * inner.size) {
      const long = `all of axis ${inner.axis} is ${inner.size} x ${inner.stride} = ${inner.size * inner.stride} long`;
      return { works: false, why: `a step along axis ${outer.axis} moves ${outer.stride}, but ${long}, so no one stride walks through both` };
    }
  }
  return { works: true, why: "each axis starts where the one after it ends, so one stride walks through all of it" };
}

function words(state: State): string {
  const found = walkOf(state);
  if (!found) return `Shape: ${problems(state)["shape"]!.message}`;
  const { tensor, copied } = lastOf(found);
  const { works, why } = whyView(tensor);
  const said =
    `shape ${asText(tensor.shape)}, stride ${asText(tensor.strides)}, offset ${tensor.offset}, ${isContiguous(tensor) ? "" : "not "}contiguous` +
    `${found.steps.length > 1 ? `, ${copied ? "a copy" : "the same storage"}` : ""}. view(-1) ${works ? "works" : "fails"}: ${why}.`;
  const problem = found.problem ? `Chain: ${found.problem.message} Before that: ` : "";
  const done = found.steps.slice(1).map((step) => step.code).join("");
  return `${problem}x of shape ${asText(readShape(state.shape) as Shape)}, then ${done || "nothing"}: ${said}`;
}

function render(state: State, live: boolean): string {
  const found = walkOf(state);
  if (!found) return "";
  const { tensor } = lastOf(found);
  return [
    live ? tries() + adds(state, found) : "",
    table(found.steps),
    verdict(tensor),
    drawing(tensor, live),
  ].join("");
}

function tries(): string {
  const items = TRY_THIS.map(([shape, chain, what], k) => {
    const label = `<code>${escape(asText(readShape(shape) as Shape))} ${escape(chain)}</code>`;
    return `<li>${button(label, { shape, chain }, `try-${k}`)} <span class="sw-note">${what}</span></li>`;
  });
  return `<p class="sw-note">Try this</p><ul class="sw-tries">${items.join("")}</ul>`;
}

/** One-click steps that fit the tensor as it is now, and the way back. */
function adds(state: State, found: Walk): string {
  const done = found.steps.slice(1).map((step) => step.code);
  const offered = found.problem ? [] : nextSteps(lastOf(found).tensor);
  const steps = offered.map((step, k) => button(`<code>${escape(step)}</code>`, { chain: done.join("") + step }, `add-${k}`));
  const shorter = found.problem ? done : done.slice(0, -1);
  const undo = state.chain.trim() ? button("Undo the last", { chain: shorter.join("") }, "undo") + button("Clear", { chain: "" }, "clear") : "";
  const label = offered.length ? '<span class="sw-note">Add a step</span> ' : "";
  return `<div class="sw-adds">${label}${steps.join("")}${undo}</div>`;
}

function nextSteps({ shape, strides, offset, storage }: Tensor): string[] {
  const [rank, count] = [shape.length, product(shape)];
  const found: string[] = [];
  if (rank > 1) found.push(`.transpose(${rank - 2}, ${rank - 1})`, "[:, ::2]");
  if (rank > 2) found.push(`.permute(${[rank - 1, ...shape.map((_, k) => k).slice(0, -1)].join(", ")})`);
  if (rank && shape[0]! > 1) found.push("[1:]", "[[0, 1]]");
  if (rank > 1 && shape.includes(1) && count * 3 ** shape.filter((size) => size === 1).length <= DRAWN) {
    found.push(`.expand(${shape.map((size) => (size === 1 ? 3 : -1)).join(", ")})`);
  }
  if (rank === 1) found.push(".unsqueeze(0)");
  if (count) found.push(rank > 1 || count % 2 ? ".reshape(-1)" : `.reshape(2, ${count / 2})`);
  if (!isContiguous({ shape, strides, offset, storage })) found.push(".contiguous()");
  return found;
}

function table(steps: readonly Step[]): string {
  const heads = ["step", "shape", "stride", "offset", "contiguous", "storage"].map((name) => `<th scope="col" class="sw-head">${name}</th>`).join("");
  const rows = steps.map(({ code: typed, tensor, copied }, k) => {
    const numbers = [asText(tensor.shape), asText(tensor.strides), String(tensor.offset)].map((value) => `<td class="sw-value">${code(value)}</td>`);
    const [lies, storage] = [isContiguous(tensor) ? "yes" : "no", k === 0 ? "new" : copied ? "copied" : "shared"];
    return `<tr><th scope="row" class="sw-key">${code(typed)}</th>${numbers.join("")}<td class="sw-value">${lies}</td><td class="sw-value">${storage}</td></tr>`;
  });
  return `<div class="sw-scroll"><table class="sw-grid sw-steps"><thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function verdict(tensor: Tensor): string {
  const { works, why } = whyView(tensor);
  const [sign, kind] = works ? ["✓ works", "sw-good"] : ["✕ fails", "sw-conflict"];
  return `<p class="sw-text" data-key="outcome" tabindex="-1">${code(".view(-1)")} <span class="sw-chip ${kind}">${sign}</span> ${escape(why)}.</p>`;
}

function drawing(tensor: Tensor, live: boolean): string {
  const count = product(tensor.shape);
  if (!count) return '<p class="sw-note">The tensor is empty: there is nothing to walk through.</p>';
  if (count > DRAWN || tensor.storage.length > DRAWN) {
    const much = `${count} elements in a storage of ${tensor.storage.length} numbers`;
    return `<p class="sw-note">${much}: too many to draw, for the picture holds ${DRAWN}. The table above is worked out all the same.</p>`;
  }
  const at = addresses(tensor);
  const hint = live ? formulaLine("Point at an element, or walk with the arrow keys, to see where in the storage it lies.") : "";
  return `<div class="sw-walk">${live ? elements(tensor, at) : ""}${strip(tensor, at)}</div>${hint}`;
}

/** The tensor as it is indexed; each cell names the place in the storage that it is read from. */
function elements(tensor: Tensor, at: readonly number[]): string {
  const { shape, strides, offset, storage } = tensor;
  const draw = (index: readonly number[]): string => {
    const own = index.slice(index.length - shape.length);
    const address = at[own.reduce((flat, k, axis) => flat * shape[axis]! + k, 0)]!;
    const value = storage[address]!;
    const terms = own.map((k, axis) => `${k}·${strides[axis]}`);
    const formula = `[${own.join(", ")}] lies at ${[`offset ${offset}`, ...terms].join(" + ")} = ${address}, where ${value} is stored`;
    return cell(String(value), { source: { from: [`s${address}`], formula, spoken: `element ${asText(own)} is ${value}, at address ${address}` }, first: !index.some(Boolean), kind: "sw-sum" });
  };
  return `<div class="sw-elements">${grid({ caption: `Elements ${asText(shape)}`, shape, cell: shape.length ? draw : () => draw([]), walked: true })}</div>`;
}

const [WIDTH, LEFT, TOP, PLOT] = [560, 62, 14, 60];

/** The storage as a strip; below it one dot per element, in the order of iteration from top to bottom. */
function strip({ storage }: Tensor, at: readonly number[]): string {
  const wide = Math.min(36, (WIDTH - LEFT - 12) / Math.max(storage.length, 1));
  const down = Math.min(18, 230 / at.length);
  const height = PLOT + down * at.length + 10;
  const visited = new Set(at);
  const parts = [text(LEFT - 8, TOP + 14, "storage", { size: 12, fill: "muted", anchor: "end" })];
  storage.forEach((value, place) => {
    const inside = visited.has(place);
    const box = rect(LEFT + wide * place, TOP, wide, 28, { fill: inside ? "accent-tint" : "paper", stroke: inside ? "accent" : "line", radius: 2 });
    const number = text(LEFT + wide * (place + 0.5), TOP + 14, String(value), { size: Math.min(12, wide * 0.55), mono: true, fill: inside ? "ink" : "muted" });
    parts.push(`<g data-cell="s${place}" class="sw-place">${box}${wide >= 13 ? number : ""}</g>`);
  });
  const points = at.map((place, k) => [LEFT + wide * (place + 0.5), PLOT + down * (k + 0.5)] as const);
  parts.push(text(LEFT - 8, PLOT + 8, "first", { size: 12, fill: "muted", anchor: "end" }));
  if (points.length > 1) parts.push(text(LEFT - 8, points[points.length - 1]![1], "last", { size: 12, fill: "muted", anchor: "end" }));
  parts.push(polyline(points, { stroke: "accent" }), ...points.map(([x, y]) => circle(x, y, Math.min(4, down * 0.4), { fill: "accent", stroke: "accent", weight: 0 })));
  const order = at.slice(0, 24).join(", ") + (at.length > 24 ? ", and so on" : "");
  return picture(WIDTH, height, `storage of ${storage.length} numbers; iteration visits addresses ${order}`, parts);
}

function facts(state: State): Facts {
  const found = walkOf(state);
  if (!found) return null;
  const steps = found.steps.map(({ code: typed, tensor, copied }) => ({
    code: typed,
    shape: tensor.shape,
    stride: tensor.strides,
    offset: tensor.offset,
    contiguous: isContiguous(tensor),
    copied,
    storage: tensor.storage.length,
    values: product(tensor.shape) <= DRAWN ? addresses(tensor).map((at) => tensor.storage[at]!) : null,
    view: whyView(tensor).works,
  }));
  return { steps, problem: found.problem?.message ?? null };
}

function torch(state: State): string {
  const shape = readShape(state.shape);
  if (isProblem(shape)) return "";
  const chain = state.chain.trim().replace(/\s*\n\s*/g, "");
  const made = `torch.arange(${product(shape)}).view(${shape.join(", ") || "()"})`;
  return /^[.[]|^$/.test(chain) && !/\bx\b/.test(chain) ? `${made}${chain}` : `x = ${made}; y = ${chain.replace(/^(?=[.[])/, "x")}`;
}

export const layout = define<State>({
  name: "layout",
  title: "Layout explorer",
  initial: INITIAL,
  controls: [
    { kind: "text", name: "shape", label: "Shape", spoken: "Shape of x", placeholder: "for example 3, 4" },
    { kind: "text", name: "chain", label: "x", spoken: "Operations on x", placeholder: "for example .transpose(0, 1)[1:]", wide: true },
  ],
  pictured: [INITIAL, ...TRY_THIS.filter(([, chain]) => chain !== INITIAL.chain).map(([shape, chain]) => ({ shape, chain }))],
  facts,
  problems,
  words,
  render,
  torch,
  update: (state, event) => ({ state: assign(state, event) }),
});
