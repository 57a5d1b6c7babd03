"""flatten_tokens: what its check tries."""

from __future__ import annotations

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import scattered

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="flatten_tokens(x)",
    notebook="6_build",
    points=2,
    axes=("token", "embed"),
    input_axes={"x": ("seq", "batch", "feature")},
    result="tokens",
    moves="x",
    cases=(
        Case("x (5, 2, 8)", lambda: (scattered(5, 2, 8),)),
        Case("as many tokens as sequences: x (3, 3, 5)", lambda: (scattered(3, 3, 5),)),
        Case("all sizes equal: x (3, 3, 3)", lambda: (scattered(3, 3, 3),), edge=True),
        Case("one sequence: x (4, 1, 6)", lambda: (scattered(4, 1, 6),), edge=True),
        Case("one token: x (1, 4, 6)", lambda: (scattered(1, 4, 6),), edge=True),
        Case("whole numbers: x (2, 4, 6)", lambda: (scattered(2, 4, 6).to(torch.int64),), edge=True),
        Case("a strided x: every other token of a (7, 2, 5)", lambda: (scattered(7, 2, 5)[::2],), edge=True),
    ),
)
