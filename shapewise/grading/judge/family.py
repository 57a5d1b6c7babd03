"""A process id -> what the process and all that it has started take together: memory, processors, and whose turn it is.

The limits of the kernel bind each process; where there is no cgroup, this look binds all of a cell together.
Sources: proc(5), proc_pid_status(5), sched(7), socket(7), pipe(7).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["family", "has_ended", "memory_of", "processor_seconds", "step_back"]

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_FEW = 40  # descriptors, so few that what they hold is not worth a look
_BUFFERS = {"socket": 2 * 212_992, "pipe": 64 * 1024}  # bytes of the kernel's that each may hold, and counts to nobody
_NOT_SHARED = ("VmRSS:", "VmSwap:", "VmPTE:")
_BUSY, _LAST = 2, 19


def family(pid: int) -> list[int]:
    """The process and all below it; a process whose parent ended hangs below the first of its namespace."""
    found = [pid]
    for parent in found:
        for task in _listed(Path(f"/proc/{parent}/task")):
            with contextlib.suppress(OSError, ValueError):
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def has_ended(pid: int) -> bool:
    """Whether there is nothing more of the process than the status that its parent may ask for, or not even that."""
    return _state(Path(f"/proc/{pid}")) in ("Z", "X", "")


def memory_of(pids: Sequence[int], beyond: int = 0) -> int:
    """Bytes that these processes hold, less ``beyond`` for each: in memory, swapped out, and in sockets and pipes."""
    return sum(max(0, _held(pid) - beyond) for pid in pids) + _in_buffers(pids)


def processor_seconds(pids: Sequence[int]) -> float:
    """Processor time of these processes, and of those that they have waited for."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / _TICKS


def step_back(pids: Sequence[int]) -> bool:
    """Where more threads want a processor than an honest cell needs, let all of them wait for everybody else's."""
    tasks = [task for pid in pids for task in _listed(Path(f"/proc/{pid}/task"))]
    if len(tasks) <= _BUSY or sum(map(_wants_a_processor, tasks)) <= _BUSY:
        return False
    for task in tasks:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, int(task.name), _LAST)
    return True


def _held(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (OSError, ValueError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(_NOT_SHARED))


def _in_buffers(pids: Sequence[int]) -> int:
    held: set[str] = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
            for descriptor in descriptors if len(descriptors) > _FEW else []:
                with contextlib.suppress(OSError):
                    held.add(str(descriptor.readlink()))
    return sum(_BUFFERS.get(name.partition(":")[0], 0) for name in held)


def _wants_a_processor(task: Path) -> bool:
    return _state(task) == "R"


def _state(task: Path) -> str:
    """The letter for what it does; none where there is no such process."""
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
