// <div class="questions" data-questions="matmul reshape"> -> questions without end, answered by typing a shape.
// Enter answers, Enter goes on; what is said is read aloud.
import { toAddress } from "../core/address";
import { escape } from "../core/html";
import { asText } from "../core/shape";
import { chanceFrom, judge, KINDS, type Chance, type Question } from "./asking";

const SUBJECTS: { [kind: string]: string } = {
  broadcast: "Broadcasting",
  index: "Indexing",
  matmul: "Matrix product",
  reduce: "Sums over an axis",
  reshape: "Reshaping",
};

/** `?seed=7` asks the same questions each time. */
function chance(): Chance {
  const given = new URLSearchParams(location.search).get("seed");
  return chanceFrom(given === null ? Math.floor(Math.random() * 2 ** 32) : Number(given));
}

export function askQuestions(place: HTMLElement): void {
  const named = (place.dataset.questions ?? "").split(" ").filter((kind) => KINDS.has(kind));
  const kinds = named.length ? named : [...KINDS.keys()];
  const drawn = chance();
  place.innerHTML =
    '<p class="question-subject"></p><pre class="question-code" tabindex="0" aria-label="The code"></pre>' +
    '<form class="question-answer"><label>Shape <input class="question-shape" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="for example 4, 3"></label>' +
    '<button type="submit">Answer</button><button type="button" class="question-refused">It is an error</button></form>' +
    '<p class="question-verdict" role="status"></p><p class="question-on"><button type="button" class="question-next" hidden>Next question</button> <span class="question-score"></span></p>';
  const part = <E extends HTMLElement>(name: string): E => place.querySelector<E>(name)!;
  const [input, next, verdict] = [part<HTMLInputElement>(".question-shape"), part(".question-next"), part(".question-verdict")];
  let question: Question;
  let [asked, right, open] = [0, 0, true];

  const ask = (): void => {
    const kind = kinds[Math.floor(drawn() * kinds.length)]!;
    question = KINDS.get(kind)!(drawn);
    open = true;
    part(".question-subject").textContent = SUBJECTS[kind] ?? kind;
    part(".question-code").textContent = question.lines.join("\n");
    verdict.className = "question-verdict";
    verdict.textContent = "";
    input.value = "";
    setOpen(true);
  };
  const setOpen = (now: boolean): void => {
    for (const control of place.querySelectorAll<HTMLInputElement | HTMLButtonElement>("form input, form button")) control.disabled = !now;
    next.hidden = now;
  };
  const answer = (said: string): void => {
    if (!open) return;
    const judged = judge(question, said);
    if ("unread" in judged) {
      verdict.className = "question-verdict is-unread";
      verdict.textContent = judged.unread;
      return;
    }
    open = false;
    asked += 1;
    right += judged.right ? 1 : 0;
    verdict.className = `question-verdict ${judged.right ? "is-right" : "is-wrong"}`;
    verdict.innerHTML = told(question, judged.right, place.dataset.gallery ?? "");
    part(".question-score").textContent = `${right} of ${asked} right`;
    setOpen(false);
    next.focus();
  };
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    answer(input.value);
  });
  part(".question-refused").addEventListener("click", () => answer("error"));
  next.addEventListener("click", () => {
    ask();
    input.focus();
  });
  ask();
}

function told(question: Question, right: boolean, gallery: string): string {
  const truth = question.shape === null ? "torch refuses it" : `the shape is <code>${asText(question.shape)}</code>`;
  const { see } = question;
  const address = see && toAddress({ name: see.explorer, initial: {} } as unknown as Parameters<typeof toAddress>[0], see.state);
  const link = see && gallery ? ` <a href="${escape(gallery + address!)}">See it in a picture</a>` : "";
  return `<b>${right ? "✓ Right" : "✕ Not this time"}</b>: ${truth}. ${escape(question.why)}${link}`;
}
