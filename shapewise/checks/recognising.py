"""An answer that failed, and the recorded mistakes -> the mistake that does just what the answer does, if one does.

A mistake is named only if, in every call of the check, it is wrong where the answer is wrong, right where it is right,
and does what it does.
"""

from __future__ import annotations

from typing import Any

from shapewise.checks.comparing import compare
from shapewise.checks.exercise import Exercise
from shapewise.checks.outcomes import Outcome, Raised
from shapewise.checks.probing import Probe, Tried, attempt, probes
from shapewise.checks.recorded import Mistake, Recording, Row

__all__ = ["recognised"]


def recognised(exercise: Exercise, recording: Recording, function: Any, failed: Tried) -> Mistake | None:
    """The mistake behind ``failed``, the first probe of the check that found something wrong."""
    left = [
        (mistake, row) for mistake in recording.mistakes for row in mistake.rows
        if _alike(exercise, failed, row, mistake.noise)
    ]
    tried_already, wrong = True, {failed.probe.key}
    for probe in probes(exercise):
        tried_already = tried_already and probe != failed.probe
        if not left:
            return None
        if tried_already:  # and nothing wrong was found
            left = [(mistake, row) for mistake, row in left if not row.wrong_in(probe.key)]
        elif probe != failed.probe and not _means_nothing(probe, wrong):
            tried = attempt(exercise, recording.expected, probe, function)
            if tried.finding is not None:
                wrong.add(probe.key)
            left = [(mistake, row) for mistake, row in left if _agrees(exercise, tried, row, mistake.noise)]
    return left[0][0] if left else None


def _means_nothing(probe: Probe, wrong: set[str]) -> bool:
    """Whether a probe says nothing after one that found a mistake; see ``wrong_outcomes``."""
    return probe.case is None or (probe.gradients and probe.case.label in wrong)


def _agrees(exercise: Exercise, tried: Tried, row: Row, noise: float) -> bool:
    if tried.finding is None:
        return not row.wrong_in(tried.probe.key)
    return _alike(exercise, tried, row, noise)


def _alike(exercise: Exercise, tried: Tried, row: Row, noise: float) -> bool:
    """Whether the recorded version is wrong in this probe, too, and in the same way."""
    key = tried.probe.key
    if not row.wrong_in(key):
        return False
    if tried.probe.case is None:
        return True
    mine, known = tried.outcome, row.outcome(key)
    if mine.changed != known.changed:
        return False
    if mine.error is not None or known.error is not None:
        return mine.error is not None and known.error is not None and _same_error(mine.error, known.error)
    if compare(mine.value, known.value, (0.0, noise) if noise else None) is not None:
        return False
    if (exercise.view_of is not None or exercise.own_memory) and mine.shares_memory != known.shares_memory:
        return False
    return _same_gradients(mine, known)


def _same_error(mine: Raised, known: Raised) -> bool:
    """One class; and one message, unless the function itself raised it, in words of its own."""
    if mine.kind != known.kind or mine.deliberate != known.deliberate:
        return False
    return mine.deliberate or mine.message == known.message


def _same_gradients(mine: Outcome, known: Outcome) -> bool:
    return all(compare(mine.gradients.get(at), gradient) is None for at, gradient in known.gradients.items())
