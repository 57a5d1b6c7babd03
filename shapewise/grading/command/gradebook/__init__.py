"""nbgrader's gradebook -> plain rows; verdicts and dates -> the gradebook. Only this folder knows how it is stored."""

from shapewise.grading.command.gradebook.copying import copy_gradebook
from shapewise.grading.command.gradebook.opening import find_assignment, open_gradebook, read_people
from shapewise.grading.command.gradebook.reading import (
    Cell,
    Kept,
    Mark,
    Submitted,
    read_assignment,
    read_marks,
    read_scores,
)
from shapewise.grading.command.gradebook.writing import GradebookWriter

__all__ = [
    "Cell", "GradebookWriter", "Kept", "Mark", "Submitted", "copy_gradebook", "find_assignment", "open_gradebook",
    "read_assignment", "read_marks", "read_people", "read_scores",
]  # fmt: skip
