"""What grading one notebook is allowed to use, and what it ends with: the words shared by all of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

__all__ = [
    "COMPILER",
    "DEMONSTRATION",
    "GIVEN",
    "KILLED_FOR_MEMORY",
    "STUDENT_PROCESS",
    "Found",
    "Limits",
    "NotebookVerdict",
    "TestVerdict",
    "Verdict",
]

DEMONSTRATION, GIVEN, STUDENT_PROCESS = "demonstration", "given", "student-process"
"""The tags of the source's cells that grading obeys; ``given`` is a test that the empty notebook may pass."""
COMPILER = "torch._dynamo"
"""torch imports it at the first step of an optimizer, or operation on the meta device."""
KILLED_FOR_MEMORY = 1 << 32
"""Added to a wait status: the kernel ended the process because its cgroup was full."""


class Verdict(StrEnum):
    """How a test ended. The list is closed: whatever a submission holds, each test gets one of these."""

    PASSED = "passed"
    PARTIAL = "partly passed"
    FAILED = "failed"
    ERROR = "error"
    NOT_STARTED = "not started"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    TOO_LARGE = "answer too large"
    EXITED = "exited"
    UNREADABLE = "unreadable notebook"
    MISSING = "notebook not submitted"
    MANUAL = "for a person to grade"


@dataclass(frozen=True)
class Limits:
    """What one notebook may use. Seconds are of wall time; ``memory_bytes`` is beyond the packages themselves."""

    cell_seconds: float = 30.0
    notebook_seconds: float = 150.0
    memory_bytes: int = 2 * 2**30
    processes: int = 48
    scratch_bytes: int = 64 * 2**20
    output_characters: int = 50_000  # of text, for each cell
    notebook_characters: int = 16 * 2**20  # of all outputs, pictures included


@dataclass(frozen=True)
class Found:
    """What one of the course's checks found wrong while a test ran, in the course's own words alone.

    ``stage`` is what the check asked when it found it ("shape"), ``edge`` whether that was an edge case. Where it knows
    the mistake, ``mistake`` names it, ``says`` tells what it is and ``do`` what to do instead. No text of a student's
    is in here, and no process of a student's can put any in: the check runs in the judge.
    """

    exercise: str
    stage: str
    edge: bool = False
    mistake: str = ""
    says: str = ""
    do: str = ""


@dataclass(frozen=True)
class TestVerdict:
    """One test cell's end. ``score`` is None where a person grades; ``detail`` is fit for the student's eyes.

    ``found`` is what the checks that the test called had to object to.
    """

    __test__ = False  # not a test class, whatever its name

    grade_id: str
    verdict: Verdict
    score: float | None
    points: float
    detail: str = ""
    in_student_process: bool = False
    found: tuple[Found, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The same as a tree for JSON."""
        return {**asdict(self), "verdict": str(self.verdict)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> TestVerdict:
        """What ``as_data`` was made from."""
        found = tuple(Found(**one) for one in data["found"])
        return cls(**{**data, "verdict": Verdict(data["verdict"]), "found": found})


@dataclass(frozen=True)
class NotebookVerdict:
    """One notebook's end: a verdict per test, what was repaired, and the notebook to keep (JSON text).

    ``untouched`` names the solution cells that are still the stub. A notebook that was not submitted has no text.
    ``suspicions`` names, a sentence a cell, what reaches into the grader: a person should look at it. ``foretold`` is
    what the tests asked of it, where that was to be noted.
    """

    tests: Mapping[str, TestVerdict]
    notebook: str
    repairs: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    sandboxed: bool = True
    suspicions: tuple[str, ...] = ()
    cpu_seconds: float = field(default=0.0, compare=False)
    foretold: bytes = field(default=b"", compare=False, repr=False)

    @property
    def score(self) -> float:
        """The sum of the scores that are known."""
        return sum(test.score or 0.0 for test in self.tests.values())
