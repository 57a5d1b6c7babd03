// A kind and a source of chance -> a question "which shape comes out?", its answer, and the reason, by the explorers' core.
import { align, clashes } from "../core/broadcasting";
import { walk } from "../core/chain";
import type { State } from "../core/explorer";
import { readIndex } from "../core/index_text";
import { isRefused, pick } from "../core/indexing";
import { multiply } from "../core/matmul";
import { reduced } from "../core/reducing";
import { asText, isProblem, product, readShape, type Shape } from "../core/shape";

export interface Question {
  /** Lines of torch; the last one is what is asked about. */
  readonly lines: readonly string[];
  /** Null: torch refuses it. */
  readonly shape: Shape | null;
  readonly why: string;
  /** The explorer that shows it, if there is one, and the state that does. */
  readonly see: { readonly explorer: string; readonly state: State } | null;
}

/** Numbers from 0 up to 1, like Math.random; the same ones for the same seed. */
export type Chance = () => number;

/** mulberry32: small, and good enough to choose sizes with. */
export function chanceFrom(seed: number): Chance {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SIZES = [2, 3, 4, 5, 6, 8];
const REFUSED_ONE_IN = 4;

const one = <T>(chance: Chance, of: readonly T[]): T => of[Math.floor(chance() * of.length)]!;
const upTo = (chance: Chance, most: number): number => Math.floor(chance() * (most + 1));
const sizes = (chance: Chance, rank: number): number[] => Array.from({ length: rank }, () => one(chance, SIZES));
const oneIn = (chance: Chance, times: number): boolean => chance() * times < 1;
const made = (name: string, shape: Shape): string => `${name} = torch.zeros(${shape.join(", ") || "()"})`;

function broadcast(chance: Chance): Question {
  const whole = sizes(chance, 1 + upTo(chance, 2));
  const thinned = (): number[] => whole.map((size) => (oneIn(chance, 3) ? 1 : size));
  let [a, b] = [thinned(), thinned().slice(upTo(chance, whole.length - 1))];
  if (oneIn(chance, 2)) [a, b] = [b, a];
  if (oneIn(chance, REFUSED_ONE_IN)) b = b.map((size, k) => (k === b.length - 1 ? size + 1 : size));
  const aligned = align(a, b);
  const met = aligned.a.aligned.map((size, k) => meeting(size, aligned.b.aligned[k]!)).reverse();
  const why = aligned.result ? `From the right: ${met.join(", ")}.` : `From the right: ${clashes(aligned)}`;
  const state = { a: a.join(", "), b: b.join(", ") };
  return { lines: [made("a", a), made("b", b), "a + b"], shape: aligned.result, why, see: { explorer: "broadcast", state } };
}

function meeting(a: number, b: number): string {
  if (a === b) return `${a} meets ${b}`;
  return a === 1 || b === 1 ? `1 is stretched to ${Math.max(a, b)}` : `${a} clashes with ${b}`;
}

function matmul(chance: Chance): Question {
  const [m, k, n] = sizes(chance, 3) as [number, number, number];
  const leading = sizes(chance, upTo(chance, 2));
  const [first, second] = [leading, oneIn(chance, 3) ? [] : leading.map((size) => (oneIn(chance, 4) ? 1 : size))];
  const turned = oneIn(chance, 3);
  const inner = oneIn(chance, REFUSED_ONE_IN) ? k + 1 : k;
  const a = oneIn(chance, 8) ? [k] : [...first, m, k];
  const b = [...second, ...(turned ? [n, inner] : [inner, n])];
  const right = turned ? [...second, inner, n] : b;
  const { result, says } = multiply(a, right);
  const into = turned ? `Turned round, b is ${asText(right)}. ` : "";
  const inside = `The last axis of a, ${a[a.length - 1]}, meets the second to last of ${turned ? "that" : "b"}, ${right[right.length - 2]}`;
  const why = result ? `${into}${inside}, and both go; axes in front broadcast.` : `${into}${inside}. torch says: ${says}.`;
  const state = { a: a.join(", "), b: right.join(", ") };
  return { lines: [made("a", a), made("b", b), turned ? "a @ b.transpose(-2, -1)" : "a @ b"], shape: result, why, see: { explorer: "matmul", state } };
}

function index(chance: Chance): Question {
  const shape = sizes(chance, 2 + upTo(chance, 1));
  const wrong = oneIn(chance, 6);
  const items = shape.slice(0, 1 + upTo(chance, shape.length - 1)).map((size) => item(chance, size));
  if (oneIn(chance, 5)) items.splice(upTo(chance, items.length), 0, "None");
  else if (items.length < shape.length && oneIn(chance, 3)) items.unshift("...");
  if (wrong) items[items.length - 1] = String(Math.max(...shape));
  const text = `x[${items.join(", ")}]`;
  const brackets = readIndex(text, shape);
  if (isProblem(brackets)) throw new Error(`${text}: ${brackets.message}`); // a question that this file put badly
  const found = pick(shape, brackets);
  const lines = [made("x", shape), text];
  const see = { explorer: "indexing", state: { shape: shape.join(", "), index: text } };
  if (isRefused(found)) return { lines, shape: null, why: `torch says: ${found.says}.`, see };
  const told = found.met.map((part) => (part.text === "not mentioned" ? `${part.axis} is not mentioned and stays` : `${part.text}: ${part.becomes}`));
  return { lines, shape: found.shape, why: `${told.join("; ")}.`, see };
}

function item(chance: Chance, size: number): string {
  const start = upTo(chance, size - 2);
  const forms = [":", String(upTo(chance, size - 1)), "-1", `${start}:${start + 1}`, `${start + 1}:`, ":-1", "::2"];
  return one(chance, forms);
}

function reshape(chance: Chance): Question {
  const shape = sizes(chance, 2 + upTo(chance, 1));
  const links = [link(chance, shape)];
  const after = walk(shape, links[0]!);
  if (!after.problem && oneIn(chance, 2)) links.push(link(chance, after.steps[after.steps.length - 1]!.tensor.shape));
  const chain = links.join("");
  const { steps, problem } = walk(shape, chain);
  const told = steps.slice(1).map((step) => `${step.code} makes it ${asText(step.tensor.shape)}`);
  const why = problem ? [...told, problem.message].join("; ") : told.join("; ");
  const see = { explorer: "layout", state: { shape: shape.join(", "), chain } };
  return { lines: [made("x", shape), `x${chain}`], shape: problem ? null : steps[steps.length - 1]!.tensor.shape, why: ended(why), see };
}

function link(chance: Chance, shape: Shape): string {
  const rank = shape.length;
  const axis = (): number => upTo(chance, rank - 1);
  const count = product(shape);
  const fitting = SIZES.filter((size) => count % size === 0 && size < count);
  const way = oneIn(chance, 2) ? "view" : "reshape";
  const forms = [
    () => `.transpose(${axis()}, ${-1 - axis()})`,
    () => `.permute(${shuffled(chance, rank).join(", ")})`,
    () => `.unsqueeze(${upTo(chance, rank)})`,
    () => ".flatten()",
    () => (rank > 2 ? `.flatten(${oneIn(chance, 2) ? "0, 1" : "1"})` : ".unsqueeze(-1)"),
    () => `.${way}(${fitting.length ? `${one(chance, fitting)}, -1` : "-1"})`,
    () => `.${way}(-1, ${oneIn(chance, 3) ? 7 : (fitting[0] ?? 1)})`,
  ];
  return one(chance, forms)();
}

function shuffled(chance: Chance, count: number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = upTo(chance, k);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}

function reduce(chance: Chance): Question {
  const shape = sizes(chance, 2 + upTo(chance, 1));
  const rank = shape.length;
  const several = rank > 2 && oneIn(chance, 3);
  const dims = several ? shuffled(chance, rank).slice(0, 2) : [oneIn(chance, 8) ? rank : upTo(chance, rank - 1) - (oneIn(chance, 2) ? rank : 0)];
  const keepdim = oneIn(chance, 3);
  const result = reduced(shape, dims, keepdim);
  const said = several ? `(${dims.join(", ")})` : String(dims[0]);
  const call = `x.${one(chance, ["sum", "mean", "amax"])}(dim=${said}${keepdim ? ", keepdim=True" : ""})`;
  const sort = several ? `axes ${dims.join(" and ")}` : `axis ${said}`;
  const stays = keepdim ? `${several ? "leave" : "leaves"} a 1 behind, because of keepdim` : several ? "go" : "goes";
  const why = result ? `${capital(sort)} ${stays}; the others stay, in their order.` : `There is no ${sort}: these are ${rank} axes, 0 to ${rank - 1}.`;
  return { lines: [made("x", shape), call], shape: result, why, see: null };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const ended = (text: string): string => (text.endsWith(".") ? text : `${text}.`);

export const KINDS: ReadonlyMap<string, (chance: Chance) => Question> = new Map([
  ["broadcast", broadcast],
  ["index", index],
  ["matmul", matmul],
  ["reduce", reduce],
  ["reshape", reshape],
]);

/** What came of an answer: whether it is right, or what is wrong with how it was written. */
export type Verdict = { readonly right: boolean } | { readonly unread: string };

/** `answer`: a shape as somebody types it, or the word error. */
export function judge({ shape }: Question, answer: string): Verdict {
  if (/^\s*(an? )?error\.?\s*$/i.test(answer)) return { right: shape === null };
  const said = readShape(answer);
  if (isProblem(said)) return { unread: said.message };
  return { right: shape !== null && asText(said) === asText(shape) };
}
