"""Classes to measure grading with: the sample class, and as many made-up submissions as wanted."""

from __future__ import annotations

import random
import shutil
import sys
from functools import cache
from pathlib import Path

import nbformat

from shapewise.course.release import build_release

__all__ = ["ASSIGNMENT", "hand_in_generated", "hand_in_sample_class", "new_course"]

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for the answers in tests/
ASSIGNMENT = "m01_tensors"


def new_course(folder: Path) -> Path:
    """A course without submissions, its release and gradebook built."""
    folder.mkdir(parents=True)
    for name in ("source", "lessons", "nbgrader_config.py", "jupytext.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    build_release(folder)
    return folder


def hand_in_sample_class(course: Path) -> None:
    from tests.sample_class.__main__ import hand_in

    hand_in(course)


@cache
def answers_to(exercise: str) -> tuple[list[str], list[str]]:
    """The right and the wrong answers of ``tests/exercises``, as text for a solution cell."""
    from tests.exercises.answers import answers
    from tests.sample_class.answers import mistaken, reference

    known = answers(exercise)
    right = [reference(exercise), *(mistaken(exercise, answer.name) for answer in known if answer.right)]
    return right, [mistaken(exercise, answer.name) for answer in known if not answer.right]


def hand_in_generated(course: Path, count: int) -> None:
    """``count`` honest submissions: of each exercise, one in ten left blank, one in four wrong, the others right."""
    released = {path.name: path.read_text("utf-8") for path in (course / "release" / ASSIGNMENT).glob("*.ipynb")}
    for number in range(count):
        folder = course / "submitted" / f"generated{number:04d}" / ASSIGNMENT
        folder.mkdir(parents=True)
        chance = random.Random(number)
        for name in sorted(released):
            notebook = nbformat.reads(released[name], as_version=4)
            for cell in notebook.cells:
                marks = cell.metadata.get("nbgrader", {})
                kind = chance.random()
                if marks.get("solution") and kind > 0.1:
                    right, wrong = answers_to(marks["grade_id"])
                    cell.source = chance.choice(wrong if kind < 0.35 and wrong else right)
            nbformat.write(notebook, folder / name)
