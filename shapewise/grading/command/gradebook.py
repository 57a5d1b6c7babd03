"""nbgrader's gradebook -> a table of grades; verdicts -> the gradebook. The only file that knows how it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    InvalidEntry,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError, DataError
from traitlets.config import Config

from shapewise.course.nbgrader import how_to_build, nbgrader_api
from shapewise.grading.command.trouble import MachineError
from shapewise.grading.messages.verdicts import NotebookVerdict
from shapewise.report.grades import Exercise, Grades, StudentGrades

__all__ = ["GradebookWriter", "read_grades", "read_marks", "read_scores"]


@contextmanager
def _in_words() -> Iterator[None]:
    """What the database refuses, as a sentence with what to do; what it refuses of one row only, as that."""
    try:
        yield
    except DataError as error:
        raise ValueError(f"the gradebook does not take it ({error.orig})") from None
    except (DatabaseError, InvalidEntry) as error:
        reason = str(error.orig if isinstance(error, DatabaseError) else error).partition("\n")[0]
        others = "Close what else uses gradebook.db (formgrader, a second run)"
        advice = "Free some space" if "full" in reason else others
        raise MachineError(f"The gradebook cannot be used: {reason}. {advice} and run this again.") from None


@_in_words()
def read_grades(course: Path, assignment: str, remarks: dict[str, tuple[str, ...]] | None = None) -> Grades:
    """The class's grades; ``remarks`` adds what to say of a student, and students the gradebook does not know."""
    remarks = remarks or {}
    with nbgrader_api(course).gradebook as gradebook:
        cells = _graded_cells(gradebook, assignment, course)
        exercises = _exercises(cells)
        rows = {
            submission.student.id: _points(submission, exercises, cells)
            for submission in gradebook.assignment_submissions(assignment)
        }
    for student in remarks:
        rows.setdefault(student, (None,) * len(exercises))
    return Grades(
        assignment,
        tuple(exercises),
        tuple(StudentGrades(student, rows[student], remarks.get(student, ())) for student in sorted(rows)),
    )


def read_scores(course: Path, assignment: str) -> dict[tuple[str, str, str], float | None]:
    """(student, notebook, graded cell) -> the score that a program gave."""
    with nbgrader_api(course).gradebook as gradebook:
        return {
            (submission.student.id, notebook.name, grade.cell.name): grade.auto_score
            for submission in gradebook.assignment_submissions(assignment)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@_in_words()
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

    with nbgrader_api(course).gradebook as gradebook:
        scores = (Grade.score, Grade.auto_score, Grade.manual_score, Grade.max_score)
        for cell, (score, auto, manual, points) in rows(Grade, *scores):
            known = auto is not None or manual is not None
            cell |= {"points": points, "score": float(score) if known else None, "by_hand": manual is not None}
        for cell, (said, manual) in rows(Comment, Comment.auto_comment, Comment.manual_comment):
            cell |= {"solution": True, "comment": manual or ("" if said == "No response." else said or "")}
    return marks


def _unknown(course: Path, assignment: str) -> str:
    return f"The gradebook knows no assignment {assignment!r}. Build it first: {how_to_build(course)}."


def _graded_cells(gradebook: Gradebook, assignment: str, course: Path) -> dict[tuple[str, str], tuple[str, float]]:
    """(notebook, graded cell) -> (exercise, points). A cell belongs to the exercise whose name its own begins with."""
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        raise LookupError(_unknown(course, assignment)) from None
    cells = {}
    for notebook in sorted(notebooks, key=lambda notebook: notebook.name):
        solutions = sorted((cell.name for cell in notebook.solution_cells), key=len, reverse=True)
        order = {cell.name: place for place, cell in enumerate(notebook.source_cells)}
        graded = [*notebook.grade_cells, *notebook.task_cells]  # a task is graded by a person, and has points
        for cell in sorted(graded, key=lambda cell: order.get(cell.name, 0)):
            exercise = next((name for name in solutions if cell.name.startswith(name)), cell.name)
            cells[notebook.name, cell.name] = (exercise, float(cell.max_score))
    return cells


def _exercises(cells: dict[tuple[str, str], tuple[str, float]]) -> list[Exercise]:
    points: dict[tuple[str, str], float] = {}
    for (notebook, _), (exercise, worth) in cells.items():
        points[notebook, exercise] = points.get((notebook, exercise), 0.0) + worth
    return [Exercise(notebook, name, worth) for (notebook, name), worth in points.items()]


def _points(
    submission: object, exercises: list[Exercise], cells: dict[tuple[str, str], tuple[str, float]]
) -> tuple[float | None, ...]:
    found: dict[tuple[str, str], float] = {}
    for notebook in submission.notebooks:  # type: ignore[attr-defined]
        for grade in notebook.grades:
            exercise, _ = cells.get((notebook.name, grade.cell.name), ("", 0.0))
            key = (notebook.name, exercise)
            found[key] = found.get(key, 0.0) + float(grade.score or 0.0)
    return tuple(found.get((exercise.notebook, exercise.name)) for exercise in exercises)


class GradebookWriter:
    """Writes what ``nbgrader autograde`` writes, a submission at a time and in one transaction each."""

    @_in_words()
    def __init__(self, course: Path, assignment: str, config: Config) -> None:
        """Open the course's gradebook; LookupError where it does not know the assignment."""
        self._gradebook, self._assignment = nbgrader_api(course).gradebook, assignment
        self._late = AssignLatePenalties(config=config)
        self._late.init_plugin()
        try:
            self._gradebook.find_assignment(assignment)
        except MissingEntry:
            self.close()
            raise LookupError(_unknown(course, assignment)) from None

    def close(self) -> None:
        """Let go of the gradebook."""
        self._gradebook.close()

    @_in_words()
    def graded_students(self) -> set[str]:
        """The students of whose submission every score is known that a program can tell."""
        query = (
            select(SubmittedAssignment.student_id, func.count(Grade.id), func.count(Grade.auto_score))
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .where(Assignment.name == self._assignment, Grade.needs_manual_grade.is_(False))
            .where(BaseCell.type != "TaskCell")
            .group_by(SubmittedAssignment.student_id)
        )
        return {student for student, grades, known in self._gradebook.db.execute(query) if grades == known}

    @_in_words()
    def record(self, student: str, timestamp: Any, notebooks: Mapping[str, NotebookVerdict]) -> None:
        """Set a submission's scores and comments; what a person has graded by hand stays."""
        given = {"timestamp": timestamp} if timestamp else {}
        self._gradebook.update_or_create_student(student)
        submission = self._gradebook.update_or_create_submission(self._assignment, student, **given)
        try:
            self._write(submission, notebooks)
            self._gradebook.db.commit()
        except BaseException:
            self._gradebook.db.rollback()
            raise

    def _write(self, submission: SubmittedAssignment, notebooks: Mapping[str, NotebookVerdict]) -> None:
        database = self._gradebook.db
        for grade, cell, name, manual in self._rows(Grade, submission, Grade.manual_score):
            verdict = notebooks[name].tests.get(cell) if name in notebooks else None
            if verdict is not None:
                score = verdict.score
                values = {"auto_score": score, "needs_manual_grade": score is None or manual is not None}
                database.execute(update(Grade).where(Grade.id == grade).values(**values))
        for comment, cell, name, _ in self._rows(Comment, submission, Comment.id):
            if name in notebooks and notebooks[name].notebook:
                said = "No response." if cell in notebooks[name].untouched else None
                database.execute(update(Comment).where(Comment.id == comment).values(auto_comment=said))
        database.expire_all()
        for notebook in submission.notebooks if submission.total_seconds_late > 0 else ():
            penalty = self._late.plugin_inst.late_submission_penalty(
                submission.student_id, notebook.score, submission.total_seconds_late
            )
            notebook.late_submission_penalty = (
                self._late._check_late_penalty(notebook, penalty) if penalty is not None else None
            )

    def _rows(self, kind: Any, submission: SubmittedAssignment, extra: Any) -> list[Any]:
        """(id, cell's name, notebook's name, extra) of each grade or comment of a submission."""
        query = (
            select(kind.id, BaseCell.name, Notebook.name, extra)
            .join(BaseCell, kind.cell_id == BaseCell.id)
            .join(SubmittedNotebook, kind.notebook_id == SubmittedNotebook.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .where(SubmittedNotebook.assignment_id == submission.id)
        )
        return list(self._gradebook.db.execute(query))
