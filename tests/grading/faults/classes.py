"""A small class in a course of its own -> the command that grades it, and all that grading leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from nbgrader.apps import NbGraderAPI

from shapewise.course.nbgrader import nbgrader_api
from tests.conftest import ROOT, copy_of_course
from tests.grading import small_course
from tests.grading.damage.honest import honest_notebook
from tests.grading.damage.run import case

__all__ = ["ASSIGNMENT", "Left", "command", "copied", "debris", "environment", "left_behind", "make_class", "settled"]

ASSIGNMENT = "small"
_SECOND = {"doubled": "twice", "heads": "parts", "label": "kind"}
_RANDOM = "submission_secret.txt"  # beside feedback pages, for nbgrader's exchange: another in each class
_TABLES = ("student", "submitted_assignment", "submitted_notebook", "grade", "comment")
_SCORES = """
    SELECT submitted_assignment.student_id, notebook.name, base_cell.name, grade.auto_score, grade.needs_manual_grade
    FROM grade
    JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
    JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN notebook ON submitted_notebook.notebook_id = notebook.id
    JOIN base_cell ON grade.cell_id = base_cell.id
    ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Left:
    """What grading left behind: every score, every table's number of rows, every file's content."""

    scores: tuple[tuple[Any, ...], ...]
    rows: dict[str, int]
    files: dict[str, bytes]


def make_class(course: Path, students: int) -> None:
    """A course with an assignment of two notebooks, and submissions: right, wrong, blank, damaged and missing ones."""
    copy_of_course(course)
    source = course / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    notebook = json.dumps(small_course.source_notebook())
    (source / "1_first.ipynb").write_text(notebook)
    (source / "2_second.ipynb").write_text(_second(notebook))
    api: NbGraderAPI = nbgrader_api(course)
    if not api.generate_assignment(ASSIGNMENT)["success"]:
        raise RuntimeError("nbgrader could not make the assignment.")
    for number in range(students):
        folder = course / "submitted" / f"student{number:02}" / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / "1_first.ipynb").write_bytes(small_course.as_bytes(honest_notebook(Random(number))))
        damaged = case(seed=7, number=number).file if number % 3 == 1 else None
        if number % 4 != 3:  # the others handed in one notebook only
            second = _second(json.dumps(honest_notebook(Random(1000 + number)))).encode()
            (folder / "2_second.ipynb").write_bytes(damaged or second)


def _second(notebook: str) -> str:
    for name, other in _SECOND.items():
        notebook = notebook.replace(name, other)
    return notebook


def command(course: Path, *options: str) -> list[str]:
    """The grading command for a class."""
    return [sys.executable, "-m", "shapewise", "grade", ASSIGNMENT, "--course", str(course), *options]


def environment(scratch: Path) -> dict[str, str]:
    """The environment to run the command in: what it puts aside for a while lies in ``scratch``."""
    scratch.mkdir(exist_ok=True)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": os.pathsep.join(paths)}


def settled(course: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        command(course), env=environment(scratch), capture_output=True, text=True, timeout=300, check=False
    )


def left_behind(course: Path) -> Left:
    """Read everything; RuntimeError where the database is damaged."""
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        found = (
            database.execute("PRAGMA integrity_check").fetchall()
            + database.execute("PRAGMA foreign_key_check").fetchall()
        )
        if found != [("ok",)]:
            raise RuntimeError(f"The database is damaged: {found}")
        rows = {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES}
        scores = tuple(database.execute(_SCORES))
    files = {
        str(path.relative_to(course)): path.read_bytes()
        for part in ("autograded", "feedback", "report", "submitted", "source")
        for path in sorted((course / part).rglob("*"))
        if path.is_file() and path.name != _RANDOM
    }
    return Left(scores, rows, files)


def debris(course: Path, scratch: Path) -> list[str]:
    """What only a run that is under way may leave lying about."""
    found = [*scratch.rglob("*"), *course.glob("gradebook.db-*"), *course.rglob(".*")]
    return [str(path) for path in found if path.name not in (".nbgrader.log", ".gitignore")]


def copied(course: Path, to: Path) -> Path:
    """A class that nobody has graded yet, again."""
    return Path(shutil.copytree(course, to))
