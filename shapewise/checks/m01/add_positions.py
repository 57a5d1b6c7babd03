"""add_positions: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import counted, normal

__all__ = ["EXERCISE"]


def _inputs(size: tuple[int, int, int], rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    """x holds 100, 200, 300, ..., and row t of the table 10 t, 10 t + 1, ...: what was added can be read off."""
    return 100 * counted(*size), 10 * torch.arange(float(rows))[:, None] + torch.arange(float(size[2]))


EXERCISE = Exercise(
    signature="add_positions(x, positions)",
    notebook="3_pytorch",
    points=4,
    axes=("batch", "seq", "embed"),
    cases=(
        Case("x (2, 4, 7), positions (10, 7)", lambda: _inputs((2, 4, 7), 10)),
        Case("as many sequences as tokens: x (3, 3, 5), positions (8, 5)", lambda: _inputs((3, 3, 5), 8)),
        Case("every row in use: x (2, 5, 8), positions (5, 8)", lambda: _inputs((2, 5, 8), 5), edge=True),
        Case("one token: x (3, 1, 5), positions (7, 5)", lambda: _inputs((3, 1, 5), 7), edge=True),
        Case("one sequence: x (1, 4, 6), positions (9, 6)", lambda: _inputs((1, 4, 6), 9), edge=True),
        Case("all sizes equal: x (4, 4, 4), positions (4, 4)", lambda: _inputs((4, 4, 4), 4), edge=True),
        Case(
            "gradients, in float64: x (2, 4, 7), positions (10, 7)",
            lambda: (normal(2, 4, 7, seed=71, dtype=torch.float64), normal(10, 7, seed=72, dtype=torch.float64)),
            edge=True,
            grad_weights=lambda: normal(2, 4, 7, seed=73, dtype=torch.float64),
        ),
    ),
)
