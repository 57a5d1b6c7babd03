"""nbgrader's validation of the released notebooks: what it says of a notebook is true of it.

One notebook whole, and the exercises of all six behind one another: what a validation finds depends on nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import ROOT
from tests.exercises.lessons import lessons
from tests.sample_class.answers import reference

RELEASED = sorted((ROOT / "release").glob("*/*.ipynb"))
WRONG = {"describe": "def describe(t):\n    return list(t.shape)"}


def grade_id(cell: Any) -> str:
    return str(cell.metadata.nbgrader.grade_id)


def exercises_of(notebook: Any) -> list[str]:
    return [grade_id(cell) for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]


@pytest.fixture(scope="module")
def exercises() -> Any:
    """A notebook of every exercise of the course: its imports, answers, checks and tests."""
    together = nbformat.read(RELEASED[0], as_version=4)
    together.cells = []
    for path in RELEASED:
        cells = nbformat.read(path, as_version=4).cells
        imports = next(cell for cell in cells if cell.cell_type == "code")
        imports.id = f"imports-{path.stem}"
        begins = ("check(", "from shapewise import my_parts")  # the second makes `my`, which answers may call
        graded = [cell for cell in cells if "nbgrader" in cell.metadata or cell.source.startswith(begins)]
        together.cells += [imports, *(cell for cell in graded if cell is not imports)]
    return together


def validated(notebook: Any, answers: Mapping[str, str], folder: Path) -> str:
    """What the command says of the notebook with these answers in it."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers.get(grade_id(cell), cell.source)
    nbformat.write(notebook, folder / "handed_out.ipynb")
    command = [sys.executable, "-m", "nbgrader", "validate", "handed_out.ipynb"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("released", RELEASED[:1], ids=lambda path: path.stem)
def test_an_untouched_notebook_is_told_what_is_not_started_exercise_by_exercise(released: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(released, as_version=4)
    said = validated(notebook, {}, tmp_path)
    unsolved = exercises_of(notebook)
    assert "Success" not in said
    assert f"FAILED ON {len(unsolved)} CELL" in said
    assert all(f"{name} is not started" in said for name in unsolved)
    assert "Traceback" not in said


def test_of_a_course_half_done_only_what_is_not_started_or_wrong_fails(exercises: Any, tmp_path: Path) -> None:
    names = exercises_of(exercises)
    solved = [name for name in names[::2] if name not in WRONG] + ["multi_head_attention"]  # which block calls
    unsolved = [name for name in names if name not in solved and name not in WRONG]
    said = validated(exercises, {name: reference(name) for name in solved} | WRONG, tmp_path)
    assert f"FAILED ON {len(unsolved) + len(WRONG)} CELL" in said
    for name in unsolved:
        state = "right yet" if lessons()[name].is_repair else "started"  # what is to be repaired is there, and broken
        assert f"{name} is not {state}" in said
    assert all(f"{name} is not" not in said for name in solved)
    assert "describe is not right yet" in said
    assert "should be a dict" in " ".join(said.split())
    assert "Traceback" not in said


def test_a_solved_course_is_a_success(exercises: Any, tmp_path: Path) -> None:
    said = validated(exercises, {name: reference(name) for name in exercises_of(exercises)}, tmp_path)
    assert "Success" in said
    assert "FAILED" not in said
