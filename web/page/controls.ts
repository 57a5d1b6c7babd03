// An explorer's declared controls -> plain inputs, for a page without ipywidgets.
import type { AnyExplorer, Control, Value } from "../core/explorer";
import type { Host } from "../mount";

export function controls(explorer: AnyExplorer, host: Host): HTMLElement {
  const row = document.createElement("div");
  row.className = "sw-boxes";
  for (const control of explorer.controls) {
    const label = document.createElement("label");
    label.className = `sw-control sw-${control.kind} sw-control-${control.name}${control.when === undefined ? "" : ` sw-when-${control.when}`}`;
    if (control.kind === "text" && control.wide) label.classList.add("sw-wide");
    const caption = document.createElement("span");
    caption.className = "sw-label";
    caption.textContent = control.label;
    const input = inputFor(control);
    const show = (): void => {
      const value = host.get()[control.name]!;
      if (control.kind === "check") input.checked = value === true;
      else if (input.value !== String(value)) input.value = String(value);
    };
    const read = (): void => host.set({ [control.name]: valueOf(control, input) });
    input.addEventListener(control.kind === "text" && control.onEnter ? "change" : "input", read);
    host.onChange(show);
    show();
    if (control.kind === "check") label.append(input, caption);
    else label.append(caption, input);
    row.append(label);
  }
  return row;
}

function inputFor(control: Control): HTMLInputElement {
  const input = document.createElement("input");
  input.type = { text: "text", slider: "range", check: "checkbox" }[control.kind];
  if (control.kind === "text") {
    input.placeholder = control.placeholder;
    input.spellcheck = false;
    input.autocomplete = "off";
  } else if (control.kind === "slider") {
    [input.min, input.max, input.step] = [String(control.min), String(control.max), String(control.step)];
  }
  return input;
}

function valueOf(control: Control, input: HTMLInputElement): Value {
  if (control.kind === "check") return input.checked;
  return control.kind === "slider" ? Number(input.value) : input.value;
}
