"""An answer -> what the visible check says of it, and how many points the hidden tests leave it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from shapewise.checks import diagnose
from shapewise.checks.verdict import Verdict
from tests.exercises.answers import Answer
from tests.exercises.lessons import lessons, run_cell


@dataclass(frozen=True)
class Result:
    """What became of one answer."""

    answer: Answer
    verdict: Verdict
    points: float
    out_of: float
    complaints: tuple[str, ...]
    check_seconds: float
    hidden_seconds: float

    @property
    def named(self) -> bool:
        """Whether the visible check recognised the mistake."""
        return self.verdict.mistake is not None


def grade(answer: Answer) -> Result:
    """Run the visible check and every test cell of the lesson on one answer."""
    function = answer.named()
    diagnose(function)  # what is imported or set up on the first use of an operation is not the check's time
    started = time.perf_counter()
    verdict = diagnose(function)
    checked = time.perf_counter()
    points, complaints = 0.0, []
    cells = lessons()[answer.exercise].tests
    for cell in cells:
        raised = run_cell(cell, answer.exercise, function)
        if raised is None:
            points += cell.points
        else:
            complaints.append(f"{cell.grade_id}: {type(raised).__name__}: {raised}")
    return Result(
        answer, verdict, points, sum(cell.points for cell in cells), tuple(complaints),
        checked - started, time.perf_counter() - checked,
    )
