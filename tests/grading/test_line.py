"""The notebooks of a submission share a judge, and what is done ahead changes nothing of what is graded."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from shapewise.grading.command.engine import Engine
from shapewise.grading.command.line import Line
from shapewise.grading.messages.verdicts import NotebookVerdict, Verdict
from shapewise.grading.messages.wire import decode
from tests.grading import small_course
from tests.grading.conftest import LIMITS

RIGHT = small_course.RIGHT["doubled"]


def notebook(answers: dict[str, str] | None = None) -> bytes:
    return small_course.as_bytes(small_course.submission(answers))


def key_with(test: str, name: str = "doubled_test") -> dict[str, Any]:
    """The key, with this text before what one of its tests does."""
    key = copy.deepcopy(small_course.key())
    for cell in key["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name:
            cell["source"] = f"{test}\n{cell['source']}"
    return key


def outputs(graded: NotebookVerdict) -> list[Any]:
    return [cell.get("outputs") for cell in json.loads(graded.notebook)["cells"]]


class _Counting:
    """An engine that counts the judges it starts."""

    def __init__(self, engine: Engine) -> None:
        self.limits, self._engine, self.judges = engine.limits, engine, 0

    def start_judge(self) -> Any:
        self.judges += 1
        return self._engine.start_judge()


@pytest.fixture
def counting(engine: Engine) -> _Counting:
    return _Counting(engine)


@pytest.fixture
def line(counting: _Counting) -> Iterator[Line]:
    with Line(counting) as line:
        yield line


def test_the_notebooks_of_a_submission_share_a_judge(engine: Engine, counting: _Counting, line: Line) -> None:
    for _ in range(3):
        assert engine.grade_notebook(small_course.key(), notebook(), line=line).score == 10
    assert counting.judges == 1


def test_notebooks_without_a_line_have_a_judge_each_and_the_same_verdict(engine: Engine, line: Line) -> None:
    shared = [engine.grade_notebook(small_course.key(), notebook(), line=line) for _ in range(2)]
    assert shared == [engine.grade_notebook(small_course.key(), notebook())] * 2


@pytest.mark.parametrize(
    "change",
    ["import torch\ntorch.set_default_dtype(torch.float64)", "import torch\ntorch.set_grad_enabled(False)",
     "import os\nos.environ['SET'] = '1'", "import numpy\nnumpy.set_printoptions(precision=2)"],
)  # fmt: skip
def test_what_a_test_sets_does_not_reach_the_next_notebook_of_the_submission(
    engine: Engine, counting: _Counting, line: Line, change: str
) -> None:
    asks = key_with(
        "import os\nimport numpy\nimport torch\nassert torch.get_default_dtype() is torch.float32\n"
        "assert torch.is_grad_enabled() and 'SET' not in os.environ\n"
        "assert numpy.get_printoptions()['precision'] == 8"
    )
    assert engine.grade_notebook(key_with(change), notebook(), line=line).score == 10
    assert engine.grade_notebook(asks, notebook(), line=line).score == 10
    assert counting.judges == 2


def test_a_name_that_a_test_defines_does_not_reach_the_next_notebook(engine: Engine, line: Line) -> None:
    assert engine.grade_notebook(key_with("left = 1"), notebook(), line=line).score == 10
    asks = key_with("assert 'left' not in globals()")
    assert engine.grade_notebook(asks, notebook(), line=line).score == 10


def test_an_answer_that_ends_its_process_costs_the_next_notebook_nothing(
    engine: Engine, counting: _Counting, line: Line
) -> None:
    dies = notebook({"doubled": "import os\ndef doubled(x):\n    os._exit(1)"})
    assert engine.grade_notebook(small_course.key(), dies, line=line).tests["doubled_test"].verdict is Verdict.EXITED
    assert engine.grade_notebook(small_course.key(), notebook(), line=line).score == 10
    assert counting.judges == 1


def test_a_judge_that_has_ended_is_replaced(engine: Engine, counting: _Counting, line: Line) -> None:
    ends = key_with("import os\nos._exit(1)")
    graded = engine.grade_notebook(ends, notebook(), line=line)
    assert graded.tests["doubled_test"].verdict is Verdict.TIMED_OUT
    assert graded.score == 7
    assert engine.grade_notebook(small_course.key(), notebook(), line=line).score == 10


def test_a_line_that_is_closed_begins_anew(engine: Engine, counting: _Counting, line: Line) -> None:
    engine.grade_notebook(small_course.key(), notebook(), line=line)
    line.close()
    line.close()
    assert engine.grade_notebook(small_course.key(), notebook(), line=line).score == 10
    assert counting.judges == 2


LAST = {"cell_type": "code", "metadata": {}, "source": "print('last', doubled(torch.ones(2)))"}
CELLS = {
    "dies": "import os\nos._exit(3)",
    "loops": "while True: pass",
    "prints": "for n in range(3): print(n)\n'shown'",
    "raises": "raise ValueError('so')",
    "fills the memory": "bytearray(2**33)",
    "prints too much": "print('x' * 200_000)",
    "takes a while": "import time\ntime.sleep(0.2)\nprint('waited')",
    "draws": "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "forgets": "del doubled",
}
FUNCTIONS = {
    "right": "return x * 2",
    "wrong": "return x + 2",
    "raises": "raise ValueError('so')",
    "dies": "import os; os._exit(3)",
    "loops": "while True: pass",
    "answers too much": "return torch.zeros(2**25)",
    "not started": "raise NotImplementedError",
    "remembers": "global n; n = globals().get('n', 0) + 1; return x * (2 if n < 2 else 3)",
}


@pytest.fixture(scope="module")
def in_turn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine whose judges do nothing ahead."""
    folder = tmp_path_factory.mktemp("in_turn")
    (folder / "sitecustomize.py").write_text(
        "from shapewise.grading.judge.session import Session\nSession.ask_ahead = lambda self, requests: None\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        with Engine(LIMITS) as engine:
            engine.wait_until_ready()
            yield engine


def as_told(graded: NotebookVerdict) -> tuple[Any, ...]:
    return graded.tests, outputs(graded), graded.repairs, graded.untouched


@pytest.mark.parametrize("code", CELLS.values(), ids=CELLS)
def test_a_cell_that_is_done_ahead_gives_what_it_gives_in_its_turn(engine: Engine, in_turn: Engine, code: str) -> None:
    submission = small_course.submission({"heads": f"{small_course.RIGHT['heads']}\n{code}"})
    submission["cells"].insert(4, {**LAST, "source": f"print('first')\n{code}"})
    submission["cells"].append(LAST)
    graded = [
        each.grade_notebook(small_course.key(), small_course.as_bytes(submission)) for each in (engine, in_turn)
    ]
    assert as_told(graded[0]) == as_told(graded[1])


@pytest.fixture(scope="module")
def foretold(engine: Engine) -> bytes:
    """What the tests are known to ask, from a notebook that was graded before."""
    graded = engine.grade_notebook(small_course.key(), notebook(), foretells=True)
    assert set(decode(graded.foretold)) == {"doubled_test", "heads_test", "label_test", "label_edges"}
    return graded.foretold


@pytest.mark.parametrize("body", FUNCTIONS.values(), ids=FUNCTIONS)
def test_what_is_foretold_changes_no_verdict(engine: Engine, in_turn: Engine, foretold: bytes, body: str) -> None:
    answer = notebook({"doubled": f"def doubled(x):\n    {body}"})
    told = engine.grade_notebook(small_course.key(), answer, foretold=foretold)
    assert as_told(told) == as_told(in_turn.grade_notebook(small_course.key(), answer))


def test_what_another_key_s_tests_asked_changes_no_verdict(engine: Engine, foretold: bytes) -> None:
    other = key_with("from shapewise import call\nassert call(doubled, 3).result == 6")
    assert engine.grade_notebook(other, notebook(), foretold=foretold).score == 10
    wrong = notebook({"doubled": "def doubled(x):\n    return 7 if x is 3 else x * 2"})
    graded = engine.grade_notebook(other, wrong, foretold=foretold)
    assert graded.tests["doubled_test"].verdict is Verdict.FAILED


def test_a_test_that_stops_early_leaves_the_next_one_right(engine: Engine, foretold: bytes) -> None:
    """Calls that were foretold and done, and then not asked for, are no answers to what the next test asks."""
    stops = notebook({"heads": "def heads(x, count):\n    return x", "doubled": "def doubled(x):\n    return 2 * x"})
    graded = engine.grade_notebook(small_course.key(), stops, foretold=foretold)
    assert {name: test.verdict for name, test in graded.tests.items()} == {
        "doubled_test": Verdict.PASSED, "heads_test": Verdict.FAILED, "label_test": Verdict.PASSED,
        "label_edges": Verdict.PASSED,
    }  # fmt: skip
