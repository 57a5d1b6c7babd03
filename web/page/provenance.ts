// A number names the cells it came from (`data-from`) and its formula (`data-formula`): while it is pointed at or has
// the focus, they light up and the formula stands in the explorer's formula line. Its aria-label says the same aloud.

export function answerPointing(root: HTMLElement, off: AbortSignal): { again: () => void } {
  let here: { name: string; grid: number } | null = null;
  const asking = (): Element[] => [...root.querySelectorAll("[data-from]")];

  const answer = (asked: Element | null): void => {
    for (const lit of root.querySelectorAll(".sw-lit, .sw-here")) lit.classList.remove("sw-lit", "sw-here");
    const line = root.querySelector("[data-formula-line]");
    if (line) line.textContent = asked?.getAttribute("data-formula") ?? line.getAttribute("data-hint");
    if (!asked) return;
    asked.classList.add("sw-here");
    const names = new Set((asked.getAttribute("data-from") ?? "").split(" "));
    for (const source of root.querySelectorAll("[data-cell]")) {
      if (names.has(source.getAttribute("data-cell")!)) source.classList.add("sw-lit");
    }
  };
  const on = (event: globalThis.Event): void => {
    const target = event.target instanceof Element ? event.target.closest("[data-from]") : null;
    if (event.type === "focusout" || event.type === "pointerleave") {
      const focused = event.type === "pointerleave" ? root.querySelector("[data-from]:focus") : null;
      here = focused ? place(focused) : null;
      answer(focused);
    } else if (target) {
      here = place(target);
      answer(target);
    } else if (event.type === "pointerover") {
      const focused = root.querySelector("[data-from]:focus");
      here = focused ? place(focused) : null;
      answer(focused);
    }
  };
  const place = (asked: Element): { name: string; grid: number } => ({
    name: asked.getAttribute("data-from") ?? "",
    grid: asking().indexOf(asked),
  });
  for (const type of ["focusin", "focusout", "pointerover", "pointerleave"]) root.addEventListener(type, on, { signal: off });
  return {
    // After a new picture: the same cell is still in focus, and its formula may be another one.
    again: () => {
      if (here) answer(asking()[here.grid] ?? null);
    },
  };
}
