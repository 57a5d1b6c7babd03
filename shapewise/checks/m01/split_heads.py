"""split_heads: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import scattered

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="split_heads(x, heads)",
    notebook="4_layout",
    points=5,
    axes=("batch", "heads", "seq", "head_dim"),
    input_axes={"x": ("sequence", "token", "feature")},
    moves="x",
    view_of="x",
    cases=(
        Case("x (2, 6, 32), 4 heads", lambda: (scattered(2, 6, 32), 4)),
        Case("as many tokens as features: x (2, 6, 6), 3 heads", lambda: (scattered(2, 6, 6), 3)),
        Case("all sizes equal: x (3, 3, 9), 3 heads", lambda: (scattered(3, 3, 9), 3), edge=True),
        Case("one head: x (2, 4, 6)", lambda: (scattered(2, 4, 6), 1), edge=True),
        Case("heads of one feature: x (2, 4, 6), 6 heads", lambda: (scattered(2, 4, 6), 6), edge=True),
        Case("x (2, 4, 6) in float64, 3 heads", lambda: (scattered(2, 4, 6).double(), 3), edge=True),
        Case(
            "a strided x: every other token of a (2, 8, 15), 3 heads",
            lambda: (scattered(2, 8, 15)[:, ::2], 3),
            edge=True,
        ),
        Case(
            "a strided x (2, 4, 6) whose batch and seq were swapped, 3 heads",
            lambda: (scattered(4, 2, 6).transpose(0, 1), 3),
            edge=True,
        ),
        Case("8 features, which 3 heads do not divide", lambda: (torch.zeros(2, 4, 8), 3), edge=True),
        Case("6 features, and more heads than that: 12", lambda: (torch.zeros(2, 4, 6), 12), edge=True),
    ),
)
