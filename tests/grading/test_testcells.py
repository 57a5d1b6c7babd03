"""What a test cell sees of the notebook, what comes of it, and that no student's process can keep it from ending."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from nbformat import v4
from traitlets.config import Config

from shapewise.checks.outcomes import Outcome, Parameter, Raised
from shapewise.grading.judge import testcells
from shapewise.grading.judge.process import Died
from shapewise.grading.judge.session import Session
from shapewise.grading.judge.testcells import TestCells
from shapewise.grading.kernel.cells import Ran, Shell
from shapewise.grading.messages.prepared import PreparedKey, prepare
from shapewise.grading.messages.verdicts import Found, Limits, Verdict
from shapewise.grading.messages.wire import encode
from tests.exercises.answers import answers
from tests.grading.students import LINE
from tests.sample_class.answers import mistaken, reference

LIMITS = Limits(cell_seconds=10.0, notebook_seconds=40.0)
NOTHING = PreparedKey({}, {}, {}, {})


class Notebook:
    """A student's cells, and test cells that look at them."""

    def __init__(self, session: Session, shell: Shell, key: PreparedKey, most: int) -> None:
        self.session, self.shell = session, shell
        self.tests = TestCells(session, shell, key, most)

    def cell(self, code: str) -> Notebook:
        """Run a student's cell."""
        answer = self.session.run(code, figures=False)
        assert answer["error"] is None, answer
        return self

    def test(self, code: str) -> tuple[Ran, Died | None, bool, tuple[Found, ...]]:
        """Run a test cell."""
        return self.tests.run(code)

    def passes(self, code: str) -> bool:
        """Whether a test ends without an error or a death."""
        ran, died, _, _ = self.test(code)
        return ran.error is None and died is None


Open = Callable[..., Notebook]


@pytest.fixture
def opened(server: socket.socket, tmp_path: Path) -> Iterator[Open]:
    """A notebook to begin with."""
    config = Config()
    config.HistoryManager.enabled = False
    sessions: list[Session] = []

    def open_one(key: PreparedKey = NOTHING, limits: Limits = LIMITS, most: int = 1000) -> Notebook:
        shell = Shell(config=config, ipython_dir=str(tmp_path))  # type: ignore[no-untyped-call]
        sessions.append(Session(server, limits, {}))
        return Notebook(sessions[-1], shell, key, most)

    yield open_one
    for session in sessions:
        session.end()


def key_of(*tests: str, lesson: str = "", solution: str = "") -> PreparedKey:
    """A key with these test cells."""
    cells = [v4.new_code_cell(lesson)]
    for at, test in enumerate(tests):
        marks = {"grade": True, "solution": False, "grade_id": f"t{at}", "points": 1}
        cells.append(v4.new_code_cell(test, metadata={"nbgrader": marks}))
    imports = {solution.split()[-1]: solution} if solution else {}
    return prepare({"cells": cells, "metadata": {"shapewise": {"imports": imports}}})


@pytest.mark.parametrize("prepared", [True, False])
def test_a_test_calls_a_student_s_function_and_sees_a_student_s_data(opened: Open, prepared: bool) -> None:
    test = "assert doubled(n) == 14 and doubled.__name__ == 'doubled' and doubled.__doc__ == 'Twice.'"
    notebook = opened(key_of(test) if prepared else NOTHING)
    notebook.cell("n = 7\ndef doubled(x):\n    'Twice.'\n    return x * 2")
    assert notebook.passes(test)
    assert not notebook.passes("assert doubled(n) == 15")


def test_a_name_that_nobody_has_defined_is_a_name_error(opened: Open) -> None:
    ran, died, not_started, found = opened().test("doubled(2)")
    assert isinstance(ran.error, NameError)
    assert (died, not_started, found) == (None, False, ())


def test_a_name_lost_with_its_cell_ends_the_test_as_the_cell_ended(opened: Open) -> None:
    notebook = opened()
    with pytest.raises(Died):
        notebook.session.run("import os\ndef doubled(x): ...\nos._exit(0)", figures=False)
    ran, died, not_started, _ = notebook.test("doubled(2)")
    assert (ran.error, not_started) == (None, False)
    assert died is not None and died.verdict is Verdict.EXITED
    assert notebook.passes("assert 1 + 1 == 2")


def test_a_signature_and_a_long_docstring_travel_up_to_2000_letters(opened: Open) -> None:
    notebook = opened().cell("def f(x, *, y=1): ...\nf.__doc__ = 'd' * 3000")
    assert notebook.passes("import inspect\nassert str(inspect.signature(f)) == '(x, *, y=None)'")
    assert notebook.passes("assert f.__doc__ == 'd' * 2000")


def test_what_a_test_defines_is_there_for_the_next_one(opened: Open) -> None:
    notebook = opened()
    assert notebook.passes("helper = 5")
    assert notebook.passes("assert helper == 5")


def test_what_a_test_took_from_the_notebook_is_taken_anew_by_the_next_one(opened: Open) -> None:
    notebook = opened().cell("n = 1")
    assert notebook.passes("assert n == 1")
    notebook.cell("n = 2")
    assert notebook.passes("assert n == 2")


def test_a_name_that_a_test_has_bound_anew_is_its_own_from_then_on(opened: Open) -> None:
    notebook = opened().cell("n = 1")
    assert notebook.passes("n = n + 10")
    notebook.cell("n = 5")
    assert notebook.passes("assert n == 11")


def test_what_the_notebook_s_own_next_cell_binds_is_no_test_s_any_more(opened: Open) -> None:
    notebook = opened().cell("n = 1")
    assert notebook.passes("n = 10")
    notebook.tests.rebound({"n", "other"})
    assert notebook.passes("assert n == 1")


def test_a_name_that_is_in_no_test_s_text_is_not_there(opened: Open) -> None:
    notebook = opened().cell("n = 1")
    assert notebook.passes("assert 'n' not in globals()")
    assert notebook.passes("n")
    assert notebook.passes("assert 'n' not in globals()")


def test_imports_of_lesson_and_tests_are_the_judge_s_own(opened: Open) -> None:
    test = "assert math.sqrt(4) == 2"
    notebook = opened(key_of(test, lesson="import math"))
    notebook.cell("class math:\n    sqrt = staticmethod(lambda x: 3)")
    assert notebook.passes(test)


def test_what_a_test_imports_as_the_lesson_does_the_student_has_too(opened: Open) -> None:
    test = "import math\nassert root(4) == 2"
    notebook = opened(key_of(test, lesson="import math")).cell("def root(x):\n    return math.sqrt(x)")
    assert notebook.passes(test)
    alone = "import math\nassert root(4) == 2.0"
    assert not opened(key_of(alone)).cell("def root(x):\n    return math.sqrt(x)").passes(alone)


def test_an_import_that_is_not_there_is_no_other_test_s_fault(opened: Open) -> None:
    notebook = opened(PreparedKey({"nowhere": "import nowhere"}, {"neither": "import neither"}, {}, {}))
    notebook.cell("import math as neither")
    assert isinstance(notebook.test("nowhere")[0].error, NameError)
    assert isinstance(notebook.test("neither")[0].error, NameError)


def test_a_module_that_only_the_reference_imports_is_imported_where_the_student_has_it(opened: Open) -> None:
    key = key_of(solution="import math as m")
    assert opened(key).cell("import math as m").passes("assert m.sqrt(4) == 2")
    assert isinstance(opened(key).test("m.sqrt(4)")[0].error, NameError)
    assert isinstance(opened(key).cell("import math as k").test("k.sqrt(4)")[0].error, NameError)


@pytest.mark.parametrize("line", ["assert False", "raise AssertionError"])
def test_a_failing_test_tells_its_error(opened: Open, line: str) -> None:
    ran, died, not_started, _ = opened().test(line)
    assert isinstance(ran.error, AssertionError)
    assert (died, not_started) == (None, False)


def test_a_test_with_ipython_s_own_lines_runs_too(opened: Open) -> None:
    notebook = opened().cell("n = 3")
    assert notebook.passes("%time pass\nassert n == 3")
    assert not notebook.passes("%time pass\nassert n == 4")
    assert isinstance(notebook.test("def broken(:")[0].error, SyntaxError)


@pytest.mark.parametrize("prepared", [True, False])
def test_what_a_test_prints_is_kept_up_to_a_limit(opened: Open, prepared: bool) -> None:
    test = "print('x' * 900)\nprint('y' * 5000)"
    ran, *_ = opened(key_of(test) if prepared else NOTHING).test(test)
    assert 900 < len("".join(output["text"] for output in ran.outputs)) < 3000


@pytest.mark.parametrize("prepared", [True, False])
def test_chance_is_the_same_for_every_test(opened: Open, prepared: bool) -> None:
    test = "import torch, random\nprint(torch.rand(1).item(), random.random())"
    notebook = opened(key_of(test) if prepared else NOTHING)
    (first, *_), (second, *_) = notebook.test(test), notebook.test(test)
    assert first.outputs == second.outputs


@pytest.mark.parametrize(
    ("body", "verdict"), [("import os; os._exit(0)", Verdict.EXITED), ("import torch; return torch.empty(2**24 + 1)",
                          Verdict.TOO_LARGE), ("return bytearray(2**45)", Verdict.OUT_OF_MEMORY),
                          ("raise RuntimeError('CUDA out of memory')", Verdict.OUT_OF_MEMORY),
                          ("raise MemoryError", Verdict.OUT_OF_MEMORY)]
)  # fmt: skip
def test_no_except_of_a_test_hides_that_its_answer_s_process_has_ended(
    opened: Open, body: str, verdict: Verdict
) -> None:
    notebook = opened().cell(f"def doubled(x):\n    {body}")
    hides = "for _ in range(3):\n    try:\n        doubled(1)\n    except BaseException:\n        pass"
    _, died, not_started, _ = notebook.test(hides)
    assert died is not None and died.verdict is verdict
    assert not_started is False
    assert notebook.test("doubled(1)")[1] is not None


def test_an_error_like_any_other_is_no_lack_of_memory(opened: Open) -> None:
    notebook = opened().cell("def doubled(x):\n    raise RuntimeError('a memory of summer')")
    ran, died, _, _ = notebook.test("doubled(1)")
    assert (type(ran.error), died) == (RuntimeError, None)


def test_memory_that_a_test_itself_lacks_is_told_as_such(opened: Open) -> None:
    _, died, _, _ = opened().test("raise MemoryError")
    assert died is not None and died.verdict is Verdict.OUT_OF_MEMORY


def test_a_test_that_is_led_into_an_endless_loop_is_ended(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testcells, "_GRACE", 0.2 - LIMITS.cell_seconds)
    notebook = opened().cell("n = 0")
    before = notebook.session.run("import os\nprint(os.getpid())", figures=False)["outputs"]
    ran, died, not_started, _ = notebook.test("while n == 0:\n    pass")
    assert died is not None and died.verdict is Verdict.TIMED_OUT
    assert (ran.error, not_started) == (died, False)
    assert notebook.session.run("import os\nprint(os.getpid())", figures=False)["outputs"] != before
    assert notebook.passes("assert n == 0")


def test_an_error_that_never_ends_to_be_written_down_is_ended(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testcells, "_GRACE", 0.2 - LIMITS.cell_seconds)
    test = "class Endless(Exception):\n    def __str__(self):\n        while True: pass\nraise Endless"
    ran, died, not_started, found = opened(key_of(test)).test(test)
    assert (ran.outputs, ran.error, not_started, found) == ([], None, False, ())
    assert died is not None and died.verdict is Verdict.TIMED_OUT


def test_no_alarm_is_left_once_a_test_has_ended(opened: Open) -> None:
    import signal

    assert opened().passes("import signal\nleft, again = signal.getitimer(signal.ITIMER_REAL)\nassert 10 < left < 13\n"
                           "assert again == 1")  # fmt: skip
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


STUB = "def {}(x):\n    raise NotImplementedError"


def test_an_exercise_whose_every_call_ends_in_its_stub_is_not_started(opened: Open) -> None:
    notebook = opened().cell(f"{STUB.format('one')}\n{STUB.format('two')}\ndef three(x):\n    return x")
    assert notebook.test("one(1)")[2] is True
    assert notebook.test("try:\n    one(1)\nexcept NotImplementedError:\n    two(2)")[2] is True
    assert notebook.test("three(1)\none(1)")[2] is False
    assert notebook.test("assert False")[2] is False


def test_an_answer_that_calls_another_s_stub_is_started(opened: Open) -> None:
    notebook = opened().cell(STUB.format("one")).cell("def two(x):\n    return one(x)")
    assert notebook.test("two(1)")[2] is False


def test_an_error_that_is_no_stub_s_is_an_answer_s(opened: Open) -> None:
    assert opened().cell("def one(x):\n    raise ValueError").test("one(1)")[2] is False


def test_kinds_that_no_test_can_see_are_told(opened: Open) -> None:
    notebook = opened().cell("class Bank: ...\nclass Coin: ...\nbank = Bank()")
    notebook.cell("def g():\n    return {'a': Bank(), 'b': 1}\ndef f(x):\n    return x and [1, Coin(), {'a': Bank()}]")
    notebook.test("f(0)")
    assert notebook.tests.unseen == set()
    notebook.test("f(1)")
    assert notebook.tests.unseen == {"Coin"}
    notebook.test("bank")
    assert notebook.tests.unseen == {"Bank"}
    notebook.test("g()")
    assert notebook.tests.unseen == {"Bank"}
    notebook.test("f(0)")
    assert notebook.tests.unseen == set()


def test_of_a_long_answer_the_first_hundred_parts_are_looked_at(opened: Open) -> None:
    notebook = opened().cell("class Coin: ...\ndef f(n):\n    return [0] * n + [Coin()]")
    notebook.test("f(99)")
    assert notebook.tests.unseen == {"Coin"}
    notebook.test("f(100)")
    assert notebook.tests.unseen == set()


def test_a_kind_is_a_name_of_a_hundred_letters_at_most(opened: Open) -> None:
    notebook = opened().cell("odd = type('<b>', (), {})()\nlong = type('K' * 300, (), {})()")
    notebook.test("odd, long")
    assert notebook.tests.unseen == {"K" * 100}


def forged(answer: dict[str, Any], to: str) -> str:
    """A cell after which the process answers so when it is asked to do that."""
    return (
        f"{LINE}from shapewise.grading.student import serve\nreal = serve._answer\n"
        f"serve._answer = lambda shell, asked: {encode(answer)!r} if asked['do'] == {to!r} else real(shell, asked)"
    )


@pytest.mark.parametrize("outcome", [None, "passed", {"value": 1}, 7])
def test_an_outcome_that_is_none_ends_the_process(opened: Open, outcome: Any) -> None:
    notebook = opened().cell("def f(x): ...").cell(forged({"outcome": outcome}, "call"))
    ran, died, _, _ = notebook.test("try:\n    f(1)\nexcept ArithmeticError:\n    pass")
    assert died is not None and died.verdict is Verdict.EXITED
    assert ran.error is died


@pytest.mark.parametrize("names", [None, [], {"f": 7}, {"f": {"kind": 3}}, {"f": {}}, {"g": {"kind": "function"}}])
def test_names_told_otherwise_than_agreed_are_not_there(opened: Open, names: Any) -> None:
    notebook = opened().cell("def f(x): ...").cell(forged({"names": names}, "names"))
    assert isinstance(notebook.test("f")[0].error, NameError)


@pytest.mark.parametrize("parameters", [None, (), (1,), [Parameter("x", False, "VAR_KEYWORD")], "x"])
def test_parameters_told_otherwise_than_agreed_are_unknown(opened: Open, parameters: Any) -> None:
    described = {"f": {"kind": "function", "parameters": parameters, "doc": 7}}
    notebook = opened().cell(forged({"names": described}, "names"))
    known = parameters == ()
    assert notebook.passes(f"assert (f.__shapewise_signature__ == ()) is {known} and f.__doc__ == ''")


def test_a_docstring_longer_than_agreed_is_cut(opened: Open) -> None:
    described = {"f": {"kind": "function", "parameters": None, "doc": "d" * 3000}}
    assert opened().cell(forged({"names": described}, "names")).passes("assert f.__doc__ == 'd' * 2000")


def test_shared_memory_that_is_only_claimed_is_not_believed(opened: Open) -> None:
    outcome = Outcome(value=torch.tensor([3.0]), shares_memory=(0,))
    notebook = opened().cell("def f(x): ...").cell(forged({"outcome": outcome}, "call"))
    calls = "from shapewise import call\nimport torch\nassert call(f, torch.ones(2)).shares_memory == ()"
    assert notebook.passes(calls)


def test_an_error_s_kind_that_a_process_makes_up_is_raised_as_a_plain_error(opened: Open) -> None:
    outcome = Outcome(error=Raised("Odd", ("Odd",), "so"))
    notebook = opened().cell("def f(x): ...").cell(forged({"outcome": outcome}, "call"))
    ran, died, _, _ = notebook.test("f(1)")
    assert (type(ran.error), died) == (RuntimeError, None)


def test_a_mistake_that_the_course_knows_is_found_by_its_check(opened: Open) -> None:
    answer = next(answer for answer in answers("describe") if answer.words)
    notebook = opened().cell(mistaken("describe", answer.name))
    *_, (found,) = notebook.test("from shapewise import check\ncheck(describe)")
    assert (found.exercise, found.mistake, found.edge) == ("describe", answer.words.name, False)
    assert (found.says, found.do) == (answer.words.says, answer.words.do)
    assert found.stage == "values"


def test_of_what_is_right_or_not_started_nothing_is_found(opened: Open) -> None:
    checks = "from shapewise import check\ncheck(describe)"
    for answer in (f"import torch\n{reference('describe')}", STUB.format("describe")):
        ran, died, _, found = opened().cell(answer).test(checks)
        assert (ran.error, died, found) == (None, None, ())
