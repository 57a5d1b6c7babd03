"""Grades -> a table in the terminal, and a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from shapewise.report.grades import Exercise, Grades, StudentGrades, lasting

__all__ = ["grades_table", "plain_text", "write_csv"]

_FORMULA, _CONTROL = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20"), ("\t", "\r", "\n")
_BEFORE = ("student", "last name", "first name", "email", "lms id", "handed in", "hours late", "extension days")
_AFTER = ("points", "penalty", "total", "maximum", "waiting", "remarks")


def grades_table(grades: Grades, width: int) -> Group:
    """A row per student and a column per exercise, one table per notebook where the terminal is too narrow for one."""
    one = _table(grades, list(enumerate(grades.exercises)), with_total=True)
    if Console(width=10_000).measure(one).minimum <= width:
        tables = [one]
    else:
        by_notebook = groupby(enumerate(grades.exercises), key=lambda numbered: numbered[1].notebook)
        tables = [_table(grades, list(numbered), title=notebook) for notebook, numbered in by_notebook]
        tables.append(_table(grades, [], with_total=True))
    return Group(*tables, _legend(grades), *_remarks(grades))


def write_csv(grades: Grades, path: Path) -> None:
    """One row per student: who, when, points per exercise, total, maximum, remarks. The file is replaced as a whole.

    It begins with the mark by which Excel knows UTF-8. Every field is quoted, and text that a spreadsheet would take
    for a formula has an apostrophe before it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        names = [f"{exercise.notebook}/{exercise.name}" for exercise in grades.exercises]
        writer.writerow([*_BEFORE, *map(plain_text, names), *_AFTER])
        writer.writerows(_row(grades, student) for student in grades.students)
    partial.replace(path)


def _row(grades: Grades, student: StudentGrades) -> list[str]:
    person, when = student.person, student.handed_in
    who = (student.student, person.last_name, person.first_name, person.email, person.lms_id)
    at = f"{when.at:%Y-%m-%d %H:%M:%S} UTC" if when.at else "" if when.nothing else "no date"
    hours, days = when.late.total_seconds() / 3600, when.extension.total_seconds() / 86400
    dates = [at, *(f"{number:.2f}".rstrip("0").rstrip(".") if number else "" for number in (hours, days))]
    points = [student.shown(place) if known is not None else "" for place, known in enumerate(student.points)]
    sums = [f"{number:g}" for number in (student.earned, when.penalty, student.total, grades.total)]
    places = ", ".join(fault.place for fault in grades.faults)
    unsure = [f"points are not final until these tests are mended: {places}"] if places else []
    waits = f"{len(student.waits)}: {', '.join(student.waits)}" if student.waits else ""
    remarks = "; ".join((*(["nothing handed in"] if when.nothing else unsure), *student.remarks))
    return [*map(plain_text, who), *dates, *points, *sums, plain_text(waits), plain_text(remarks)]


def plain_text(text: str) -> str:
    """Text as a spreadsheet shows it: what begins like a formula is one there, in whichever language's letters."""
    begins_a_formula = text.lstrip()[:1] in _FORMULA or text[:1] in _CONTROL
    return f"'{text}" if text and begins_a_formula else text


def _table(
    grades: Grades, numbered: list[tuple[int, Exercise]], title: str | None = None, with_total: bool = False
) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, header_style="bold", padding=0, pad_edge=False)
    table.add_column("Student", no_wrap=True)
    sums = list(_sums(grades)) if with_total else []
    named = with_total and any(student.person.name for student in grades.students)
    if named:
        table.add_column("Name", max_width=24, no_wrap=True)
    for number, exercise in numbered:
        table.add_column(f"{number + 1}\n/{exercise.points:g}", justify="right", no_wrap=True)
    for head, _ in sums:
        table.add_column(head, justify="right", no_wrap=True)
    for place, student in enumerate(grades.students):
        name = [Text(student.person.name)] if named else []
        cells = [_points(student, number, exercise.points) for number, exercise in numbered]
        table.add_row(Text(student.student), *name, *cells, *(column[place] for _, column in sums))
    return table


def _sums(grades: Grades) -> Iterator[tuple[str, list[Text]]]:
    """The columns behind the exercises, (head, a cell for each student): of lateness only where somebody was late."""
    students = grades.students
    for head, times in (
        ("Late", [student.handed_in.late for student in students]),
        ("Extended", [student.handed_in.extension for student in students]),
    ):
        if any(times):
            yield head, [Text(lasting(time), style="dim" if not time else "") for time in times]
    if any(student.handed_in.penalty for student in students):
        yield "Points", [Text("–" if student.handed_in.nothing else f"{student.earned:g}") for student in students]
        yield "Penalty", [Text(f"−{p:g}" if (p := student.handed_in.penalty) else "–") for student in students]
    yield f"Total\n/{grades.total:g}", [
        Text(student.total_shown, style="bold") if not student.handed_in.nothing else Text("–", style="dim")
        for student in students
    ]


def _points(student: StudentGrades, place: int, worth: float) -> Text:
    points, shown = student.points[place], student.shown(place)
    if points is None:
        return Text(shown, style="dim")
    style = "cyan" if "?" in shown else "green" if points == worth else "red" if points == 0 else "yellow"
    return Text(shown, style=style)


def _remarks(grades: Grades) -> list[Text]:
    said = [f"{student.student}: {remark}" for student in grades.students for remark in student.remarks]
    nothing = [student.student for student in grades.students if student.handed_in.nothing]
    if nothing:
        said.append(f"Nothing handed in by {len(nothing)} of {len(grades.students)}: {', '.join(nothing)}")
    if grades.waiting:
        where = ", ".join(f"{name} {count}" for name, count in grades.waiting.items())
        said.append(f"Waiting for a person, in formgrader: {sum(grades.waiting.values())} answers ({where})")
    return [Text(line, style="yellow") for line in said]


def _legend(grades: Grades) -> Text:
    lines = []
    numbered = enumerate(grades.exercises, start=1)
    for notebook, exercises in groupby(numbered, key=lambda pair: pair[1].notebook):
        names = ", ".join(f"{number} {exercise.name}" for number, exercise in exercises)
        lines.append(f"{notebook}: {names}")
    return Text("\n".join(lines), style="dim")
