// A chain of methods and indices as somebody typed it, like `.transpose(0, 1)[:, ::2]` -> the tensor after each step.
import { asElements, evaluate, indexItems, wrong, type Scope } from "./evaluate";
import type { Problem } from "./explorer";
import { index } from "./strided_index";
import { Given, METHODS, PROPERTIES, type Argument } from "./methods";
import { parse, Unreadable, type Node } from "./python";
import { arange, Refused, type Tensor } from "./strided";

export interface Step {
  /** As it was typed; `x` for the tensor that the chain starts from. */
  readonly code: string;
  readonly tensor: Tensor;
  /** Whether this step made a storage of its own. */
  readonly copied: boolean;
}

export interface Walk {
  readonly steps: readonly Step[];
  /** What stopped the chain, if anything did. */
  readonly problem: Problem | null;
}

const LONGEST = 2000;

interface Link {
  readonly code: string;
  readonly at: number;
  readonly node: Node;
}

export function walk(shape: readonly number[], text: string): Walk {
  const x = arange(shape);
  const steps: Step[] = [{ code: "x", tensor: x, copied: false }];
  const stopped = (message: string, part: string, at: number): Walk => ({ steps, problem: { message, part, at, blocks: false } });
  try {
    const { links, source, shift } = linksOf(text);
    const scope: Scope = { text: source, x };
    let now: Tensor | readonly Tensor[] = x;
    let before = x;
    let code = "";
    for (const link of links) {
      code += link.code;
      try {
        now = apply(link.node, now, scope);
      } catch (error) {
        if (error instanceof Refused) return stopped(`torch refuses ${link.code}: ${error.message}`, link.code, Math.max(link.at - shift, 0));
        if (error instanceof Unreadable) return stopped(error.message, ...placed(error.part, error.at, shift));
        throw error;
      }
      if (isSeveral(now)) continue;
      steps.push({ code, tensor: now, copied: now.storage !== before.storage });
      [before, code] = [now, ""];
    }
    if (isSeveral(now)) {
      return stopped(`${code} gives ${now.length} tensors. Choose one of them, for example ${code}[0].`, code, Math.max(text.length - code.length, 0));
    }
    return { steps, problem: null };
  } catch (error) {
    if (error instanceof Unreadable) return stopped(error.message, error.part, error.at);
    throw error;
  }
}

function isSeveral(now: Tensor | readonly Tensor[]): now is readonly Tensor[] {
  return Array.isArray(now);
}

/** The chain's links, first to last. `shift`: how many characters were put in front, for a chain that starts with a dot. */
function linksOf(text: string): { links: Link[]; source: string; shift: number } {
  const body = text.trim();
  if (!body) return { links: [], source: "", shift: 0 };
  if (text.length > LONGEST) throw new Unreadable(`This chain is longer than ${LONGEST} characters.`, text.slice(LONGEST), LONGEST);
  const bare = /^[.[]/.test(body);
  if (!bare && !/^\(*\s*x\b/.test(body)) {
    throw new Unreadable(`A chain starts with x, with . or with [, as in .transpose(0, 1), not with '${body[0]}'.`, body[0]!, text.indexOf(body[0]!));
  }
  const source = bare ? `x${text}` : text;
  const shift = bare ? 1 : 0;
  let node: Node;
  try {
    node = parse(source);
  } catch (error) {
    if (error instanceof Unreadable) throw new Unreadable(shifted(error.message, shift), ...placed(error.part, error.at, shift));
    throw error;
  }
  const links: Link[] = [];
  while (!(node.kind === "name" && node.name === "x")) {
    const of: Node | null = node.kind === "call" && node.of.kind === "attribute" ? node.of.of : node.kind === "attribute" || node.kind === "index" ? node.of : null;
    if (!of) {
      const part = source.slice(node.at, node.end);
      const [typed, at] = placed(part, node.at, shift);
      throw new Unreadable(`'${typed}' is neither a method call nor an index.`, typed, at);
    }
    const at = endOf(of, source);
    links.unshift({ code: source.slice(at, node.end).replace(/\s*\n\s*/g, "").trim(), at, node });
    node = of;
  }
  return { links, source, shift };
}

/** A part of the source, and where it stands in what was typed: without the character that was put in front. */
function placed(part: string, at: number, shift: number): [string, number] {
  return at < shift ? [part.slice(shift - at), 0] : [part, at - shift];
}

/** Where an operand ends, past the bracket that may stand around it. */
function endOf(node: Node, source: string): number {
  return node.end + (/^\s*\)*(?=\s*[.[])/.exec(source.slice(node.end))?.[0].length ?? 0);
}

/** A message names characters; the one put in front does not count. */
function shifted(message: string, shift: number): string {
  return message.replace(/at character (\d+)/, (_, at: string) => `at character ${Math.max(Number(at) - shift, 1)}`);
}

function apply(node: Node, now: Tensor | readonly Tensor[], scope: Scope): Tensor | readonly Tensor[] {
  if (node.kind === "index") {
    if (!isSeveral(now)) return index(now, indexItems(node.item, scope)).tensor;
    const at = evaluate(node.item, scope);
    if (typeof at !== "number") throw wrong("does not choose one of several tensors", node.item, scope);
    const chosen = now.at(at);
    if (!chosen) throw new Refused(`tuple index out of range: there are ${now.length} tensors`);
    return chosen;
  }
  const name = node.kind === "attribute" ? node.name : node.kind === "call" && node.of.kind === "attribute" ? node.of.name : "";
  if (isSeveral(now)) throw new Refused(`these are ${now.length} tensors: choose one of them first, for example with [0]`);
  if (node.kind === "attribute") {
    const property = PROPERTIES.get(name);
    if (property) return property(now);
    if (METHODS.has(name)) throw wrong(`is a method: it needs brackets, .${name}(...)`, { ...node, at: node.end - name.length }, scope);
    throw unknown(name, node, scope);
  }
  const method = METHODS.get(name);
  if (!method || node.kind !== "call") throw unknown(name, node.kind === "call" ? node.of : node, scope);
  return method.run(now, bound(name, method.takes, node, scope));
}

function unknown(name: string, node: Node, scope: Scope): Unreadable {
  const known = [...PROPERTIES.keys(), ...METHODS.keys()].join(", ");
  return wrong(`is not one of ${known}`, { ...node, at: node.end - name.length }, scope);
}

/** What was passed, by the parameters' names. */
function bound(name: string, takes: string, call: Node & { kind: "call" }, scope: Scope): Given {
  const parameters = takes.split(" ").filter(Boolean);
  const given = new Map<string, Argument>();
  const rest = call.args.map((arg) => argument(arg, scope));
  for (const parameter of parameters) {
    const plain = parameter.replace(/[*=]/g, "");
    const named = call.named.get(plain) ?? (plain === "split_size" ? call.named.get("split_size_or_sections") : undefined);
    if (named) given.set(plain, argument(named, scope));
    else if (parameter.startsWith("*") && rest.length) given.set(plain, gathered(rest.splice(0), call, scope));
    else if (rest.length) given.set(plain, rest.shift());
    else if (!parameter.endsWith("=")) throw new Refused(`${name}() misses its argument ${plain}`);
  }
  const foreign = [...call.named.keys()].find((key) => !parameters.some((parameter) => parameter.replace(/[*=]/g, "") === key) && key !== "split_size_or_sections");
  if (foreign) throw new Refused(`${name}() has no argument called ${foreign}`);
  if (rest.length) throw new Refused(`${name}() takes fewer arguments`);
  return new Given(given);
}

function argument(node: Node, scope: Scope): Argument {
  const value = evaluate(node, scope);
  if (value === null || typeof value === "number") return value;
  if (typeof value === "boolean") throw wrong("is not a whole number", node, scope);
  if (value.kind === "elements") return value.shape;
  const { shape, values } = asElements(value, () => wrong("is not a list of whole numbers", node, scope));
  if (shape.length !== 1 || values.some((one) => typeof one !== "number")) throw wrong("is not a list of whole numbers", node, scope);
  return values as number[];
}

/** Several numbers, or one list of them. */
function gathered(rest: readonly Argument[], call: Node, scope: Scope): Argument {
  if (rest.length === 1) return rest[0];
  return rest.map((one) => {
    if (typeof one !== "number") throw wrong("mixes lists and numbers", call, scope);
    return one;
  });
}
