"""The released notebooks in a learner's hands: from top to bottom, as they were handed out.

Solved ones are run by nbval (source/) and by validation (test_validate.py).
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from _ext.executed import execute

from tests.conftest import ROOT
from tests.web_edition import apart

SOURCES = sorted((ROOT / "source").glob("*/*.ipynb"))
RELEASED = sorted((ROOT / "release").glob("*/*.ipynb"))


@pytest.mark.usefixtures("site")  # whose pages were made of the same runs, each in a folder and a kernel of its own
@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_a_blank_notebook_runs_from_top_to_bottom_without_a_traceback(released: Path) -> None:
    (ran,) = apart(execute, [released], ROOT / "build" / "site.executed", print)
    wanted = [cell for cell in ran.cells if "raises-exception" in cell.metadata.get("tags", [])]
    shown = [output for cell in ran.cells if cell not in wanted for output in cell.get("outputs", [])]
    assert shown
    assert not [output for output in shown if output.output_type == "error"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_each_cell_whose_output_is_compared_has_one_to_compare_with(source: Path) -> None:
    cells = nbformat.read(source, as_version=4).cells
    compared = [cell for cell in cells if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert [cell.source for cell in compared if not cell.outputs] == []  # `shapewise build --execute` stores them
