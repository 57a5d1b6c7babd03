// The web edition's own script, beside the explorers': predictions that lock, questions without end, ways by keyboard.
// Also what tests run: without a document it only gives the questions and their judge.
import { chanceFrom, judge, KINDS } from "../site/asking";
import { lockChoices } from "../site/predictions";
import { askQuestions } from "../site/quiz";
import { goToNamedPlace, openDrawersByKeyboard, reachWhatScrolls, repeatSearch } from "../site/reading";

export { chanceFrom, judge, KINDS };

function start(): void {
  for (const prediction of document.querySelectorAll<HTMLElement>(".prediction")) lockChoices(prediction);
  for (const place of document.querySelectorAll<HTMLElement>(".questions")) askQuestions(place);
  openDrawersByKeyboard();
  reachWhatScrolls();
  goToNamedPlace();
  repeatSearch();
}

if (typeof document !== "undefined") {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
