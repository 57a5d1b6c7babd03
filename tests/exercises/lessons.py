"""The lessons' text -> each exercise's reference solution and test cells, run in a fresh namespace."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jupytext

from shapewise.library import standins
from shapewise.library.parts import Parts

ROOT = Path(__file__).resolve().parents[2]
_HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n(.*?)^### END HIDDEN TESTS", re.MULTILINE | re.DOTALL)
_SOLUTION = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
_SOLUTION_REGION = re.compile(r"^\s*### BEGIN SOLUTION\n.*?^\s*### END SOLUTION\n", re.MULTILINE | re.DOTALL)
_BROKEN = "    ### END SOLUTION\n"
_SOLUTION_BODY = re.compile(r"^\s*### BEGIN SOLUTION\n(.*?)^\s*### END SOLUTION", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """One graded cell: its id, its points, its source."""

    grade_id: str
    points: float
    source: str

    @property
    def hidden(self) -> str:
        """What stands between nbgrader's markers."""
        return "\n".join(_HIDDEN.findall(self.source + "\n"))


@dataclass(frozen=True)
class Lesson:
    """What a lesson says of one exercise: the notebook, the text that asks, the solution cell, and the test cells."""

    notebook: str
    told: str
    solution: Cell
    tests: tuple[Cell, ...]
    is_repair: bool = False

    def reference(self) -> Callable[..., Any]:
        """The reference solution as a function."""
        return defined(self.reference_source(), self.solution.grade_id)

    def reference_source(self) -> str:
        """The solution cell without its markers, and without the broken code that a repair task hands out."""
        return _SOLUTION.sub("", self.solution.source.partition(_BROKEN)[0] if self.is_repair else self.solution.source)

    def handed_out(self) -> str:
        """The code that a repair task hands out."""
        return _SOLUTION_REGION.sub("", self.solution.source)

    def solution_body(self) -> str:
        """The lines between the solution markers."""
        return "\n".join(_SOLUTION_BODY.findall(self.solution.source + "\n"))


def defined(source: str, name: str) -> Callable[..., Any]:
    """The function that a cell's text defines, after the imports at the top of a notebook."""
    scope = _scope()
    for other, lesson in lessons().items() if name in lessons() else ():
        if lesson.notebook == lessons()[name].notebook and re.search(rf"(?<![.\w]){other}\(", source) and other != name:
            scope[other] = lesson.reference()
    exec(compile(source, name, "exec"), scope)
    function: Callable[..., Any] = scope[name]
    return function


def _scope() -> dict[str, Any]:
    # What a learner has imported at the top of a notebook by the time the cell runs.
    scope: dict[str, Any] = {}
    exec("import math\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport torch", scope)
    scope["my"] = Parts(**{name: getattr(standins, name) for name in standins.__all__})
    return scope


@cache
def lessons() -> dict[str, Lesson]:
    """Every exercise in the lessons, by the name of its function."""
    found = {}
    for path in sorted((ROOT / "lessons").glob("*/*.py")):
        cells = jupytext.read(path).cells
        graded = [(c["metadata"]["nbgrader"], c["source"]) for c in cells if "nbgrader" in c["metadata"]]
        told: list[str] = []
        for cell in cells:
            if cell["cell_type"] == "markdown":
                told = [cell["source"]] if "### Exercise" in cell["source"] else [*told, cell["source"]]
            meta = cell["metadata"].get("nbgrader", {})
            if meta.get("solution") and not meta["grade"] and cell["cell_type"] == "code":
                name = meta["grade_id"]
                tests = tuple(
                    Cell(m["grade_id"], m["points"], source) for m, source in graded
                    if m["grade"] and m["grade_id"].startswith(f"{name}_")
                )
                is_repair = "repair" in cell["metadata"].get("tags", [])
                found[name] = Lesson(path.stem, "\n".join(told), Cell(name, 0, cell["source"]), tests, is_repair)
    return found


def run_cell(cell: Cell, name: str, function: Callable[..., Any]) -> BaseException | None:
    """What a test cell raises, run alone in a namespace that holds nothing but the function under test."""
    with contextlib.redirect_stdout(io.StringIO()):
        return _run(cell.source, cell.grade_id, name, function)


def run_hidden(cell: Cell, name: str, function: Callable[..., Any]) -> BaseException | None:
    """What the hidden part of a test cell raises, run alone in such a namespace."""
    with contextlib.redirect_stdout(io.StringIO()):
        return _run(cell.hidden, cell.grade_id, name, function)


def printed_by(cell: Cell, name: str, function: Callable[..., Any]) -> str:
    """What the hidden part of a test cell prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        _run(cell.hidden, cell.grade_id, name, function)
    return out.getvalue()


def _run(source: str, grade_id: str, name: str, function: Callable[..., Any]) -> BaseException | None:
    scope: dict[str, Any] = {name: function}
    try:
        exec(compile(source, grade_id, "exec"), scope)
    except Exception as error:
        return error
    return None
