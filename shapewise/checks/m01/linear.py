"""linear: what its check tries."""

from functools import partial

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import counted, normal

__all__ = ["EXERCISE"]

_double = partial(normal, dtype=torch.float64)

EXERCISE = Exercise(
    signature="linear(x, weight, bias=None)",
    notebook="3_pytorch",
    points=5,
    axes=("batch", "seq", "out"),
    cases=(
        Case(
            "x (2, 4, 6), weight (9, 6), bias (9,)",
            lambda: (counted(2, 4, 6), counted(9, 6), 100 * counted(9)),
        ),
        Case("x (2, 4, 6), weight (9, 6), no bias", lambda: (counted(2, 4, 6), counted(9, 6))),
        Case(
            "x (2, 4, 4), a square weight (4, 4), bias (4,)",
            lambda: (counted(2, 4, 4), counted(4, 4), 100 * counted(4)),
        ),
        Case(
            "tokens without a batch: x (3, 5), weight (7, 5), bias (7,)",
            lambda: (counted(3, 5), counted(7, 5), 100 * counted(7)),
            edge=True,
            axes=("seq", "out"),
        ),
        Case(
            "one vector x (5,), weight (7, 5), bias (7,)",
            lambda: (counted(5), counted(7, 5), 100 * counted(7)),
            edge=True,
            axes=("out",),
        ),
        Case(
            "one output feature: x (3, 5), weight (1, 5), bias (1,)",
            lambda: (counted(3, 5), counted(1, 5), torch.tensor([100.0])),
            edge=True,
            axes=("seq", "out"),
        ),
        Case(
            "a bias that is 0: x (3, 5), weight (1, 5), bias (1,)",
            lambda: (counted(3, 5), counted(1, 5), torch.zeros(1)),
            edge=True,
            axes=("seq", "out"),
        ),
        Case(
            "float64: x (2, 1, 4, 6), weight (9, 6), bias (9,)",
            lambda: (_double(2, 1, 4, 6, seed=31), _double(9, 6, seed=32), _double(9, seed=33)),
            edge=True,
            axes=("group", "batch", "seq", "out"),
        ),
        Case(
            "gradients: x (2, 4, 6), weight (9, 6), bias (9,)",
            lambda: (_double(2, 4, 6, seed=31), _double(9, 6, seed=32), _double(9, seed=33)),
            edge=True,
            grad_weights=lambda: _double(2, 4, 9, seed=34),
        ),
    ),
)
