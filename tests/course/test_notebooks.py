"""The released notebooks in a learner's hands: from top to bottom, blank and solved."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.conftest import ROOT
from tests.sample_class.answers import reference

RELEASED = sorted((ROOT / "release").glob("*/*.ipynb"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run every cell in a folder of the learner's, as JupyterLab's "run all" would if no cell stopped it."""
    client = NotebookClient(notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    return client.execute()


def tracebacks(notebook: NotebookNode) -> list[str]:
    """The errors that cells ended with, but for those that a lesson wants."""
    return [
        f"cell {cell.id}: {output.ename}: {output.evalue}"
        for cell in notebook.cells
        if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", [])
        for output in cell.outputs
        if output.output_type == "error"
    ]


def printed(notebook: NotebookNode) -> str:
    return json.dumps([cell.get("outputs", []) for cell in notebook.cells])


def test_a_blank_notebook_runs_from_top_to_bottom_without_a_traceback(released: Path, tmp_path: Path) -> None:
    ran = run(nbformat.read(released, as_version=4), tmp_path)
    assert tracebacks(ran) == []


def test_a_solved_notebook_runs_from_top_to_bottom_and_every_check_passes(released: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(released, as_version=4)
    exercises = []
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("solution"):
            exercises.append(mark["grade_id"])
            cell.source = reference(mark["grade_id"])
    assert exercises
    for name in exercises:
        probe = f"from shapewise.checks import diagnose\nassert diagnose({name}).passed, diagnose({name})"
        notebook.cells.append(nbformat.v4.new_code_cell(probe, id=f"probe-{name}"))
    assert tracebacks(run(notebook, tmp_path)) == []
