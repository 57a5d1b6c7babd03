"""Grades -> a table in the terminal, and a CSV file."""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from shapewise.report.grades import Exercise, Grades

__all__ = ["grades_table", "write_csv"]

_FORMULA, _CONTROL = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20"), ("\t", "\r", "\n")


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
    """One row per student: points per exercise, total, maximum, remarks. The file is replaced as a whole.

    Every field is quoted, and text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        names = [f"{exercise.notebook}/{exercise.name}" for exercise in grades.exercises]
        writer.writerow(["student", *map(_plain, names), "total", "maximum", "remarks"])
        for student in grades.students:
            points = ["" if value is None else f"{value:g}" for value in student.points]
            total, remarks = f"{student.total:g}", "; ".join(student.remarks)
            writer.writerow([_plain(student.student), *points, total, f"{grades.total:g}", _plain(remarks)])
    partial.replace(path)


def _plain(text: str) -> str:
    """Text as a spreadsheet shows it: what begins like a formula is one there, in whichever language's letters."""
    begins_a_formula = text.lstrip()[:1] in _FORMULA or text[:1] in _CONTROL
    return f"'{text}" if text and begins_a_formula else text


def _table(
    grades: Grades, numbered: list[tuple[int, Exercise]], title: str | None = None, with_total: bool = False
) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, header_style="bold", padding=0, pad_edge=False)
    table.add_column("Student", no_wrap=True)
    for number, exercise in numbered:
        table.add_column(f"{number + 1}\n/{exercise.points:g}", justify="right", no_wrap=True)
    if with_total:
        table.add_column(f"Total\n/{grades.total:g}", justify="right", no_wrap=True)
    for student in grades.students:
        cells = [_points(student.points[number], exercise.points) for number, exercise in numbered]
        end = [Text(f"{student.total:g}", style="bold")] if with_total else []
        table.add_row(Text(student.student), *cells, *end)
    return table


def _points(points: float | None, worth: float) -> Text:
    if points is None:
        return Text("–", style="dim")
    style = "green" if points == worth else "red" if points == 0 else "yellow"
    return Text(f"{points:g}", style=style)


def _remarks(grades: Grades) -> list[Text]:
    said = [f"{student.student}: {remark}" for student in grades.students for remark in student.remarks]
    return [Text(line, style="yellow") for line in said]


def _legend(grades: Grades) -> Text:
    lines = []
    numbered = enumerate(grades.exercises, start=1)
    for notebook, exercises in groupby(numbered, key=lambda pair: pair[1].notebook):
        names = ", ".join(f"{number} {exercise.name}" for number, exercise in exercises)
        lines.append(f"{notebook}: {names}")
    return Text("\n".join(lines), style="dim")

