// A page without Python: <div data-explorer="broadcast" data-state='{"a": "3, 4"}'> becomes a living explorer with
// controls of its own. Also what tests run: without a document it only gives the explorers.
import { read, toAddress } from "../core/address";
import type { AnyExplorer, State } from "../core/explorer";
import { frame, storedPicture } from "../core/frame";
import { markupOf } from "../core/markup";
import { mount } from "../mount";
import { controls } from "../page/controls";
import { explorers } from "../registry";

export { explorers, frame, markupOf, read, storedPicture, toAddress };

/** Mounts one explorer in an element, which may hold a stored picture: it is replaced. Returns what ends it. */
export function open(element: HTMLElement, explorer: AnyExplorer, given: State = {}): () => void {
  const ended = new AbortController();
  const listeners: (() => void)[] = [];
  let state = explorer.update(explorer.initial, { type: "set", values: given }).state;
  const set = (values: State): void => {
    state = { ...state, ...values };
    for (const then of listeners) then();
  };
  if (element.dataset.follow !== undefined) followAddress(explorer, () => state, set, listeners);
  const host = { get: () => state, set, onChange: (then: () => void) => { listeners.push(then); } };
  const place = document.createElement("div");
  element.replaceChildren(controls(explorer, host), place);
  mount(element, place, explorer, host, ended.signal);
  return () => ended.abort();
}

const FOLLOW_AFTER_MS = 250; // a drag makes sixty changes a second, and browsers allow far fewer addresses

/** The page's address names what is shown, and another address shows what it names. */
function followAddress(explorer: AnyExplorer, state: () => State, set: (values: State) => void, listeners: (() => void)[]): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  listeners.push(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => history.replaceState(null, "", toAddress(explorer, state())), FOLLOW_AFTER_MS);
  });
  addEventListener("hashchange", () => {
    const named = read(explorer, location.hash);
    if (named) set(named);
  });
}

function openAll(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-explorer]:not(.shapewise-live)")) {
    const explorer = explorers.get(element.dataset.explorer ?? "");
    if (explorer) open(element, explorer, JSON.parse(element.dataset.state ?? "{}") as State);
  }
}

if (typeof document !== "undefined") {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", openAll);
  else openAll();
}
