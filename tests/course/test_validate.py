"""nbgrader's validation of the released notebooks: what it says of a notebook is true of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT
from tests.sample_class.answers import reference

RELEASED = sorted((ROOT / "release").glob("*/*.ipynb"))


def validated(released: Path, folder: Path, solved: int | None) -> tuple[str, list[str], list[str]]:
    """What the command says of a notebook with so many exercises solved, which these are, and which are not."""
    notebook = nbformat.read(released, as_version=4)
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    names = [cell.metadata.nbgrader.grade_id for cell in cells]
    for cell in cells[:solved]:
        cell.source = reference(cell.metadata.nbgrader.grade_id)
    nbformat.write(notebook, folder / released.name)
    command = [sys.executable, "-m", "nbgrader", "validate", released.name]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    done = len(cells) if solved is None else solved
    return ran.stdout, names[:done], names[done:]


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_an_untouched_notebook_is_told_what_is_not_started_exercise_by_exercise(released: Path, tmp_path: Path) -> None:
    said, _, unsolved = validated(released, tmp_path, 0)
    assert "Success" not in said
    assert f"FAILED ON {len(unsolved)} CELL" in said
    assert all(f"{name} is not started" in said for name in unsolved)
    assert "Traceback" not in said


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_of_a_notebook_half_done_only_the_other_half_fails(released: Path, tmp_path: Path) -> None:
    said, solved, unsolved = validated(released, tmp_path, 1)
    assert f"FAILED ON {len(unsolved)} CELL" in said
    assert all(f"{name} is not started" in said for name in unsolved)
    assert all(f"{name} is not" not in said for name in solved)


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_a_solved_notebook_is_a_success(released: Path, tmp_path: Path) -> None:
    said, _, _ = validated(released, tmp_path, None)
    assert "Success" in said
    assert "FAILED" not in said


def test_a_wrong_answer_fails_its_cell_in_one_sentence_that_says_what_is_wrong(tmp_path: Path) -> None:
    (released,) = (path for path in RELEASED if path.stem == "1_shapes")
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "describe":
            cell.source = "def describe(t):\n    return list(t.shape)"
    path = tmp_path / released.name
    nbformat.write(notebook, path)
    said, _, _ = validated(path, tmp_path, 0)
    assert "describe is not right yet" in said
    assert "should be a dict" in " ".join(said.split())
