// The heights of an explorer's pictures -> the least height of its place, so that the page below does not jump.
import type { AnyExplorer } from "../core/explorer";
import { frame } from "../core/frame";

export function keepSteady(picture: HTMLElement, explorer: AnyExplorer, off: AbortSignal): void {
  if (!explorer.steady) return;
  let width = 0;
  const apply = (): void => {
    if (picture.clientWidth === width || !picture.clientWidth) return;
    width = picture.clientWidth;
    const probe = picture.cloneNode(false) as HTMLElement;
    probe.inert = true;
    probe.style.cssText = `position:absolute;visibility:hidden;width:${width}px`;
    picture.after(probe);
    const heights = explorer.pictured.map((state) => {
      probe.innerHTML = frame(explorer, state, null);
      return probe.offsetHeight;
    });
    probe.remove();
    picture.style.minHeight = `${Math.max(...heights)}px`;
  };
  const resized = new ResizeObserver(apply);
  resized.observe(picture);
  off.addEventListener("abort", () => resized.disconnect());
}
