"""embed: what its check tries."""

import torch

from shapewise.checks.exercise import Axes, Case, Exercise
from shapewise.checks.inputs import counted, scattered

__all__ = ["EXERCISE"]

_TOKENS: Axes = ("token", "feature")


def _no_ids(*shape: int) -> torch.Tensor:
    return torch.empty(shape, dtype=torch.int64)


EXERCISE = Exercise(
    signature="embed(ids, table)",
    notebook="6_build",
    points=4,
    axes=("...", "feature"),
    input_axes={"table": ("word", "feature")},
    result="vectors",
    moves="table",
    vectorised=(
        lambda: (torch.tensor([1, 2, 0]), scattered(6, 9)),
        lambda: (torch.arange(30) % 5, scattered(6, 9)),
    ),
    rows_added=27,
    python_may_look=True,
    cases=(
        Case("ids [2, 0, 4], table (6, 9)", lambda: (torch.tensor([2, 0, 4]), scattered(6, 9)), axes=_TOKENS),
        Case(
            "ids (2, 4), table (6, 9)",
            lambda: (torch.tensor([[4, 1, 1, 5], [0, 3, 2, 1]]), scattered(6, 9)),
            axes=("batch", "seq", "feature"),
            grad_weights=lambda: counted(2, 4, 9),
        ),
        Case("a single id, shape ()", lambda: (torch.tensor(3), scattered(6, 9)), axes=("feature",)),
        Case("id -1, table (6, 9)", lambda: (torch.tensor([0, -1]), scattered(6, 9)), edge=True),
        Case("id -2, table (6, 9)", lambda: (torch.tensor([[0, 4], [-2, 1]]), scattered(6, 9)), edge=True),
        Case("id -7, table (6, 9)", lambda: (torch.tensor(-7), scattered(6, 9)), edge=True),
        Case("id 6, table (6, 9)", lambda: (torch.tensor([6, 1]), scattered(6, 9)), edge=True),
        Case("id 9, table (6, 9)", lambda: (torch.tensor([1, 9]), scattered(6, 9)), edge=True),
        Case("no ids, shape (0,)", lambda: (_no_ids(0), scattered(6, 9)), edge=True, axes=_TOKENS),
        Case("no ids, shape (3, 0)", lambda: (_no_ids(3, 0), scattered(6, 9)), edge=True),
        Case(
            "ids (2, 1, 3), table (9, 4)",
            lambda: (torch.tensor([[[1, 8, 0]], [[2, 2, 6]]]), scattered(9, 4)),
            edge=True,
            axes=("group", "batch", "seq", "feature"),
        ),
        Case(
            "ids [2, 0, 1], a square table (3, 3)", lambda: (torch.tensor([2, 0, 1]), scattered(3, 3)), edge=True,
            axes=_TOKENS,
        ),
        Case(
            "ids [3, 1], a float64 table (5, 40)", lambda: (torch.tensor([3, 1]), scattered(5, 40).double()), edge=True,
            axes=_TOKENS,
        ),
    ),
)
