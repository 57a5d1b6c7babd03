// An explorer, its root in a page and a host that keeps the state -> a living explorer.
// The root holds the controls (a host's) and the place where the picture goes. Everything here works without a kernel.
import { read, toAddress } from "./core/address";
import type { AnyExplorer, Event, State } from "./core/explorer";
import { drawable, parts } from "./core/frame";
import { offerCopies } from "./page/copying";
import { dragThings } from "./page/dragging";
import { keepKeys, pressDrawn, walkCells } from "./page/keys";
import { describeProblems, nameControls, reachScrolled, sayAloud } from "./page/naming";
import { patched } from "./page/patching";
import { answerPointing } from "./page/provenance";
import { keepSteady } from "./page/steady";
import { addStyles, followTheme } from "./page/theme";

/** Where the state is kept: a notebook's model, or the page itself. */
export interface Host {
  get(): State;
  set(values: State): void;
  /** Calls back after each change, whoever made it. */
  onChange(then: () => void): void;
}

/** Brings the explorer to life; `off` ends it. Returns how to send it an event. */
export function mount(root: HTMLElement, place: HTMLElement, explorer: AnyExplorer, host: Host, off: AbortSignal): (event: Event<State>) => void {
  const picture = document.createElement("div");
  picture.className = `sw-frame-of sw-${explorer.name}`;
  const [problemBox, drawnBox] = [patched("sw-problems"), patched("sw-drawn")];
  picture.append(problemBox.element, drawnBox.element);
  const says = document.createElement("p");
  says.className = "sw-note sw-says";
  const aloud = sayAloud(off);
  place.append(picture, says, offerCopies(explorer, () => state, off), aloud.region);
  root.classList.add("shapewise-explorer", `sw-root-${explorer.name}`);

  let state = explorer.update(explorer.initial, { type: "set", values: readFrom(host, explorer) }).state; // held to its limits
  let good: State | null = null;

  const draw = (): void => {
    const problems = explorer.problems(state);
    if (drawable(problems)) good = state;
    const now = parts(explorer, state, good, problems);
    problemBox.show(now.problems);
    drawnBox.show(now.drawn);
    drawnBox.element.classList.toggle("sw-stale", now.stale);
    for (const control of explorer.controls) {
      if (control.when !== undefined) root.classList.toggle(`sw-is-${control.when}`, state[control.when] === true);
    }
    nameControls(root, explorer, state);
    describeProblems(root, explorer, problems);
    walking.again();
    pointing.again();
  };
  const become = (next: State, said: string | undefined): void => {
    const changed = differing(state, next);
    state = next;
    says.textContent = said ?? "";
    draw(); // first: what a host does with a change, as to send it to a kernel, may take longer than to show it
    if (Object.keys(changed).length) host.set(changed);
    aloud.say(said ?? explorer.words(state));
  };
  const on = (event: Event<State>): void => {
    const update = explorer.update(state, event);
    become(update.state, update.says);
  };

  addStyles(root, explorer);
  followTheme(root, off);
  keepKeys(root, off);
  const walking = walkCells(root, off);
  pressDrawn(root, off);
  dragThings(picture, on, off);
  reachScrolled(root, off);
  const pointing = answerPointing(root, off);
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-set], [data-press]");
    if (!button) return;
    const [values, what] = [button.getAttribute("data-set"), button.getAttribute("data-press")];
    if (values !== null) on({ type: "set", values: JSON.parse(values) as State });
    else if (what !== null) on({ type: "press", what });
  }, { signal: off });
  host.onChange(() => {
    if (off.aborted) return;
    const values = differing(state, readFrom(host, explorer));
    if (Object.keys(values).length) {
      const update = explorer.update(state, { type: "set", values });
      state = { ...state, ...values }; // what the host holds now, so that a value that was held back is written back
      become(update.state, update.says);
    }
  });
  const named = read(explorer, location.hash);
  draw();
  if (named && toAddress(explorer, named) !== toAddress(explorer, state)) become(named, undefined);
  keepSteady(picture, explorer, off);
  root.classList.remove("sw-pending");
  root.classList.add("shapewise-live");
  return on;
}

function readFrom(host: Host, explorer: AnyExplorer): State {
  const held = host.get();
  return Object.fromEntries(Object.entries(explorer.initial).map(([name, initial]) => [name, held[name] ?? initial]));
}

function differing(before: State, after: State): State {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value));
}
