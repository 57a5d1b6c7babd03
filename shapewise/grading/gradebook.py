"""nbgrader's gradebook -> a table of grades. The only file here that knows how nbgrader stores them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from shapewise.course import nbgrader_api

__all__ = ["Exercise", "Grades", "StudentGrades", "read_grades"]


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


def read_grades(course: Path, assignment: str, remarks: dict[str, tuple[str, ...]] | None = None) -> Grades:
    """The class's grades; ``remarks`` adds what to say of a student, and students the gradebook does not know."""
    remarks = remarks or {}
    with nbgrader_api(course).gradebook as gradebook:
        cells = _graded_cells(gradebook, assignment)
        exercises = _exercises(cells)
        rows = {
            submission.student.id: _points(submission, exercises, cells)
            for submission in gradebook.assignment_submissions(assignment)
        }
    for student in remarks:
        rows.setdefault(student, (None,) * len(exercises))
    return Grades(
        assignment,
        tuple(exercises),
        tuple(StudentGrades(student, rows[student], remarks.get(student, ())) for student in sorted(rows)),
    )


def _graded_cells(gradebook: Gradebook, assignment: str) -> dict[tuple[str, str], tuple[str, float]]:
    """(notebook, graded cell) -> (exercise, points). A cell belongs to the exercise whose name its own begins with."""
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        raise LookupError(f"The gradebook knows no assignment {assignment!r}. Build it first: make build.") from None
    cells = {}
    for notebook in sorted(notebooks, key=lambda notebook: notebook.name):
        solutions = sorted((cell.name for cell in notebook.solution_cells), key=len, reverse=True)
        order = {cell.name: place for place, cell in enumerate(notebook.source_cells)}
        for cell in sorted(notebook.grade_cells, key=lambda cell: order.get(cell.name, 0)):
            exercise = next((name for name in solutions if cell.name.startswith(name)), cell.name)
            cells[notebook.name, cell.name] = (exercise, float(cell.max_score))
    return cells


def _exercises(cells: dict[tuple[str, str], tuple[str, float]]) -> list[Exercise]:
    points: dict[tuple[str, str], float] = {}
    for (notebook, _), (exercise, worth) in cells.items():
        points[notebook, exercise] = points.get((notebook, exercise), 0.0) + worth
    return [Exercise(notebook, name, worth) for (notebook, name), worth in points.items()]


def _points(
    submission: object, exercises: list[Exercise], cells: dict[tuple[str, str], tuple[str, float]]
) -> tuple[float | None, ...]:
    found: dict[tuple[str, str], float] = {}
    for notebook in submission.notebooks:  # type: ignore[attr-defined]
        for grade in notebook.grades:
            exercise, _ = cells[notebook.name, grade.cell.name]
            key = (notebook.name, exercise)
            found[key] = found.get(key, 0.0) + float(grade.score or 0.0)
    return tuple(found.get((exercise.notebook, exercise.name)) for exercise in exercises)
