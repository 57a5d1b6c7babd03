// The page's theme -> the explorer's: what the page declares, and where it declares nothing, how dark it is.
import type { AnyExplorer } from "../core/explorer";
import { variables } from "../core/palette";
import rules from "../styles.css";

/** One stylesheet per page, or per shadow root; and one for each kind of explorer that has rules of its own. */
export function addStyles(root: HTMLElement, explorer: AnyExplorer): void {
  const home = root.getRootNode();
  const where = home instanceof ShadowRoot ? home : document.head;
  const colors = `.shapewise-explorer{${variables(false)}}.shapewise-explorer[data-sw-theme=dark]{${variables(true)}}`;
  addOnce(where, "all", `${colors}\n${rules}`);
  if (explorer.styles) addOnce(where, explorer.name, explorer.styles);
}

function addOnce(where: ParentNode & Node, name: string, text: string): void {
  if (where.querySelector(`style[data-shapewise="${name}"]`)) return;
  const style = document.createElement("style");
  style.dataset.shapewise = name;
  style.textContent = text;
  where.append(style);
}

export function followTheme(root: HTMLElement, off: AbortSignal): void {
  const apply = (): void => {
    root.dataset.swTheme = isDark(root) ? "dark" : "light";
  };
  const observer = new MutationObserver(apply);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: ["class", "theme", "data-theme", "data-jp-theme-light"] });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply, { signal: off });
  off.addEventListener("abort", () => observer.disconnect());
  apply();
}

function isDark(root: HTMLElement): boolean {
  const { body, documentElement: html } = document;
  const jupyter = body.getAttribute("data-jp-theme-light");
  if (jupyter) return jupyter === "false";
  const declared = html.getAttribute("theme") ?? html.dataset.theme ?? body.dataset.theme;
  if (declared === "dark" || declared === "light") return declared === "dark";
  if (declared === "auto") return matchMedia("(prefers-color-scheme: dark)").matches;
  if (body.classList.contains("vscode-dark") || body.classList.contains("vscode-high-contrast")) return true;
  return isDarkBehind(root);
}

function isDarkBehind(root: HTMLElement): boolean {
  let element: Element | null = root.parentElement ?? hostOf(root);
  while (element) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    element = element.parentElement ?? hostOf(element);
  }
  return false;
}

function hostOf(element: Element): Element | null {
  const home = element.getRootNode();
  return home instanceof ShadowRoot ? home.host : null;
}
