"""What the doctor says of one thing: good, weak or missing, why, and the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Line", "State"]


class State(StrEnum):
    """``weak`` grades, but less safely, fairly or quickly, or lacks what only some need; ``missing`` does not grade."""

    GOOD = "good"
    WEAK = "weak"
    MISSING = "missing"


@dataclass(frozen=True)
class Line:
    """One line. ``mend`` is a command, or empty where nothing is to be mended."""

    name: str
    state: State
    said: str
    mend: str = ""
