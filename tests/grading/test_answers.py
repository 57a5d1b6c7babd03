"""A sample of the right and wrong answers, written into notebooks: the engine pays what the hidden tests pay here."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shapewise.checks import catalogue
from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.assigned import key_bytes
from shapewise.grading.command.engine import Engine
from shapewise.grading.messages.verdicts import Limits
from tests.conftest import ROOT
from tests.exercises.answers import Answer, answers
from tests.exercises.lessons import lessons, run_hidden
from tests.exercises.written import cell_of
from tests.grading.conftest import LIMITS

_ROUNDS = 5
_NOTEBOOKS = list(catalogue.notebooks())


def _sample(exercise: str) -> list[Answer]:
    """The answers that are no plain functions, and some others; as many as there are rounds."""
    found = answers(exercise)
    random.Random(exercise).shuffle(found)
    return sorted(found, key=lambda answer: not getattr(answer.function, "made", False))[:_ROUNDS]


def _notebook(source: Path, written: list[Answer]) -> bytes:
    notebook = json.loads(source.read_text(encoding="utf-8"))
    cells = {answer.exercise: cell_of(answer) for answer in written}
    for cell in notebook["cells"]:
        text = cells.pop(cell["metadata"].get("nbgrader", {}).get("grade_id"), None)
        cell["source"] = cell["source"] if text is None else text
    assert not cells
    return json.dumps(notebook).encode()


@pytest.fixture(scope="module")
def patient() -> Iterator[Engine]:
    """An engine with time enough for torch's compiler, which takes seconds to import."""
    limits: Limits = replace(LIMITS, cell_seconds=60.0, notebook_seconds=300.0)
    with Engine(limits) as engine:
        engine.wait_until_ready()
        yield engine


@pytest.mark.parametrize("turn", range(_ROUNDS))
@pytest.mark.parametrize("name", _NOTEBOOKS)
def test_the_engine_pays_an_answer_what_the_hidden_tests_pay(patient: Engine, name: str, turn: int) -> None:
    source = next((ROOT / "source").glob(f"*/{name}.ipynb"))
    written = [_sample(exercise)[turn] for exercise in catalogue.notebooks()[name]]
    graded = patient.grade_notebook(key_bytes(source, nbgrader_config(ROOT)), _notebook(source, written))
    for answer in written:
        for cell in lessons()[answer.exercise].tests:
            here = 0 if run_hidden(cell, answer.exercise, answer.named()) else cell.points
            there = graded.tests[cell.grade_id]
            assert there.score == here, f"{answer.exercise}, {answer.name}: {there}"
