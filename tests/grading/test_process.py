"""The judge's end of a student's process: what it is told, what it believes of it, and how it learns of an end."""

from __future__ import annotations

import math
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from shapewise.checks.outcomes import Request
from shapewise.grading.judge.process import Died, NoSandboxError, StudentProcess
from shapewise.grading.messages.verdicts import KILLED_FOR_MEMORY, Limits, Verdict
from shapewise.grading.messages.wire import MAX_BYTES, encode

LIMITS = Limits(cell_seconds=10.0, notebook_seconds=40.0)
MIB = 2**20
Start = Callable[..., StudentProcess]
_LINE = """
import os, stat, struct
sockets = [n for n in range(3, 99) if os.path.exists(f"/dev/fd/{n}") and stat.S_ISSOCK(os.fstat(n).st_mode)]
line = next(n for n in sockets if os.get_blocking(n))
def say(text):
    os.write(line, struct.pack("<Q", len(text)) + text)
"""
"""What a hostile cell does to answer in the place of what serves the judge."""


@pytest.fixture
def start(server: socket.socket) -> Iterator[Start]:
    """Start a student's process."""
    started: list[StudentProcess] = []

    def begin(limits: Limits = LIMITS, files: dict[str, bytes] | None = None) -> StudentProcess:
        started.append(StudentProcess(server, limits, files or {}))
        return started[-1]

    yield begin
    for process in started:
        if process.alive:
            process.end()


def soon(seconds: float = 10.0) -> float:
    return time.monotonic() + seconds


def a_cell(code: str) -> dict[str, Any]:
    return {"do": "run", "code": code, "figures": False, "most_characters": 1000}


def printed(process: StudentProcess, code: str) -> str:
    answer = process.ask(a_cell(code), soon())
    assert answer["error"] is None, answer
    return "".join(output["text"] for output in answer["outputs"])


def died(process: StudentProcess, code: str, seconds: float = 10.0) -> Died:
    """How the process ends over this cell."""
    with pytest.raises(Died) as ended:
        process.ask(a_cell(code), soon(seconds))
    return ended.value


def told(process: StudentProcess, answer: Any) -> dict[str, Any]:
    """Have a cell say ``answer`` in the place of its process, and take it."""
    return process.ask(a_cell(f"{_LINE}say({encode(answer)!r})\nimport time\ntime.sleep(9)"), soon())


def test_a_process_runs_cells_one_after_the_other(start: Start) -> None:
    process = start()
    assert process.alive
    assert printed(process, "x = 20") == ""
    assert printed(process, "print(x + 1)") == "21\n"


def test_the_files_lie_in_its_folder(start: Start) -> None:
    process = start(files={"data/a.txt": b"one", "b.txt": b"two"})
    assert printed(process, "print(open('data/a.txt').read(), open('b.txt').read())") == "one two\n"


def test_two_processes_do_not_know_each_other(start: Start) -> None:
    first, second = start(), start()
    printed(first, "x = 1")
    assert printed(second, "print('x' in globals())") == "False\n"


def test_what_runs_beyond_its_time_has_timed_out(start: Start) -> None:
    process = start()
    began = time.monotonic()
    assert died(process, "import time\ntime.sleep(9)", 0.2).verdict is Verdict.TIMED_OUT
    assert time.monotonic() - began < 5
    assert not process.alive


def test_an_answer_that_comes_within_its_last_second_counts(start: Start) -> None:
    assert start().ask(a_cell("x = 1"), soon(0.9))["error"] is None


def test_a_request_whose_time_is_over_already_is_not_waited_for(start: Start) -> None:
    assert died(start(), "x = 1", -1.0).verdict is Verdict.TIMED_OUT


@pytest.mark.parametrize(
    "end",
    ["os._exit(0)", "os._exit(3)", "os.kill(os.getpid(), 9)", f"{_LINE}os.close(line)\nimport time\ntime.sleep(9)"],
)
def test_a_process_that_ends_itself_or_its_line_has_exited(start: Start, end: str) -> None:
    process = start()
    assert died(process, f"import os\n{end}").verdict is Verdict.EXITED
    assert not process.alive


def test_a_process_out_of_processor_time_has_timed_out_whoever_says_so(start: Start) -> None:
    assert died(start(), f"import os\nos.kill(os.getpid(), {int(signal.SIGXCPU)})").verdict is Verdict.TIMED_OUT


def test_an_end_with_a_code_like_that_signal_s_number_is_an_exit(start: Start) -> None:
    assert died(start(), f"import os\nos._exit({int(signal.SIGXCPU)})").verdict is Verdict.EXITED


def test_an_exit_s_status_is_told_at_the_end_and_of_a_living_process_there_is_none(start: Start) -> None:
    living, gone = start(), start()
    printed(gone, "import os, threading\nthreading.Timer(0.05, os._exit, (3,)).start()")
    time.sleep(0.3)
    assert living.end() == -1
    assert os.waitstatus_to_exitcode(gone.end()) == 3
    assert not living.alive and not gone.alive


def test_what_a_process_has_started_ends_with_it(start: Start) -> None:
    process = start()
    child = int(printed(process, "import subprocess\nprint(subprocess.Popen(['sleep', '60']).pid)"))
    process.end()
    until = soon(5)
    while _runs(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(("size", "is_read"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_a_message_is_read_up_to_its_limit_and_no_further(start: Start, size: int, is_read: bool) -> None:
    process = start()
    sends = f"os.write(line, struct.pack('<Q', {size}))\n" + (
        f"left = {size}\nwhile left:\n    left -= os.write(line, bytes(min(left, 2**20)))\n" if is_read else ""
    )
    end = died(process, f"{_LINE}{sends}\nimport time\ntime.sleep(9)")
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
    assert died(process, f"{_LINE}say(b'no message')\nimport time\ntime.sleep(9)").verdict is Verdict.TOO_LARGE
    assert not process.alive


def test_an_answer_in_drops_is_put_together(start: Start) -> None:
    text = encode({"outputs": [], "error": None})
    drops = f"import time\ntext = struct.pack('<Q', {len(text)}) + {text!r}\n"
    drops += "for at in range(len(text)):\n    os.write(line, text[at:at + 1])\n    time.sleep(0.002)\n"
    assert start().ask(a_cell(f"{_LINE}{drops}time.sleep(9)"), soon()) == {"outputs": [], "error": None}


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
    process.ask(a_cell(f"{_LINE}say({encode({'compiler': True})!r})"), soon())
    assert process.ask(a_cell("x = 1"), soon())["compiler"] is False
    assert process.uses_compiler is True


def test_memory_of_all_that_it_started_counts_together(start: Start) -> None:
    limits = Limits(cell_seconds=10.0, memory_bytes=200 * MIB)
    holds = "import os, time\nif os.fork() == 0:\n    more = bytearray(b'x') * ({0} * 2**20)\n    time.sleep(9)\n"
    holds += "held = bytearray(b'x') * ({0} * 2**20)\ntime.sleep({1})"
    assert died(start(limits), holds.format(120, 9)).verdict is Verdict.OUT_OF_MEMORY
    start(limits).ask(a_cell(holds.format(40, 0.3)), soon())


def test_memory_that_a_quick_answer_leaves_behind_ends_the_process_under_its_own_cell(start: Start) -> None:
    process = start(Limits(cell_seconds=10.0, memory_bytes=100 * MIB))
    assert died(process, "held = bytearray(b'x') * (150 * 2**20)").verdict is Verdict.OUT_OF_MEMORY
    assert not process.alive


def test_memory_is_looked_at_while_an_answer_drips(start: Start) -> None:
    process = start(Limits(cell_seconds=10.0, memory_bytes=100 * MIB))
    drops = "import time\nheld = bytearray(b'x') * (150 * 2**20)\nos.write(line, struct.pack('<Q', 5000))\n"
    drops += "for _ in range(4500):\n    os.write(line, b'x')\n    time.sleep(0.002)\n"
    began = time.monotonic()
    assert died(process, f"{_LINE}{drops}").verdict is Verdict.OUT_OF_MEMORY
    assert time.monotonic() - began < 5


def test_processor_time_of_all_that_it_started_counts_together(start: Start) -> None:
    limits = Limits(cell_seconds=0.5)
    busy = "import os, time\nif os.fork() == 0:\n    while True: pass\ntime.sleep(30)"
    began = time.monotonic()
    assert died(start(limits), busy, 25.0).verdict is Verdict.TIMED_OUT
    assert time.monotonic() - began < 20


def test_processor_time_of_the_cells_before_does_not_count(start: Start) -> None:
    process = start(Limits(cell_seconds=0.3))
    for _ in range(3):
        printed(process, "import time\nend = time.process_time() + 0.15\nwhile time.process_time() < end: pass")


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
        process.ask_ahead(messages(f"{_LINE}say({encode(answer)!r})\nimport time\ntime.sleep(9)", "x = 1"), soon())
    assert end.value.verdict is Verdict.EXITED
    assert not process.alive


def test_a_tensor_crosses_in_both_directions(start: Start) -> None:
    process = start()
    printed(process, "def doubled(x):\n    return x * 2")
    answer = process.ask({"do": "call", "name": "doubled", "request": Request((torch.arange(3),), {})}, soon())
    assert torch.equal(answer["outcome"].value, torch.tensor([0, 2, 4]))


def spoken(first: Any, status: int = -1) -> socket.socket:
    """A server's end that speaks as one that cannot be had here: the process says ``first``, its end has ``status``."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        with theirs:
            _, (line,), _, _ = socket.recv_fds(theirs, 1, 1)
            theirs.sendall(struct.pack("<q", os.getpid()))
            with socket.socket(fileno=line) as process:
                if first is not None:
                    process.sendall(struct.pack("<Q", len(encode(first))) + encode(first))
                process.shutdown(socket.SHUT_WR)
                if theirs.recv(9):
                    theirs.sendall(struct.pack("<q", status))

    threading.Thread(target=serve, daemon=True).start()
    return ours


@pytest.mark.parametrize(("first", "says"), [({"refused": "no room"}, "no room"), (None, "sandbox")])
def test_without_a_sandbox_there_is_no_verdict_but_the_machine_s_fault(first: Any, says: str) -> None:
    with spoken(first) as server, pytest.raises(NoSandboxError, match=says):
        StudentProcess(server, LIMITS, {})


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(KILLED_FOR_MEMORY, Verdict.OUT_OF_MEMORY), (KILLED_FOR_MEMORY + 9, Verdict.OUT_OF_MEMORY),
     (KILLED_FOR_MEMORY - 1, Verdict.EXITED), (-1, Verdict.EXITED), (0, Verdict.EXITED), (9, Verdict.EXITED),
     (int(signal.SIGXCPU), Verdict.TIMED_OUT), (int(signal.SIGXCPU) + 0x80, Verdict.TIMED_OUT)],
)  # fmt: skip
def test_how_the_kernel_ended_it_is_told_by_the_server(status: int, verdict: Verdict) -> None:
    with spoken({}, status) as server:
        process = StudentProcess(server, LIMITS, {})
        with pytest.raises(Died) as end:
            process.ask(a_cell("x = 1"), soon())
        assert end.value.verdict is verdict


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the judge ends then, and all that it has open
def test_a_server_that_is_gone_is_no_student_s_end() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(OSError):
        StudentProcess(ours, LIMITS, {})


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_server_that_goes_while_it_is_asked_is_no_student_s_end() -> None:
    ours, theirs = socket.socketpair()
    threading.Thread(target=lambda: (socket.recv_fds(theirs, 1, 1), theirs.close()), daemon=True).start()
    with ours, pytest.raises(EOFError):
        StudentProcess(ours, LIMITS, {})


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_alarm_disturbs_a_question_to_the_server(start: Start) -> None:
    rung: list[bool] = []
    process: list[StudentProcess] = []

    def ring(*_: object) -> None:
        rung.append(True)
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        with pytest.raises(TimeoutError):
            while True:
                process.append(start())
                process[-1].end()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rung
    assert printed(start(), "print(1)") == "1\n"  # and its answer was taken by whoever had asked
