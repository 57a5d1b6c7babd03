"""stable_softmax: what its check tries."""

import math

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import normal

__all__ = ["EXERCISE"]

_TWO = ("row", "column")


def _rows() -> torch.Tensor:
    return torch.tensor([[1.0, 2.0, 3.0, 0.0], [1.0, -1.0, 0.0, 2.0]])


def _apart() -> torch.Tensor:
    """Rows that lie far from each other, the first with one entry far above the rest of it."""
    return torch.tensor([[0.0, 1.0, 200.0, 2.0], [-5000.0, -5001.0, -5002.0, -5003.0]])


EXERCISE = Exercise(
    signature="stable_softmax(x, dim)",
    notebook="6_build",
    points=4,
    rebuilds=("softmax",),
    cases=(
        Case("x [2, 1, 0.1], dim 0", lambda: (torch.tensor([2.0, 1.0, 0.1]), 0), axes=("entry",)),
        Case("x (2, 4), dim 1", lambda: (_rows(), 1), axes=_TWO),
        Case("x (2, 4), dim 0", lambda: (_rows(), 0), axes=_TWO),
        Case("x (2, 4, 6), dim -2", lambda: (normal(2, 4, 6, seed=0), -2), axes=("batch", "row", "column")),
        Case("x (2, 4, 6), dim 0", lambda: (normal(2, 4, 6, seed=0), 0), axes=("batch", "row", "column"), edge=True),
        Case("x (3, 1, 2, 5), dim 2", lambda: (normal(3, 1, 2, 5, seed=1), 2), edge=True),
        Case("a square x (3, 3), dim 1", lambda: (normal(3, 3, seed=2), 1), axes=_TWO, edge=True),
        Case("a square x (3, 3), dim 0", lambda: (normal(3, 3, seed=2), 0), axes=_TWO, edge=True),
        Case("x (5,) in float64", lambda: (50 + normal(5, seed=3, dtype=torch.float64), 0), axes=("entry",), edge=True),
        Case("entries near 60, x [60, 58, -40], dim 0", lambda: (torch.tensor([60.0, 58.0, -40.0]), 0), axes=("entry",),
             edge=True),
        Case(
            "large entries, x [[10000, 9999], [-10000, -9998]], dim 1",
            lambda: (torch.tensor([[10000.0, 9999.0], [-10000.0, -9998.0]]), 1),
            edge=True,
            axes=_TWO,
            digits=True,
        ),
        Case("rows far apart, and one entry far above its row, dim 1", lambda: (_apart(), 1), edge=True, axes=_TWO,
             digits=True),
        Case("columns far apart, dim 0", lambda: (_apart().T.contiguous(), 0), edge=True, axes=_TWO, digits=True),
        Case(
            "a masked entry and a row of -inf, dim 1",
            lambda: (torch.tensor([[0.0, -math.inf, 1.0], [-math.inf] * 3]), 1),
            edge=True,
            axes=_TWO,
        ),
    ),
)
