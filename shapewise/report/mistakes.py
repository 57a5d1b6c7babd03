"""What went wrong in the answers of a class -> the same mistakes together, with who made them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shapewise.report.grades import Exercise

__all__ = ["Mistake", "SharedMistake", "shared"]


@dataclass(frozen=True)
class Mistake:
    """Why one student's answer to one exercise lost points.

    ``name`` is what the course's check calls the mistake, and ``says`` and ``do`` are its words; where no check knew
    it, ``known`` is False and ``name`` tells what was wrong ("wrong shape", "timed out"). ``answered`` is False where
    there was nothing to judge.
    """

    student: str
    notebook: str
    exercise: str
    name: str
    known: bool = False
    says: str = ""
    do: str = ""
    answered: bool = True


@dataclass(frozen=True)
class SharedMistake:
    """One mistake in one exercise, and the students who made it, by id."""

    exercise: Exercise
    name: str
    students: tuple[str, ...]
    known: bool = False
    says: str = ""
    do: str = ""
    answered: bool = field(default=True, compare=False)


def shared(mistakes: Iterable[Mistake], exercises: Iterable[Exercise]) -> list[SharedMistake]:
    """Each mistake once: what most made first, then in the order of the exercises; what nobody answered comes last."""
    found: dict[tuple[str, str, str, bool], list[Mistake]] = {}
    for mistake in mistakes:
        found.setdefault((mistake.notebook, mistake.exercise, mistake.name, mistake.known), []).append(mistake)
    known = {(exercise.notebook, exercise.name): exercise for exercise in exercises}
    order = {key: place for place, key in enumerate(known)}
    together = [
        (order[key[:2]], SharedMistake(
            known[key[:2]], key[2], tuple(sorted({one.student for one in those})), key[3],
            those[0].says, those[0].do, those[0].answered,
        ))
        for key, those in found.items()
        if key[:2] in known
    ]  # fmt: skip
    together.sort(key=lambda pair: (not pair[1].answered, -len(pair[1].students), pair[0], pair[1].name))
    return [one for _, one in together]
