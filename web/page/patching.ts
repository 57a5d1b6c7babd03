// A box that shows HTML, and the HTML it shall show next -> the same box, with only what differs changed in the page.
// Nodes stay where they are, so focus, scrolling and transitions go on. The browser reads nothing but what is new, which
// takes half as long as to read all of it and compare: see `benchmarks/explorers.py`.
import { attributesOf, markupOf, readAttribute, unescape, type Markup, type Tagged } from "../core/markup";

/** A box of this class, and how to show something in it. */
export function patched(name: string): { element: HTMLElement; show: (html: string) => void } {
  const element = document.createElement("div");
  element.className = name;
  let shown = "";
  let tree: readonly Markup[] = [];
  const show = (html: string): void => {
    if (html === shown) return;
    const next = markupOf(html);
    const focused = element.contains(active(element)) ? active(element)!.getAttribute("data-key") : null;
    children(element, tree, next);
    [shown, tree] = [html, next];
    if (focused) focusAgain(element, focused);
  };
  return { element, show };
}

/** By place: what stands first becomes what stands first. What others have added to an element stays there. */
function children(parent: Element, before: readonly Markup[], after: readonly Markup[]): void {
  const nodes = parent.childNodes;
  if (nodes.length !== before.length) {
    parent.innerHTML = sourceOf(after); // somebody else has written here
    return;
  }
  const shared = Math.min(before.length, after.length);
  for (let k = 0, node = parent.firstChild; k < shared; k++) {
    const following: ChildNode | null = node!.nextSibling; // read first: the node itself may be replaced
    if (before[k]!.source !== after[k]!.source) become(node!, before[k]!, after[k]!);
    node = following;
  }
  while (nodes.length > shared) parent.lastChild!.remove();
  if (after.length > shared) parent.insertAdjacentHTML("beforeend", sourceOf(after.slice(shared)));
}

function become(node: ChildNode, before: Markup, after: Markup): void {
  if (node instanceof Text && before.tag === null && after.tag === null) {
    node.nodeValue = unescape(after.source);
  } else if (node instanceof Element && before.tag !== null && before.tag === after.tag) {
    if (before.opening !== after.opening) attributes(node, before, after);
    children(node, before.children, after.children);
  } else if (after.tag === null) {
    node.replaceWith(unescape(after.source));
  } else {
    const place = document.createElement("span");
    node.replaceWith(place);
    place.outerHTML = after.source;
  }
}

function attributes(element: Element, before: Tagged, after: Tagged): void {
  const [old, next] = [attributesOf(before.opening), attributesOf(after.opening)];
  for (const [k, written] of next.entries()) {
    if (old[k] !== written) element.setAttribute(...readAttribute(written));
  }
  for (const [k, written] of old.entries()) {
    const [name] = readAttribute(written);
    if (next[k] !== written && !next.some((one) => readAttribute(one)[0] === name)) element.removeAttribute(name);
  }
}

function sourceOf(pieces: readonly Markup[]): string {
  return pieces.map(({ source }) => source).join("");
}

/** What had the focus may be gone, or have another place now: it goes to the same thing, or else to the outcome. */
function focusAgain(box: HTMLElement, key: string): void {
  if (active(box)?.getAttribute("data-key") === key) return;
  const again = box.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? box.querySelector("[data-key=outcome]");
  if (again instanceof HTMLElement || again instanceof SVGElement) again.focus();
}

function active(within: Element): Element | null {
  const home = within.getRootNode();
  return home instanceof Document || home instanceof ShadowRoot ? home.activeElement : null;
}
