"""The gradebook -> plain rows: what is kept of an assignment, and what feedback pages show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import func, select

from shapewise.grading.command.gradebook.opening import find_assignment, of_grades, open_gradebook, read_people
from shapewise.report.grades import Person

__all__ = ["Cell", "Kept", "Mark", "Submitted", "read_assignment", "read_marks", "read_scores"]


@dataclass(frozen=True)
class Cell:
    """A graded cell of an assignment; ``by_hand`` for an answer or a task that a person grades."""

    notebook: str
    name: str
    points: float
    exercise: str
    by_hand: bool


@dataclass(frozen=True)
class Mark:
    """What one graded cell got: its points with extra credit, None where none are known; ``again``: to be looked at."""

    notebook: str
    cell: str
    score: float | None
    by_hand: bool
    again: bool


@dataclass(frozen=True)
class Submitted:
    """What the gradebook knows of one student's submission."""

    at: datetime | None
    extension: timedelta | None
    penalty: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Kept:
    """What the gradebook holds of one assignment, and of the people of the course."""

    due: datetime | None
    cells: tuple[Cell, ...]
    people: Mapping[str, Person]
    submitted: Mapping[str, Submitted]


def read_assignment(course: Path, assignment: str, order: Mapping[str, Sequence[str]] | None = None) -> Kept:
    """All that is kept of an assignment and of the course's roster; LookupError for one that the gradebook lacks.

    ``order`` names the cells of each notebook as they stand in it: the gradebook itself does not keep that.
    """
    mine, penalty = SubmittedAssignment, func.sum(SubmittedNotebook.late_submission_penalty)
    query = (
        select(mine.student_id, mine.timestamp, mine.extension, penalty)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == mine.id)
        .join(Assignment, mine.assignment_id == Assignment.id)
        .where(Assignment.name == assignment)
        .group_by(mine.id, mine.student_id, mine.timestamp, mine.extension)
    )
    with open_gradebook(course) as gradebook:
        known = find_assignment(gradebook, assignment)
        marks = _marks(gradebook, assignment)
        return Kept(
            known.duedate,
            _graded_cells(known, order or {}),
            read_people(gradebook),
            {
                who: Submitted(at, extension, float(late or 0.0), tuple(marks.get(who, ())))
                for who, at, extension, late in gradebook.db.execute(query)
            },
        )


def _marks(gradebook: Gradebook, assignment: str) -> dict[str, list[Mark]]:
    known = (Grade.score, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade)
    query = of_grades(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, *known)
    found: dict[str, list[Mark]] = {}
    for who, notebook, cell, score, auto, manual, needs in gradebook.db.execute(
        query.where(Assignment.name == assignment)
    ):
        points = float(score) if auto is not None or manual is not None else None
        found.setdefault(who, []).append(Mark(notebook, cell, points, manual is not None, bool(needs)))
    return found


def _graded_cells(assignment: Assignment, order: Mapping[str, Sequence[str]]) -> tuple[Cell, ...]:
    """The graded cells. A cell belongs to the exercise whose name its own begins with."""
    cells = []
    for notebook in sorted(assignment.notebooks, key=lambda notebook: notebook.name):
        places = {name: place for place, name in enumerate(order.get(notebook.name, ()))}
        solutions = sorted((cell.name for cell in notebook.solution_cells), key=len, reverse=True)
        graded = [*notebook.grade_cells, *notebook.task_cells]  # a task is graded by a person, and has points
        for cell in sorted(graded, key=lambda cell: (places.get(cell.name, len(places)), cell.name)):
            exercise = next((name for name in solutions if cell.name.startswith(name)), cell.name)
            by_hand = isinstance(cell, TaskCell) or cell.name in solutions
            cells.append(Cell(notebook.name, cell.name, float(cell.max_score), exercise, by_hand))
    return tuple(cells)


def read_scores(course: Path, assignment: str) -> dict[tuple[str, str, str], float | None]:
    """(student, notebook, graded cell) -> the score that a program gave."""
    query = of_grades(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, Grade.auto_score)
    with open_gradebook(course) as gradebook:
        rows = gradebook.db.execute(query.where(Assignment.name == assignment))
        return {(student, notebook, cell): score for student, notebook, cell, score in rows}


def read_marks(course: Path, assignment: str, student: str | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    """What feedback pages take from the gradebook: student -> notebook -> its penalty and its ``cells`` by grade id.

    Of a graded cell there are points, score (None while a person has to grade it) and whether a person gave it; of an
    answer that it is one, and the comment.
    """
    marks: dict[str, dict[str, dict[str, Any]]] = {}
    chosen = [] if student is None else [SubmittedAssignment.student_id == student]

    def rows(kind: Any, *columns: Any) -> Iterator[tuple[dict[str, Any], Any]]:
        penalty = SubmittedNotebook.late_submission_penalty
        query = (
            select(SubmittedAssignment.student_id, Notebook.name, penalty, BaseCell.name, *columns)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .join(kind, kind.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, kind.cell_id == BaseCell.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .where(Assignment.name == assignment, *chosen)
            .order_by(SubmittedAssignment.student_id, Notebook.name, BaseCell.name)
        )
        for who, notebook, late, cell, *values in gradebook.db.execute(query):
            page = marks.setdefault(who, {}).setdefault(notebook, {"penalty": float(late or 0.0), "cells": {}})
            yield page["cells"].setdefault(cell, {}), values

    with open_gradebook(course) as gradebook:
        scores = (Grade.score, Grade.auto_score, Grade.manual_score, Grade.max_score)
        for cell, (score, auto, manual, points) in rows(Grade, *scores):
            known = auto is not None or manual is not None
            cell |= {"points": points, "score": float(score) if known else None, "by_hand": manual is not None}
        for cell, (said, manual) in rows(Comment, Comment.auto_comment, Comment.manual_comment):
            cell |= {"solution": True, "comment": manual or ("" if said == "No response." else said or "")}
    return marks
