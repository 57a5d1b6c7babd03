"""What a student's notebook does not say: the asserts that prove the lesson to CI."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from shapewise.course.nbgrader import nbgrader_config
from shapewise.course.unspoiled import without_asserts
from shapewise.grading.command.key import answer_key
from shapewise.grading.judge.rebuild import rebuild
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "source").glob("*/*.ipynb"))


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("x = 1\nassert x == 1", "x = 1"),
        ("assert x == 1, (\n    'told over'\n    ' two lines'\n)\nprint(x)", "print(x)"),
        ("assert (\n    x == 1  # of all numbers\n)", ""),
        ("for x in y:\n    print(x)\n    assert x", "for x in y:\n    print(x)"),
        ("for x in y:\n    assert x\nprint(y)", "print(y)"),
        ("if x:\n    for z in x:\n        assert z\nprint(x)", "print(x)"),
        ("x = 1; assert x == 1; y = 2", "x = 1; y = 2"),
        ("assert x; y = 2", "y = 2"),
        ("assert x == 1  # one", ""),
        ("print('größe'); assert 'größe'  # why", "print('größe')"),
        ("if x:\n    assert x\nelse:\n    print(x)", "if x:\n    pass\nelse:\n    print(x)"),
        ("try:\n    f()\nexcept OSError:\n    assert x\n", "try:\n    f()\nexcept OSError:\n    pass"),
        ("def f(x):\n    assert x\n\n\ny = 2", "def f(x):\n    pass\n\n\ny = 2"),
        ("%matplotlib inline\nassert x\n!ls", "%matplotlib inline\n!ls"),
        ("print('assert x == 1')", "print('assert x == 1')"),
        ("this is no Python\nassert x", "this is no Python\nassert x"),
    ],
)  # fmt: skip
def test_asserts_go_and_nothing_else_does(source: str, left: str) -> None:
    assert without_asserts(source) == left


def test_no_assert_is_left_in_an_ungraded_cell_of_the_released_notebooks(course: Path) -> None:
    for path in sorted((course / "release").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"]:
                tree = ast.parse("".join(cell["source"]))
                assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)], f"{path}, {cell['id']}"


def test_no_released_cell_is_empty(course: Path) -> None:
    for path in sorted((course / "release").glob("*/*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert [cell["id"] for cell in cells if not "".join(cell["source"]).strip()] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_handed_in_as_it_was_handed_out_holds_nothing_of_the_student_s(course: Path, notebook: Path) -> None:
    key = answer_key(json.loads(notebook.read_text("utf-8")), nbgrader_config(course))
    handed_out = (course / "release" / notebook.relative_to(course / "source")).read_bytes()
    cells, repairs = rebuild(key, handed_out)
    assert repairs == []
    assert [cell.node["source"] for cell in cells if "shapewise" in cell.node["metadata"]] == []
