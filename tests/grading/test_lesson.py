"""The course's own notebooks, graded as a class's are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.assigned import key_bytes
from shapewise.grading.command.engine import Engine
from tests.conftest import ROOT

SOURCES = sorted((ROOT / "source").glob("*/*.ipynb"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_instructor_s_own_answers_get_every_point_and_no_cell_misses_a_demonstration(
    engine: Engine, source: Path
) -> None:
    graded = engine.grade_notebook(key_bytes(source, nbgrader_config(ROOT)), source.read_bytes())
    assert {name for name, test in graded.tests.items() if test.score != test.points} == set()
    cells = json.loads(graded.notebook)["cells"]
    errors = [output for cell in cells for output in cell.get("outputs", []) if output["output_type"] == "error"]
    assert errors == []
