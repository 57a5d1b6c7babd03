"""silu: what its check tries."""

from __future__ import annotations

from functools import partial

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import counted, normal

__all__ = ["EXERCISE"]

_double = partial(normal, dtype=torch.float64)

EXERCISE = Exercise(
    signature="silu(x)",
    notebook="6_build",
    points=2,
    cases=(
        Case("x (5,)", lambda: (counted(5) - 3,), grad_weights=lambda: counted(5)),
        Case("x (2, 4)", lambda: (normal(2, 4, seed=1),), axes=("token", "feature")),
        Case("one number, x ()", lambda: (torch.tensor(1.5),), edge=True, grad_weights=lambda: torch.tensor(2.0)),
        Case(
            "x (2, 3, 4) in float64", lambda: (3 * _double(2, 3, 4, seed=2),), edge=True,
            grad_weights=lambda: _double(2, 3, 4, seed=3),
        ),
    ),
)
