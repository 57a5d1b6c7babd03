"""What was checked, and the code as it is now -> how far each exercise is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shapewise.answer_code import binds, last_mark, mark, saved_cells
from shapewise.checks import catalogue
from shapewise.results import Result

__all__ = ["Progress", "Standing", "progress_of"]


@dataclass(frozen=True)
class Standing:
    """One exercise: ``state`` is ``passed``, ``not yet``, ``not started``, or ``check again`` where the code changed.

    ``at`` is when it was checked last, in local time; None if it never was.
    """

    exercise: str
    points: int
    state: str = "not started"
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """How far a notebook's exercises are, in the notebook's order."""

    notebook: str
    exercises: tuple[Standing, ...]

    @property
    def passed(self) -> int:
        """How many exercises pass the visible check."""
        return sum(one.state == "passed" for one in self.exercises)

    @property
    def reached(self) -> int:
        """The points of the exercises that pass the visible check."""
        return sum(one.points for one in self.exercises if one.state == "passed")

    @property
    def total(self) -> int:
        """The points of all exercises."""
        return sum(one.points for one in self.exercises)

    @property
    def next(self) -> Standing | None:
        """The first exercise that does not pass yet."""
        return next((one for one in self.exercises if one.state != "passed"), None)


def progress_of(
    notebook: str, results: Mapping[str, Result], ran: Sequence[str] = (), folder: Path | None = None
) -> Progress:
    """How far ``notebook`` is; ``ran`` are this session's cells, and its file is looked for in ``folder``.

    ``ValueError`` names the notebooks if there is none of that name.
    """
    saved = saved_cells(folder / f"{notebook}.ipynb") if folder is not None else []
    return Progress(notebook, tuple(
        _standing(exercise.name, exercise.points, results.get(exercise.name), ran, saved)
        for exercise in catalogue.exercises_of(notebook)
    ))


def _standing(name: str, points: int, result: Result | None, ran: Sequence[str], saved: Iterable[str]) -> Standing:
    if result is None:
        return Standing(name, points)
    # What ran last counts; before anything ran, as on the next day, any cell of the file that binds the name may.
    marks = [newest] if (newest := last_mark(name, ran)) else [mark(cell) for cell in saved if binds(cell, name)]
    changed = result.state != "not started" and bool(result.code and marks) and result.code not in marks
    return Standing(name, points, "check again" if changed else result.state, result.at.astimezone())
