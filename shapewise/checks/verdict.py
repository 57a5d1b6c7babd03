"""What a check found, as data, and the same as plain text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

__all__ = ["SIGNS", "Entry", "Shape", "Stage", "Verdict", "as_text"]

_TEXT_WIDTH = 88


class Stage(IntEnum):
    """What a check asks, in this order; it reports the first that fails."""

    STARTED = 0
    CALLABLE = 1
    RUNS = 2
    TYPE = 3
    DTYPE = 4
    SHAPE = 5
    INPUTS = 6
    VALUES = 7
    MEMORY = 8
    GRADIENTS = 9
    LOOPS = 10
    WRITTEN_OUT = 11
    EDGES = 12
    PASSED = 13

    @property
    def word(self) -> str:
        """What the stage asks, in one or two words."""
        return _WORDS[self]


_WORDS = {
    Stage.STARTED: "started",
    Stage.CALLABLE: "signature",
    Stage.RUNS: "runs",
    Stage.TYPE: "type",
    Stage.DTYPE: "dtype",
    Stage.SHAPE: "shape",
    Stage.INPUTS: "inputs untouched",
    Stage.VALUES: "values",
    Stage.MEMORY: "memory",
    Stage.GRADIENTS: "gradients",
    Stage.LOOPS: "no Python loop",
    Stage.WRITTEN_OUT: "written out",
    Stage.EDGES: "edge cases",
    Stage.PASSED: "passed",
}


@dataclass(frozen=True)
class Shape:
    """A shape for display: (axis name, size) pairs; a name is empty where an axis has none."""

    axes: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        """``(batch 2, seq 3)``, or ``(2, 3)`` without names."""
        inside = ", ".join(f"{name} {size}".strip() for name, size in self.axes)
        return f"({inside},)" if len(self.axes) == 1 and not self.axes[0][0] else f"({inside})"


@dataclass(frozen=True)
class Entry:
    """One wrong entry: where it stands, what is there, what should be.

    ``got_from`` and ``wanted_from`` say which entry of an argument that is, where the exercise only moves entries.
    """

    index: str
    got: str
    wanted: str
    got_from: str = ""
    wanted_from: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check found: the first stage that failed (``PASSED`` if none did), and how to tell it.

    ``stages`` are those that the exercise has; ``asked`` is the stage in which the trouble lies, also within an edge
    case, where ``stage`` is ``EDGES``. ``mistake`` is the name of the known mistake, ``why`` and ``do`` its words.
    Text between backticks is code. ``actual_shape`` is there only where it is not the expected one. ``arguments`` are
    those of the call that failed, made afresh. ``running`` marks one that is told while the check is not yet done.
    """

    exercise: str
    stage: Stage
    asked: Stage
    headline: str
    stages: tuple[Stage, ...] = ()
    case: str = ""
    paragraphs: tuple[str, ...] = ()
    expected_shape: Shape | None = None
    actual_shape: Shape | None = None
    entries: tuple[Entry, ...] = ()
    mistake: str | None = None
    why: str = ""
    do: str = ""
    printed: str = ""
    running: bool = False
    arguments: tuple[Any, ...] = field(default=(), compare=False, repr=False)

    @property
    def passed(self) -> bool:
        """Whether everything that the check tries came out right."""
        return self.stage is Stage.PASSED

    @property
    def started(self) -> bool:
        """Whether there is anything to judge yet."""
        return self.stage is not Stage.STARTED

    @property
    def state(self) -> str:
        """``passed``, ``not yet``, ``not started`` or ``running``."""
        if self.running:
            return "running"
        return "passed" if self.passed else "not yet" if self.started else "not started"


SIGNS = {"passed": "✓", "not yet": "✗", "not started": "○", "running": "…", "check again": "↻"}
"""A sign for each state, so that none is told by color alone."""


def as_text(verdict: Verdict) -> str:
    """The verdict for a terminal, wrapped at 88 columns."""
    case = f", {verdict.case}" if verdict.case else ""
    lines = [f"{SIGNS[verdict.state]} {verdict.exercise}: {verdict.state}{case}"]
    lines += _wrapped(verdict.headline)
    if verdict.expected_shape is not None:
        lines.append(f"    expected shape  {verdict.expected_shape}")
    if verdict.actual_shape is not None:
        lines.append(f"    your shape      {verdict.actual_shape}")
    for entry in verdict.entries:
        lines.append(f"    {entry.index}: wanted {_value(entry.wanted, entry.wanted_from)}, "
                     f"got {_value(entry.got, entry.got_from)}")
    for paragraph in (*verdict.paragraphs, verdict.why, verdict.do):
        lines += _wrapped(paragraph)
    if verdict.printed:
        lines += ["  Your function printed:", textwrap.indent(verdict.printed.rstrip(), "    | ")]
    return "\n".join(lines)


def _value(number: str, origin: str) -> str:
    return f"{number} = {origin}" if origin else number


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _TEXT_WIDTH, initial_indent="  ", subsequent_indent="  ")
