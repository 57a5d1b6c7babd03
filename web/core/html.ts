// Small pieces that the explorers' HTML is made of. What they write is what mount.ts and stored.ts look for.
import type { Problem, State } from "./explorer";

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function code(text: string): string {
  return `<code class="sw-code">${escape(text)}</code>`;
}

/** A button that sets values of the state; `label` is HTML, `key` tells it from the others. */
export function button(label: string, values: Partial<State>, key: string, pressed?: boolean): string {
  const state = pressed === undefined ? "" : ` aria-pressed="${pressed}"`;
  const wanted = escape(JSON.stringify(values));
  return `<button type="button" class="sw-button" data-key="${escape(key)}" data-set="${wanted}"${state}>${label}</button>`;
}

/** A button that the explorer's `update` hears of by its name; `label` and `spoken` are text. */
export function pressable(label: string, name: string, spoken: string): string {
  const named = escape(name);
  return `<button type="button" class="sw-button" data-key="${named}" data-press="${named}" aria-label="${escape(spoken)}">${escape(label)}</button>`;
}

/** A number that came from others: what `cell` and any SVG element carry to answer when it is pointed at. */
export interface Source {
  /** The cells it came from, by their names: they light up. */
  readonly from: readonly string[];
  /** Its formula, with the numbers in it: shown while it is pointed at or has the focus. */
  readonly formula: string;
  /** What a screen reader says, where the formula's signs would be read badly. */
  readonly spoken?: string;
}

/** The attributes of an element that can be asked where its number came from. `first`: it is its grid's tab stop. */
export function asks(source: Source, first: boolean): string {
  const spoken = escape(source.spoken ?? source.formula);
  return `tabindex="${first ? 0 : -1}" data-from="${escape(source.from.join(" "))}" data-formula="${escape(source.formula)}" aria-label="${spoken}"`;
}

/** A cell of a table: with a name others can come from it, with a source it tells where it came from. */
export function cell(text: string, of: { name?: string; source?: Source; first?: boolean; kind?: string }): string {
  const named = of.name === undefined ? "" : ` data-cell="${escape(of.name)}"`;
  const asked = of.source ? ` ${asks(of.source, of.first ?? false)}` : "";
  return `<td class="sw-cell${of.kind ? ` ${of.kind}` : ""}"${named}${asked}>${escape(text)}</td>`;
}

/** The line in which the formula of the number in focus appears; `hint` stands there before. Once in an explorer. */
export function formulaLine(hint: string): string {
  return `<p class="sw-note sw-formula" data-formula-line data-hint="${escape(hint)}">${escape(hint)}</p>`;
}

/** What is wrong with the text in a box, with the offending part marked. */
export function problemLine(control: string, label: string, text: string, problem: Problem): string {
  const start = Math.max(0, problem.at - 30);
  const end = problem.at + Math.min(problem.part.length, 60);
  const before = (start > 0 ? "…" : "") + text.slice(start, problem.at);
  const after = text.slice(end, end + 30) + (end + 30 < text.length ? "…" : "");
  const part = escape(text.slice(problem.at, end)) || "&#160;";
  const marked = `${escape(before)}<mark>${part}</mark>${escape(after)}`;
  return (
    `<p class="sw-error" data-problem="${escape(control)}"><b>${escape(label)}</b> ` +
    `<code class="sw-code sw-typed">${marked}</code> ${escape(problem.message)}</p>`
  );
}

/**
 * A button inside a drawing: a dot or a box that looks as if it could be pressed, and can. `current`: it shows what is
 * chosen now.
 */
export function drawnButton(spoken: string, values: Partial<State>, key: string, current: boolean, parts: readonly string[]): string {
  return (
    `<g class="sw-drawn-button" role="button" tabindex="0" data-key="${escape(key)}" data-set="${escape(JSON.stringify(values))}" ` +
    `aria-label="${escape(spoken)}"${current ? ' aria-current="step"' : ""}>${parts.join("")}</g>`
  );
}
