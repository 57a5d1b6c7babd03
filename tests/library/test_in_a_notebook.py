"""In a real kernel: what a learner's checks pass becomes the parts that the last notebook is built from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from shapewise.library import standins
from tests.conftest import ROOT
from tests.exercises.lessons import lessons


def _assembly() -> list[str]:
    """The code of 6_build's section "Put it together", up to its exercises, after the notebook's imports."""
    notebook = nbformat.read(ROOT / "release" / "m01_tensors" / "6_build.ipynb", as_version=4)
    headings = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    places = [notebook.cells.index(cell) for cell in notebook.cells if cell.source in headings]
    (start,) = (at for at in places if notebook.cells[at].source.startswith("## Put it together"))
    (end,) = (at for at in places if notebook.cells[at].source.startswith("### Exercise: multi_head_attention"))
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return [code[0], *(cell.source for cell in notebook.cells[start:end] if cell.cell_type == "code")]


def _as_an_import(function: str) -> str:
    return f"from shapewise import check\n{lessons()[function].reference_source()}"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the cells show: the assembly with nothing solved, the checks of all parts, the assembly again."""
    folder = tmp_path_factory.mktemp("learner")
    solved = [f"{_as_an_import(name)}\ncheck('{name}')" for name in standins.__all__]
    steps = {"blank": _assembly(), "checks": solved, "solved": _assembly()}
    cells = [(step, nbformat.v4.new_code_cell(source)) for step, sources in steps.items() for source in sources]
    notebook = nbformat.v4.new_notebook(cells=[cell for _, cell in cells])
    alone = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute(env=alone)
    shown = dict.fromkeys(steps, "")
    for step, cell in cells:
        shown[step] += json.dumps(cell.outputs)
    shown["mine.py"] = (folder / "mine.py").read_text("utf-8")
    shown["files"] = " ".join(sorted(path.name for path in folder.iterdir()))
    return shown


def test_with_nothing_solved_the_assembly_runs_on_stand_ins_and_says_so(said: dict[str, str]) -> None:
    assert "None of the eight parts is yours yet" in said["blank"]
    assert said["blank"].count("below 1e-6") == 2


def test_with_all_solved_every_part_is_the_learners_and_the_result_is_torchs(said: dict[str, str]) -> None:
    assert "All eight parts are yours" in said["solved"]
    assert said["solved"].count("below 1e-6") == 2


def test_every_check_that_passed_wrote_its_function_into_the_library(said: dict[str, str]) -> None:
    assert "mine.py" in said["files"].split()
    for name in standins.__all__:
        assert f"def {name}(" in said["mine.py"]


def test_the_library_runs_in_a_program_of_its_own(said: dict[str, str], tmp_path: Path) -> None:
    scope: dict[str, object] = {}
    exec(compile(said["mine.py"], "mine.py", "exec"), scope)
    assert all(callable(scope[name]) for name in standins.__all__)
