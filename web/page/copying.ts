// Two buttons under an explorer: its state as a line of torch, and as an address that opens it again.
import { toAddress } from "../core/address";
import type { AnyExplorer, State } from "../core/explorer";

export function offerCopies(explorer: AnyExplorer, state: () => State, off: AbortSignal): HTMLElement {
  const row = document.createElement("div");
  row.className = "sw-copies";
  const done = document.createElement("span");
  done.className = "sw-note";
  done.setAttribute("role", "status");
  const text = document.createElement("input");
  text.className = "sw-copied";
  text.readOnly = true;
  text.hidden = true;
  text.setAttribute("aria-label", "What to copy");
  const button = (label: string, what: () => string): HTMLButtonElement => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "sw-button sw-quiet";
    element.textContent = label;
    element.addEventListener("click", () => {
      const copied = what();
      // The text is shown too, since a page without https (or a frame) may be refused the clipboard.
      text.value = copied;
      text.hidden = false;
      void copy(copied, text).then((worked) => {
        done.textContent = worked ? "Copied." : "Press Ctrl+C to copy it.";
      });
    }, { signal: off });
    return element;
  };
  row.append(
    button("Copy as torch", () => explorer.torch(state())),
    button("Copy link", () => `${homeOf(row)}${toAddress(explorer, state())}`),
    text,
    done,
  );
  return row;
}

/** The page whose addresses open a state: the one that the explorer's place names, else this one. */
function homeOf(row: Element): string {
  const home = row.closest<HTMLElement>("[data-home]")?.dataset.home ?? "";
  return new URL(home, location.href).href.replace(/[?#].*$/, "");
}

async function copy(words: string, shown: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    shown.focus();
    shown.select();
    return false;
  }
}
