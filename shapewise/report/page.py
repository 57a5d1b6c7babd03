"""Grades and mistakes of a class -> one page on which an instructor decides what to teach tomorrow.

The page is one file: style and script stand in it, and its policy forbids everything else and everything from
elsewhere. Without its script it is sorted already.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from statistics import mean, median

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from shapewise.report.grades import Exercise, Grades, StudentGrades, lasting
from shapewise.report.measures import FEWEST, histogram, measured
from shapewise.report.mistakes import Mistake, shared

__all__ = ["render_class_report", "write_class_report"]

Pages = Mapping[str, Sequence[tuple[str, str]]]
"""The feedback pages of each student: (notebook, address seen from the report)."""


@dataclass(frozen=True)
class _Mark:
    """How one student did in one exercise."""

    exercise: Exercise
    sign: str
    tone: str
    points: str
    mistake: str = ""


@dataclass(frozen=True)
class _Row:
    """One student."""

    row: StudentGrades
    marks: tuple[_Mark, ...]
    pages: Sequence[tuple[str, str]]

    @property
    def solved(self) -> int:
        return sum(mark.tone == "full" for mark in self.marks)

    @property
    def strip(self) -> list[list[_Mark]]:
        """The marks of each notebook."""
        return [list(marks) for _, marks in groupby(self.marks, key=lambda mark: mark.exercise.notebook)]


def render_class_report(grades: Grades, mistakes: Iterable[Mistake] = (), pages: Pages | None = None) -> str:
    """The page as HTML that needs no other file; ``pages`` are what it links to."""
    mistakes = tuple(mistakes)
    together = shared(mistakes, grades.exercises)
    by_answer = {(one.student, one.notebook, one.exercise): one.name for one in mistakes}
    students = [_row(grades, student, by_answer, (pages or {}).get(student.student, ())) for student in grades.students]
    totals = [student.row.total for student in students if student.marks]
    bins = histogram(totals, grades.total or 1.0)
    measures = measured(grades)
    style, script = _text("class_report.css"), _text("class_report.js")
    return _template().render(
        grades=grades, students=students, handed_in=len(totals), number=_number, fewest=FEWEST,
        median=median(totals or [0.0]), mean=mean(totals or [0.0]),
        waiting=grades.waiting, lasting=lasting, due=grades.due,
        uncertain=sum(bool(grades.faults_of(exercise)) for exercise in grades.exercises),
        remarked=any(student.remarks for student in grades.students),
        late=any(when.late or when.penalty or when.extension for when in (one.handed_in for one in grades.students)),
        histogram=bins, highest=max(count for _, _, count in bins), histogram_in_words=_in_words(bins),
        frequent=[mistake for mistake in together if mistake.answered and len(mistake.students) > 1],
        single=[mistake for mistake in together if mistake.answered and len(mistake.students) == 1],
        short=_short,
        exercises=[
            (exercise, measure, [mistake for mistake in together if mistake.exercise == exercise])
            for exercise, measure in zip(grades.exercises, measures, strict=True)
        ],
        places={exercise: place for place, exercise in enumerate(grades.exercises, start=1)},
        anchors={student.student: f"student-{place}" for place, student in enumerate(grades.students, start=1)},
        style=Markup(style), style_digest=_digest(style), script=Markup(script), script_digest=_digest(script),
    )  # fmt: skip


def write_class_report(
    grades: Grades, path: Path, mistakes: Iterable[Mistake] = (), pages: Pages | None = None
) -> None:
    """Write the page to ``path``, replacing it as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(render_class_report(grades, mistakes, pages), "utf-8")
    partial.replace(path)


def _row(
    grades: Grades, student: StudentGrades, by_answer: Mapping[tuple[str, str, str], str],
    pages: Sequence[tuple[str, str]],
) -> _Row:  # fmt: skip
    if all(points is None for points in student.points):
        return _Row(student, (), pages)
    marks = [
        _mark(student, place, exercise, by_answer.get((student.student, exercise.notebook, exercise.name), ""))
        for place, exercise in enumerate(grades.exercises)
    ]
    return _Row(student, tuple(marks), pages)


def _mark(student: StudentGrades, place: int, exercise: Exercise, mistake: str) -> _Mark:
    points = student.points[place]
    said = f"{student.shown(place)} of {_number(exercise.points)}"
    if student.waiting and student.waiting[place]:
        return _Mark(exercise, "?", "waiting", said, "waits for a person")
    if points is not None and points >= exercise.points:
        return _Mark(exercise, "●", "full", said)
    return _Mark(exercise, "◐", "part", said, mistake) if points else _Mark(exercise, "○", "none", said, mistake)


def _number(value: float) -> str:
    """As few digits as tell it, two after the point at most."""
    return f"{round(value, 2):g}"


def _short(notebook: str) -> str:
    """What a link to a notebook's page says: its number, where its name begins with one."""
    number, separator, _ = notebook.partition("_")
    return number if separator and number.isdecimal() else notebook


def _in_words(bins: Sequence[tuple[float, float, int]]) -> str:
    """What the histogram shows, read aloud."""
    parts = [f"{_number(start)} to {_number(end)}: {count}" for start, end, count in bins if count]
    return "How many students have how many points. " + "; ".join(parts)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_text("class_report.html"))


def _text(name: str) -> str:
    return files("shapewise.report").joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
