"""A class, and tests or dates that have changed -> who would get what, with nothing written yet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from shapewise.grading.command.mistakes import read_mistakes
from shapewise.grading.command.rehearsal import rehearsal
from shapewise.grading.command.run import Options, autograde, chosen_submissions
from shapewise.grading.command.standing import read_grades
from shapewise.grading.command.trouble import Remarks
from shapewise.report.changes import Change, changes, changes_table
from shapewise.report.grades import Grades

__all__ = ["preview"]

_Answer = tuple[str, str, str]


def preview(course: Path, assignment: str, console: Console, options: Options | None = None) -> list[Change]:
    """Grade as ``grade`` would, but in a copy, and print what would change; the same errors."""
    options = replace(options or Options(), hidden=(str(course),))
    _, chosen = chosen_submissions(course, assignment, options)
    remarks = Remarks()
    for submission in chosen:
        remarks.add(submission.student, *submission.remarks)
    with rehearsal(course, assignment) as copy:
        here = [replace(one, folder=copy / "submitted" / one.folder.parent.name / assignment) for one in chosen]
        before, stamps = read_grades(copy, assignment), _stamps(copy, assignment)
        were = _mistakes(copy, before)
        autograde(copy, assignment, here, options, console, remarks)
        after = read_grades(copy, assignment)
        reasons = _reasons(were, _mistakes(copy, after), stamps, _stamps(copy, assignment), after)
    found = changes(before, after, reasons)
    console.print(changes_table(found, before, after))
    for student in sorted(remarks.failed):
        for said in remarks.all()[student]:
            console.print(f"{student}: {said}", style="yellow", highlight=False, markup=False)
    console.print(f"Nothing was written. To let it count: shapewise grade {assignment}", highlight=False)
    return found


def _mistakes(course: Path, grades: Grades) -> dict[_Answer, str]:
    found = read_mistakes(course, grades)
    return {(one.student, one.notebook, one.exercise): one.name for one in found}


def _stamps(course: Path, assignment: str) -> dict[tuple[str, str], dict[str, str]]:
    """What each graded notebook says that it was made of, by (student, notebook)."""
    found = {}
    for path in (course / "autograded").glob(f"*/{assignment}/*.ipynb"):
        try:
            found[path.parts[-3], path.stem] = dict(json.loads(path.read_bytes())["metadata"]["shapewise"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def _reasons(
    were: dict[_Answer, str], are: dict[_Answer, str], before: dict[tuple[str, str], dict[str, str]],
    after: dict[tuple[str, str], dict[str, str]], grades: Grades,
) -> dict[_Answer, str]:  # fmt: skip
    """Why an answer is graded anew, and what that changes, in words; of those alone that are."""
    found = {}
    for student in grades.students:
        for exercise in grades.exercises:
            place = (student.student, exercise.notebook)
            old, new = before.get(place), after.get(place)
            if old == new:
                continue
            answer = (*place, exercise.name)
            was, now = (mistakes.get(answer, "passes") for mistakes in (were, are))
            what = "" if was == now else f": {was} → {now}" if old else f": {now}"
            found[answer] = f"{_what_changed(old, new)}{what}"
    return found


def _what_changed(old: dict[str, str] | None, new: dict[str, str] | None) -> str:
    if old is None:
        return "not graded before"
    if new is None:
        return "not there any more"
    parts = {"submission": "handed in anew", "key": "the tests changed"}
    return ", ".join(said for mark, said in parts.items() if old.get(mark) != new.get(mark)) or "graded again"
