"""A class's grades in one assignment, as plain data: what the table, the CSV file and the pages are made from."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Exercise", "Grades", "StudentGrades"]


@dataclass(frozen=True)
class Exercise:
    """One exercise: the notebook it stands in, its name, and the points it is worth."""

    notebook: str
    name: str
    points: float


@dataclass(frozen=True)
class StudentGrades:
    """One student's points, in the order of ``Grades.exercises``; None where nothing was graded."""

    student: str
    points: tuple[float | None, ...]
    remarks: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """The sum of the points."""
        return sum(points or 0 for points in self.points)


@dataclass(frozen=True)
class Grades:
    """The grades of a class in one assignment."""

    assignment: str
    exercises: tuple[Exercise, ...]
    students: tuple[StudentGrades, ...] = field(default=())

    @property
    def total(self) -> float:
        """The points that the assignment is worth."""
        return sum(exercise.points for exercise in self.exercises)
