"""The released notebooks in a learner's hands: from top to bottom, as they were handed out.

Solved ones are run by nbval (source/) and by validation (test_validate.py).
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.conftest import ROOT

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


def test_a_blank_notebook_runs_from_top_to_bottom_without_a_traceback(released: Path, tmp_path: Path) -> None:
    ran = run(nbformat.read(released, as_version=4), tmp_path)
    assert tracebacks(ran) == []
