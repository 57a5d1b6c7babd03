// What the theme leaves to the mouse, made to work by keyboard: its drawers, and everything that scrolls by itself.

const SCROLLED = "pre, .formula, .table-wrapper, .output";

/** The theme's drawers for contents are labels of hidden boxes; on a narrow page they are the only way around. */
export function openDrawersByKeyboard(): void {
  for (const label of document.querySelectorAll<HTMLLabelElement>("label.nav-overlay-icon, label.toc-overlay-icon")) {
    const box = document.getElementById(label.htmlFor);
    if (!(box instanceof HTMLInputElement)) continue;
    label.tabIndex = 0;
    label.setAttribute("role", "button");
    label.setAttribute("aria-label", box.id === "__toc" ? "Contents of this page" : "All pages");
    const tell = (): void => label.setAttribute("aria-expanded", String(box.checked));
    box.addEventListener("change", tell);
    tell();
    label.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      box.click();
      if (box.checked) firstLinkOf(box)?.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const box of document.querySelectorAll<HTMLInputElement>(".sidebar-toggle:checked")) box.click();
  });
}

function firstLinkOf(box: HTMLInputElement): HTMLElement | null {
  return document.querySelector<HTMLElement>(box.id === "__toc" ? ".toc-tree a" : ".sidebar-drawer a");
}

/** What is wider than its place scrolls; it takes the focus, so that the arrow keys reach its end. */
export function reachWhatScrolls(): void {
  const mark = (): void => {
    for (const element of document.querySelectorAll<HTMLElement>(SCROLLED)) {
      const scrolls = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible";
      if (scrolls) element.tabIndex = 0;
      else if (!element.matches(".question-code")) element.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true); // what was folded had no width
  mark();
}

/** An address like #broadcast?a=4 names a place and, after the question mark, what stands there. */
export function goToNamedPlace(): void {
  const go = (): void => {
    const name = /^#([a-z]+)\?/.exec(location.hash)?.[1];
    if (name) document.getElementById(name)?.scrollIntoView();
  };
  addEventListener("hashchange", go);
  go();
}
