"""A course's folder -> its open gradebook, and what a database refuses in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    InvalidEntry,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, OperationalError

from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.trouble import MachineError
from shapewise.report.grades import Person

__all__ = ["find_assignment", "in_words", "of_grades", "open_gradebook", "read_people"]

_PEOPLE = (Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id)


@contextmanager
def in_words() -> Iterator[None]:
    """What the database refuses, as a sentence with what to do; what it refuses of one row only, as that."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MachineError(
            f"The gradebook's address (CourseDirectory.db_url) asks for the driver {error.name!r}, which is not "
            f"installed. For PostgreSQL: pip install 'shapewise[postgresql]'."
        ) from None
    except ArgumentError as error:
        wanted = "postgresql+psycopg://USER@HOST/DATABASE, or sqlite:///PATH"
        raise MachineError(
            f"The gradebook's address (CourseDirectory.db_url) cannot be used: {error}. Wanted is {wanted}."
        ) from None
    except DataError as error:
        raise ValueError(f"the gradebook does not take it ({error.orig})") from None
    except (DatabaseError, InvalidEntry) as error:
        said = str(error.orig if isinstance(error, DatabaseError) else error)
        reason = said.partition("\n")[0].removeprefix("(sqlite3.OperationalError) ")
        others = "Close what else uses the gradebook (formgrader, a second run)"
        advice = "Free some space" if "full" in reason else others
        if any(word in reason for word in ("not a database", "malformed", "encrypted")):
            advice = "Put a copy of it in its place (`shapewise doctor` names a command that reads what is left),"
        if "readonly" in reason:
            advice = "Let yourself write to it and to its folder (`shapewise doctor` names the command),"
        if any(word in said for word in ("no such column", "UndefinedColumn")):
            advice = "An older nbgrader made it: bring it up to date with `nbgrader db upgrade`,"
        if isinstance(error, OperationalError) and any(word in said for word in ("connect", "terminat", "shut")):
            advice = "Start the database's server, or mend CourseDirectory.db_url in nbgrader_config.py,"
        if isinstance(error, OperationalError) and re.search("(database|role) .* does not exist|authentication", said):
            advice = "The server is there: make that role and database on it, or mend CourseDirectory.db_url,"
        raise MachineError(f"The gradebook cannot be used: {reason}. {advice} and run this again.") from None


@contextmanager
def open_gradebook(course: Path) -> Iterator[Gradebook]:
    """The course's gradebook; ``MachineError`` with a sentence where it cannot be used."""
    with in_words(), nbgrader_api(course).gradebook as gradebook:
        yield gradebook


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


def of_grades(*columns: Any) -> Any:
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
