// Pieces of a tree -> whole numbers, lists, and the masks and places of an index. `x` is the tensor a chain starts from.
import { align, sourceIndex } from "./broadcasting";
import type { IndexItem, Mask, Places } from "./strided_index";
import { Unreadable, type Node } from "./python";
import { indices, product, type Shape } from "./shape";
import { values, type Tensor } from "./strided";

/** A tensor inside an index or an argument: only its shape and elements matter there. */
export interface Elements {
  readonly kind: "elements";
  readonly shape: Shape;
  readonly values: readonly (number | boolean)[];
  /** Whether they are booleans, which an empty one would not tell. */
  readonly bools: boolean;
}

export type Value = number | boolean | null | Elements | { readonly kind: "sequence"; readonly items: readonly Value[]; readonly list: boolean };

export interface Scope {
  readonly text: string;
  readonly x: Tensor;
}

const MAKERS = ["empty", "zeros", "ones", "rand", "randn", "arange", "tensor"];
const OF_DTYPE = ["long", "int", "bool"];
const LARGEST = 100_000;

export function wrong(what: string, node: Node, scope: Scope): Unreadable {
  const part = scope.text.slice(node.at, node.end);
  return new Unreadable(`'${part.length > 40 ? `${part.slice(0, 40)}…` : part}' ${what}.`, part, node.at);
}

export function evaluate(node: Node, scope: Scope): Value {
  switch (node.kind) {
    case "number":
      if (!node.whole) throw wrong("is not a whole number", node, scope);
      return node.value;
    case "name":
      if (node.name === "True" || node.name === "False") return node.name === "True";
      if (node.name === "None") return null;
      if (node.name === "x") return elementsOf(scope.x);
      throw wrong("is not a whole number, and only x is known here by name", node, scope);
    case "list":
    case "tuple":
      return { kind: "sequence", items: node.items.map((item) => evaluate(item, scope)), list: node.kind === "list" };
    case "unary":
      return unary(node.sign, evaluate(node.operand, scope), () => wrong("cannot be worked out", node, scope));
    case "binary":
      return binary(node.sign, evaluate(node.left, scope), evaluate(node.right, scope), (why) => wrong(why, node, scope));
    case "call":
      return made(node, scope);
    case "attribute":
      if (node.of.kind === "name" && node.of.name === "x" && node.name === "shape") {
        return { kind: "sequence", items: [...scope.x.shape], list: false };
      }
      throw wrong("is not known here", node, scope);
    case "index": {
      const of = evaluate(node.of, scope);
      const at = evaluate(node.item, scope);
      const item = typeof of === "object" && of?.kind === "sequence" && typeof at === "number" ? of.items.at(at) : undefined;
      if (item === undefined) throw wrong("is not known here", node, scope);
      return item;
    }
    default:
      throw wrong("is not a whole number", node, scope);
  }
}

function elementsOf(tensor: Tensor): Elements {
  return { kind: "elements", shape: tensor.shape, values: values(tensor), bools: false };
}

/** torch.tensor([...]) and torch.zeros(2, 3) and their like; x.size(0). */
function made(node: Node & { kind: "call" }, scope: Scope): Value {
  const { of, args } = node;
  if (of.kind === "attribute" && of.of.kind === "name" && of.of.name === "x" && of.name === "size") {
    const at = args.length ? evaluate(args[0]!, scope) : null;
    if (typeof at === "number") return scope.x.shape.at(at) ?? 0;
    return { kind: "sequence", items: [...scope.x.shape], list: false };
  }
  if (of.kind === "attribute" && OF_DTYPE.includes(of.name)) return evaluate(of.of, scope);
  if (of.kind !== "attribute" || of.of.kind !== "name" || of.of.name !== "torch" || !MAKERS.includes(of.name)) throw wrong("is not known here", node, scope);
  const given = args.map((arg) => evaluate(arg, scope));
  if (of.name === "tensor") return asElements(given[0] ?? null, () => wrong("is no tensor of whole numbers", node, scope));
  const first = given[0];
  const sizes = typeof first === "object" && first?.kind === "sequence" ? first.items : given;
  if (!sizes.every((size): size is number => typeof size === "number" && size >= 0)) throw wrong("has sizes that are no whole numbers", node, scope);
  const shape = [...sizes];
  if (product(shape) > LARGEST) throw wrong("makes more elements than fit here", node, scope);
  const each = { ones: 1 }[of.name] ?? 0;
  return { kind: "elements", shape, values: Array.from({ length: product(shape) }, (_, k) => (of.name === "arange" ? k : each)), bools: false };
}

/** Nested lists -> a tensor of their numbers or booleans. */
export function asElements(value: Value, refuse: () => Error): Elements {
  if (typeof value === "number" || typeof value === "boolean") return { kind: "elements", shape: [], values: [value], bools: typeof value === "boolean" };
  if (value === null) throw refuse();
  if (value.kind === "elements") return value;
  const parts = value.items.map((item) => asElements(item, refuse));
  const inner = parts[0]?.shape ?? [];
  if (parts.some((part) => part.shape.join() !== inner.join())) throw refuse();
  const flat = parts.flatMap((part) => part.values);
  if (new Set(flat.map((one) => typeof one)).size > 1) throw refuse();
  return { kind: "elements", shape: [parts.length, ...(parts.length ? inner : [])], values: flat, bools: typeof flat[0] === "boolean" };
}

function unary(sign: string, value: Value, refuse: () => Error): Value {
  const one = (operand: number | boolean): number | boolean => {
    if (sign === "~") return typeof operand === "boolean" ? !operand : ~operand;
    return sign === "-" ? -Number(operand) : Number(operand);
  };
  if (typeof value === "number") return one(value);
  if (typeof value === "object" && value?.kind === "elements") return { ...value, values: value.values.map(one) };
  throw refuse();
}

const ARITHMETIC: Record<string, (a: number, b: number) => number | boolean> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "**": (a, b) => a ** b,
  "//": (a, b) => Math.floor(a / b),
  "%": (a, b) => a - b * Math.floor(a / b),
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
};

function binary(sign: string, left: Value, right: Value, refuse: (why: string) => Error): Value {
  const work = ARITHMETIC[sign];
  if (!work) throw refuse(sign === "/" ? "is not a whole number; // divides into one" : "cannot be worked out here");
  const one = (a: number | boolean, b: number | boolean): number | boolean => {
    const result = work(Number(a), Number(b));
    if (typeof result === "number" && !Number.isSafeInteger(result)) throw refuse("is no whole number that a tensor can have");
    return typeof a === "boolean" && typeof b === "boolean" && "&|^".includes(sign) ? Boolean(result) : result;
  };
  const isPlain = (value: Value): value is number | boolean => typeof value === "number" || typeof value === "boolean";
  if (isPlain(left) && isPlain(right)) return one(left, right);
  const tensors = [left, right].map((value) => (isPlain(value) ? asElements(value, () => refuse("cannot be worked out")) : value));
  const [a, b] = tensors;
  if (a?.kind !== "elements" || b?.kind !== "elements") throw refuse("cannot be worked out: lists have no arithmetic here");
  const { result } = align(a.shape, b.shape);
  if (!result) throw refuse("puts two shapes together that do not broadcast");
  const at = (of: Elements, index: readonly number[]): number | boolean =>
    of.values[sourceIndex(index, of.shape).reduce((flat, k, axis) => flat * of.shape[axis]! + k, 0)]!;
  const bools = /[<>=!]/.test(sign) || ("&|^".includes(sign) && a.bools && b.bools);
  return { kind: "elements", shape: result, values: indices(result).map((index) => one(at(a, index), at(b, index))), bools };
}

/** What stands between the brackets of `x[...]`, as torch reads it: a list picks places, a tuple is several items. */
export function indexItems(node: Node, scope: Scope): IndexItem[] {
  if (node.kind === "tuple") return node.items.map((item) => indexItem(item, scope));
  // A list that holds lists or slices is still read as if it were a tuple.
  if (node.kind === "list" && node.items.length < 32 && node.items.some(({ kind }) => ["list", "tuple", "ellipsis"].includes(kind) || isNone(node))) {
    return node.items.map((item) => indexItem(item, scope));
  }
  return [indexItem(node, scope)];
}

function isNone(node: Node): boolean {
  return node.kind === "list" && node.items.some((item) => item.kind === "name" && item.name === "None");
}

function indexItem(node: Node, scope: Scope): IndexItem {
  if (node.kind === "ellipsis") return "...";
  if (node.kind === "slice") {
    const parts = node.parts.map((part) => (part === null ? null : whole(part, scope)));
    return { kind: "slice", start: parts[0] ?? null, stop: parts[1] ?? null, step: parts[2] ?? null };
  }
  const value = evaluate(node, scope);
  if (typeof value === "number" || value === null) return value;
  if (typeof value === "boolean") return { kind: "mask", shape: [], values: [value] };
  const elements = asElements(value, () => wrong("is neither a list of places nor a mask", node, scope));
  if (elements.bools) return { kind: "mask", shape: elements.shape, values: elements.values.map(Boolean) } satisfies Mask;
  if (!elements.shape.length) return Number(elements.values[0]);
  return { kind: "places", shape: elements.shape, values: elements.values.map(Number) } satisfies Places;
}

export function whole(node: Node, scope: Scope): number | null {
  const value = evaluate(node, scope);
  if (value === null || typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  throw wrong("is not a whole number", node, scope);
}

