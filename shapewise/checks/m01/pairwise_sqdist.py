"""pairwise_sqdist: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise

__all__ = ["EXERCISE"]


def _points(count: int, width: int, step: int) -> torch.Tensor:
    """Small whole numbers, so that every distance is exact."""
    return (torch.arange(float(count * width)) * step).remainder(7).reshape(count, width)


EXERCISE = Exercise(
    signature="pairwise_sqdist(a, b)",
    notebook="2_operations",
    points=5,
    axes=("n", "m"),
    vectorised=(
        lambda: (torch.ones(2, 3), torch.ones(4, 3)),
        lambda: (torch.ones(26, 3), torch.ones(28, 3)),
    ),
    rows_added=24,
    cases=(
        Case("a: 4 points, b: 6 points in the plane", lambda: (_points(4, 2, 3), _points(6, 2, 5))),
        Case("a (5, 3), b (7, 3), float64", lambda: (_points(5, 3, 5).double(), _points(7, 3, 2).double())),
        Case("no points: a (0, 2), b (4, 2)", lambda: (torch.zeros(0, 2), torch.ones(4, 2))),
        Case("no points: a (4, 2), b (0, 2)", lambda: (torch.ones(4, 2), torch.zeros(0, 2)), edge=True),
        Case("one point: a (1, 5), b (3, 5)", lambda: (_points(1, 5, 3), _points(3, 5, 5)), edge=True),
        Case("one coordinate: a (3, 1), b (5, 1)", lambda: (_points(3, 1, 3), _points(5, 1, 5)), edge=True),
        Case("as many points as coordinates: a (3, 3), b (3, 3)", lambda: (_points(3, 3, 5), _points(3, 3, 2)),
             edge=True),
        Case(
            "points near (10000, 10000): a (4, 2), b (6, 2)",
            lambda: (10_000 + _points(4, 2, 3), 10_000 + _points(6, 2, 5)),
            edge=True,
            digits=True,
        ),
        Case(
            "many points near (10000, 10000): a (28, 2), b (3, 2)",
            lambda: (10_000 + _points(28, 2, 3), 10_000 + _points(3, 2, 5)),
            edge=True,
            digits=True,
        ),
    ),
)
