"""A few lines -> the cells of an nbgrader course, its assignments, and what students hand in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import v4

__all__ = ["Assignment", "Course", "answer", "lesson", "task", "test", "text", "write", "written"]

_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


@dataclass(frozen=True)
class Assignment:
    """``notebooks`` by name; ``answers`` of each student: notebook -> grade_id -> text, None for the stub.

    What a student's answers do not name is the reference's. ``files`` lie beside the notebooks.
    """

    notebooks: Mapping[str, dict[str, Any]]
    answers: Mapping[str, Mapping[str, Mapping[str, str | None]]]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """``config`` stands in its ``nbgrader_config.py``, ``files`` in its folder; steps are called as in ``names``."""

    assignments: Mapping[str, Assignment]
    config: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def folder(self, step: str) -> str:
        return self.names.get(step, step)


def write(notebook: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), "utf-8")


def notebook_of(*cells: Any) -> dict[str, Any]:
    made = v4.new_notebook(cells=list(cells), metadata=_KERNEL)
    for place, cell in enumerate(made.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"lesson_{place}").replace("_", "-")
    plain: dict[str, Any] = json.loads(json.dumps(made))
    return plain


def text(words: str) -> Any:
    return v4.new_markdown_cell(words)


def lesson(code: str) -> Any:
    return v4.new_code_cell(code.strip())


def answer(grade_id: str, code: str) -> Any:
    """A solution cell; its body, from a line "---" on, is what students have to write."""
    given, _, own = code.strip("\n").rpartition("---\n")
    indent = own[: len(own) - len(own.lstrip())]
    body = f"{given}{indent}### BEGIN SOLUTION\n{own.rstrip()}\n{indent}### END SOLUTION"
    return v4.new_code_cell(body, metadata=_marks(grade_id, solution=True))


def test(grade_id: str, code: str, points: float = 1) -> Any:
    return v4.new_code_cell(code.strip(), metadata=_marks(grade_id, grade=True, locked=True, points=points))


def written(grade_id: str, words: str, points: float, code: bool = False) -> Any:
    """An answer that a person grades."""
    make = v4.new_code_cell if code else v4.new_markdown_cell
    body = f"### BEGIN SOLUTION\n{words}\n### END SOLUTION"
    return make(body, metadata=_marks(grade_id, grade=True, solution=True, points=points))


def task(grade_id: str, words: str, points: float) -> Any:
    return v4.new_markdown_cell(words, metadata=_marks(grade_id, task=True, locked=True, points=points))


test.__test__ = False  # type: ignore[attr-defined]


def _marks(grade_id: str, **marks: Any) -> dict[str, Any]:
    every = dict.fromkeys(("grade", "locked", "solution", "task"), False)
    return {"nbgrader": {**every, "grade_id": grade_id, "schema_version": 3, **marks}}
