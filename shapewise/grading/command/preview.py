"""A class, and tests or dates that have changed -> who would get what, with nothing written yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from shapewise.grading.command.assigned import said_of_faults
from shapewise.grading.command.rehearsal import rehearsal
from shapewise.grading.command.run import Options, autograde, chosen_submissions
from shapewise.grading.command.standing import read_grades
from shapewise.grading.command.trouble import Remarks
from shapewise.report.changes import Change, changes, changes_table
from shapewise.report.grades import Grades

__all__ = ["preview"]

@dataclass(frozen=True)
class _Notebook:
    """What a graded notebook says: of what it was made, and how each of its tests ended."""

    submission: str
    key: str
    verdicts: Mapping[str, str]


def preview(course: Path, assignment: str, console: Console, options: Options | None = None) -> list[Change]:
    """Grade as ``grade`` would, but in a copy, and print what would change; the same errors."""
    options = replace(options or Options(), hidden=(str(course),))
    _, chosen = chosen_submissions(course, assignment, options)
    remarks = Remarks()
    for submission in chosen:
        remarks.add(submission.student, *submission.remarks)
    with rehearsal(course, assignment) as copy:
        here = [replace(one, folder=copy / "submitted" / one.folder.parent.name / assignment) for one in chosen]
        before, were = read_grades(copy, assignment), _graded(copy, assignment)
        autograde(copy, assignment, here, options, console, remarks)
        after, are = read_grades(copy, assignment), _graded(copy, assignment)
    found = changes(before, after, _reasons(were, are, after))
    console.print(changes_table(found, before, after))
    for student in sorted(remarks.failed):
        for said in remarks.all()[student]:
            console.print(f"{student}: {said}", style="yellow", highlight=False, markup=False)
    if remarks.faults:
        console.print(said_of_faults(remarks.faults), style="red", highlight=False, markup=False, soft_wrap=True)
    console.print(f"Nothing was written. To let it count: shapewise grade {assignment}", highlight=False)
    return found


def _graded(course: Path, assignment: str) -> dict[tuple[str, str], _Notebook]:
    """The graded notebooks, by (student, notebook)."""
    found = {}
    for path in (course / "autograded").glob(f"*/{assignment}/*.ipynb"):
        try:
            notebook = json.loads(path.read_bytes())
            stamp = notebook["metadata"]["shapewise"]
            marks = [(cell["metadata"].get("nbgrader") or {}, cell["metadata"].get("shapewise") or {})
                     for cell in notebook["cells"]]  # fmt: skip
            verdicts = {mark["grade_id"]: said["verdict"] for mark, said in marks if "verdict" in said}
            found[path.parts[-3], path.stem] = _Notebook(str(stamp["submission"]), str(stamp["key"]), verdicts)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not the judge's work: it is graded anew
    return found


def _reasons(
    before: Mapping[tuple[str, str], _Notebook], after: Mapping[tuple[str, str], _Notebook], grades: Grades
) -> dict[tuple[str, str, str], str]:
    """Why an exercise is graded anew, and which of its tests end otherwise; of those alone that are."""
    found = {}
    for student in grades.students:
        for exercise in grades.exercises:
            place = (student.student, exercise.notebook)
            old, new = before.get(place), after.get(place)
            if old != new:
                ends = [] if old is None or new is None else _ends(exercise.name, old.verdicts, new.verdicts)
                found[*place, exercise.name] = ": ".join([_what_changed(old, new), *ends])
    return found


def _ends(exercise: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The tests of an exercise that end otherwise, as one text; nothing where there are none."""
    cells = [cell for cell in new if cell.startswith(exercise) and old.get(cell) != new[cell]]
    said = (f"{cell} {old[cell]} → {new[cell]}" if cell in old else f"{cell} is new: {new[cell]}" for cell in cells)
    return [", ".join(said)] if cells else []


def _what_changed(old: _Notebook | None, new: _Notebook | None) -> str:
    if old is None:
        return "not graded before"
    if new is None:
        return "not there any more"
    anew = "handed in anew" if old.submission != new.submission else ""
    tests = "the tests changed" if old.key != new.key else ""
    return ", ".join(filter(None, (anew, tests))) or "graded again"
