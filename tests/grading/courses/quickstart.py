"""The course that ``nbgrader quickstart`` makes, with and without ``--autotest``: its own files, from the package."""

from __future__ import annotations

import json
from pathlib import Path

import nbgrader

from tests.grading.courses.cells import Assignment

GUIDE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
CONFIG = 'c.IncludeHeaderFooter.header = "source/header.ipynb"'
FILES = {
    "source/header.ipynb": (GUIDE / "source" / "header.ipynb").read_text("utf-8"),
    "autotests.yml": (GUIDE / "autotests.yml").read_text("utf-8"),
}

ADA = {
    "squares": "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6",
    "sum_of_squares_equation": "YOUR ANSWER HERE",
    "cell-938593c4a215c6cc": "It is $n (a_1 + a_n) / 2$.",
}
BEN = {
    "squares": None,
    "sum_of_squares_application": None,
    "cell-d3df8cd59fd0eb74": "my_dictionary = {'one': 2}",
}


def _assignment(folder: str) -> Assignment:
    paths = sorted((GUIDE / "source" / folder).glob("*.ipynb"))
    notebooks = {path.stem: json.loads(path.read_text("utf-8")) for path in paths}
    answers = {"ada": {"problem1": ADA}, "ben": {"problem1": BEN}}
    picture = (GUIDE / "source" / folder / "jupyter.png").read_bytes()
    return Assignment(notebooks, answers, {"jupyter.png": picture})


ASSIGNMENTS = {"ps1": _assignment("ps1"), "ps1_autotest": _assignment("ps1_autotest")}
