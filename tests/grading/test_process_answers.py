"""What a student's process answers, as far as the judge believes it."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from shapewise.checks.outcomes import Request
from shapewise.grading.judge.process import Died
from shapewise.grading.messages.verdicts import Verdict
from shapewise.grading.messages.wire import MAX_BYTES, encode
from tests.grading.conftest import Start
from tests.grading.students import LINE, a_cell, died, printed, soon, told


@pytest.mark.parametrize(("size", "is_read"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_a_message_is_read_up_to_its_limit_and_no_further(start: Start, size: int, is_read: bool) -> None:
    process = start()
    sends = f"os.write(line, struct.pack('<Q', {size}))\n" + (
        f"left = {size}\nwhile left:\n    left -= os.write(line, bytes(min(left, 2**20)))\n" if is_read else ""
    )
    end = died(process, f"{LINE}{sends}\nimport time\ntime.sleep(9)")
    assert end.verdict is Verdict.TOO_LARGE
    assert (str(size) in end.detail) is not is_read
    assert not process.alive


@pytest.mark.parametrize("answer", [[1], None, "passed", 7])
def test_an_answer_that_is_no_answer_ends_the_process(start: Start, answer: Any) -> None:
    process = start()
    with pytest.raises(Died) as end:
        told(process, answer)
    assert end.value.verdict is Verdict.EXITED
    assert not process.alive


def test_bytes_that_are_no_message_end_the_process(start: Start) -> None:
    process = start()
    assert died(process, f"{LINE}say(b'no message')\nimport time\ntime.sleep(9)").verdict is Verdict.TOO_LARGE
    assert not process.alive


def test_an_answer_in_drops_is_put_together(start: Start) -> None:
    text = encode({"outputs": [], "error": None})
    drops = f"import time\ntext = struct.pack('<Q', {len(text)}) + {text!r}\n"
    drops += "for at in range(len(text)):\n    os.write(line, text[at:at + 1])\n    time.sleep(0.002)\n"
    assert start().ask(a_cell(f"{LINE}{drops}time.sleep(9)"), soon()) == {"outputs": [], "error": None}


def test_a_value_too_large_to_be_sent_costs_its_call_and_not_the_process(start: Start) -> None:
    process = start()
    printed(process, "import torch\ndef large(n):\n    return torch.empty(n)")
    call = {"do": "call", "name": "large", "request": Request((2**24 + 1,), {})}
    with pytest.raises(Died) as end:
        process.ask(call, soon())
    assert end.value.verdict is Verdict.TOO_LARGE
    assert process.alive
    assert printed(process, "print(callable(large))") == "True\n"


@pytest.mark.parametrize(("said", "kept"), [("x" * 300, "x" * 200), ("y" * 200, "y" * 200), (7, ""), (["z"], "")])
def test_what_is_said_of_a_value_too_large_is_kept_up_to_200_letters(start: Start, said: Any, kept: str) -> None:
    process = start()
    with pytest.raises(Died) as end:
        told(process, {"too_large": said})
    assert end.value.verdict is Verdict.TOO_LARGE
    assert process.alive
    assert kept in end.value.detail
    assert "x" * 201 not in end.value.detail


@pytest.mark.parametrize(
    ("said", "counted"),
    [(0.5, 0.5), (39.0, 39.0), (41.0, 40.0), (math.inf, 40.0), (math.nan, 0.0), (-1.0, 0.0), (5, 0.0), ("1.0", 0.0),
     (True, 0.0), (None, 0.0)],
)  # fmt: skip
def test_processor_time_is_believed_up_to_the_notebook_s_limit(start: Start, said: Any, counted: float) -> None:
    process = start()
    told(process, {"cpu": said})
    assert process.cpu_seconds == counted


def test_processor_time_adds_up(start: Start) -> None:
    process = start()
    for _ in range(2):
        printed(process, "import time\nend = time.process_time() + 0.05\nwhile time.process_time() < end: pass")
    assert 0.09 < process.cpu_seconds < 5


@pytest.mark.parametrize(
    ("said", "believed"), [(True, True), (False, False), (1, False), ("True", False), (None, False)]
)
def test_only_a_plain_yes_means_that_the_compiler_is_used(start: Start, said: Any, believed: bool) -> None:
    process = start()
    assert process.uses_compiler is False
    told(process, {"compiler": said})
    assert process.uses_compiler is believed


def test_once_the_compiler_is_used_it_stays_so(start: Start) -> None:
    process = start()
    process.ask(a_cell(f"{LINE}say({encode({'compiler': True})!r})\nsay({encode({'compiler': False})!r})"), soon())
    assert process.ask(a_cell("x = 1"), soon())["compiler"] is False
    assert process.uses_compiler is True


def messages(*codes: str) -> list[bytes]:
    return [encode(a_cell(code)) for code in codes]


def test_what_was_asked_ahead_is_answered_without_being_done_again(start: Start) -> None:
    process = start()
    process.ask_ahead(messages("n = 1", "n += 1\nprint(n)"), soon())
    assert printed(process, "n = 1") == ""
    assert printed(process, "n += 1\nprint(n)") == "2\n"
    assert printed(process, "n += 1\nprint(n)") == "3\n"


def test_another_request_than_was_asked_ahead_is_done_and_so_are_all_after_it(start: Start) -> None:
    process = start()
    process.ask_ahead(messages("n = 1", "n += 1\nprint(n)"), soon())
    assert printed(process, "print('other', n)") == "other 2\n"
    assert printed(process, "n += 1\nprint(n)") == "3\n"


def test_time_that_is_over_while_something_is_done_ahead_ends_the_process(start: Start) -> None:
    process = start()
    with pytest.raises(Died) as end:
        process.ask_ahead(messages("import time\ntime.sleep(9)"), soon(0.2))
    assert end.value.verdict is Verdict.EXITED
    assert not process.alive


@pytest.mark.parametrize(
    "answer", [[], {}, {"answers": None}, {"answers": []}, {"answers": [b"{}"] * 3}, {"answers": [b"{}", "text"]},
               {"answers": (b"{}", b"{}")}],
)  # fmt: skip
def test_answers_ahead_that_are_not_as_agreed_end_the_process(start: Start, answer: Any) -> None:
    process = start()
    with pytest.raises(Died) as end:
        process.ask_ahead(messages(f"{LINE}say({encode(answer)!r})\nimport time\ntime.sleep(9)", "x = 1"), soon())
    assert end.value.verdict is Verdict.EXITED
    assert not process.alive


def test_a_tensor_crosses_in_both_directions(start: Start) -> None:
    process = start()
    printed(process, "def doubled(x):\n    return x * 2")
    answer = process.ask({"do": "call", "name": "doubled", "request": Request((torch.arange(3),), {})}, soon())
    assert torch.equal(answer["outcome"].value, torch.tensor([0, 2, 4]))
