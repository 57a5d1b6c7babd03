"""A class's grades, and what its graded notebooks tell -> ``report/<assignment>.csv`` and ``.html``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from nbgrader.coursedir import CourseDirectory

from shapewise.course.nbgrader import nbgrader_config
from shapewise.report.grades import Grades
from shapewise.report.mistakes import Mistake
from shapewise.report.page import write_class_report
from shapewise.report.table import write_csv

__all__ = ["write_reports"]


def write_reports(course: Path, grades: Grades, mistakes: Iterable[Mistake]) -> tuple[Path, Path]:
    """Write both files, and return where; nothing is graded for it."""
    folder = course / "report"
    table, page = folder / f"{grades.assignment}.csv", folder / f"{grades.assignment}.html"
    write_csv(grades, table)
    feedback = course / CourseDirectory(config=nbgrader_config(course)).feedback_directory
    students = (student.student for student in grades.students)
    pages = {student: _pages(feedback / student / grades.assignment, folder) for student in students}
    write_class_report(grades, page, mistakes, pages)
    return page, table


def _pages(feedback: Path, seen_from: Path) -> list[tuple[str, str]]:
    """(notebook, address) of each feedback page of a student."""
    return [(path.stem, _address(path, seen_from)) for path in _listed(feedback)]


def _listed(folder: Path) -> Iterable[Path]:
    try:
        return sorted(path for path in folder.glob("*.html") if not path.name.startswith("."))
    except OSError:
        return []


def _address(path: Path, seen_from: Path) -> str:
    return quote(Path(os.path.relpath(path, seen_from)).as_posix())
