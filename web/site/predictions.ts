// A prediction's choices -> choices that lock: the first one that is chosen opens and says why, the others stay shut until
// the reader asks for them. What the next cell prints, which is the answer, is shut until then, too.

export function lockChoices(prediction: HTMLElement): void {
  const choices = [...prediction.querySelectorAll<HTMLDetailsElement>("details.choice")];
  const outcome = outcomeAfter(prediction);
  const status = document.createElement("p");
  status.className = "prediction-status";
  status.setAttribute("role", "status");
  prediction.append(status);
  let chosen: HTMLDetailsElement | null = null;

  const choose = (choice: HTMLDetailsElement): void => {
    chosen = choice;
    const right = isRight(choice);
    prediction.classList.add("is-locked");
    choice.classList.add("is-chosen", right ? "is-right" : "is-wrong");
    choice.open = true;
    for (const other of choices) if (other !== choice) other.querySelector("summary")!.setAttribute("aria-disabled", "true");
    status.append(right ? "✓ You predicted right. " : "✕ You predicted something else than what comes out. Read why it tempts. ", others());
    if (outcome) {
      outcome.querySelector("summary")!.removeAttribute("aria-disabled");
      outcome.open = true;
    }
  };
  const others = (): HTMLButtonElement => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Open the others";
    button.addEventListener("click", () => {
      prediction.classList.remove("is-locked");
      for (const choice of choices) {
        choice.removeAttribute("name"); // several may be open now
        choice.open = true;
        choice.classList.toggle("is-right", isRight(choice));
        choice.querySelector("summary")!.removeAttribute("aria-disabled");
      }
      button.remove();
      choices[0]!.querySelector("summary")!.focus();
    });
    return button;
  };

  for (const choice of choices) {
    choice.open = false;
    // Enter and the space bar arrive as a click, too
    choice.querySelector("summary")!.addEventListener("click", (event) => {
      if (!prediction.classList.contains("is-locked") && chosen) return;
      event.preventDefault();
      if (!chosen) choose(choice);
    });
  }
  if (outcome) {
    const summary = outcome.querySelector("summary")!;
    summary.setAttribute("aria-disabled", "true");
    summary.addEventListener("click", (event) => {
      if (!chosen) event.preventDefault();
    });
  }
}

function isRight(choice: HTMLDetailsElement): boolean {
  return /^\s*Right\./.test([...choice.childNodes].filter((node) => node.nodeName !== "SUMMARY").map((node) => node.textContent).join(""));
}

/** The folded output of the cell that comes right after. */
function outcomeAfter(prediction: HTMLElement): HTMLDetailsElement | null {
  const cell = prediction.nextElementSibling;
  return cell?.classList.contains("tag_hide-output") ? cell.querySelector("details") : null;
}
