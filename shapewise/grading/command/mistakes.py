"""``autograded/`` -> what went wrong in each answer, as the judge has noted it beside its verdicts.

Nothing is guessed and nothing is graded again. The notebooks read here were written by the judge; of a student's text
nothing is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.messages.verdicts import Verdict
from shapewise.report.grades import Grades
from shapewise.report.mistakes import Mistake

__all__ = ["mistakes_in", "read_mistakes"]

_IN_WORDS = {
    "signature": "cannot be called as asked", "runs": "raises an error", "type": "wrong type", "dtype": "wrong dtype",
    "shape": "wrong shape", "inputs untouched": "changes its inputs", "values": "wrong values",
    "memory": "a copy where a view was asked for, or the reverse", "gradients": "wrong gradients",
    "no Python loop": "loops in Python", "written out": "uses the ready-made operation",
}  # fmt: skip
_NOTHING_THERE = {Verdict.NOT_STARTED, Verdict.MISSING, Verdict.UNREADABLE}
_FINE = {"", Verdict.PASSED, Verdict.MANUAL}
_PLAIN = {Verdict.FAILED: "fails", Verdict.ERROR: "ends with an error in", Verdict.PARTIAL: "passes part of"}


def read_mistakes(course: Path, grades: Grades) -> tuple[Mistake, ...]:
    """The mistakes that cost the students in ``grades`` points; of a student's exercise at most one.

    What a check found in an answer that has all its points, by tests that ask for less or by hand, is none of them.
    """
    graded = course / CourseDirectory(config=nbgrader_config(course)).autograded_directory
    notebooks = tuple(dict.fromkeys(exercise.notebook for exercise in grades.exercises))
    places = {(exercise.notebook, exercise.name): exercise.points for exercise in grades.exercises}
    found: list[Mistake] = []
    for row in grades.students:
        if all(points is None for points in row.points):
            continue
        pairs = zip(places.items(), row.points, strict=True)
        full = {place for (place, worth), points in pairs if 0 < worth <= (points or 0.0)}
        for name in notebooks:
            path = graded / row.student / grades.assignment / f"{name}.ipynb"
            try:
                there = mistakes_in(json.loads(path.read_bytes()), row.student, name)
                found += [one for one in there if (name, one.exercise) not in full]
            except FileNotFoundError:
                missing = [exercise.name for exercise in grades.exercises if exercise.notebook == name]
                found += (Mistake(row.student, name, exercise, str(Verdict.MISSING), answered=False)
                          for exercise in missing)  # fmt: skip
            except (OSError, ValueError, KeyError, TypeError):
                continue  # not the judge's work; the run that writes it anew says what was wrong
    return tuple(found)


def mistakes_in(notebook: Mapping[str, Any], student: str, name: str) -> Iterator[Mistake]:
    """The mistakes that one graded notebook tells of, at most one for each exercise."""
    marked = [(cell["metadata"].get("nbgrader") or {}, cell["metadata"].get("shapewise") or {})
              for cell in notebook["cells"]]  # fmt: skip
    solutions = sorted((str(mark["grade_id"]) for mark, _ in marked if mark.get("solution")), key=len, reverse=True)
    tests: dict[str, list[tuple[str, str, list[dict[str, Any]]]]] = {}
    for mark, said in marked:
        if mark.get("grade") and not mark.get("solution"):
            cell = str(mark["grade_id"])
            exercise = next((solution for solution in solutions if cell.startswith(solution)), cell)
            tests.setdefault(exercise, []).append((cell, str(said.get("verdict", "")), said.get("found", [])))
    for exercise, ended in tests.items():
        mistake = _mistake(student, name, exercise, ended)
        if mistake is not None and mistake.answered and _is_untouched(notebook, exercise):
            mistake = Mistake(student, name, exercise, str(Verdict.NOT_STARTED), answered=False)
        if mistake is not None:
            yield mistake


def _is_untouched(notebook: Mapping[str, Any], exercise: str) -> bool:
    """Whether an answer is as it was handed out, as broken code may be: its mistake is no student's."""
    answers, wrote = [], False
    for cell in notebook["cells"]:
        written = bool((cell["metadata"].get("shapewise") or {}).get("written"))
        mark = cell["metadata"].get("nbgrader") or {}
        if mark.get("solution") and mark.get("grade_id") == exercise:
            answers.append(written)
        wrote = wrote or (written and exercise in "".join(cell["source"]))
    return bool(answers) and not any(answers) and not wrote


def _mistake(
    student: str, notebook: str, exercise: str, ended: list[tuple[str, str, list[dict[str, Any]]]]
) -> Mistake | None:
    """The mistake behind how an exercise's tests ended; a named one before any other."""
    found = sorted((one for _, _, checks in ended for one in checks), key=lambda one: not one["mistake"])
    for one in found[:1]:
        if one["mistake"]:
            return Mistake(student, notebook, exercise, one["mistake"], True, one["says"], one["do"])
        where = " at an edge case" if one["edge"] else ""
        return Mistake(student, notebook, exercise, _IN_WORDS.get(one["stage"], one["stage"]) + where)
    lost = {cell: verdict for cell, verdict, _ in ended if verdict not in _FINE}
    for verdict in lost.values():
        if verdict in _NOTHING_THERE:
            return Mistake(student, notebook, exercise, verdict, answered=False)
        if verdict not in _PLAIN:
            return Mistake(student, notebook, exercise, verdict)
    for verdict in dict.fromkeys(lost.values()):
        cells = ", ".join(cell for cell, ends in lost.items() if ends == verdict)
        return Mistake(student, notebook, exercise, f"{_PLAIN[Verdict(verdict)]} {cells}")
    return None
