// The part of a live explorer that ipywidgets cannot do; see view.py. It finds the explorer's root above itself.
const LIVE = "shapewise-live";
const PENDING = "sw-pending";
const ANSWER_WITHIN_MS = 1500;
let serial = 0;

export default {
  render({ model, el }) {
    const off = new AbortController();
    el.classList.add("sw-companion");
    const region = document.createElement("div");
    region.className = "sw-only-read";
    region.setAttribute("role", "status");
    const silence = document.createElement("p");
    silence.className = "sw-silence";
    silence.hidden = true;
    silence.textContent = "The kernel does not answer, so the picture stays as it is. Run this cell again when it does.";
    el.append(silence, region);
    whenAttached(el, off.signal, (root) => {
      keepKeys(root, off.signal);
      nameControls(root, model, off.signal);
      reachScrolled(root, off.signal);
      lightUpSources(root, off.signal);
      walkCells(root, off.signal);
      if (model.get("needs_kernel")) talkToKernel(root, model, silence, region, off.signal);
      else goLive(root);
    });
    return () => off.abort();
  },
};

function whenAttached(el, signal, then) {
  if (signal.aborted) return;
  const root = el.isConnected && el.closest(".shapewise-explorer");
  if (root) then(root);
  else setTimeout(() => whenAttached(el, signal, then), 10);
}

function goLive(root) {
  root.classList.remove(PENDING);
  root.classList.add(LIVE);
}

// JupyterLab's shortcuts would take plain keys away (arrows, "b" inserts a cell); the ones below stay JupyterLab's.
// It listens when a key has bubbled up, Notebook 7 before the key gets here: an attribute tells the latter to pass.
function keepKeys(root, signal) {
  const theirs = (event) =>
    event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" || (event.key === "Enter" && event.shiftKey);
  window.addEventListener("keydown", (event) => {
    if (root.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", !theirs(event));
  }, { signal, capture: true });
  root.addEventListener("keydown", (event) => {
    if (!theirs(event)) event.stopPropagation();
  }, { signal });
}

function watch(target, options, signal, then) {
  const observer = new MutationObserver(then);
  observer.observe(target, options);
  signal.addEventListener("abort", () => observer.disconnect());
  then();
}

function set(element, attribute, value) {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}

function nameControls(root, model, signal) {
  const apply = () => {
    for (const [name, label] of Object.entries(model.get("names"))) {
      const control = root.querySelector(`.${name} [role=slider], .${name} input`);
      if (!control) continue;
      set(control, "aria-label", label);
      const texts = model.get("value_texts");
      const now = Math.round(Number(control.getAttribute("aria-valuenow")));
      if (texts.length && texts[now]) set(control, "aria-valuetext", texts[now]);
    }
  };
  watch(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuenow", "aria-valuetext"] }, signal, apply);
}

// A table that is wider than the page scrolls, and so must be within reach of the keyboard.
function reachScrolled(root, signal) {
  const apply = () => {
    for (const region of root.querySelectorAll(".sw-scroll")) {
      if (region.scrollWidth <= region.clientWidth) continue;
      set(region, "tabindex", "0");
      set(region, "role", "region");
      set(region, "aria-label", "Table, scrolls sideways");
    }
  };
  const resized = new ResizeObserver(apply);
  resized.observe(root);
  signal.addEventListener("abort", () => resized.disconnect());
  watch(root, { subtree: true, childList: true }, signal, apply);
}

// A cell names the cells it came from in data-from; they light up while it has focus or the pointer is on it.
function lightUpSources(root, signal) {
  const show = (event) => {
    for (const lit of root.querySelectorAll(".sw-lit, .sw-here")) lit.classList.remove("sw-lit", "sw-here");
    const cell = event.target instanceof Element && event.target.closest("[data-from]");
    if (!cell || event.type === "focusout" || event.type === "pointerleave") return;
    cell.classList.add("sw-here");
    for (const name of cell.dataset.from.split(" "))
      for (const source of root.querySelectorAll(`[data-cell="${name}"]`)) source.classList.add("sw-lit");
  };
  for (const type of ["focusin", "focusout", "pointerover", "pointerleave"]) root.addEventListener(type, show, { signal });
}

// Each grid is one tab stop; arrows move inside it, Home and End to its ends.
function walkCells(root, signal) {
  root.addEventListener("keydown", (event) => {
    const here = event.target instanceof Element && event.target.closest("[data-from]");
    const grid = here && here.closest("[data-walk]");
    if (!grid) return;
    const cells = [...grid.querySelectorAll("[data-from]")];
    const at = cells.indexOf(here);
    const row = Number(grid.dataset.walk);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + row, ArrowUp: at - row, Home: 0, End: cells.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (!cells[to]) return;
    here.tabIndex = -1;
    cells[to].tabIndex = 0;
    cells[to].focus();
  }, { signal });
}

function talkToKernel(root, model, silence, region, signal) {
  let waiting = 0;
  const ask = () => {
    clearTimeout(waiting);  // what changes nothing has no answer either, so ask before saying that nobody is there
    waiting = setTimeout(() => {
      waiting = setTimeout(() => { silence.hidden = false; }, ANSWER_WITHIN_MS);
      model.send({ hello: true });
    }, ANSWER_WITHIN_MS);
  };
  const answered = () => {
    clearTimeout(waiting);
    silence.hidden = true;
    goLive(root);
  };
  const on = (name, then) => {
    model.on(name, then);
    signal.addEventListener("abort", () => model.off(name, then));
  };
  on("msg:custom", answered);
  on("change:revision", answered);
  on("change:message", () => { region.textContent = model.get("message"); });
  on("change:problems", () => describeProblems(root, model));
  signal.addEventListener("abort", () => clearTimeout(waiting));
  root.addEventListener("input", ask, { signal });
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-set]");
    if (!button) return;
    ask();
    model.send(JSON.parse(button.dataset.set));
  }, { signal });
  keepFocus(root, signal);
  describeProblems(root, model);
  model.send({ hello: true });
}

// A box that was not understood says so, and points at the sentence that explains it.
function describeProblems(root, model) {
  for (const [name, problem] of Object.entries(model.get("problems"))) {
    const input = root.querySelector(`.${name} input`);
    if (!input) continue;
    set(input, "aria-invalid", String(Boolean(problem)));
    const where = root.querySelector(`[data-problem="${name}"]`);
    if (where && !where.id) where.id = `sw-problem-${++serial}`;
    if (problem && where) set(input, "aria-describedby", where.id);
    else input.removeAttribute("aria-describedby");
  }
}

// Python's rendering replaces what it rendered before; whoever had the focus in there gets it back.
function keepFocus(root, signal) {
  let key = null;
  root.addEventListener("focusin", (event) => {
    key = event.target instanceof Element ? event.target.getAttribute("data-key") : null;
  }, { signal });
  watch(root, { subtree: true, childList: true }, signal, () => {
    if (!key || (document.activeElement && document.activeElement !== document.body && root.contains(document.activeElement))) return;
    const again = root.querySelector(`[data-key="${key}"]`) || root.querySelector("[data-key=outcome]");
    if (again) again.focus();
  });
}
