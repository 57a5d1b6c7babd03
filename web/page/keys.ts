// The keyboard inside an explorer: plain keys stay here, and arrows walk over the cells of a grid.

// JupyterLab's shortcuts would take plain keys away (arrows, "b" inserts a cell); the ones below stay JupyterLab's.
// It listens when a key has bubbled up, Notebook 7 before the key gets here: an attribute tells the latter to pass.
export function keepKeys(root: HTMLElement, off: AbortSignal): void {
  const theirs = (event: KeyboardEvent): boolean =>
    event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" || (event.key === "Enter" && event.shiftKey);
  window.addEventListener("keydown", (event) => {
    const target = event.composedPath()[0];
    if (target instanceof Element && root.contains(target)) target.toggleAttribute("data-lm-suppress-shortcuts", !theirs(event));
  }, { signal: off, capture: true });
  root.addEventListener("keydown", (event) => {
    if (!theirs(event)) event.stopPropagation();
  }, { signal: off });
}

/**
 * Each grid (`data-walk` says how many columns it has) is one tab stop; Home and End go to its ends. `again` is called
 * after each new picture.
 */
export function walkCells(root: HTMLElement, off: AbortSignal): { again: () => void } {
  root.addEventListener("keydown", (event) => {
    const here = event.target instanceof Element ? event.target.closest("[data-from]") : null;
    const grid = here?.closest("[data-walk]");
    if (!here || !grid || event.altKey || event.ctrlKey || event.metaKey) return;
    const cells = [...grid.querySelectorAll("[data-from]")];
    const row = Number(grid.getAttribute("data-walk"));
    const at = cells.indexOf(here);
    const steps: Record<string, number> = {
      ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + row, ArrowUp: at - row, Home: 0, End: cells.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = cells[to];
    if (!next) return;
    here.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    (next as HTMLElement | SVGElement).focus();
  }, { signal: off });
  return {
    // The cell that somebody walked to may be gone with the row that it stood in.
    again: () => {
      for (const grid of root.querySelectorAll("[data-walk]")) {
        if (!grid.querySelector("[data-from][tabindex='0']")) grid.querySelector("[data-from]")?.setAttribute("tabindex", "0");
      }
    },
  };
}

/** What acts as a button without being one, as in a drawing, is pressed with Enter or the space bar. */
export function pressDrawn(root: HTMLElement, off: AbortSignal): void {
  root.addEventListener("keydown", (event) => {
    const drawn = event.target instanceof SVGElement ? event.target.closest("[data-set]") : null;
    if (!drawn || (event.key !== "Enter" && event.key !== " ") || event.shiftKey) return;
    event.preventDefault();
    drawn.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  }, { signal: off });
}
