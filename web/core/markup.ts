// What an explorer renders -> a light tree, which tells in a fraction of a browser's own reading what has changed.
// It reads our own HTML alone: every element closed or void, every value in double quotes, every sign escaped by number.

/** A piece of text, as it was written. */
export interface Words {
  readonly tag: null;
  readonly source: string;
}

/** An element; `opening` is its first tag as it was written, `source` the whole of it. */
export interface Tagged {
  readonly tag: string;
  readonly opening: string;
  readonly children: readonly Markup[];
  readonly source: string;
}

export type Markup = Words | Tagged;

const VOID = new Set(["br", "hr", "img", "input", "wbr"]);
const PIECE = /<(\/?)([a-zA-Z][\w-]*)([^">]*(?:"[^"]*"[^">]*)*)>|[^<]+/g;

/** The tree of a picture. Throws where an element is closed that was not open, or the other way round. */
export function markupOf(html: string): Markup[] {
  const top: Markup[] = [];
  const open: { tag: string; opening: string; start: number; children: Markup[] }[] = [];
  let inside = top;
  let at = 0;
  for (const match of html.matchAll(PIECE)) {
    const [piece, slash, tag, rest] = match;
    if (match.index !== at) break;
    at += piece.length;
    if (tag === undefined) {
      inside.push({ tag: null, source: piece });
    } else if (slash) {
      const ended = open.pop();
      if (ended?.tag !== tag) throw new Error(`</${tag}> closes ${ended ? `<${ended.tag}>` : "nothing"}.`);
      inside = open[open.length - 1]?.children ?? top;
      inside.push({ tag, opening: ended.opening, children: ended.children, source: html.slice(ended.start, at) });
    } else if (rest!.endsWith("/") || VOID.has(tag)) {
      inside.push({ tag, opening: piece, children: [], source: piece });
    } else {
      open.push({ tag, opening: piece, start: match.index, children: [] });
      inside = open[open.length - 1]!.children;
    }
  }
  if (at !== html.length) throw new Error(`Not to be read: ${html.slice(at, at + 40)}`);
  if (open.length) throw new Error(`<${open[open.length - 1]!.tag}> is never closed.`);
  return top;
}

/** The attributes of an opening tag, each as it was written. */
export function attributesOf(opening: string): readonly string[] {
  return opening.slice(opening.search(/[\s/>]/)).match(/[^\s="/>]+(?:="[^"]*")?/g) ?? [];
}

/** An attribute's name and its value, its signs unescaped. */
export function readAttribute(written: string): readonly [name: string, value: string] {
  const at = written.indexOf("=");
  return at < 0 ? [written, ""] : [written.slice(0, at), unescape(written.slice(at + 2, -1))];
}

/** The text that `escape` was given. */
export function unescape(source: string): string {
  return source.includes("&") ? source.replace(/&#(\d+);/g, (_, point: string) => String.fromCodePoint(Number(point))) : source;
}
