"""A notebook's cells run in one process, and where that dies, in a fresh one that has run the cells before."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shapewise.checks.outcomes import Request
from shapewise.grading.judge.process import Died
from shapewise.grading.judge.session import Session
from shapewise.grading.messages.verdicts import Limits, Verdict
from shapewise.grading.messages.wire import decode

LIMITS = Limits(cell_seconds=10.0, notebook_seconds=40.0, output_characters=100)
Begin = Callable[..., Session]


@pytest.fixture
def begin(server: socket.socket) -> Iterator[Begin]:
    """Begin a session."""
    begun: list[Session] = []

    def session(limits: Limits = LIMITS, files: dict[str, bytes] | None = None) -> Session:
        begun.append(Session(server, limits, files or {}))
        return begun[-1]

    yield session
    for one in begun:
        one.end()


def shown(session: Session, code: str, **how: Any) -> str:
    answer = session.run(code, figures=False, **how)
    assert answer["error"] is None, answer
    return "".join(output.get("text", "") for output in answer["outputs"])


def died(session: Session, code: str, **how: Any) -> Verdict:
    with pytest.raises(Died) as end:
        session.run(code, figures=False, **how)
    return end.value.verdict


def pid(session: Session) -> str:
    return shown(session, "import os\nprint(os.getpid())")


def test_no_process_is_started_before_it_is_needed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        session = Session(ours, LIMITS, {})
        session.ask_ahead([session.request("x = 1", figures=False)])
        session.end()
        theirs.settimeout(0.05)
        with pytest.raises(TimeoutError):
            theirs.recv(1)


def test_cells_run_in_one_process_beside_the_files(begin: Begin) -> None:
    session = begin(files={"a.txt": b"one"})
    assert shown(session, "x = open('a.txt').read()") == ""
    assert shown(session, "print(x)") == "one\n"
    assert pid(session) == pid(session)


def test_an_error_is_no_death(begin: Begin) -> None:
    session = begin()
    before = pid(session)
    assert session.run("1 / 0", figures=False)["error"] == "ZeroDivisionError"
    assert pid(session) == before
    assert session.casualties == {}


def test_outputs_have_their_limit_and_those_that_are_not_kept_have_no_room(begin: Begin) -> None:
    session = begin()
    assert session.request("x", figures=True) == {"do": "run", "code": "x", "figures": True, "most_characters": 100}
    assert session.request("x", figures=False, kept=False)["most_characters"] == 0
    assert len(shown(session, "print('x' * 90)")) == 91
    assert len(shown(session, "print('x' * 10_000)")) < 1000
    assert session.run("print('x')", figures=False, kept=False)["outputs"] == []


def test_after_a_death_a_fresh_process_has_run_what_went_well(begin: Begin) -> None:
    session = begin()
    shown(session, "x = [1]")
    shown(session, "x.append(2)")
    before = pid(session)
    assert died(session, "x.append(3)\nimport os\nos._exit(0)") is Verdict.EXITED
    assert shown(session, "print(x)") == "[1, 2]\n"
    assert pid(session) != before


def test_a_cell_that_raised_is_run_again_too(begin: Begin) -> None:
    session = begin()
    session.run("x = 1\nraise ValueError", figures=False)
    died(session, "import os\nos._exit(0)")
    assert shown(session, "print(x)") == "1\n"


def test_a_death_is_remembered_for_the_names_of_its_cell_and_of_the_stub_it_stands_for(begin: Begin) -> None:
    session = begin()
    shown(session, "kept = 1")
    died(session, "import os\ndef lost(): ...\nos._exit(0)", stub={"heads"})
    assert session.casualties.keys() == {"os", "lost", "heads"}
    assert {end.verdict for end in session.casualties.values()} == {Verdict.EXITED}


def test_a_cell_that_kills_only_when_it_is_run_again_is_left_out_and_its_names_are_lost(begin: Begin) -> None:
    session = begin()
    shown(session, "first = 1")
    mark = "'once'"
    shown(session, f"import os\ntwice = os.path.exists({mark})\nopen({mark}, 'w').close()\nif twice: os._exit(0)")
    shown(session, "third = 3")
    died(session, "import os\nos._exit(0)")
    assert shown(session, "print(first, third, 'twice' in globals())") == "1 3 False\n"
    assert "twice" in session.casualties
    assert "first" not in session.casualties


def test_a_call_s_death_costs_no_name(begin: Begin) -> None:
    session = begin()
    shown(session, "import os\ndef f(x):\n    os._exit(0)")
    call = {"do": "call", "name": "f", "request": Request((1,), {})}
    for _ in range(2):
        with pytest.raises(Died) as end:
            session.ask(call, session.deadline())
        assert end.value.verdict is Verdict.EXITED
    assert session.casualties == {}


def test_an_answer_too_large_leaves_the_process_alive(begin: Begin) -> None:
    session = begin()
    shown(session, "import torch\ndef f(n):\n    return torch.empty(n)\nstate = 7")
    before = pid(session)
    with pytest.raises(Died) as end:
        session.ask({"do": "call", "name": "f", "request": Request((2**24 + 1,), {})}, session.deadline())
    assert end.value.verdict is Verdict.TOO_LARGE
    assert pid(session) == before


def test_a_death_by_another_s_word_ends_a_living_process(begin: Begin) -> None:
    session = begin()
    before = pid(session)
    session.lose(Died(Verdict.TOO_LARGE, ""))
    assert pid(session) == before
    session.lose(Died(Verdict.TIMED_OUT, ""))
    assert pid(session) != before
    session.end()
    session.lose(Died(Verdict.TIMED_OUT, ""))  # of a process that is not there, nothing can be lost


def test_a_cell_has_its_own_time_and_no_more_than_is_left_to_the_notebook() -> None:
    now = time.monotonic()
    with socket.socket() as nobody:
        assert now + 10 <= Session(nobody, LIMITS, {}).deadline() <= time.monotonic() + 10
        session = Session(nobody, Limits(cell_seconds=10.0, notebook_seconds=3.0), {})
        assert session.deadline() == session.deadline() <= time.monotonic() + 3


def test_when_the_notebook_s_time_is_over_everything_has_timed_out(begin: Begin) -> None:
    session = begin(Limits(cell_seconds=10.0, notebook_seconds=0.3))
    assert died(session, "x = 1\nimport time\ntime.sleep(9)") is Verdict.TIMED_OUT
    began = time.monotonic()
    assert died(session, "y = 1") is Verdict.TIMED_OUT
    assert time.monotonic() - began < 0.2
    assert {"x", "y"} <= session.casualties.keys()


def test_what_is_done_ahead_is_done_once(begin: Begin) -> None:
    session = begin()
    codes = ["n = 1", "n += 1\nprint(n)"]
    session.ask_ahead([session.request(code, figures=False) for code in codes])
    assert [shown(session, code) for code in codes] == ["", "2\n"]
    assert shown(session, "n += 1\nprint(n)") == "3\n"


def test_one_thing_alone_is_not_done_ahead_and_two_are(begin: Begin) -> None:
    def done_ahead(count: int) -> str:
        session = begin()
        codes = ["n = globals().get('n', 0) + 1", "print(n)"][:count]
        session.ask_ahead([session.request(code, figures=False) for code in codes])
        return shown(session, "print(globals().get('n'))")

    assert done_ahead(1) == "None\n"
    assert done_ahead(2) == "1\n"


def test_requests_that_are_messages_already_are_taken_as_they_are(begin: Begin) -> None:
    session = begin()
    session.asked = []
    codes = ["n = 1", "n += 1\nprint(n)"]
    for code in codes:
        session.run(code, figures=False)
    noted, fresh = session.asked, begin()
    assert [decode(message)["code"] for message in noted] == codes
    fresh.ask_ahead(noted)
    assert [shown(fresh, code) for code in codes] == ["", "2\n"]
    assert fresh.asked is None


def test_a_death_ahead_is_as_if_nothing_had_been_done_ahead(begin: Begin) -> None:
    session = begin()
    codes = ["n = 1", "import os\nos._exit(0)", "m = 2"]
    session.ask_ahead([session.request(code, figures=False) for code in codes])
    assert session.casualties == {}
    shown(session, codes[0])
    assert died(session, codes[1]) is Verdict.EXITED
    assert shown(session, "print(n)") == "1\n"


def test_after_a_death_ahead_nothing_more_is_done_ahead(begin: Begin) -> None:
    session = begin()
    ends = session.request("import os\nos._exit(0)", figures=False)
    session.ask_ahead([ends, ends])
    session.ask_ahead([session.request("n = 1", figures=False)] * 2)
    assert shown(session, "print('n' in globals())") == "False\n"


def test_processor_time_of_all_its_processes_adds_up(begin: Begin) -> None:
    session = begin()
    busy = "import time\nend = time.process_time() + 0.05\nwhile time.process_time() < end: pass"
    shown(session, busy)
    session.end()
    first = session.cpu_seconds
    assert 0.04 < first < 5
    shown(session, busy)
    session.end()
    assert session.cpu_seconds >= first + 0.09  # the first cell ran again, too
    session.end()
    assert session.cpu_seconds < 10


def test_that_the_compiler_is_used_is_known_at_the_end(begin: Begin) -> None:
    session = begin()
    assert session.uses_compiler is False
    shown(session, "import sys\nsys.modules['torch._dynamo'] = sys")
    session.end()
    assert session.uses_compiler is True
    session.run("y = 1", figures=False)
    session.end()
    assert session.uses_compiler is True


def test_the_server_is_told_of_the_compiler_in_a_letter() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Session(ours, LIMITS, {}).tell_server_of_compiler()
        assert theirs.recv(9) == b"W"
