"""What a process and its children take together is counted, wherever it hides."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shapewise.grading.judge.family import family, has_ended, memory_of, processor_seconds, step_back

_WAIT = "import sys, time; print('ready', flush=True); time.sleep(60)"


@pytest.fixture
def start() -> Iterator[object]:
    """Start a small Python program, and wait until it says that it is ready."""
    started: list[subprocess.Popen[str]] = []

    def begin(code: str) -> int:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        process.stdout.readline()
        return process.pid

    yield begin
    for process in started:
        for pid in reversed(family(process.pid)):
            os.kill(pid, 9)
        process.communicate()


def test_children_and_their_children_belong_to_it(start) -> None:  # type: ignore[no-untyped-def]
    pid = start(f"import os\nif os.fork() == 0:\n    os.fork()\n{_WAIT}")
    until = time.monotonic() + 5
    while len(family(pid)) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    assert family(pid)[0] == pid
    assert len(family(pid)) == 3


def test_memory_counts_beyond_what_was_inherited_and_never_below_nothing(start) -> None:  # type: ignore[no-untyped-def]
    pid = start(f"held = b'x' * 50 * 2**20\n{_WAIT}")
    held = memory_of([pid])
    assert 50 * 2**20 < held < 200 * 2**20
    assert memory_of([pid], beyond=held - 1000) < 100_000
    assert memory_of([pid], beyond=2**40) == 0
    assert memory_of([pid, pid]) >= 2 * 50 * 2**20


def test_sockets_and_pipes_count_once_there_are_many_of_them(start) -> None:  # type: ignore[no-untyped-def]
    few = start(f"import socket\nheld = [socket.socketpair() for _ in range(10)]\n{_WAIT}")
    many = start(f"import socket\nheld = [socket.socketpair() for _ in range(50)]\n{_WAIT}")
    pipes = start(f"import os\nheld = [os.pipe() for _ in range(50)]\n{_WAIT}")
    output = 64 * 1024  # the pipe that its output goes to
    assert memory_of([few], beyond=2**40) == 0
    assert memory_of([many], beyond=2**40) == 100 * 2 * 212_992 + output
    assert memory_of([pipes], beyond=2**40) == 50 * 64 * 1024 + output


@pytest.mark.parametrize(("descriptors", "counted"), [(40, 0), (41, 1)])
def test_descriptors_are_looked_at_once_there_are_more_than_forty(start, descriptors: int, counted: int) -> None:  # type: ignore[no-untyped-def]
    pid = start(
        f"import os\nfor n in range(3, 60):\n    try: os.close(n)\n    except OSError: pass\n"
        f"held = [os.open(os.devnull, os.O_RDONLY) for _ in range({descriptors - 3})]\n{_WAIT}"
    )
    assert len(list(Path(f"/proc/{pid}/fd").iterdir())) == descriptors
    assert (memory_of([pid], beyond=2**40) > 0) is bool(counted)


def test_memory_is_told_in_bytes(start) -> None:  # type: ignore[no-untyped-def]
    pid = start(_WAIT)

    def told() -> int:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(("VmRSS:", "VmSwap:", "VmPTE:"))) * 1024

    assert any(memory_of([pid]) == told() for _ in range(50))  # the kernel may take a page back between two looks


def test_processor_time_of_children_that_have_ended_counts(start) -> None:  # type: ignore[no-untyped-def]
    pid = start(
        "import os, time\nif os.fork() == 0:\n    while time.process_time() < 0.3:\n        pass\n    os._exit(0)\n"
        f"os.wait()\n{_WAIT}"
    )
    assert 0.25 <= processor_seconds([pid]) < 3  # counted in ticks of a hundredth, cut off
    assert processor_seconds([2**22 + 1]) == 0


def test_processor_time_is_the_process_own_and_its_children_s_and_nothing_else() -> None:
    subprocess.run([sys.executable, "-c", "sum(range(10**6))"], check=True)
    assert abs(processor_seconds([os.getpid()]) - sum(os.times()[:4])) < 0.1


def test_two_busy_processes_keep_their_place_and_three_lose_it(start) -> None:  # type: ignore[no-untyped-def]
    busy = (
        "import os\nfor _ in range({}):\n    if os.fork() == 0:\n        break\n"
        "print('ready', flush=True)\nwhile True:\n    pass"
    )
    idle, two, three = start(_WAIT), start(busy.format(1)), start(busy.format(2))
    time.sleep(0.3)
    for few in (family(two), [*family(two), idle]):
        assert not step_back(few)
    assert os.getpriority(os.PRIO_PROCESS, two) == os.getpriority(os.PRIO_PROCESS, 0)
    assert step_back(family(three))
    assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in family(three)} == {19}


def test_a_process_has_ended_once_only_its_status_is_left_and_before_it_is_asked_for() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert not has_ended(process.pid)
    process.stdin.close()
    until = time.monotonic() + 20
    while not has_ended(process.pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert has_ended(process.pid)
    assert process.wait() == 1
    assert has_ended(process.pid)


def test_a_process_that_is_gone_takes_nothing() -> None:
    assert (memory_of([2**22 + 1]), step_back([2**22 + 1])) == (0, False)
