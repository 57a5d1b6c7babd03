"""Verdicts, dates and penalties -> the gradebook, as ``nbgrader autograde`` writes them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from logging import NullHandler, getLogger
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nbgrader.api import Assignment, BaseCell, Comment, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import func, select, update
from traitlets.config import Config

from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.gradebook.opening import find_assignment, in_words, of_grades
from shapewise.grading.messages.verdicts import NotebookVerdict

__all__ = ["GradebookWriter"]

_SILENT = getLogger("shapewise.penalties")  # nbgrader warns for every notebook that has fewer points than its penalty
_SILENT.propagate = False
_SILENT.addHandler(NullHandler())


class GradebookWriter:
    """Writes what ``nbgrader autograde`` writes, a submission at a time and in one transaction each."""

    @in_words()
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

    @in_words()
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
        rows = of_grades(SubmittedAssignment.student_id, Notebook.name).where(Assignment.name == self._assignment)
        open_rows = rows.where(Grade.cell_id.in_(tests), Grade.auto_score.is_(None))
        there, open_ones = ({tuple(row) for row in database.execute(query.distinct())} for query in (rows, open_rows))
        return there - open_ones

    @in_words()
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

    @in_words()
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
