"""pairwise_sqdist: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _no_new_axis(a: Any, b: Any) -> Any:
    return ((a - b) ** 2).sum(dim=-1)


def _expanded_square(a: Any, b: Any) -> Any:
    return (a**2).sum(dim=1)[:, None] + (b**2).sum(dim=1) - 2 * a @ b.T


def _expanded_square_clamped(a: Any, b: Any) -> Any:
    return _expanded_square(a, b).clamp(min=0)


def _by_cdist(a: Any, b: Any) -> Any:
    return torch.cdist(a, b) ** 2


def _with_the_root(a: Any, b: Any) -> Any:
    return torch.stack([(p - b).norm(dim=-1) for p in a])


def _rows_and_columns_swapped(a: Any, b: Any) -> Any:
    return torch.stack([((a - q) ** 2).sum(dim=1) for q in b])


def _absolute_values(a: Any, b: Any) -> Any:
    return torch.stack([(p - b).abs().sum(dim=1) for p in a])


def _mean_for_sum(a: Any, b: Any) -> Any:
    return torch.stack([((p - b) ** 2).mean(dim=1) for p in a])


def _sum_before_square(a: Any, b: Any) -> Any:
    return (a.sum(dim=1)[:, None] - b.sum(dim=1)) ** 2


def _products(a: Any, b: Any) -> Any:
    return a @ b.T


def _summed_over_b(a: Any, b: Any) -> Any:
    return torch.stack([((p - b) ** 2).sum(dim=0) for p in a])


def _not_summed(a: Any, b: Any) -> Any:
    return torch.stack([(p - b) ** 2 for p in a])


def _everything_summed(a: Any, b: Any) -> Any:
    return torch.stack([((p - b) ** 2).sum() for p in a]).sum()


def _always_float32(a: Any, b: Any) -> Any:
    return torch.stack([((p - b) ** 2).sum(dim=1) for p in a]).float()


def _nothing_to_stack(a: Any, b: Any) -> Any:
    return torch.stack([((p - b) ** 2).sum(dim=1) for p in a])


_NEW_AXES = "Give each of the two an axis of length 1 where the other one has its points."

EXERCISE = Exercise(
    signature="pairwise_sqdist(a, b)",
    notebook="2_operations",
    points=5,
    axes=("n", "m"),
    vectorised=(
        lambda: (torch.ones(2, 3), torch.ones(4, 3)),
        lambda: (torch.ones(14, 3), torch.ones(11, 3)),
    ),
    cases=(
        Case(
            "a: 2 points, b: 3 points in the plane",
            lambda: (torch.tensor([[0.0, 0.0], [1.0, 2.0]]), torch.tensor([[3.0, 4.0], [1.0, 2.0], [0.0, 1.0]])),
        ),
        Case(
            "a (4, 3), b (2, 3), float64",
            lambda: (torch.arange(12.0).double().reshape(4, 3) % 5, torch.arange(6.0).double().reshape(2, 3) % 4),
        ),
        Case("no points: a (0, 2), b (3, 2)", lambda: (torch.zeros(0, 2), torch.ones(3, 2))),
        Case(
            "points near (10000, 10000): a (2, 2), b (3, 2)",
            lambda: (
                torch.tensor([[10_000.0, 10_001.0], [10_003.0, 10_000.0]]),
                torch.tensor([[10_000.0, 10_002.0], [10_001.0, 10_005.0], [10_004.0, 10_000.0]]),
            ),
            edge=True,
        ),
        Case(
            "many points near (10000, 10000): a (30, 2), b (26, 2)",
            lambda: (
                10_000 + torch.arange(60.0).reshape(30, 2) % 7,
                10_000 + torch.arange(52.0).reshape(26, 2) % 9,
            ),
            edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            _no_new_axis,
            "`a - b` pairs point 0 with point 0 and point 1 with point 1. Every point should meet every other.",
            _NEW_AXES,
        ),
        Mistake(
            _expanded_square,
            "That is |a|² + |b|² - 2ab. Far from the origin it subtracts huge numbers that are almost equal, and "
            "float32 keeps 7 digits of them: the small distance is lost.",
            "Subtract the points first, and square after that.",
        ),
        Mistake(
            _expanded_square_clamped,
            "That is |a|² + |b|² - 2ab, kept from falling below 0. The digits are lost all the same, as the "
            "subtraction of huge numbers cancels them.",
            "Subtract the points first, and square after that.",
        ),
        Mistake(
            _by_cdist,
            "That is `torch.cdist`, squared. For more than 25 points it works with |a|² + |b|² - 2ab, which loses "
            "the small distances of points far from the origin.",
            "Subtract the points first, and square after that.",
        ),
        Mistake(
            _with_the_root,
            "Your result is the distance. The squared distance is wanted.",
            "Leave out the square root.",
        ),
        Mistake(
            _rows_and_columns_swapped,
            "Your table is turned over: its rows are the points of `b`.",
            "Give `a` its axis of length 1 in the middle, so that its points stay in front.",
        ),
        Mistake(_absolute_values, "You sum the absolute differences.", "Square the differences."),
        Mistake(_mean_for_sum, "You take the mean over the coordinates.", "Take the sum."),
        Mistake(
            _sum_before_square,
            "You sum first and square then: differences of unlike sign cancel out.",
            "Square every difference, then sum.",
        ),
        Mistake(
            _products,
            "That is `a @ b.T`, a dot product for every pair. It measures likeness, not distance.",
            "Subtract instead of multiplying. " + _NEW_AXES,
        ),
        Mistake(
            _summed_over_b,
            "You sum over the points of `b`, and keep the coordinates.",
            "Sum over the last axis, that of the coordinates.",
        ),
        Mistake(
            _not_summed,
            "The squares are right, but there is still one number per coordinate.",
            "Sum over the last axis, that of the coordinates.",
        ),
        Mistake(
            _everything_summed,
            "You sum over all axes, and one number is left.",
            "Sum over the last axis alone, that of the coordinates.",
        ),
        Mistake(
            _always_float32,
            "Your result is float32, whatever the points are.",
            "Leave the dtype as the calculation gives it.",
        ),
        Mistake(
            _nothing_to_stack,
            "You build the table row by row, and without points there is no row to stack.",
            _NEW_AXES,
        ),
    ),
)
