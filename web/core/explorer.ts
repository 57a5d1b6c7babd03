// What an explorer is: a state of plain values, and pure functions that make everything else from it. No DOM in here.
// mount.ts brings it to life in a page; hosts/ say where the state is kept. CONTRIBUTING.md, "Add an explorer".

export type Value = string | number | boolean;

/** Flat, because each value becomes a trait in Python, can be linked to a control, and is part of the address. */
export type State = { [name: string]: Value };

/** A control for the value of the same name. Python makes ipywidgets of these, a page without Python plain inputs. */
export type Control = {
  /** Which value of the state it holds. */
  readonly name: string;
  /** What stands beside it. */
  readonly label: string;
  /** What a screen reader calls it, where the label alone would be too short. */
  readonly spoken?: string;
  /** The name of a boolean of the state: the control is there while that is true. */
  readonly when?: string;
} & (
  | { readonly kind: "text"; readonly placeholder: string; readonly wide?: boolean; readonly onEnter?: boolean }
  | { readonly kind: "slider"; readonly min: number; readonly max: number; readonly step: number }
  | { readonly kind: "choice"; readonly options: readonly (readonly [value: string, label: string])[] }
  | { readonly kind: "check" }
);

/** What is wrong with the text in a box: a sentence, the offending part (empty where something is missing), its place. */
export interface Problem {
  readonly message: string;
  readonly part: string;
  readonly at: number;
  /** False: `render` copes, and draws what could be understood. Else the last good picture stays, marked as such. */
  readonly blocks?: boolean;
}

export type Problems = { readonly [control: string]: Problem };

/** Anything that JSON can say. */
export type Facts = null | boolean | number | string | readonly Facts[] | { readonly [name: string]: Facts };

/** What the reader did. Where something is dragged, x and y are in the units of the `<svg>` that it is in. */
export type Event<S extends State> =
  | { readonly type: "set"; readonly values: Partial<S> }
  | { readonly type: "drag"; readonly what: string; readonly x: number; readonly y: number }
  /** A button whose effect depends on the state, by its name: it stays the same element while the state changes. */
  | { readonly type: "press"; readonly what: string }
  | { readonly type: "nudge"; readonly what: string; readonly dx: -1 | 0 | 1; readonly dy: -1 | 0 | 1; readonly large: boolean };

/** Something drawn that was moved, by pointer or by key. */
export type Moved<S extends State> = Extract<Event<S>, { readonly type: "drag" | "nudge" }>;

/** The next state. `says`: why a value stopped where it is, or what happened; shown and read aloud. */
export interface Update<S extends State> {
  readonly state: S;
  readonly says?: string;
}

export interface Explorer<S extends State> {
  /** In lower case: the file, the key in the registry, `explore_<name>` in Python, the address. */
  readonly name: string;
  /** For people: "Broadcast explorer". */
  readonly title: string;
  readonly initial: S;
  /** In the order in which they stand above the picture. */
  readonly controls: readonly Control[];
  /** The states whose pictures are stored and reviewed: the initial one, each that a lesson opens, one of each kind. */
  readonly pictured: readonly S[];
  /** Everything that the picture claims, as data: the tests hold it against torch. Null while a problem blocks. */
  facts(state: S): Facts;
  /** What is wrong with what was typed, by control. */
  problems(state: S): Problems;
  /** HTML with inline SVG, the same for the same state. Not live: without what has to be used (buttons, hints). */
  render(state: S, live: boolean): string;
  /** The same in a line, read aloud after each change. It keeps hidden what the reader has yet to predict. */
  words(state: S): string;
  /** A line that makes what is shown with torch (`import torch` taken as done). */
  torch(state: S): string;
  /** The state after an event: always a valid one, with numbers held to their limits. */
  update(state: S, event: Event<S>): Update<S>;
  /** What a slider's position means, for `aria-valuetext`: "3D tensor", not "3". */
  valueText?(state: S, control: string): string;
  /** Its picture keeps the height of the tallest of `pictured`, so that nothing jumps from one step to the next. */
  readonly steady?: boolean;
  /** Style rules of its own, beside styles.css. */
  readonly styles?: string;
}

/** An explorer whose state's type is forgotten, as the registry, the hosts and the tests have it. */
export type AnyExplorer = Explorer<State>;

/** Checks an explorer against its state's type, and forgets that type. */
export function define<S extends State>(explorer: Explorer<S>): AnyExplorer {
  return explorer as unknown as AnyExplorer;
}

/** The state with some values replaced: all that many an explorer's `update` does. */
export function assign<S extends State>(state: S, event: Event<S>): S {
  return event.type === "set" ? { ...state, ...event.values } : state;
}

/** The value held to its limits, in whole steps; the sentence says which limit stopped it. */
export function hold(name: string, value: number, min: number, max: number): { value: number; says?: string } {
  if (!Number.isFinite(value)) return { value: min, says: `${name} has to be a number from ${min} to ${max}.` };
  if (value < min) return { value: min, says: `${name} goes down to ${min}.` };
  if (value > max) return { value: max, says: `${name} goes up to ${max}.` };
  return { value };
}
