"""The small course with a second notebook, whose answers are written: a person grades them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from nbformat import v4

from tests.conftest import ROOT
from tests.grading import small_course
from tests.grading.small_course import as_bytes

ASSIGNMENT = "small"


def _cell(grade_id: str, text: str, points: int, **kind: bool) -> Any:
    marks = {"grade_id": grade_id, "points": points, "schema_version": 3, "locked": False}
    marks |= {"grade": False, "solution": False, "task": False} | kind
    return v4.new_markdown_cell(text, metadata={"nbgrader": marks}, id=grade_id)


def written_notebook() -> dict[str, Any]:
    """The second notebook: an essay of 4 points and a task of 2, the later one first in the alphabet."""
    cells = [
        v4.new_markdown_cell("# In words", id="title"),
        _cell("why", "Say why a view is cheap.", 4, grade=True, solution=True),
        _cell("draw", "Draw it, in cells of your own.", 2, task=True, locked=True),
    ]
    notebook: dict[str, Any] = json.loads(json.dumps(v4.new_notebook(cells=cells)))
    notebook["nbformat_minor"] = 5
    return notebook


def written(text: str) -> bytes:
    """The second notebook with an essay in it."""
    notebook = written_notebook()
    notebook["cells"][1]["source"] = text
    return as_bytes(notebook)


def make_course(course: Path, extra_config: str = "") -> Path:
    """A folder with the course's source and settings; its release is still to be made."""
    source = course / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (source / "one.ipynb").write_bytes(as_bytes(small_course.source_notebook()))
    (source / "two.ipynb").write_bytes(as_bytes(written_notebook()))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(extra_config)
    return course


def hand_in(course: Path, student: str, answers: dict[str, Any], essay: str | None, at: str = "") -> None:
    """Lay a student's notebooks into submitted/, over those that are there."""
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.ipynb").write_bytes(as_bytes(small_course.submission(answers)))
    if essay is not None:
        (folder / "two.ipynb").write_bytes(written(essay))
    if at:
        (folder / "timestamp.txt").write_text(at, "utf-8")
