"""A class's ``submitted/`` folder -> what each student handed in, and what is wrong with it.

Nothing here runs or changes a submission: a file that cannot be graded is named with its reason, so that the rest
of the class can be.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

__all__ = ["Problem", "Submission", "SubmittedNotebook", "find_submissions"]

_MAX_BYTES = 64 * 2**20


class Problem(Enum):
    """Why a notebook cannot be graded, as the grade table says it."""

    MISSING = "missing"
    UNREADABLE = "cannot be read"
    TOO_LARGE = "larger than 64 MiB"
    TRUNCATED = "not valid JSON: truncated or damaged"
    NOT_A_NOTEBOOK = "not a notebook"
    OTHER_ASSIGNMENT = "belongs to another assignment"


@dataclass(frozen=True)
class SubmittedNotebook:
    """One notebook of the assignment in one student's folder."""

    name: str
    path: Path
    problem: Problem | None = None

    def __str__(self) -> str:
        """What the grade table says of it."""
        return self.name if self.problem is None else f"{self.name}: {self.problem.value}"


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment: a ``SubmittedNotebook`` per notebook of the assignment."""

    student: str
    assignment: str
    folder: Path
    notebooks: tuple[SubmittedNotebook, ...]

    @property
    def gradable(self) -> tuple[SubmittedNotebook, ...]:
        """The notebooks that can be graded."""
        return tuple(notebook for notebook in self.notebooks if notebook.problem is None)

    @property
    def problems(self) -> tuple[str, ...]:
        """A remark per notebook that cannot be graded."""
        return tuple(str(notebook) for notebook in self.notebooks if notebook.problem is not None)


def find_submissions(course: Path, assignment: str) -> list[Submission]:
    """Every ``submitted/<student>/<assignment>`` folder of the course, by student.

    The assignment's notebooks are those in ``source/<assignment>``. FileNotFoundError if there are none.
    """
    sources = sorted((course / "source" / assignment).glob("*.ipynb"))
    if not sources:
        known = ", ".join(sorted(path.name for path in (course / "source").glob("*/"))) or "none"
        raise FileNotFoundError(f"No assignment {assignment!r} in {course / 'source'} (there: {known}).")
    grade_ids = {source.stem: _grade_ids(json.loads(source.read_text("utf-8"))) for source in sources}
    folders = sorted(path for path in (course / "submitted").glob(f"*/{assignment}") if path.is_dir())
    return [
        Submission(
            folder.parent.name,
            assignment,
            folder,
            tuple(_looked_at(folder / f"{name}.ipynb", ids) for name, ids in grade_ids.items()),
        )
        for folder in folders
    ]


def _looked_at(path: Path, expected: set[str]) -> SubmittedNotebook:
    return SubmittedNotebook(path.stem, path, _problem(path, expected))


def _problem(path: Path, expected: set[str]) -> Problem | None:
    if not path.exists():
        return Problem.MISSING
    try:
        # A link could point at anything on the instructor's machine.
        if path.is_symlink() or not path.is_file():
            return Problem.UNREADABLE
        if path.stat().st_size > _MAX_BYTES:
            return Problem.TOO_LARGE
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return Problem.UNREADABLE
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return Problem.TRUNCATED if text.lstrip().startswith("{") else Problem.NOT_A_NOTEBOOK
    if not isinstance(content, dict) or not isinstance(content.get("cells", content.get("worksheets")), list):
        return Problem.NOT_A_NOTEBOOK
    found = _grade_ids(content)
    # Learners delete cells and lose metadata; only a notebook with other exercises in it, and none of ours, is foreign.
    return Problem.OTHER_ASSIGNMENT if found and expected and not found & expected else None


def _grade_ids(content: Any) -> set[str]:
    cells = content.get("cells")
    marks = [_inside(_inside(cell, "metadata"), "nbgrader") for cell in (cells if isinstance(cells, list) else [])]
    return {str(mark["grade_id"]) for mark in marks if "grade_id" in mark}


def _inside(holder: Any, key: str) -> dict[str, Any]:
    """The object under a key; an empty one where there is something else."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}
