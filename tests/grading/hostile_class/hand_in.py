"""What one student of the hostile class hands in, what must be said of it, and the course it is handed in to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import v4

from shapewise.course.nbgrader import nbgrader_api
from tests.conftest import copy_of_course
from tests.grading import small_course

__all__ = ["ASSIGNMENT", "WORTH", "HandIn", "in_notebook", "make_course", "with_cells", "with_file", "written"]

ASSIGNMENT, WORTH = "small", 10.0
Notebook = dict[str, Any]


@dataclass(frozen=True)
class HandIn:
    """One student's hand-in.

    ``fault`` is what it is about; ``make`` is given ``submitted/<student>``, which is not there yet. ``says`` is a
    pattern that the remark has to match, or empty where nothing may be said. ``points`` is None where there is nothing
    to grade.
    """

    student: str
    fault: str
    make: Callable[[Path], object]
    says: str = ""
    points: float | None = WORTH


def written(content: bytes | None = None, name: str = "one.ipynb") -> Callable[[Path], object]:
    """Hand in these bytes as the notebook; without any, one with every answer right."""
    return lambda student: _folder(student).joinpath(name).write_bytes(right() if content is None else content)


def right() -> bytes:
    """A notebook with every answer right."""
    return small_course.as_bytes(right_notebook())


def right_notebook() -> Notebook:
    """The same, as a tree."""
    notebook = small_course.submission()
    notebook["cells"].append(_task())
    return notebook


def _task() -> Notebook:
    marks = {
        "grade": False, "grade_id": "draw_task", "locked": True, "points": 4, "schema_version": 3,
        "solution": False, "task": True,
    }  # fmt: skip
    cell = v4.new_markdown_cell("Draw the heads of a tensor.", metadata={"nbgrader": marks}, id="draw-task")
    task: Notebook = json.loads(json.dumps(cell))
    return task


def in_notebook(change: Callable[[Notebook], object]) -> Callable[[Path], object]:
    """Hand in a notebook with every answer right, changed so."""

    def make(student: Path) -> None:
        notebook = right_notebook()
        change(notebook)
        written(small_course.as_bytes(notebook))(student)

    return make


def with_cells(*cells: Notebook) -> Callable[[Path], object]:
    """Hand in a notebook with every answer right, and these cells at its end."""
    return in_notebook(lambda notebook: notebook["cells"].extend(json.loads(json.dumps(cells))))


def with_file(make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Hand in a notebook with every answer right, and whatever ``make`` lays into the folder beside it."""

    def both(student: Path) -> None:
        written()(student)
        make(student / ASSIGNMENT)

    return both


def _folder(student: Path) -> Path:
    folder = student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def make_course(course: Path) -> None:
    """A course of one notebook, with a task for a person to grade, data, and what macOS leaves lying about."""
    copy_of_course(course)
    source = course / "source" / ASSIGNMENT
    (source / "data").mkdir(parents=True)
    (source / "data" / "numbers.txt").write_text("1 2 3\n", "utf-8")
    (source / "table.csv").write_text("a,b\n1,2\n", "utf-8")
    for name in ("._one.ipynb", ".DS_Store"):
        (source / name).write_bytes(b"\0\x05\x16\x07\0\x02\0\0Mac OS X        \xff\xfe")
    notebook = small_course.source_notebook()
    notebook["cells"].append(_task())
    (source / "one.ipynb").write_bytes(small_course.as_bytes(notebook))
    done = nbgrader_api(course).generate_assignment(ASSIGNMENT)
    if not done["success"]:
        raise RuntimeError(f"nbgrader could not make the assignment:\n{done['error'] or done['log']}")
