"""A class of forty for one notebook of the course and one question in words, made of the exercises' answers."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from tests.exercises.answers import answers
from tests.exercises.lessons import lessons
from tests.sample_class.answers import mistaken, reference

ASSIGNMENT, LESSON, QUESTION = "m01_tensors", "4_layout", "7_words"
_NAMES = (
    "Ada Lovelace", "Zoë Ångström", "Jan van der Berg", "Mary-Jane O'Neil", "李 小龍", "Ann Lee", "Bo Ek", "Ida Tacke",
)  # fmt: skip


@dataclass(frozen=True)
class Student:
    """Who it is, what stands in the answer to each exercise (None: the stub), and in the question in words."""

    name: str
    first: str
    last: str
    lms_id: str
    answers: dict[str, str | None]
    words: str

    def notebooks(self, release: Path) -> dict[str, bytes]:
        """What this student hands in."""
        made = {}
        for path in sorted(release.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                if self.answers.get(name):
                    cell.source = self.answers[name]
                elif name == "why":
                    cell.source = self.words
            made[path.name] = nbformat.writes(notebook).encode()
        return made


def students(count: int = 40) -> list[Student]:
    """The class; each answer is one of those in ``tests/exercises``, right or wrong, or the stub."""
    chance = random.Random(14)
    exercises = [name for name, lesson in lessons().items() if lesson.notebook == LESSON]
    found = []
    for number in range(count):
        first, _, last = _NAMES[number % len(_NAMES)].partition(" ")
        name, last = f"s{number:02}", f"{last} {number}" if number >= len(_NAMES) else last
        found.append(Student(name, first, last, str(9000 + number), {
            exercise: _answer(exercise, chance) for exercise in exercises
        }, f"Because of its strides ({number}).", ))  # fmt: skip
    return found


def _answer(exercise: str, chance: random.Random) -> str | None:
    drawn = chance.random()
    if drawn < 0.1:
        return None
    if drawn < 0.5:
        return reference(exercise)
    return mistaken(exercise, chance.choice([one.name for one in answers(exercise) if not one.right]))


def question() -> NotebookNode:
    """A notebook of one question, which a person grades."""
    marks = {
        "grade": True, "grade_id": "why", "locked": False, "points": 4, "schema_version": 3, "solution": True,
        "task": False,
    }  # fmt: skip
    text = v4.new_markdown_cell("Why does a transpose move nothing?", metadata={"nbgrader": marks}, id="why")
    notebook: NotebookNode = nbformat.from_dict(json.loads(json.dumps(v4.new_notebook(cells=[text]))))
    return notebook
