// A page without Python: <div data-explorer="broadcast" data-state='{"a": "3, 4"}'> becomes a living explorer with
// controls of its own. Also what tests run: without a document it only gives the explorers.
import { read, toAddress } from "../core/address";
import type { AnyExplorer, State } from "../core/explorer";
import { frame, storedPicture } from "../core/frame";
import { mount } from "../mount";
import { controls } from "../page/controls";
import { explorers } from "../registry";

export { explorers, frame, read, storedPicture, toAddress };

/** Mounts one explorer in an element, which may hold a stored picture: it is replaced. Returns what ends it. */
export function open(element: HTMLElement, explorer: AnyExplorer, given: State = {}): () => void {
  const ended = new AbortController();
  const listeners: (() => void)[] = [];
  let state = explorer.update(explorer.initial, { type: "set", values: given }).state;
  const set = (values: State): void => {
    state = { ...state, ...values };
    for (const then of listeners) then();
  };
  const host = { get: () => state, set, onChange: (then: () => void) => { listeners.push(then); } };
  const place = document.createElement("div");
  element.replaceChildren(controls(explorer, host), place);
  mount(element, place, explorer, host, ended.signal);
  return () => ended.abort();
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
