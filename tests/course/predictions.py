"""The predictions of the lessons: a question, its choices, and the cell below it that a student gets.

``python -m tests.course.predictions`` lists what gives an answer away; with ``--place`` it also moves right choices in
``lessons/`` so that they stand first, second, third ... equally often. It moves as few as it can.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from tests.conftest import ROOT

RIGHT, WRONG = "Right.", "Tempting:"

_DETAILS = re.compile(r"<details><summary>(.*?)</summary>\n+(.*?)\n+</details>", re.DOTALL)
_CHOICE = re.compile(r"^# <details>.*?^# </details>\n", re.MULTILINE | re.DOTALL)
_CHOICES = re.compile(r"(?:^# <details>.*?^# </details>\n)+", re.MULTILINE | re.DOTALL)
_QUESTION = "**Predict.**"
_TELLING = re.compile(r"(?<![A-Za-z])(wrong|correct(?!ion)|mistake|buggy|broken|expected|answer)s?(?![a-z])", re.I)
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,_]*(?:\.\d+)?(?!\w|\.\d)")
_TUPLE = re.compile(r"[(\[][\d\s,.]*\d[\d\s,.]*[)\]]")
_ERROR = re.compile(r"\b(error|refuse|refused|refuses|raises|fails)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """What stands on the button, and what is read behind it."""

    summary: str
    text: str

    @property
    def is_right(self) -> bool:
        return self.text.startswith(RIGHT)


@dataclass(frozen=True)
class Prediction:
    """A question with its choices; ``below`` is the code cell that follows, or nothing."""

    notebook: str
    question: str
    choices: tuple[Choice, ...]
    below: str

    @property
    def right(self) -> Choice:
        return next(choice for choice in self.choices if choice.is_right)

    @property
    def place(self) -> int:
        return self.choices.index(self.right)

    def spoilers(self) -> list[str]:
        """What in the cell below gives the answer away."""
        if not any(choice.is_right for choice in self.choices):
            return [f"no choice opens with {RIGHT!r}"]
        return [*self._values(), *self._names(), *self._comments(), *self._caught()]

    def _values(self) -> Iterator[str]:
        """The right choice itself, or a number or shape of it that the question does not hold."""
        code, asked = _close(self.below), _close(self.question)
        summary = _plain(self.right.summary)
        tried = [choice for choice in self.choices if _close(choice.summary) in code]  # several, and none stands out
        if tried == [self.right] and len(_close(summary)) > 3 and _close(summary) not in asked:
            yield f"the right choice, {summary!r}"
        for value in _values_of(summary) - {"0", "1"}:  # these two stand in any code
            if value not in _values_of(_plain(self.question)) and value in _values_of(self.below):
                yield f"the value {value} of the right choice"

    def _names(self) -> Iterator[str]:
        for word in sorted({found[0] for found in _TELLING.finditer(self.below)}):
            yield f"the telling word {word!r}"
        if re.search(r"\bright\b", self.below) and not re.search(r"\bleft\b", self.below):
            yield "the name 'right'"

    def _comments(self) -> Iterator[str]:
        """A comment with a shape or a list from one of the choices, as it often stands behind a line of code."""
        asked = _values_of(_plain(self.question))
        offered = {value for choice in self.choices for value in _values_of(_plain(choice.summary))} - asked
        for comment in _comments_in(self.below):
            for value in sorted(offered & _values_of(comment)):
                if value.startswith(("(", "[")):
                    yield f"{value} in the comment {comment!r}"

    def _caught(self) -> Iterator[str]:
        """A lone ``try`` under a question whose answer is an error; in a loop over several tries it tells nothing."""
        if _ERROR.search(self.right.summary) and re.search(r"^try:", self.below, re.MULTILINE):
            yield "a try for the error that is asked for"


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>|[`$*]", "", html)).strip()


def _close(text: str) -> str:
    """Without anything that may be written in two ways."""
    return re.sub(r"[\s`$*_,]", "", _plain(text)).replace("−", "-").lower()


def _values_of(text: str) -> set[str]:
    """Its shapes and lists, and the numbers outside of them, each in one spelling."""
    shapes = {re.sub(r"\s", "", found[0]) for found in _TUPLE.finditer(text)}
    numbers = {
        re.sub(r"[,_]", "", found[0]).replace("−", "-") for found in _NUMBER.finditer(_TUPLE.sub(" ", text))
    }
    return shapes | numbers


def _comments_in(code: str) -> list[str]:
    try:
        found = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [token.string for token in found if token.type == tokenize.COMMENT]


def predictions_of(notebook: Path) -> list[Prediction]:
    """The predictions of a notebook file, in their order."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    found = []
    for at, cell in enumerate(cells):
        text = "".join(cell["source"])
        if cell["cell_type"] != "markdown" or _QUESTION not in text:
            continue
        after = cells[at + 1] if at + 1 < len(cells) else {"cell_type": "none"}
        below = "".join(after["source"]) if after["cell_type"] == "code" else ""
        for part in text.split(_QUESTION)[1:]:
            choices = tuple(Choice(one[1], one[2]) for one in _DETAILS.finditer(part))
            found.append(Prediction(notebook.stem, part.split("<details>")[0].strip(), choices, below))
    return found


def released() -> list[Prediction]:
    """All predictions, as students get them."""
    return [one for path in sorted((ROOT / "release").glob("*/*.ipynb")) for one in predictions_of(path)]


def uneven(predictions: list[Prediction]) -> dict[int, list[int]]:
    """By number of choices: how often the right one stands at each place, where these differ by more than one."""
    places = _places([(len(one.choices), one.place) for one in predictions])
    return {n: counts for n, counts in places.items() if max(counts) - min(counts) > 1}


def _places(found: list[tuple[int, int]]) -> dict[int, list[int]]:
    counted = Counter(found)
    return {n: [counted[n, place] for place in range(n)] for n in sorted({n for n, _ in found})}


def place_evenly(lessons: list[str]) -> list[str]:
    """The texts of the lessons with as few right choices moved as make their places even."""
    runs = [(at, found) for at, text in enumerate(lessons) for found in _CHOICES.finditer(text)]
    questions = [(at, found) for at, found in runs if _is_right(found[0])]  # hints unfold too
    parts = [_CHOICE.findall(found[0]) for _, found in questions]
    places = [[_is_right(choice) for choice in choices].index(True) for choices in parts]
    wanted = list(places)
    for length in {len(choices) for choices in parts}:
        _even_out(wanted, [at for at, choices in enumerate(parts) if len(choices) == length], length)
    texts = list(lessons)
    for (lesson, found), choices, old, new in reversed(list(zip(questions, parts, places, wanted, strict=True))):
        if new != old:
            choices.insert(new, choices.pop(old))
            texts[lesson] = texts[lesson][: found.start()] + "".join(choices) + texts[lesson][found.end() :]
    return texts


def _is_right(choice: str) -> bool:
    return f"\n# {RIGHT}" in choice


def _even_out(places: list[int], members: list[int], length: int) -> None:
    """Move one at a time from the fullest place to the emptiest, until they differ by one at most."""
    while True:
        standing = [[at for at in members if places[at] == place] for place in range(length)]
        fullest, emptiest = max(standing, key=len), min(standing, key=len)
        if len(fullest) - len(emptiest) <= 1:
            return
        places[fullest[len(fullest) // 2]] = standing.index(emptiest)  # from the middle: no long run is left


def main() -> None:
    """List what gives answers away, and where right choices stand; with ``--place``, move them."""
    paths = sorted((ROOT / "lessons").glob("*/*.py"))
    if "--place" in sys.argv:
        texts = [path.read_text("utf-8") for path in paths]
        for path, old, new in zip(paths, texts, place_evenly(texts), strict=True):
            if new != old:
                path.write_text(new, "utf-8")
                print(f"{path.name}: right choices moved; now `make build`")
        return
    predictions = released()
    for one in predictions:
        for spoiler in one.spoilers():
            print(f"{one.notebook}: {one.question[:70]!r}: below it stands {spoiler}")
        for choice in one.choices:
            if not choice.text.startswith((RIGHT, WRONG)):
                print(f"{one.notebook}: {_plain(choice.summary)!r} opens with {choice.text[:25]!r}")
    print("places of the right choice:", _places([(len(one.choices), one.place) for one in predictions if
                                                  any(choice.is_right for choice in one.choices)]))  # fmt: skip


if __name__ == "__main__":
    main()
