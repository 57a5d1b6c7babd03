// x[...] as somebody typed it -> the items of its brackets, or what is wrong with the text and where.
import type { Problem } from "./explorer";
import { product, type Shape } from "./shape";

type Nested = number | boolean | readonly Nested[];

export type Item =
  | { readonly kind: "int"; readonly value: number; readonly text: string }
  | { readonly kind: "slice"; readonly start: number | null; readonly stop: number | null; readonly step: number; readonly text: string }
  | { readonly kind: "new"; readonly text: string }
  | { readonly kind: "rest"; readonly text: string }
  | { readonly kind: "list"; readonly shape: Shape; readonly values: readonly number[]; readonly text: string }
  | { readonly kind: "mask"; readonly shape: Shape; readonly values: readonly boolean[]; readonly text: string };

/** The parts of one index; `alone`: one part without a comma, which torch treats in a way of its own. */
export interface Bracket {
  readonly items: readonly Item[];
  readonly alone: boolean;
}

class Wrong extends Error {
  constructor(message: string, readonly part: string, readonly at: number) {
    super(message);
  }
}

const TOKEN = /\.\.\.|[<>]=?|==|!=|[[\](),:%]|-?\d+(?:\.\d+)?|[A-Za-z_][\w.]*|\S/g;
const LONGEST = 500;

/** The brackets after x, one after the other; `x > 10` is compared for an x filled with 0, 1, 2 ... */
export function readIndex(text: string, shape: Shape): readonly Bracket[] | Problem {
  try {
    if (text.length > LONGEST) throw new Wrong(`This is ${text.length} characters long, more than can be explained.`, text.slice(40), 40);
    return new Reader(text, shape).chain();
  } catch (wrong) {
    if (wrong instanceof Wrong) return { message: wrong.message, part: wrong.part, at: wrong.at };
    throw wrong;
  }
}

class Reader {
  private readonly tokens: { text: string; at: number }[];
  private next = 0;

  constructor(private readonly text: string, private readonly shape: Shape) {
    this.tokens = [...text.matchAll(TOKEN)].map((match) => ({ text: match[0], at: match.index }));
  }

  chain(): Bracket[] {
    if (this.peek() === "x") this.next++;
    if (!this.tokens.length) throw new Wrong("Nothing here yet. Enter an index, like x[:, 0].", "", this.text.length);
    const found: Bracket[] = [];
    while (this.next < this.tokens.length) {
      this.take("[", "An index stands in square brackets, like x[:, 0].");
      found.push(this.items());
    }
    if (!found.length) throw new Wrong("Nothing is picked yet: an index in square brackets is missing, like x[:, 0].", "", this.text.length);
    if (found.length > 4) throw new Wrong("Four pairs of brackets are explained at most.", this.text, 0);
    return found;
  }

  private peek(): string | undefined {
    return this.tokens[this.next]?.text;
  }

  private take(wanted: string, why: string): void {
    if (this.peek() !== wanted) this.refuse(why);
    this.next++;
  }

  private refuse(why: string): never {
    const token = this.tokens[this.next];
    throw new Wrong(why, token?.text ?? "", token?.at ?? this.text.length);
  }

  private items(): Bracket {
    const found: Item[] = [];
    let alone = true;
    if (this.peek() === "]") this.refuse("Between the brackets an index is missing. All of x is x[:].");
    while (this.peek() !== "]") {
      const start = this.next;
      found.push(this.item(start));
      if (this.peek() === ",") {
        this.next++;
        alone = false;
      } else if (this.peek() !== "]") this.refuse(this.peek() === undefined ? "The bracket is never closed: ] is missing." : "A comma is missing between two parts of an index.");
    }
    this.next++;
    const rest = found.filter((item) => item.kind === "rest");
    if (rest.length > 1) throw new Wrong("Two ... in one index: nobody could tell which axes each stands for.", "...", this.text.lastIndexOf("..."));
    const [only] = found;
    // A list of lists on its own is read as one list for each axis: torch warns, and does so still.
    const split = alone && only?.kind === "list" && only.shape.length > 1 && only.text.startsWith("[");
    return split ? { items: rowsOf(only), alone: false } : { items: found, alone };
  }

  private since(start: number): string {
    const last = this.tokens[this.next - 1]!;
    return this.text.slice(this.tokens[start]!.at, last.at + last.text.length);
  }

  private item(start: number): Item {
    const token = this.peek();
    if (token === "...") return this.plain("rest");
    if (token === "None" || token === "np.newaxis" || token === "torch.newaxis") return this.plain("new");
    if (token === "x") return this.comparison(start);
    if (token === "torch.tensor" || token === "tensor" || token === "np.array") {
      this.next++;
      this.take("(", "A ( belongs after it.");
      const item = this.list(start);
      this.take(")", "Its ) is missing.");
      return item;
    }
    if (token === "[") return this.list(start);
    if (token === "True" || token === "False") this.refuse("One truth value for all of x is not explained here; a list of them is.");
    return this.number(start);
  }

  private plain(kind: "rest" | "new"): Item {
    const text = this.peek()!;
    this.next++;
    return { kind, text };
  }

  private integer(): number | null {
    const token = this.peek();
    if (token === undefined || !/^-?\d/.test(token)) return null;
    if (token.includes(".")) this.refuse("An index is a whole number.");
    if (token.length > 15) this.refuse("This number is larger than any axis.");
    this.next++;
    return Number(token);
  }

  private number(start: number): Item {
    const first = this.integer();
    if (this.peek() !== ":") {
      if (first === null) this.refuse(this.peek() === undefined ? "The bracket is never closed: ] is missing." : "This is no index. Try an integer, a slice like 1:3, a list, None, ... or x > 10.");
      return { kind: "int", value: first, text: this.since(start) };
    }
    this.next++;
    const stop = this.integer();
    let step = 1;
    if (this.peek() === ":") {
      this.next++;
      step = this.integer() ?? 1;
      if (step < 0) {
        this.next--;
        this.refuse("torch takes no negative step. Use x.flip(0) to turn an axis round.");
      }
      if (step === 0) {
        this.next--;
        this.refuse("A step of 0 would never arrive. The step is 1 or more.");
      }
    }
    return { kind: "slice", start: first, stop, step, text: this.since(start) };
  }

  private list(start: number): Item {
    const nested = this.nested();
    const shape: number[] = [];
    for (let at = nested; Array.isArray(at); at = at[0] as Nested) shape.push(at.length);
    const flat = flatten(nested, shape, 0);
    if (flat === null) throw new Wrong("The lists inside are not equally long, so they make no tensor.", this.since(start), this.tokens[start]!.at);
    const text = this.since(start);
    if (flat.length && flat.every((value) => typeof value === "boolean")) return { kind: "mask", shape, values: flat, text };
    if (flat.some((value) => typeof value === "boolean")) throw new Wrong("Numbers and truth values are mixed here.", text, this.tokens[start]!.at);
    return { kind: "list", shape, values: flat as number[], text };
  }

  private nested(): Nested {
    const token = this.peek();
    if (token === "True" || token === "False") {
      this.next++;
      return token === "True";
    }
    if (token !== "[") {
      const value = this.integer();
      if (value === null) this.refuse("In a list stand whole numbers, or True and False.");
      return value;
    }
    this.next++;
    const found: Nested[] = [];
    while (this.peek() !== "]") {
      found.push(this.nested());
      if (this.peek() === ",") this.next++;
      else if (this.peek() !== "]") this.refuse(this.peek() === undefined ? "The list is never closed: ] is missing." : "A comma is missing in the list.");
    }
    this.next++;
    return found;
  }

  /** x > 10, x % 2 == 0 */
  private comparison(start: number): Item {
    this.next++;
    let divisor: number | null = null;
    if (this.peek() === "%") {
      this.next++;
      divisor = this.integer();
      if (divisor === null || divisor <= 0) this.refuse("After % stands a whole number above 0.");
    }
    const compare = COMPARED[this.peek() ?? ""];
    if (!compare) this.refuse("After x stands a comparison, like x > 10.");
    this.next++;
    const token = this.peek() ?? "";
    if (!/^-?\d/.test(token)) this.refuse("x is compared with a number here.");
    this.next++;
    const values = Array.from({ length: product(this.shape) }, (_, at) => compare(divisor === null ? at : at % divisor, Number(token)));
    return { kind: "mask", shape: this.shape, values, text: this.since(start) };
  }
}

const COMPARED: { readonly [sign: string]: (a: number, b: number) => boolean } = {
  ">": (a, b) => a > b, "<": (a, b) => a < b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, "==": (a, b) => a === b, "!=": (a, b) => a !== b,
};

function rowsOf({ shape, values }: Item & { kind: "list" }): Item[] {
  const inner = shape.slice(1);
  const many = product(inner);
  return Array.from({ length: shape[0]! }, (_, k) => {
    const own = values.slice(k * many, (k + 1) * many);
    return { kind: "list", shape: inner, values: own, text: `[${own.join(", ")}]` };
  });
}

function flatten(nested: Nested, shape: readonly number[], depth: number): (number | boolean)[] | null {
  if (!Array.isArray(nested)) return depth === shape.length ? [nested as number | boolean] : null;
  if (nested.length !== shape[depth]) return null;
  const parts = (nested as readonly Nested[]).map((part) => flatten(part, shape, depth + 1));
  return parts.includes(null) ? null : (parts as (number | boolean)[][]).flat();
}
