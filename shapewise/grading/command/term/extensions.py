"""More time for a student -> the gradebook, and the late penalties that follow from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from shapewise.course.nbgrader import nbgrader_config
from shapewise.course.timestamps import handed_in_at
from shapewise.grading.command.gradebook import GradebookWriter, find_assignment, open_gradebook, read_assignment
from shapewise.grading.command.standing import read_grades
from shapewise.report.grades import lasting

__all__ = ["extend", "extensions_table", "only_assignment", "until"]

_A_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=3660)


def extend(course: Path, assignment: str, students: Sequence[str], by: timedelta | datetime | None) -> None:
    """Give these students more time, to a moment (UTC) or by so much; None takes it back. It replaces what was granted.

    LookupError for a student or an assignment that the gradebook lacks, RuntimeError where no due date is set.
    """
    with open_gradebook(course) as gradebook:
        due = find_assignment(gradebook, assignment).duedate
        known = [student.id for student in gradebook.students]
        for student in students:
            if student not in known:
                others = {who.casefold(): who for who in known}
                near = [others[who] for who in get_close_matches(student.casefold(), others, 3)]
                hint = f" (do you mean {', '.join(near)}?)" if near else ""
                raise LookupError(f"The roster has no student {student!r}{hint}. Nothing was changed.")
        if due is None:
            raise RuntimeError(
                f"{assignment} has no due date, so there is nothing to extend. Set one in formgrader, or with "
                f'nbgrader db assignment add {assignment} --duedate="2026-10-01 23:59:00 UTC".'
            )
        time = by - due if isinstance(by, datetime) else by
        if time is not None and not _SHORTEST <= time <= _LONGEST:
            wanted = "after that" if time < _SHORTEST else f"at most {_LONGEST.days} days after that"
            raise RuntimeError(f"{assignment} is due on {due:%Y-%m-%d %H:%M} UTC: an extension ends {wanted}.")
        for student in students:
            _grant(gradebook, assignment, student, time)
    with closing(GradebookWriter(course, assignment, nbgrader_config(course))) as writer:
        writer.settle({})


def _grant(gradebook: Any, assignment: str, student: str, time: timedelta | None) -> None:
    there = {submission.student.id for submission in gradebook.assignment_submissions(assignment)}
    if time is None and student not in there:
        return
    submission = gradebook.update_or_create_submission(assignment, student, extension=time)
    if student not in there:  # who has not handed in has nothing that a person would have to grade
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.needs_manual_grade = False
        gradebook.db.commit()


def until(text: str) -> datetime:
    """A date that somebody typed, in UTC, a day alone as its end; ValueError with the wanted form for what is none."""
    moment = handed_in_at(f"{text} 23:59" if _A_DAY.fullmatch(text) else text)
    if moment is None:
        raise ValueError(f"a date of the form '2026-10-05 23:59', in UTC or with a zone behind it, not {text!r}")
    return moment


def only_assignment(course: Path) -> str:
    """The course's assignment, where it has one; LookupError that names them where there are several."""
    with open_gradebook(course) as gradebook:
        names = sorted(str(assignment.name) for assignment in gradebook.assignments)
    if len(names) != 1:
        there = ", ".join(names) or "none: build one first, with shapewise build"
        raise LookupError(f"Say which assignment is meant, with --assignment (there: {there}).")
    return names[0]


def extensions_table(course: Path, assignment: str) -> Table:
    """Who was granted how much more time, and until when; in UTC, as nbgrader keeps it."""
    due = read_assignment(course, assignment).due
    title = f"{assignment} is due on {due:%Y-%m-%d %H:%M} UTC" if due else f"{assignment} has no due date"
    table = Table("Student", "Extended", "Until (UTC)", "Handed in (UTC)", "Late", box=SIMPLE_HEAD, title=title)
    for student in read_grades(course, assignment).students:
        row = student.handed_in
        if row.extension and due:
            at = f"{row.at:%Y-%m-%d %H:%M}" if row.at else "–"
            table.add_row(
                student.student, lasting(row.extension), f"{due + row.extension:%Y-%m-%d %H:%M}", at, lasting(row.late)
            )
    return table
