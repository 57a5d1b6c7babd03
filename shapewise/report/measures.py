"""A class's points in one exercise, and in all others -> how hard it was, and how well it tells students apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, mean, median

from shapewise.report.grades import Grades

__all__ = ["FEWEST", "Measures", "Spread", "histogram", "measured"]

FEWEST = 5
"""Of fewer students no correlation is told: chance alone makes it large."""
_WELL, _SOMEWHAT = 0.3, 0.2


@dataclass(frozen=True)
class Spread:
    """How many students got all points, some, none, and how many answers wait for a person."""

    full: int = 0
    part: int = 0
    none: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Measures:
    """What is known of one exercise.

    ``apart`` is the corrected item-total correlation: how the points in this exercise go with the points in all others
    (Pearson, -1 to 1), None where the class is too small or everybody has the same. Source: Henrysson, Correction of
    item-total correlations in item analysis, Psychometrika 28 (1963).
    """

    median: float
    mean: float
    spread: Spread
    apart: float | None

    @property
    def apart_in_words(self) -> str:
        """The correlation in a word."""
        if self.apart is None:
            return "unknown"
        return "well" if self.apart >= _WELL else "somewhat" if self.apart >= _SOMEWHAT else "hardly"


def measured(grades: Grades) -> list[Measures]:
    """The measures of each exercise, in order, over all students who handed something in."""
    rows = [student for student in grades.students if any(points is not None for points in student.points)]
    found = []
    for place, exercise in enumerate(grades.exercises):
        points = [row.points[place] or 0.0 for row in rows]
        rest = [sum(value or 0.0 for value in row.points) - own for row, own in zip(rows, points, strict=True)]
        open_ones = [bool(row.waiting and row.waiting[place]) for row in rows]
        told = [value for value, waits in zip(points, open_ones, strict=True) if not waits]
        full = sum(value >= exercise.points for value in told)
        none = sum(value <= 0 < exercise.points for value in told)
        spread = Spread(full, len(told) - full - none, none, sum(open_ones))
        found.append(Measures(median(points or [0.0]), mean(points or [0.0]), spread, _correlation(points, rest)))
    return found


def histogram(values: Sequence[float], most: float, bins: int = 10) -> list[tuple[float, float, int]]:
    """(from, to, how many) of equal parts of 0 to ``most``; the last holds ``most``, too, and what is above it."""
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, int(bins * value / most)))] += 1
    return [(most * at / bins, most * (at + 1) / bins, count) for at, count in enumerate(counts)]


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    if len(one) < FEWEST:
        return None
    try:
        return correlation(one, other)
    except StatisticsError:  # one of them is constant
        return None
