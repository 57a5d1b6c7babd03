"""Code that runs -> how many steps it takes in Python: the work that no count of torch operations shows.

``[a - b for a, b in zip(x.tolist(), y.tolist())]`` runs one torch operation at most, and Python once for each entry.
A step is one instruction of Python's, in frames of code that does not belong to Python or to an installed package;
so what torch and NumPy do inside costs nothing and counts nothing.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["Steps", "counted_steps"]

_MOST = 1_000_000
_PLACES = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
_NOT_COUNTED = ("<frozen ", *(f"{place}{os.sep}" for place in (*_PLACES, str(Path(__file__).parent))))


class Steps:
    """A count that grows while code runs under ``counted_steps``; it stops at a million, to stay quick."""

    count: int = 0

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self.count >= _MOST or frame.f_code.co_filename.startswith(_NOT_COUNTED):
            return None
        frame.f_trace_opcodes = True
        return self._step

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.count += 1
        if self.count >= _MOST:
            sys.settrace(None)
        return self._step


@contextmanager
def counted_steps() -> Iterator[Steps]:
    """Count the steps of what runs inside; a debugger's own tracing waits meanwhile."""
    steps, before = Steps(), sys.gettrace()
    sys.settrace(steps._enter)
    try:
        yield steps
    finally:
        sys.settrace(before)
