"""Write the expected answers of the visible checks, from the lessons' reference solutions.

    python -m tests.exercises.record                 all exercises
    python -m tests.exercises.record split_heads     only these
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks.calling import observe
from shapewise.checks.exercise import Exercise
from shapewise.checks.recorded import Expected, recording, save
from tests.exercises.lessons import lessons


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


def path_of(name: str) -> Path:
    """The file that holds an exercise's expected answers."""
    return recording("shapewise.checks.m01", name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercises", nargs="*", help="names of functions; all that have a spec if none is given")
    chosen = parser.parse_args().exercises or [name for name in catalogue.names() if catalogue.exercise(name)]
    for name in chosen:
        exercise, lesson = catalogue.exercise(name), lessons().get(name)
        if exercise is None or lesson is None:
            raise SystemExit(f"{name}: needs both a spec in shapewise/checks and a solution cell in lessons/")
        answers = answers_of(lesson.reference(), exercise)
        save(path_of(name), answers)
        print(f"{name}: {len(answers)} answers recorded")


if __name__ == "__main__":
    main()
