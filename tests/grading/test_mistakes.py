"""What an answer did wrong -> the mistake that the judge notes beside the verdict: data, and none of a student's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.assigned import key_bytes
from shapewise.grading.command.engine import Engine
from shapewise.grading.command.mistakes import mistakes_in
from shapewise.grading.messages.verdicts import Found, NotebookVerdict, TestVerdict, Verdict
from shapewise.report.mistakes import Mistake
from tests.conftest import ROOT
from tests.grading import small_course
from tests.grading.conftest import Grade
from tests.sample_class.answers import mistaken, reference

EXERCISE = "split_heads"
FORGED = {"mistake": "FORGED", "says": "FORGED", "do": "FORGED", "exercise": EXERCISE, "stage": "shape", "edge": False}


@pytest.fixture(scope="module")
def key() -> bytes:
    return key_bytes(ROOT / "source" / "m01_tensors" / "4_layout.ipynb", nbgrader_config(ROOT))


def graded(engine: Engine, key: bytes, answer: str, **metadata: Any) -> NotebookVerdict:
    """The notebook with an answer to one exercise, and the others solved; ``metadata`` is put into every cell."""
    notebook = json.loads(key)
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution"):
            cell["source"] = answer if marks["grade_id"] == EXERCISE else reference(marks["grade_id"])
        cell["metadata"] |= metadata
    return engine.grade_notebook(key, json.dumps(notebook).encode())


def mistakes(verdict: NotebookVerdict) -> dict[str, Mistake]:
    return {one.exercise: one for one in mistakes_in(json.loads(verdict.notebook), "ada", "4_layout")}


def test_a_known_mistake_is_noted_by_name_with_what_it_is_and_what_to_do(engine: Engine, key: bytes) -> None:
    (found,) = mistakes(graded(engine, key, mistaken(EXERCISE, "one_view"))).values()
    assert (found.exercise, found.name, found.known) == (EXERCISE, "one view", True)
    assert "`x.view(batch, heads, seq, head_dim)`" in found.says and found.do


def test_a_wrong_answer_that_no_mistake_fits_is_noted_by_what_is_wrong(engine: Engine, key: bytes) -> None:
    answer = "def split_heads(x, heads):\n    return x[..., 0] * 17"
    (found,) = mistakes(graded(engine, key, answer)).values()
    assert (found.name, found.known) == ("wrong shape", False)


def test_of_right_answers_nothing_is_noted(engine: Engine, key: bytes) -> None:
    verdict = graded(engine, key, reference(EXERCISE))
    assert mistakes(verdict) == {} and all(test.found == () for test in verdict.tests.values())


@pytest.mark.parametrize("answer", [
    "import shapewise.checks.listening as listening\nfrom shapewise.checks.verdict import Stage, Verdict\n"
    "listening.tell(Verdict('split_heads', Stage.SHAPE, Stage.SHAPE, 'FORGED', mistake='FORGED'))\n"
    "def split_heads(x, heads):\n    listening.tell(Verdict('split_heads', Stage.SHAPE, Stage.SHAPE, 'FORGED'))\n"
    "    raise ValueError('FORGED')",
    "def split_heads(x, heads):\n    'FORGED'\n    return 'FORGED'",
    "class split_heads:\n    __name__ = 'FORGED'\n    def __init__(self, x, heads): self.mistake = 'FORGED'",
    "def check(name):\n    raise AssertionError('FORGED')\ndef split_heads(x, heads=None, *, FORGED): return x",
])  # fmt: skip
def test_no_text_of_a_student_s_comes_into_what_is_noted(engine: Engine, key: bytes, answer: str) -> None:
    verdict = graded(engine, key, answer, shapewise={"verdict": "passed", "found": [FORGED]})
    noted = [mistakes(verdict), [test.found for test in verdict.tests.values()]]
    noted += [cell["metadata"] for cell in json.loads(verdict.notebook)["cells"]]
    assert mistakes(verdict).keys() == {EXERCISE} and "FORGED" not in repr(noted)


def test_a_course_without_checks_is_told_which_tests_fail_and_how(grade: Grade) -> None:
    verdict = grade({"doubled": "import os\nos._exit(0)", "heads": "def heads(x, count): return x", "label": None})
    told = {one.exercise: one for one in mistakes_in(json.loads(verdict.notebook), "ada", "one")}
    assert told["heads"].name == "fails heads_test" and not told["heads"].known
    assert told["label"].name == "not started" and not told["label"].answered
    assert told["doubled"].name == "exited"


def test_a_verdict_with_what_was_found_crosses_as_data() -> None:
    found = Found("split_heads", "shape", True, "one view", "says", "do")
    verdict = TestVerdict("t", Verdict.FAILED, 0.0, 2.0, "no", found=(found,))
    assert TestVerdict.from_data(json.loads(json.dumps(verdict.as_data()))) == verdict


def test_a_notebook_of_the_key_alone_is_nothing_to_tell_of() -> None:
    assert list(mistakes_in(small_course.key(), "ada", "one")) == []
