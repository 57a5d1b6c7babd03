// A piece of Python as somebody typed it -> a tree: as much of the language as chains of methods and indices need. Nothing
// is ever evaluated by the browser.

/** What cannot be read: a sentence, the part, and where it stands. */
export class Unreadable extends Error {
  constructor(message: string, readonly part: string, readonly at: number) {
    super(message);
  }
}

export type Node = { readonly at: number; readonly end: number } & (
  | { readonly kind: "number"; readonly value: number; readonly whole: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "ellipsis" }
  | { readonly kind: "list" | "tuple"; readonly items: readonly Node[] }
  | { readonly kind: "slice"; readonly parts: readonly (Node | null)[] }
  | { readonly kind: "unary"; readonly sign: string; readonly operand: Node }
  | { readonly kind: "binary"; readonly sign: string; readonly left: Node; readonly right: Node }
  | { readonly kind: "attribute"; readonly of: Node; readonly name: string }
  | { readonly kind: "call"; readonly of: Node; readonly args: readonly Node[]; readonly named: ReadonlyMap<string, Node> }
  | { readonly kind: "index"; readonly of: Node; readonly item: Node }
);

interface Token {
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s+|\\\n|\.\.\.|[A-Za-z_]\w*|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|"[^"]*"|'[^']*'|\*\*|\/\/|<=|>=|==|!=|[-+*/%<>&|^~@()[\]{},.:=]|./gsu;
const LEVELS: readonly (readonly string[])[] = [["<", ">", "<=", ">=", "==", "!="], ["|"], ["^"], ["&"], ["+", "-"], ["*", "/", "//", "%", "@"]];
const DEEPEST = 50;

export function parse(text: string): Node {
  const reader = new Reader(text);
  const node = reader.expression();
  reader.end();
  return node;
}

class Reader {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = [...text.matchAll(TOKEN)].filter(([token]) => token.trim() && token !== "\\\n").map((match) => ({ text: match[0], at: match.index }));
    const foreign = this.tokens.find(({ text: token }) => !/^[\x20-\x7e]+$/.test(token) || /^["';$?!`\\]/.test(token.length === 1 ? token : ""));
    if (foreign) throw new Unreadable(`'${foreign.text}' at character ${foreign.at + 1} belongs to no operation.`, foreign.text, foreign.at);
  }

  expression(): Node {
    if (++this.depth > DEEPEST) this.stop("is nested too deeply");
    const node = this.level(0);
    this.depth--;
    return node;
  }

  end(): void {
    if (this.tokens[this.next]) this.stop("was not expected here");
  }

  private peek(): string {
    return this.tokens[this.next]?.text ?? "";
  }

  private take(wanted?: string): Token {
    const token = this.tokens[this.next];
    if (!token) throw new Unreadable(wanted ? `The text ends where ${wanted} is missing.` : "The text ends too early.", "", this.text.length);
    if (wanted && token.text !== wanted) throw new Unreadable(`${wanted} is missing before '${token.text}' at character ${token.at + 1}.`, token.text, token.at);
    this.next++;
    return token;
  }

  private stop(why: string): never {
    const token = this.tokens[this.next] ?? { text: "", at: this.text.length };
    throw new Unreadable(`'${token.text}' at character ${token.at + 1} ${why}.`, token.text, token.at);
  }

  private position(): number {
    return this.tokens[this.next]?.at ?? this.text.length;
  }

  private last(): number {
    const token = this.tokens[this.next - 1]!;
    return token.at + token.text.length;
  }

  private level(k: number): Node {
    if (k === LEVELS.length) return this.unary();
    const at = this.position();
    let left = this.level(k + 1);
    while (LEVELS[k]!.includes(this.peek())) {
      const sign = this.take().text;
      const right = this.level(k + 1);
      left = { kind: "binary", sign, left, right, at, end: this.last() };
    }
    return left;
  }

  private unary(): Node {
    const at = this.position();
    if (!["-", "+", "~"].includes(this.peek())) return this.power();
    const sign = this.take().text;
    if (++this.depth > DEEPEST) this.stop("is nested too deeply");
    const operand = this.unary();
    this.depth--;
    return { kind: "unary", sign, operand, at, end: this.last() };
  }

  private power(): Node {
    const at = this.position();
    const left = this.postfix(this.atom());
    if (this.peek() !== "**") return left;
    this.take();
    const right = this.unary();
    return { kind: "binary", sign: "**", left, right, at, end: this.last() };
  }

  /** Methods, calls and indices that follow what was read. */
  postfix(start: Node): Node {
    let node = start;
    for (;;) {
      const { at } = start;
      if (this.peek() === ".") {
        this.take();
        const name = this.take();
        if (!/^[A-Za-z_]/.test(name.text)) throw new Unreadable(`A name is missing before '${name.text}' at character ${name.at + 1}.`, name.text, name.at);
        node = { kind: "attribute", of: node, name: name.text, at, end: this.last() };
      } else if (this.peek() === "(") {
        const { args, named } = this.arguments();
        node = { kind: "call", of: node, args, named, at, end: this.last() };
      } else if (this.peek() === "[") {
        this.take();
        const item = this.index();
        this.take("]");
        node = { kind: "index", of: node, item, at, end: this.last() };
      } else {
        return node;
      }
    }
  }

  private arguments(): { args: Node[]; named: Map<string, Node> } {
    this.take("(");
    const args: Node[] = [];
    const named = new Map<string, Node>();
    while (this.peek() !== ")") {
      const name = this.tokens[this.next];
      if (name && /^[A-Za-z_]/.test(name.text) && this.tokens[this.next + 1]?.text === "=") {
        this.next += 2;
        named.set(name.text, this.expression());
      } else {
        if (named.size) this.stop("stands after an argument with a name");
        args.push(this.expression());
      }
      if (this.peek() !== ")") this.take(this.peek() === "" ? ")" : ",");
    }
    this.take(")");
    return { args, named };
  }

  private index(): Node {
    const at = this.position();
    if (this.peek() === "]") this.stop("leaves the index empty");
    const items = [this.sliceOrExpression()];
    let tuple = false;
    while (this.peek() === ",") {
      this.take();
      tuple = true;
      if (this.peek() !== "]") items.push(this.sliceOrExpression());
    }
    return tuple ? { kind: "tuple", items, at, end: this.last() } : items[0]!;
  }

  private sliceOrExpression(): Node {
    const at = this.position();
    const parts: (Node | null)[] = [];
    let part: Node | null = this.peek() === ":" ? null : this.expression();
    if (this.peek() !== ":") return part!;
    while (this.peek() === ":") {
      this.take();
      parts.push(part);
      part = [":", ",", "]"].includes(this.peek()) ? null : this.expression();
    }
    parts.push(part);
    if (parts.length > 3) throw new Unreadable("A slice has at most three parts, start:stop:step.", this.text.slice(at, this.last()), at);
    return { kind: "slice", parts, at, end: this.last() };
  }

  private atom(): Node {
    const token = this.take();
    const { at, text } = token;
    const end = at + text.length;
    if (/^[\d.]/.test(text) && text !== "." && text !== "...") return { kind: "number", value: Number(text.replace(/_/g, "")), whole: /^[\d_]+$/.test(text), at, end };
    if (/^[A-Za-z_]/.test(text)) return { kind: "name", name: text, at, end };
    if (/^["']/.test(text) && text.length > 1) return { kind: "text", text: text.slice(1, -1), at, end };
    if (text === "...") return { kind: "ellipsis", at, end };
    if (text === "[" || text === "(") {
      const closing = text === "[" ? "]" : ")";
      const { items, tuple } = this.items(closing);
      this.take(closing);
      if (text === "[") return { kind: "list", items, at, end: this.last() };
      return tuple ? { kind: "tuple", items, at, end: this.last() } : { ...items[0]!, at, end: this.last() };
    }
    this.next--;
    return this.stop("was not expected here");
  }

  private items(closing: string): { items: Node[]; tuple: boolean } {
    const items: Node[] = [];
    let tuple = this.peek() === closing;
    while (this.peek() !== closing) {
      items.push(this.expression());
      if (this.peek() === closing) break;
      this.take(this.peek() === "" ? closing : ",");
      tuple = true;
    }
    return { items, tuple };
  }
}
