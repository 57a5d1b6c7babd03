"""What tests ask of students' processes, and what a hostile cell says in the place of its process."""

from __future__ import annotations

import time
from typing import Any

import pytest

from shapewise.grading.judge.process import Died, StudentProcess
from shapewise.grading.messages.verdicts import Limits
from shapewise.grading.messages.wire import encode

__all__ = ["LIMITS", "LINE", "a_cell", "died", "printed", "soon", "told"]

LIMITS = Limits(cell_seconds=10.0, notebook_seconds=40.0)
LINE = """
import os, stat, struct
sockets = [n for n in range(3, 99) if os.path.exists(f"/dev/fd/{n}") and stat.S_ISSOCK(os.fstat(n).st_mode)]
line = next(n for n in sockets if os.get_blocking(n))
def say(text):
    os.write(line, struct.pack("<Q", len(text)) + text)
"""
"""What a hostile cell does to answer in the place of what serves the judge."""


def soon(seconds: float = 10.0) -> float:
    """A deadline."""
    return time.monotonic() + seconds


def a_cell(code: str) -> dict[str, Any]:
    """The request to run a cell."""
    return {"do": "run", "code": code, "figures": False, "most_characters": 1000}


def printed(process: StudentProcess, code: str) -> str:
    """What a cell prints."""
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
    return process.ask(a_cell(f"{LINE}say({encode(answer)!r})\nimport time\ntime.sleep(9)"), soon())
