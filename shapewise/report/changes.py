"""A class's grades before and after -> who changes, by how much and why, as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from shapewise.report.grades import Grades, StudentGrades, lasting

__all__ = ["Change", "changes", "changes_table"]

Reasons = Mapping[tuple[str, str, str], str]
"""Why a student's points in an exercise change: by (student, notebook, exercise)."""


@dataclass(frozen=True)
class Change:
    """One thing that is different afterwards, by so many points: what a student has in an exercise, or the penalty."""

    student: str
    what: str
    before: str
    after: str
    by: float
    why: str


def changes(before: Grades, after: Grades, reasons: Reasons) -> list[Change]:
    """What is different, student by student."""
    rows = {row.student: row for row in before.students}
    places = {(exercise.notebook, exercise.name): place for place, exercise in enumerate(before.exercises)}
    found: list[Change] = []
    for row in after.students:
        old = rows.get(row.student, StudentGrades(row.student, (None,) * len(before.exercises)))
        for place, exercise in enumerate(after.exercises):
            was = places.get((exercise.notebook, exercise.name))
            shown, known = ("–", None) if was is None else (old.shown(was), old.points[was])
            if shown != row.shown(place):
                by = (row.points[place] or 0.0) - (known or 0.0)
                why = reasons.get((row.student, exercise.notebook, exercise.name), "")
                what = f"{exercise.notebook}/{exercise.name}"
                found.append(Change(row.student, what, shown, row.shown(place), by, why))
        found += _penalty(old, row)
    return found


def _penalty(old: StudentGrades, row: StudentGrades) -> list[Change]:
    was, now = old.handed_in.penalty, row.handed_in.penalty
    if was == now:
        return []
    late = row.handed_in.late
    why = f"late by {lasting(late)}" if late else "not late by the dates that hold now"
    return [Change(row.student, "penalty", f"{was:g}", f"{now:g}", was - now, why)]


def changes_table(found: list[Change], before: Grades, after: Grades) -> Group:
    """The changes, and what they come to."""
    if not found:
        return Group(Text("Nobody's grade would change."))
    table = Table(box=SIMPLE_HEAD, header_style="bold", padding=(0, 1), pad_edge=False)
    for heading in ("Student", "What", "Before", "After", "Change", "Why"):
        number = heading in ("Before", "After", "Change")
        table.add_column(heading, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for one in found:
        style = "green" if one.by > 0 else "red" if one.by < 0 else "cyan"
        by = Text(f"{one.by:+g}".replace("-", "−") if one.by else "–", style=style)
        table.add_row(Text(one.student), Text(one.what), one.before, one.after, by, Text(one.why))
    return Group(table, Text(_sum(before, after), style="bold"))


def _sum(before: Grades, after: Grades) -> str:
    was = {row.student: row.total for row in before.students}
    differences = [row.total - was.get(row.student, 0.0) for row in after.students]
    more, fewer = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    means = [mean([row.total for row in grades.students] or [0.0]) for grades in (before, after)]
    return (
        f"{more + fewer} of {len(after.students)} totals would change: {more} rise, {fewer} fall; the mean goes from "
        f"{means[0]:.2f} to {means[1]:.2f} of {after.total:g} points."
    )
