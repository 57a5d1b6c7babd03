"""Write what the visible checks know: the right answers of the lessons' solutions, and what known mistakes do.

    python -m tests.exercises.record                 all exercises
    python -m tests.exercises.record split_heads     only these
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from shapewise.checks import catalogue
from shapewise.checks.calling import observe
from shapewise.checks.exercise import Exercise
from shapewise.checks.probing import wrong_outcomes
from shapewise.checks.recorded import Expected, Mistake, Recording, Row, recording, save
from tests.exercises.answers import Answer, Words, answers
from tests.exercises.lessons import lessons


def record_of(name: str) -> Recording:
    """The recording of an exercise, as its lesson and its answers make it now."""
    exercise = catalogue.exercise(name)
    if exercise is None or name not in lessons():
        raise SystemExit(f"{name}: needs both a spec in shapewise/checks and a solution cell in lessons/")
    expected = answers_of(lessons()[name].reference(), exercise)
    return Recording(expected, mistakes_of(exercise, expected, answers(name)))


def answers_of(reference: Callable[..., Any], exercise: Exercise) -> dict[str, Expected]:
    """What the reference does in every case of the check, by the case's label."""
    found = {}
    for case in exercise.ordered_cases:
        outcome = observe(reference, case.request(gradients=True))
        if outcome.error is not None:
            found[case.label] = Expected(error=outcome.error.kind)
        else:
            gradients = {at: gradient for at, gradient in outcome.gradients.items() if isinstance(at, int)}
            found[case.label] = Expected(exercise.reads(outcome.value), gradients=gradients)
    return found


def mistakes_of(exercise: Exercise, expected: dict[str, Expected], found: list[Answer]) -> tuple[Mistake, ...]:
    """The known mistakes, with one row for each version of them that does something of its own.

    ``SystemExit`` says which of them cannot be told apart, or are right in every call of the check.
    """
    rows: dict[Words, list[Row]] = {}
    first: dict[str, Answer] = {}
    for answer in found:
        if answer.words is None:
            continue
        row = Row.of(wrong_outcomes(exercise, expected, answer.named()))
        if not row.raw:
            raise SystemExit(f"{exercise.name}, {answer.name}: the check finds nothing wrong; it lacks a case")
        twin = first.setdefault(repr(row.raw), answer)
        if twin.words != answer.words:
            raise SystemExit(f"{exercise.name}: {twin.name} and {answer.name} do the same in every call of the check")
        if twin is answer:
            rows.setdefault(answer.words, []).append(row)
    return tuple(Mistake(words.name, words.says, words.do, tuple(row), words.noise) for words, row in rows.items())


def path_of(name: str) -> Path:
    """The file that holds an exercise's recording."""
    return recording("shapewise.checks.m01", name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercises", nargs="*", help="names of functions; all that have a spec if none is given")
    torch.set_num_threads(1)
    for name in parser.parse_args().exercises or catalogue.names():
        recorded = record_of(name)
        save(path_of(name), recorded)
        rows = sum(len(mistake.rows) for mistake in recorded.mistakes)
        print(f"{name}: {len(recorded.expected)} answers, {len(recorded.mistakes)} mistakes in {rows} versions")


if __name__ == "__main__":
    main()
