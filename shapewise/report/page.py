"""Grades -> one page that tells an instructor which exercises are hard and who needs help."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from shapewise.report.grades import Exercise, Grades

__all__ = ["render_class_report", "write_class_report"]


@dataclass(frozen=True)
class _ExerciseRow:
    number: int
    exercise: Exercise
    mean: float
    solved: int

    @property
    def percent(self) -> int:
        return round(100 * self.mean / self.exercise.points) if self.exercise.points else 0


def render_class_report(grades: Grades) -> str:
    """The page as HTML that needs no other file."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(files("shapewise.report").joinpath("class_report.html").read_text("utf-8"))
    class_size = max(len(grades.students), 1)
    return template.render(
        grades=grades,
        mean=sum(student.total for student in grades.students) / class_size,
        exercises=[_row(grades, place, class_size) for place in range(len(grades.exercises))],
    )


def write_class_report(grades: Grades, path: Path) -> None:
    """Write the page to ``path``, replacing it as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(render_class_report(grades), "utf-8")
    partial.replace(path)


def _row(grades: Grades, place: int, class_size: int) -> _ExerciseRow:
    exercise = grades.exercises[place]
    points = [student.points[place] or 0.0 for student in grades.students]
    solved = sum(value == exercise.points for value in points)
    return _ExerciseRow(place + 1, exercise, sum(points) / class_size, solved)
