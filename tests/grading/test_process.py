"""A student's process from its start to its end, however it ends, as the judge learns of it."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from shapewise.grading.judge.process import Died, NoSandboxError, StudentProcess
from shapewise.grading.messages.verdicts import KILLED_FOR_MEMORY, Limits, Verdict
from shapewise.grading.messages.wire import encode
from tests.grading.conftest import Start
from tests.grading.students import LIMITS, LINE, a_cell, died, printed, soon

MIB = 2**20


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
    ["os._exit(0)", "os._exit(3)", "os.kill(os.getpid(), 9)", f"{LINE}os.close(line)\nimport time\ntime.sleep(9)"],
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
    assert died(process, f"{LINE}{drops}").verdict is Verdict.OUT_OF_MEMORY
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
