"""describe: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="describe(t)",
    notebook="1_shapes",
    points=4,
    result="description",
    cases=(
        Case("t of shape (3, 5), float32", lambda: (torch.ones(3, 5),)),
        Case("t of shape (2, 7, 4), int64", lambda: (torch.zeros(2, 7, 4, dtype=torch.int64),)),
        Case("t of shape (6,), bfloat16", lambda: (torch.ones(6, dtype=torch.bfloat16),)),
        Case("t of shape (4, 2), complex64", lambda: (torch.ones(4, 2, dtype=torch.complex64),)),
        Case("a scalar", lambda: (torch.tensor(5.0),), edge=True),
        Case("a mask of shape (4, 3), bool", lambda: (torch.ones(4, 3, dtype=torch.bool),), edge=True),
        Case("an empty tensor of shape (0, 3)", lambda: (torch.zeros(0, 3),), edge=True),
        Case("a view: two rows of a (5, 8)", lambda: (torch.ones(5, 8)[1:3],), edge=True),
        Case("a view with gaps: every other column of a (4, 10)", lambda: (torch.ones(4, 10)[:, ::2],), edge=True),
        Case(
            "a view that repeats: one float64 row, expanded to (6, 5)",
            lambda: (torch.ones(1, 5, dtype=torch.float64).expand(6, 5),),
            edge=True,
        ),
    ),
)
