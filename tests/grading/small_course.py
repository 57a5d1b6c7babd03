"""A course of one notebook, small and quick, with exercises shaped like the real ones."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from nbformat import v4
from traitlets.config import Config

from shapewise.grading.command.key import Made, made_of

DOUBLED = '''def doubled(x):
    """(n,) -> (n,), every entry times two."""
    ### BEGIN SOLUTION
    return x * 2
    ### END SOLUTION
'''
DOUBLED_TEST = """import torch
from shapewise import call

assert call(doubled, torch.ones(2)).result.shape == (2,)
### BEGIN HIDDEN TESTS
import torch
from shapewise import call

SECRET = "the number is 8765"
x = torch.arange(12.0).view(3, 4).t()
outcome = call(doubled, x)
assert isinstance(outcome.result, torch.Tensor), "doubled must return a tensor"
assert torch.equal(outcome.result, x + x), f"expected {(x + x).tolist()}, got {outcome.result}"
assert outcome.changed == (), "doubled must leave its input alone"
### END HIDDEN TESTS
"""
HEADS = '''def heads(x, count):
    """(seq, width) -> (count, seq, width / count), a view."""
    ### BEGIN SOLUTION
    return x.view(x.shape[0], count, -1).transpose(0, 1)
    ### END SOLUTION
'''
HEADS_TEST = """import torch
from shapewise import call

assert call(heads, torch.zeros(3, 4), 2).result.shape == (2, 3, 2)
### BEGIN HIDDEN TESTS
import torch
from shapewise import call

x = torch.arange(24).view(4, 6)
outcome = call(heads, x, 3)
assert torch.equal(outcome.result, torch.stack(x.split(2, dim=1))), "entries are in the wrong place"
assert outcome.shares_memory == (0,), "heads must return a view"
### END HIDDEN TESTS
"""
LABEL = '''def label(n):
    """A positive whole number -> "even" or "odd"; ValueError for others."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError(f"{n} is not positive")
    return "even" if n % 2 == 0 else "odd"
    ### END SOLUTION
'''
LABEL_TEST = """from shapewise import call

assert call(label, 2).result == "even"
### BEGIN HIDDEN TESTS
from shapewise import call

assert [call(label, n).result for n in (1, 4, 7)] == ["odd", "even", "odd"]
### END HIDDEN TESTS
"""
LABEL_EDGES = """# When this notebook is graded, more tests run here.
### BEGIN HIDDEN TESTS
from shapewise import call

assert call(label, 0).error.is_a(ValueError), "zero must raise ValueError"
### END HIDDEN TESTS
"""


def _solution(grade_id: str, text: str) -> Any:
    marks = {
        "grade": False, "grade_id": grade_id, "locked": False,
        "schema_version": 3, "solution": True, "task": False,
    }  # fmt: skip
    return v4.new_code_cell(text.strip(), metadata={"nbgrader": marks}, id=grade_id.replace("_", "-"))


def _test(grade_id: str, text: str, points: int) -> Any:
    marks = {
        "grade": True, "grade_id": grade_id, "locked": True, "points": points,
        "schema_version": 3, "solution": False, "task": False,
    }  # fmt: skip
    return v4.new_code_cell(text.strip(), metadata={"nbgrader": marks}, id=grade_id.replace("_", "-"))


def source_notebook() -> dict[str, Any]:
    """The instructor's notebook: 3 exercises, 4 tests, 10 points, a demonstration too slow to grade with."""
    cells = [
        v4.new_markdown_cell("# A small lesson", id="title"),
        v4.new_code_cell("import torch\nimport numpy as np\n%matplotlib inline", id="imports"),
        v4.new_code_cell("import time\ntime.sleep(60)", metadata={"tags": ["demonstration"]}, id="slow"),
        v4.new_markdown_cell("### Exercise: doubled", id="doubled-text"),
        _solution("doubled", DOUBLED),
        _test("doubled_test", DOUBLED_TEST, 3),
        v4.new_code_cell("example = torch.arange(6)\nexample", id="example"),
        _solution("heads", HEADS),
        _test("heads_test", HEADS_TEST, 3),
        _solution("label", LABEL),
        _test("label_test", LABEL_TEST, 2),
        _test("label_edges", LABEL_EDGES, 2),
    ]
    notebook: dict[str, Any] = json.loads(json.dumps(v4.new_notebook(cells=cells)))
    notebook["nbformat_minor"] = 5
    return notebook


RIGHT = {
    "doubled": "def doubled(x):\n    return x * 2",
    "heads": "def heads(x, count):\n    return x.view(x.shape[0], count, -1).transpose(0, 1)",
    "label": 'def label(n):\n    if n < 1:\n        raise ValueError("no")\n    return ["even", "odd"][n % 2]',
}


@cache
def _made() -> Made:
    return made_of(source_notebook(), Config())


def key() -> dict[str, Any]:
    """The notebook that submissions are graded against."""
    return copy.deepcopy(_made().key)


def release() -> dict[str, Any]:
    """What a student gets."""
    return copy.deepcopy(_made().release)


def submission(answers: dict[str, str] | None = None) -> dict[str, Any]:
    """A student's notebook: every answer right, but for those given; an answer of None leaves the stub."""
    notebook = release()
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in RIGHT:
            cell["source"] = {**RIGHT, **(answers or {})}[grade_id] or cell["source"]
    return notebook


def as_bytes(notebook: dict[str, Any]) -> bytes:
    """The notebook as it lies in a file."""
    return json.dumps(notebook).encode()
