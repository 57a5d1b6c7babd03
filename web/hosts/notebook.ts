// The notebook: anywidget's model keeps the state, ipywidgets are the controls. Works on when the kernel is gone.
import type { AnyExplorer, State } from "../core/explorer";
import { mount, type Host } from "../mount";
import { explorers } from "../registry";

/** As much of anywidget's model as its weakest place has: `save_changes` and `off` may be missing. */
interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  on(event: string, then: () => void): void;
  off?(event: string, then: () => void): void;
  save_changes?(): void;
}

function hostOf(model: Model, explorer: AnyExplorer, off: AbortSignal): Host {
  let saving = false;
  const save = (): void => {
    saving = false;
    try {
      model.save_changes?.();
    } catch {
      // No kernel: the picture goes on without it, and says so at the top.
    }
  };
  return {
    get: () => Object.fromEntries(Object.keys(explorer.initial).map((name) => [name, model.get(name)])) as State,
    set: (values) => {
      for (const [name, value] of Object.entries(values)) model.set(name, value);
      if (saving) return;
      saving = true;
      // In this turn of the browser's, or the kernel's echo of an older value comes between and takes this one back.
      // Of a drag's sixty changes a second the model itself sends one at a time, and then the last.
      queueMicrotask(save);
    },
    onChange: (then) => {
      let waiting = false;
      const changed = (): void => {
        if (waiting) return;
        waiting = true; // several values may change at once
        queueMicrotask(() => { waiting = false; then(); });
      };
      for (const name of Object.keys(explorer.initial)) {
        model.on(`change:${name}`, changed);
        off.addEventListener("abort", () => model.off?.(`change:${name}`, changed));
      }
    },
  };
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const ended = new AbortController();
  const explorer = explorers.get(String(model.get("explorer")));
  if (!explorer) throw new Error(`This version of Shapewise has no explorer called ${String(model.get("explorer"))}.`);
  whenAttached(el, ended.signal, (root) => {
    tellOfTheKernel(root, ended.signal);
    mount(root, el, explorer, hostOf(model, explorer, ended.signal), ended.signal);
  });
  return () => ended.abort();
}

/** ipywidgets puts the picture and the controls into one box, but only after `render`. */
function whenAttached(el: HTMLElement, off: AbortSignal, then: (root: HTMLElement) => void): void {
  if (off.aborted) return;
  const root = el.isConnected ? (el.closest<HTMLElement>(".shapewise-explorer") ?? el) : null;
  if (root) then(root);
  else setTimeout(() => whenAttached(el, off, then), 10);
}

/** ipywidgets marks what has lost its kernel with a class, on every control; here one sentence at the top says it. */
function tellOfTheKernel(root: HTMLElement, off: AbortSignal): void {
  const line = document.createElement("p");
  line.className = "sw-lost";
  line.setAttribute("role", "status");
  root.prepend(line);
  const apply = (): void => {
    const lost = root.classList.contains("jupyter-widgets-disconnected") || root.querySelector(".jupyter-widgets-disconnected") !== null;
    const words = lost
      ? "The kernel was restarted or has ended. This explorer goes on working here, but code no longer knows what it shows. " +
        "To connect it again, run the notebook's first cell, then this one."
      : "";
    if (line.textContent !== words) line.textContent = words;
  };
  const observer = new MutationObserver(apply);
  observer.observe(root, { subtree: true, attributes: true, attributeFilter: ["class"] });
  off.addEventListener("abort", () => { observer.disconnect(); line.remove(); });
  apply();
}

export default { render };
