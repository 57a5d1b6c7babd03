"""A class that holds one of every hand-in that once stopped, slowed or misled the grader, beside honest ones.

A new one is one entry in the list of one of the modules here; ``test_hostile_class`` grades them all together.
"""

from tests.grading.hostile_class import broken_notebooks, honest, notebooks, odd_folders, odd_names, timestamps
from tests.grading.hostile_class.hand_in import ASSIGNMENT, HandIn, make_course

__all__ = ["ASSIGNMENT", "HAND_INS", "HandIn", "make_course"]

HAND_INS: tuple[HandIn, ...] = (
    *honest.HAND_INS,
    *notebooks.HAND_INS,
    *broken_notebooks.HAND_INS,
    *odd_folders.HAND_INS,
    *odd_names.HAND_INS,
    *timestamps.HAND_INS,
)
