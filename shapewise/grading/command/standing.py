"""What the gradebook keeps of an assignment, and what the run has to say -> the class's grades, as they are shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from shapewise.course.nbgrader import course_folders
from shapewise.grading.command.gradebook import Cell, Kept, Mark, Submitted, read_assignment
from shapewise.report.grades import Exercise, Grades, HandedIn, Person, StudentGrades

__all__ = ["read_grades"]

_Place = tuple[str, str]


def read_grades(course: Path, assignment: str, remarks: Mapping[str, tuple[str, ...]] | None = None) -> Grades:
    """The class's grades, with all who are enrolled; ``remarks`` adds what to say of a student.

    A student who is in the remarks and not in the gradebook has a row, too.
    """
    kept = read_assignment(course, assignment, _order_of_cells(course, assignment))
    remarks = remarks or {}
    points: dict[_Place, float] = {}
    for cell in kept.cells:
        points[cell.notebook, cell.exercise] = points.get((cell.notebook, cell.exercise), 0.0) + cell.points
    exercises = tuple(Exercise(notebook, name, worth) for (notebook, name), worth in points.items())
    cells = {(cell.notebook, cell.name): cell for cell in kept.cells}
    everybody = sorted({*kept.people, *kept.submitted, *remarks})
    rows = [_row(who, kept, exercises, cells, remarks.get(who)) for who in everybody]
    return Grades(assignment, exercises, tuple(rows), kept.due)


def _row(
    who: str, kept: Kept, exercises: tuple[Exercise, ...], cells: Mapping[_Place, Cell], said: tuple[str, ...] | None
) -> StudentGrades:
    submitted = kept.submitted.get(who)
    worked = submitted is not None and _has_work(submitted)
    points, waits, again = _sorted_out(submitted.marks if submitted and worked else (), cells)
    places = [(exercise.notebook, exercise.name) for exercise in exercises]
    look = (f"graded by hand, and then changed or graded again: {', '.join(again)}",) if again else ()
    return StudentGrades(
        who,
        tuple(points.get(place) for place in places),
        (*(said or ()), *look),
        tuple(tuple(waits.get(place, ())) for place in places),
        kept.people.get(who, Person()),
        _handed_in(submitted, kept, nothing=said is None and not worked),
    )


def _sorted_out(
    marks: Iterable[Mark], cells: Mapping[_Place, Cell]
) -> tuple[dict[_Place, float], dict[_Place, list[str]], list[str]]:
    """(Known points by exercise, the answers that wait by exercise, what was given by hand and needs another look)."""
    points, waits, again = dict[_Place, float](), dict[_Place, list[str]](), list[str]()
    found = {(mark.notebook, mark.cell): mark for mark in marks}
    for place, cell in cells.items():
        mark, exercise = found.get(place), (cell.notebook, cell.exercise)
        if mark is None:
            continue
        points[exercise] = points.get(exercise, 0.0) + (mark.score or 0.0)
        if mark.score is None and mark.again and cell.by_hand:
            waits.setdefault(exercise, []).append("/".join(place))
        elif mark.by_hand and mark.again:
            again.append("/".join(place))
    return points, waits, again


def _has_work(submitted: Submitted) -> bool:
    """Whether something was graded: who was granted an extension only has marks that are all empty."""
    return submitted.at is not None or any(mark.score is not None for mark in submitted.marks)


def _handed_in(submitted: Submitted | None, kept: Kept, *, nothing: bool) -> HandedIn:
    if submitted is None:
        return HandedIn(nothing=nothing)
    extension, late = submitted.extension or timedelta(), timedelta()
    if submitted.at and kept.due:
        late = max(timedelta(), submitted.at - kept.due - extension)
    return HandedIn(submitted.at, late, extension, submitted.penalty, nothing)


def _order_of_cells(course: Path, assignment: str) -> dict[str, list[str]]:
    """The names of each notebook's cells as they stand in the source, which every build makes anew."""
    found = {}
    for path in (course_folders(course).source / assignment).glob("*.ipynb"):
        if not path.name.startswith("."):
            with suppress(ValueError, KeyError, TypeError):  # no notebook: then they stand by name
                cells = json.loads(path.read_bytes())["cells"]
                names = (cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells)
                found[path.stem] = [name for name in names if name]
    return found
