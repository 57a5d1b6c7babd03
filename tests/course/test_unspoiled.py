"""What a student's notebook does not say: the asserts that prove the lesson to CI."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from shapewise.course.unspoiled import without_asserts


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
