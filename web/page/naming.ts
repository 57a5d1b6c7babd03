// What a screen reader is told: the controls' names and values, what is wrong with a box, and the state in words.
import type { AnyExplorer, Problems, State } from "../core/explorer";

const QUIET_MS = 250;

/** A region that stays the same element, or nothing would be announced; it waits until the reader pauses. */
export function sayAloud(off: AbortSignal): { region: HTMLElement; say: (words: string) => void } {
  const region = document.createElement("div");
  region.className = "sw-only-read";
  region.setAttribute("role", "status");
  let waiting: ReturnType<typeof setTimeout> | undefined;
  off.addEventListener("abort", () => clearTimeout(waiting));
  return {
    region,
    say: (words) => {
      clearTimeout(waiting);
      if (region.textContent !== words) region.textContent = ""; // true no longer, and it may tell what is now hidden
      waiting = setTimeout(() => { region.textContent = words; }, QUIET_MS);
    },
  };
}

/** A control of the host: ipywidgets and the page's own alike stand in an element with the class `sw-control-<name>`. */
export function controlOf(root: HTMLElement, name: string): Element | null {
  return root.querySelector(`.sw-control-${name} :is([role=slider], input, select)`);
}

export function nameControls(root: HTMLElement, explorer: AnyExplorer, state: State): void {
  for (const control of explorer.controls) {
    const element = controlOf(root, control.name);
    if (!element) continue;
    set(element, "aria-label", control.spoken ?? control.label);
    const value = control.kind === "slider" ? explorer.valueText?.(state, control.name) : undefined;
    if (value !== undefined) set(element, "aria-valuetext", value);
  }
}

/** A box that was not understood says so, and points at the sentence that explains it. */
export function describeProblems(root: HTMLElement, explorer: AnyExplorer, problems: Problems): void {
  for (const { name, kind } of explorer.controls) {
    const element = kind === "text" ? controlOf(root, name) : null;
    if (!element) continue;
    set(element, "aria-invalid", String(name in problems));
    const line = root.querySelector(`[data-problem="${name}"]`);
    if (line) {
      line.id = `sw-problem-${explorer.name}-${name}`;
      set(element, "aria-describedby", line.id);
    } else {
      element.removeAttribute("aria-describedby");
    }
  }
}

/** A table that is wider than the page scrolls, and so must be within reach of the keyboard. */
export function reachScrolled(root: HTMLElement, off: AbortSignal): void {
  const apply = (): void => {
    for (const region of root.querySelectorAll(".sw-scroll")) {
      if (region.scrollWidth <= region.clientWidth) continue;
      set(region, "tabindex", "0");
      set(region, "role", "group");
      set(region, "aria-label", "Table, scrolls sideways");
    }
  };
  const resized = new ResizeObserver(apply);
  resized.observe(root);
  off.addEventListener("abort", () => resized.disconnect());
}

export function set(element: Element, attribute: string, value: string): void {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}
