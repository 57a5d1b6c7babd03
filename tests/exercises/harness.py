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
    def full(self) -> bool:
        """Whether the hidden tests leave it all points."""
        return self.points == self.out_of

    @property
    def named(self) -> bool:
        """Whether the visible check names a mistake, and it is the one that was made."""
        return self.verdict.mistake is not None and not self.wrongly_named

    @property
    def wrongly_named(self) -> bool:
        """Whether the visible check names a mistake that was not made."""
        words = self.answer.words
        return self.verdict.mistake is not None and (words is None or words.name != self.verdict.mistake)

    @property
    def green_but_loses(self) -> bool:
        """Whether the visible check calls right what loses points."""
        return self.verdict.passed and not self.full

    @property
    def red_but_keeps(self) -> bool:
        """Whether the visible check refuses what keeps all points."""
        return self.full and not self.verdict.passed

    @property
    def fine(self) -> bool:
        """Whether check and hidden tests agree with each other, and with what is known of the answer."""
        return self.full == self.answer.right == self.verdict.passed and not self.wrongly_named


def grade(answer: Answer) -> Result:
    """Run the visible check and every test cell of the lesson on one answer."""
    function = answer.named()
    # What is imported or set up on the first use of an operation is not the check's time.
    diagnose(function, answer.exercise)
    started = time.perf_counter()
    verdict = diagnose(function, answer.exercise)
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
