"""In order: an exercise needs no name that the course has not shown before it, and a test nothing but the function."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass
from functools import cache

import jupytext
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tests.exercises.lessons import ROOT

_SOLUTION = re.compile(r"^\s*### BEGIN SOLUTION\n.*?### END SOLUTION\n?", re.MULTILINE | re.DOTALL)
_HIDDEN = re.compile(r"^\s*### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n?", re.MULTILINE | re.DOTALL)
_MARKERS = re.compile(r"^\s*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\n?", re.MULTILINE)
_IN_CODE = re.compile(r"`+([^`]+)`+")
_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class _Cell:
    """One cell of the course: where it stands, and what nbgrader takes it for."""

    notebook: str
    kind: str
    source: str
    grade_id: str
    is_solution: bool
    is_test: bool

    def shown(self) -> set[str]:
        """The names that a learner reads in this cell; no solution and no hidden test is among them."""
        if self.kind == "markdown":
            spans = [*_BLOCK.findall(self.source), *_IN_CODE.findall(self.source)]
            return {name for span in spans for name in _IDENTIFIER.findall(span)}
        visible = _HIDDEN.sub("", _SOLUTION.sub("    ...\n", self.source))
        return _names(_tree(visible))


def _tree(source: str) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(_MARKERS.sub("", source)))


def _names(tree: ast.AST) -> set[str]:
    """Every name in a tree: of variables and attributes, of modules, of arguments that are passed by name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword | ast.arg) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found |= {*node.name.split("."), node.asname or node.name}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


@cache
def _course() -> tuple[_Cell, ...]:
    """All cells of all notebooks, in the order of the course."""
    cells = []
    for path in sorted((ROOT / "lessons").glob("*/*.py")):
        for cell in jupytext.read(path).cells:
            meta = cell["metadata"].get("nbgrader", {})
            cells.append(_Cell(
                path.stem, cell["cell_type"], cell["source"], meta.get("grade_id", ""),
                bool(meta.get("solution")) and not meta.get("grade"), bool(meta.get("grade")),
            ))
    return tuple(cells)


def _places(*, tests: bool) -> list[int]:
    """Where the cells with answers stand, or those with tests."""
    code = [(at, cell) for at, cell in enumerate(_course()) if cell.kind == "code"]
    return [at for at, cell in code if (cell.is_test if tests else cell.is_solution)]


def _told(at: int) -> str:
    return _course()[at].grade_id


def _own(tree: ast.Module) -> set[str]:
    """The names that the code itself gives: its functions, parameters and variables."""
    return {
        name for node in ast.walk(tree)
        for name in (
            [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            else [node.arg] if isinstance(node, ast.arg)
            else [node.name] if isinstance(node, ast.FunctionDef)
            else [alias.asname or alias.name.partition(".")[0] for alias in node.names]
            if isinstance(node, ast.Import | ast.ImportFrom)
            else []
        )
    }


@pytest.mark.parametrize("at", _places(tests=False), ids=_told)
def test_all_that_a_solution_uses_was_shown_before(at: int) -> None:
    cell = _course()[at]
    shown = set().union(*(before.shown() for before in _course()[:at]), cell.shown())
    tree = _tree(cell.source)
    missing = _names(tree) - _own(tree) - shown - set(vars(builtins))
    later = {
        name: next((other.notebook for other in _course()[at:] if name in other.shown()), "nowhere")
        for name in sorted(missing)
    }
    assert later == {}, f"{cell.grade_id} ({cell.notebook}) needs what is first shown later"


@pytest.mark.parametrize("at", _places(tests=True), ids=_told)
def test_a_test_takes_nothing_from_the_notebook_but_the_function_that_it_tests(at: int) -> None:
    cell = _course()[at]
    tree = _tree(cell.source)
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    taken = read - _own(tree) - set(vars(builtins))
    exercises = {_told(place) for place in _places(tests=False) if place < at}
    assert len(taken) == 1
    assert taken <= exercises
    assert cell.grade_id.startswith(f"{taken.pop()}_")


def test_every_exercise_stands_before_its_tests_and_is_told_before_it_is_asked() -> None:
    seen = set()
    for at, cell in enumerate(_course()):
        if cell.is_solution:
            assert cell.grade_id in set().union(*(before.shown() for before in _course()[:at]))
            seen.add(cell.grade_id)
        elif cell.is_test and cell.kind == "code":
            assert any(cell.grade_id.startswith(f"{name}_") for name in seen)
