// What the theme leaves to the mouse, made to work by keyboard: its drawers, and everything that scrolls by itself.

const SCROLLED = "pre, .formula, .table-wrapper, .output, .shapewise-figure, .shapewise-grids";

/** The theme's drawers for contents open by labels of hidden boxes; on a narrow page they are the only way around. */
export function openDrawersByKeyboard(): void {
  const boxes = [...document.querySelectorAll<HTMLInputElement>(".sidebar-toggle")];
  for (const box of boxes) {
    for (const icon of document.querySelectorAll<HTMLElement>(`label[for="${box.id}"] > .icon`)) asButton(icon, box);
  }
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" ? boxes.find((box) => box.checked) : undefined;
    open?.click();
  });
}

function asButton(icon: HTMLElement, box: HTMLInputElement): void {
  icon.tabIndex = 0;
  icon.setAttribute("role", "button");
  icon.setAttribute("aria-label", box.getAttribute("aria-label") ?? "");
  icon.setAttribute("aria-expanded", "false");
  box.addEventListener("change", () => {
    icon.setAttribute("aria-expanded", String(box.checked));
    if (!icon.checkVisibility()) return;
    if (box.checked) firstLinkOf(box)?.focus();
    else icon.focus();
  });
  icon.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    box.click();
  });
}

function firstLinkOf(box: HTMLInputElement): HTMLElement | null {
  return document.querySelector<HTMLElement>(box.id === "__toc" ? ".toc-tree a" : ".sidebar-drawer :is(a, input)");
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

// Sphinx's own script, on every page
declare const Documentation: { TRANSLATIONS: Record<string, string> } | undefined;

const SPHINX_FOUND_NOTHING =
  "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.";

/** The page of results shows what was looked for, to be changed and looked for again. */
export function repeatSearch(): void {
  const box = document.querySelector<HTMLInputElement>(".search-again input");
  if (!box) return;
  box.value = new URLSearchParams(location.search).get("q") ?? "";
  if (typeof Documentation === "undefined") return;
  // There are no categories here
  Documentation.TRANSLATIONS[SPHINX_FOUND_NOTHING] = "No page has all of these words. Try a single one.";
}
