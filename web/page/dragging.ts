// What can be dragged (`data-drag`) -> events for `update`: by mouse or finger, and with the arrow keys.
import type { Event, State } from "../core/explorer";

export function dragThings(picture: HTMLElement, send: (event: Event<State>) => void, off: AbortSignal): void {
  let held: { what: string; pointer: number } | null = null;

  const handleOf = (target: EventTarget | null): Element | null => (target instanceof Element ? target.closest("[data-drag]") : null);
  const find = (what: string): SVGElement | HTMLElement | null => picture.querySelector(`[data-drag="${CSS.escape(what)}"]`);

  picture.addEventListener("pointerdown", (event) => {
    const handle = handleOf(event.target);
    if (!handle || event.button !== 0) return;
    held = { what: handle.getAttribute("data-drag")!, pointer: event.pointerId };
    picture.setPointerCapture(event.pointerId); // the picture itself stays, whatever is drawn anew in it
    find(held.what)?.focus();
    event.preventDefault();
  }, { signal: off });
  picture.addEventListener("pointermove", (event) => {
    const handle = held && held.pointer === event.pointerId ? find(held.what) : null;
    if (!held || !handle) return;
    const at = inDrawing(handle, event.clientX, event.clientY);
    if (at) send({ type: "drag", what: held.what, ...at });
  }, { signal: off });
  for (const type of ["pointerup", "pointercancel"] as const) {
    picture.addEventListener(type, () => { held = null; }, { signal: off });
  }
  picture.addEventListener("touchstart", (event) => {
    if (handleOf(event.target)) event.preventDefault(); // the finger drags; it does not scroll
  }, { signal: off, passive: false });
  picture.addEventListener("keydown", (event) => {
    const handle = handleOf(event.target);
    const step = ({ ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] } as const)[event.key as "ArrowUp"];
    if (!handle || !step) return;
    event.preventDefault();
    send({ type: "nudge", what: handle.getAttribute("data-drag")!, dx: step[0] as -1 | 0 | 1, dy: step[1] as -1 | 0 | 1, large: event.shiftKey });
  }, { signal: off });
}

/** A point of the screen in the units of the drawing that holds the handle. */
function inDrawing(handle: Element, x: number, y: number): { x: number; y: number } | null {
  const drawing = handle.closest("svg");
  const matrix = drawing?.getScreenCTM();
  if (!matrix) {
    const box = handle.parentElement?.getBoundingClientRect();
    return box ? { x: x - box.left, y: y - box.top } : null;
  }
  const point = new DOMPoint(x, y).matrixTransform(matrix.inverse());
  return { x: point.x, y: point.y };
}
