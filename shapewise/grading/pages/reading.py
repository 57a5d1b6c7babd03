"""A graded notebook and its row of the gradebook -> what its feedback page says.

The judge has marked the cells that a student wrote. No text of any other cell is taken, so nothing of the key, and no
hidden test, can come to stand on a page; of the lesson only the headings are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shapewise.report.feedback import Exercise, FeedbackPage, Output, Test, WrittenCell

__all__ = ["bare_page", "page_of"]

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)
_MARKUP = re.compile(r"[*`]|\[([^\]]*)\]\([^)]*\)")
_NO_NAME = re.compile(r"cell-[0-9a-f]{8,}")  # what nbgrader calls a cell whose author gave it no name
_PICTURE = ("image/png", "image/jpeg")


@dataclass
class _Exercise:
    name: str
    where: str = ""
    tests: list[Test] = field(default_factory=list)
    panels: list[Output] = field(default_factory=list)
    answers: list[WrittenCell] = field(default_factory=list)
    own: list[WrittenCell] = field(default_factory=list)
    solutions: list[str] = field(default_factory=list)

    def finished(self, marks: Mapping[str, Mapping[str, Any]]) -> Exercise:
        rows = [marks[cell] for cell in self.solutions if cell in marks]
        return Exercise(
            self.name, self.where, tuple(self.tests), tuple(self.panels), tuple(self.answers), tuple(self.own),
            untouched=bool(self.solutions) and not self.answers,
            comments=tuple(str(row["comment"]) for row in rows if row.get("comment")),
        )  # fmt: skip


def page_of(notebook: Mapping[str, Any], about: Mapping[str, Any]) -> FeedbackPage:
    """The page of a graded notebook; ``about`` holds student, assignment, notebook, penalty, and ``cells``."""
    reading = _Reading(notebook["cells"], about["cells"])
    graded = notebook["metadata"].get("shapewise", {})
    remarks = [str(repair) for repair in graded.get("repairs", ())]
    outputs = [output for cell in reading.elsewhere for output in cell.outputs if output.kind == "error"]
    if outputs:
        error = "".join(outputs[0].content.rstrip().splitlines()[-1:])[:300]
        remarks.append(f"A cell outside the exercises ended in an error, and others may need it: {error}")
    if graded.get("sandboxed") is False:
        remarks.append("This notebook was graded without a sandbox.")
    return FeedbackPage(
        about["student"], about["assignment"], about["notebook"], reading.title,
        tuple(exercise.finished(about["cells"]) for exercise in reading.exercises), tuple(reading.elsewhere),
        tuple(remarks), about["penalty"],
    )  # fmt: skip


def bare_page(about: Mapping[str, Any]) -> FeedbackPage:
    """The page without the notebook: the points and comments that the gradebook holds."""
    cells = about["cells"]
    owners = _owners([(name, bool(row.get("solution")), "points" in row) for name, row in cells.items()])
    exercises: dict[str, _Exercise] = {}
    for name, row in cells.items():
        exercise = exercises.setdefault(owners[name], _Exercise(owners[name]))
        if row.get("solution"):
            exercise.solutions.append(name)
        if "points" in row:
            exercise.tests.append(_test(name, owners[name], row, "", ""))
    done = [exercise.finished(cells) for exercise in exercises.values() if exercise.tests]
    shown = tuple(Exercise(exercise.name, tests=exercise.tests, comments=exercise.comments) for exercise in done)
    return FeedbackPage(
        about["student"], about["assignment"], about["notebook"], exercises=shown, penalty=about["penalty"],
        shows_work=False,
    )  # fmt: skip


class _Reading:
    """Goes through the cells once; knows the headings above, and which exercise it is in."""

    def __init__(self, cells: list[dict[str, Any]], marks: Mapping[str, Mapping[str, Any]]) -> None:
        self.title, self.elsewhere, self._marks = "", list[WrittenCell](), marks
        self._headings: list[tuple[int, str]] = []
        self._waiting: list[WrittenCell] = []  # they stand above the answer of an exercise, if one follows
        self._inside: _Exercise | None = None
        marked = [(str(mark["grade_id"]), _answers(mark), _graded(mark)) for mark in map(_mark, cells) if mark]
        self._owners = _owners(marked)
        self._exercises = {owner: _Exercise(owner) for owner in self._owners.values()}
        for cell in cells:
            self._read(cell)
        self.elsewhere += self._waiting

    @property
    def exercises(self) -> list[_Exercise]:
        """Those that something can be said of: graded, or answered."""
        for exercise in self._exercises.values():
            if _NO_NAME.fullmatch(exercise.name):
                exercise.name = next((test.name for test in exercise.tests if test.name), exercise.name)
        return [exercise for exercise in self._exercises.values() if exercise.tests or exercise.answers]

    def _read(self, cell: dict[str, Any]) -> None:
        mark, written = _mark(cell), _written(cell)
        if mark:
            self._marked(cell, mark, written)
        elif written:
            self._own(_as_written(cell, self._where() or "At the beginning"))
        elif cell["cell_type"] == "markdown":
            self._lesson(_text(cell))

    def _lesson(self, text: str) -> None:
        for found in _HEADING.finditer(_FENCED.sub("", text)):
            level, words = len(found[1]), _MARKUP.sub(r"\1", found[2])
            self._headings = [heading for heading in self._headings if heading[0] < level]
            self._headings.append((level, words))
            self.title = self.title or (words if level == 1 else "")
            self.elsewhere += self._waiting
            self._waiting, self._inside = [], None

    def _where(self) -> str:
        return " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(
            words for _, words in self._headings if words != self.title
        )

    def _own(self, cell: WrittenCell) -> None:
        (self._waiting if self._inside is None else self._inside.own).append(cell)

    def _marked(self, cell: dict[str, Any], mark: dict[str, Any], written: bool) -> None:
        grade_id = str(mark["grade_id"])
        exercise = self._exercises[self._owners[grade_id]]
        if _answers(mark):
            exercise.where = exercise.where or self._where()
            exercise.own += self._waiting
            exercise.solutions.append(grade_id)
            self._waiting, self._inside = [], exercise
            if written:
                exercise.answers.append(_as_written(cell, ""))
        if _graded(mark):
            row = self._marks.get(grade_id, {"points": mark.get("points", 0), "score": 0.0})
            tested = not _answers(mark)
            verdict = str(cell["metadata"].get("shapewise", {}).get("verdict", "")) if tested else ""
            said = " ".join(str(output["evalue"]) for output in cell.get("outputs", ()) if _is_error(output))
            exercise.where = exercise.where or self._where()
            exercise.tests.append(_test(grade_id, exercise.name, row, verdict, said if tested else ""))
            exercise.panels += _check_outputs(cell) if tested else []


def _owners(marked: list[tuple[str, bool, bool]]) -> dict[str, str]:
    """The exercise of each marked cell: for a test the answer whose name its own begins with, else the one above it."""
    answers = sorted((name for name, answer, _ in marked if answer), key=len, reverse=True)
    owners, above = {}, ""
    for name, answer, graded in marked:
        if answer:
            owners[name] = above = name
        elif graded:
            owners[name] = next((start for start in answers if name.startswith(start)), above or name)
    return owners


def _test(grade_id: str, exercise: str, row: Mapping[str, Any], verdict: str, said: str) -> Test:
    name = grade_id.removeprefix(exercise).strip("_- ")
    score, points = row.get("score"), float(row.get("points") or 0.0)
    if not verdict:
        verdict = "for a person to grade" if score is None else "passed" if score >= points else "graded"
    return Test(name or "answer", verdict, score, points, said, bool(row.get("by_hand")))


def _mark(cell: Mapping[str, Any]) -> dict[str, Any]:
    mark: dict[str, Any] = cell["metadata"].get("nbgrader") or {}
    return mark if _answers(mark) or _graded(mark) else {}


def _answers(mark: Mapping[str, Any]) -> bool:
    return bool(mark.get("solution") or mark.get("task"))


def _graded(mark: Mapping[str, Any]) -> bool:
    return bool(mark.get("grade") or mark.get("task"))


def _written(cell: Mapping[str, Any]) -> bool:
    return bool(cell["metadata"].get("shapewise", {}).get("written"))


def _as_written(cell: Mapping[str, Any], where: str) -> WrittenCell:
    outputs = tuple(shown for output in cell.get("outputs", ()) for shown in _outputs(output))
    return WrittenCell(str(cell["cell_type"]), _text(cell), outputs, where, cell.get("attachments") or {})


def _check_outputs(cell: Mapping[str, Any]) -> list[Output]:
    """What the visible part of a test cell showed: panels, and what it printed."""
    shown = []
    for output in cell.get("outputs", ()):
        html = _joined(output.get("data", {}).get("text/html", ""))
        shown += [Output("panel", html)] if html else [] if _is_error(output) else _outputs(output)
    return shown


def _outputs(output: Mapping[str, Any]) -> list[Output]:
    kind = output["output_type"]
    if kind == "stream":
        return [Output("text", _joined(output["text"]))]
    if kind == "error":
        lines = [str(line) for line in output.get("traceback") or ()]
        return [Output("error", "\n".join(lines) or f"{output['ename']}: {output['evalue']}")]
    data = output.get("data", {})
    plain = _joined(data.get("text/plain", ""))
    for picture in _PICTURE:
        if picture in data:
            return [Output(picture, _joined(data[picture]), "" if plain.startswith("<") else plain[:300])]
    return [Output("text", plain)] if plain else []


def _is_error(output: Mapping[str, Any]) -> bool:
    return bool(output["output_type"] == "error")


def _text(cell: Mapping[str, Any]) -> str:
    return _joined(cell["source"])


def _joined(lines: str | Iterable[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)
