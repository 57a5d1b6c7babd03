"""merge_heads: what its check tries."""

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import scattered

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="merge_heads(y)",
    notebook="4_layout",
    points=3,
    axes=("batch", "seq", "embed"),
    input_axes={"y": ("sequence", "head", "token", "feature")},
    moves="y",
    result="x",
    cases=(
        Case("y (2, 4, 6, 8), contiguous", lambda: (scattered(2, 4, 6, 8),)),
        Case("y (2, 3, 5, 7), whose axes heads and seq were swapped", lambda: (scattered(2, 5, 3, 7).transpose(1, 2),)),
        Case("as many heads as tokens: y (2, 4, 4, 6)", lambda: (scattered(2, 4, 4, 6),)),
        Case("all sizes equal: y (3, 3, 3, 3)", lambda: (scattered(3, 3, 3, 3),), edge=True),
        Case("one sequence: y (1, 2, 4, 6)", lambda: (scattered(1, 2, 4, 6),), edge=True),
        Case("one head: y (2, 1, 4, 6)", lambda: (scattered(2, 1, 4, 6),), edge=True),
        Case("one token: y (2, 4, 1, 6)", lambda: (scattered(2, 4, 1, 6),), edge=True),
        Case("heads of one feature: y (2, 4, 6, 1)", lambda: (scattered(2, 4, 6, 1),), edge=True),
        Case("y (2, 3, 5, 7) in float64", lambda: (scattered(2, 3, 5, 7).double(),), edge=True),
    ),
)
