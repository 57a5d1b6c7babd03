"""nbgrader's gradebook -> plain rows; verdicts, dates -> the gradebook. The only file that knows how it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import NullHandler, getLogger
from pathlib import Path
from types import SimpleNamespace
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
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import func, select, update
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, OperationalError
from traitlets.config import Config

from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.trouble import MachineError
from shapewise.grading.messages.verdicts import NotebookVerdict
from shapewise.report.grades import Person

__all__ = [
    "Cell", "GradebookWriter", "Kept", "Mark", "Submitted", "find_assignment", "open_gradebook", "read_assignment",
    "read_marks", "read_people", "read_scores",
]  # fmt: skip

_SILENT = getLogger("shapewise.penalties")  # nbgrader warns for every notebook that has fewer points than its penalty
_SILENT.propagate = False
_SILENT.addHandler(NullHandler())
_PEOPLE = (Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id)


@contextmanager
def _in_words() -> Iterator[None]:
    """What the database refuses, as a sentence with what to do; what it refuses of one row only, as that."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MachineError(
            f"The gradebook's address (CourseDirectory.db_url) asks for the driver {error.name!r}, which is not "
            f"installed. For PostgreSQL: pip install 'shapewise[postgresql]'."
        ) from None
    except ArgumentError as error:
        raise MachineError(f"The gradebook's address (CourseDirectory.db_url) cannot be used: {error}") from None
    except DataError as error:
        raise ValueError(f"the gradebook does not take it ({error.orig})") from None
    except (DatabaseError, InvalidEntry) as error:
        said = str(error.orig if isinstance(error, DatabaseError) else error)
        reason = said.partition("\n")[0]
        others = "Close what else uses the gradebook (formgrader, a second run)"
        advice = "Free some space" if "full" in reason else others
        if isinstance(error, OperationalError) and any(word in said for word in ("connect", "terminat", "shut")):
            advice = "Start the database's server, or mend CourseDirectory.db_url in nbgrader_config.py,"
        raise MachineError(f"The gradebook cannot be used: {reason}. {advice} and run this again.") from None


@contextmanager
def open_gradebook(course: Path) -> Iterator[Gradebook]:
    """The course's gradebook; ``MachineError`` with a sentence where it cannot be used."""
    with _in_words(), nbgrader_api(course).gradebook as gradebook:
        yield gradebook


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


def read_people(gradebook: Gradebook) -> dict[str, Person]:
    """The roster, by id."""
    rows = gradebook.db.execute(select(*_PEOPLE))
    return dict(sorted((who, Person(*(str(value or "") for value in about))) for who, *about in rows))


def find_assignment(gradebook: Gradebook, assignment: str) -> Assignment:
    """An assignment of the gradebook; LookupError with what to do where it has none of that name."""
    try:
        return gradebook.find_assignment(assignment)
    except MissingEntry:
        there = ", ".join(sorted(known.name for known in gradebook.assignments)) or "none"
        raise LookupError(
            f"The gradebook knows no assignment {assignment!r} (there: {there}). Build it first: shapewise build."
        ) from None


def _marks(gradebook: Gradebook, assignment: str) -> dict[str, list[Mark]]:
    known = (Grade.score, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade)
    query = _of_grades(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, *known)
    found: dict[str, list[Mark]] = {}
    for who, notebook, cell, score, auto, manual, needs in gradebook.db.execute(
        query.where(Assignment.name == assignment)
    ):
        points = float(score) if auto is not None or manual is not None else None
        found.setdefault(who, []).append(Mark(notebook, cell, points, manual is not None, bool(needs)))
    return found


def _of_grades(*columns: Any) -> Any:
    """A query for columns of grades and of what they belong to."""
    return (
        select(*columns)
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
    )


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
    query = _of_grades(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, Grade.auto_score)
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


class GradebookWriter:
    """Writes what ``nbgrader autograde`` writes, a submission at a time and in one transaction each."""

    @_in_words()
    def __init__(self, course: Path, assignment: str, config: Config) -> None:
        """Open the course's gradebook; LookupError where it does not know the assignment."""
        self._gradebook, self._assignment = nbgrader_api(course).gradebook, assignment
        self._late = AssignLatePenalties(config=config)
        self._late.init_plugin()
        self._late.log = _SILENT
        try:
            find_assignment(self._gradebook, assignment)
        except LookupError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the gradebook."""
        self._gradebook.close()

    @_in_words()
    def graded(self) -> set[tuple[str, str]]:
        """(student, notebook) of which every score is known that a program can tell."""
        database = self._gradebook.db
        notebooks = [notebook.id for notebook in find_assignment(self._gradebook, self._assignment).notebooks]
        cells = database.execute(
            select(BaseCell.id, BaseCell.notebook_id, BaseCell.name, BaseCell.type)
            .where(BaseCell.notebook_id.in_(notebooks))
        ).all()  # fmt: skip
        answers = {(notebook, name) for _, notebook, name, kind in cells if kind == "SolutionCell"}
        tests = [
            cell for cell, notebook, name, kind in cells if kind == "GradeCell" and (notebook, name) not in answers
        ]
        rows = _of_grades(SubmittedAssignment.student_id, Notebook.name).where(Assignment.name == self._assignment)
        open_rows = rows.where(Grade.cell_id.in_(tests), Grade.auto_score.is_(None))
        there, open_ones = ({tuple(row) for row in database.execute(query.distinct())} for query in (rows, open_rows))
        return there - open_ones

    @_in_words()
    def record(
        self, student: str, at: datetime | None, notebooks: Mapping[str, NotebookVerdict],
        unchanged: Set[tuple[str, str]] = frozenset(),
    ) -> None:  # fmt: skip
        """Set a submission's scores, comments, date and penalties; what a person has graded by hand stays.

        ``unchanged`` holds the (notebook, cell) of answers that are as they were when they were graded last: points
        that a person gave them need no second look.
        """
        self._gradebook.update_or_create_student(student)
        submission = self._gradebook.update_or_create_submission(self._assignment, student, timestamp=at)
        try:
            self._write(submission, notebooks, unchanged)
            self._set_penalties(submission.id)
            self._gradebook.db.commit()
        except BaseException:
            self._gradebook.db.rollback()
            raise

    @_in_words()
    def settle(self, handed_in: Mapping[str, datetime | None]) -> None:
        """Set when these students handed in, and everybody's penalties by the dates and rules that hold now."""
        database, mine = self._gradebook.db, SubmittedAssignment
        rows = database.execute(
            select(mine.id, mine.student_id, mine.timestamp).join(Assignment).where(Assignment.name == self._assignment)
        ).all()
        for submission, student, at in rows:
            if handed_in.get(student, at) != at:
                database.execute(update(mine).where(mine.id == submission).values(timestamp=handed_in[student]))
        self._set_penalties()
        database.commit()

    def _write(
        self, submission: SubmittedAssignment, notebooks: Mapping[str, NotebookVerdict], unchanged: Set[tuple[str, str]]
    ) -> None:
        database = self._gradebook.db
        extra = (Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade, BaseCell.type)
        for grade, cell, name, *row in self._rows(Grade, submission, *extra):
            if name in notebooks:
                values = _after(notebooks[name], cell, (name, cell) in unchanged, *row)
                database.execute(update(Grade).where(Grade.id == grade).values(**values))
        for comment, cell, name in self._rows(Comment, submission):
            if name in notebooks and notebooks[name].notebook:
                said = "No response." if cell in notebooks[name].untouched else None
                database.execute(update(Comment).where(Comment.id == comment).values(auto_comment=said))
        database.expire_all()

    def _rows(self, kind: Any, submission: SubmittedAssignment, *extra: Any) -> list[Any]:
        """(id, cell's name, notebook's name, extra ...) of each grade or comment of a submission."""
        query = (
            select(kind.id, BaseCell.name, Notebook.name, *extra)
            .join(BaseCell, kind.cell_id == BaseCell.id)
            .join(SubmittedNotebook, kind.notebook_id == SubmittedNotebook.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .where(SubmittedNotebook.assignment_id == submission.id)
        )
        return list(self._gradebook.db.execute(query))

    def _set_penalties(self, submission: str | None = None) -> None:
        """Each notebook's penalty, by the course's own rule; none for what is not late (any more)."""
        mine, notebook = SubmittedAssignment, SubmittedNotebook
        query = (
            select(
                notebook.id, notebook.late_submission_penalty, mine.student_id, mine.timestamp, mine.extension,
                Assignment.duedate, func.sum(Grade.score),
            )
            .select_from(Grade)
            .join(notebook, Grade.notebook_id == notebook.id)
            .join(mine, notebook.assignment_id == mine.id)
            .join(Assignment, mine.assignment_id == Assignment.id)
            .where(Assignment.name == self._assignment, *([] if submission is None else [mine.id == submission]))
            .group_by(
                notebook.id, notebook.late_submission_penalty, mine.student_id, mine.timestamp, mine.extension,
                Assignment.duedate,
            )
        )  # fmt: skip
        for place, before, student, at, extension, due, score in self._gradebook.db.execute(query).all():
            seconds = (at - due - (extension or timedelta())).total_seconds() if at and due else 0
            penalty = self._penalty(student, float(score or 0.0), seconds) if seconds > 0 else None
            if penalty != before:
                values = {"late_submission_penalty": penalty}
                self._gradebook.db.execute(update(notebook).where(notebook.id == place).values(**values))

    def _penalty(self, student: str, score: float, seconds: float) -> float | None:
        penalty = self._late.plugin_inst.late_submission_penalty(student, score, seconds)
        if penalty is None:
            return None
        return float(self._late._check_late_penalty(SimpleNamespace(score=score), penalty))


def _after(
    verdict: NotebookVerdict, cell: str, unchanged: bool,
    auto: float | None, manual: float | None, needs: bool, kind: str,
) -> dict[str, Any]:  # fmt: skip
    """What a grade is after a notebook was graded; ``auto``, ``manual`` and ``needs`` are what it was before."""
    if not verdict.notebook and (cell not in verdict.tests or verdict.tests[cell].score is None):
        return {"auto_score": 0.0, "needs_manual_grade": False}  # not handed in: nothing for a person to read, either
    if cell in verdict.tests:
        score = verdict.tests[cell].score
    elif kind == "TaskCell":
        score = None
    else:
        return {"auto_score": auto, "needs_manual_grade": needs}
    if score is None and manual is not None and unchanged:
        return {"auto_score": None, "needs_manual_grade": needs}
    return {"auto_score": score, "needs_manual_grade": score is None or manual is not None}
