// An explorer and its state -> the whole picture: what is wrong with the boxes, then what `render` draws.
import type { AnyExplorer, Problems, State } from "./explorer";
import { escape, problemLine } from "./html";
import { stored } from "./stored";

/** Whether the state can be drawn, though something may be wrong with a box. */
export function drawable(problems: Problems): boolean {
  return Object.values(problems).every((problem) => problem.blocks === false);
}

/** What stands in the live picture's two boxes, and whether the lower one shows an older state. */
export interface Parts {
  readonly problems: string;
  readonly drawn: string;
  readonly stale: boolean;
}

/** The live picture. `good` is the last state that could be drawn: its picture stays while a box is wrong. */
export function frame(explorer: AnyExplorer, state: State, good: State | null): string {
  const { problems, drawn, stale } = parts(explorer, state, good);
  return `<div class="sw-problems">${problems}</div><div class="sw-drawn${stale ? " sw-stale" : ""}">${drawn}</div>`;
}

/** The same in its parts, so that a part that is as it was need not be read again. */
export function parts(explorer: AnyExplorer, state: State, good: State | null, problems = explorer.problems(state)): Parts {
  const lines = problemLines(explorer, state, problems);
  const fine = drawable(problems);
  const shown = fine ? state : good && asHidden(good, state);
  const still = shown && !fine ? `<p class="sw-note">Still shown: ${escape(explorer.words(shown))}</p>` : "";
  return { problems: lines + still, drawn: shown ? explorer.render(shown, true) : "", stale: !fine };
}

/** An older state, which keeps hidden what the state now keeps hidden. */
function asHidden(old: State, { predict, prediction }: State): State {
  return predict === undefined || prediction === undefined ? old : { ...old, predict, prediction };
}

/** The picture for where there is no script. */
export function storedPicture(explorer: AnyExplorer, state: State): string {
  const problems = explorer.problems(state);
  const lines = problemLines(explorer, state, problems);
  return stored(`${lines}${drawable(problems) ? explorer.render(state, false) : ""}`);
}

function problemLines(explorer: AnyExplorer, state: State, problems: Problems): string {
  return explorer.controls
    .flatMap(({ name, label }) => {
      const problem = problems[name];
      return problem ? problemLine(name, label, String(state[name]), problem) : [];
    })
    .join("");
}
