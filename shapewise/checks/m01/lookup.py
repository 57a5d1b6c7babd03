"""lookup: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import scattered

__all__ = ["EXERCISE"]


def _inputs(places: list[int], *size: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(places), scattered(*size)


EXERCISE = Exercise(
    signature="lookup(ids, table)",
    notebook="5_attention",
    points=2,
    axes=("token", "feature"),
    input_axes={"table": ("word", "feature")},
    result="vectors",
    moves="table",
    cases=(
        Case("ids [2, 0, 4], table (7, 5)", lambda: _inputs([2, 0, 4], 7, 5)),
        Case("ids [5, 23, 7, 42], table (100, 32)", lambda: _inputs([5, 23, 7, 42], 100, 32)),
        Case("an id that comes twice: ids [1, 3, 3, 6], table (8, 2)", lambda: _inputs([1, 3, 3, 6], 8, 2)),
        Case("ids [2, 0, 1], a square table (3, 3)", lambda: _inputs([2, 0, 1], 3, 3), edge=True),
        Case(
            "ids [1, 0], a float64 table (6, 4)",
            lambda: (torch.tensor([1, 0]), scattered(6, 4).double()),
            edge=True,
        ),
        Case("one id, the last: ids [5], table (6, 3)", lambda: _inputs([5], 6, 3), edge=True),
        Case("the same id three times: ids [2, 2, 2], table (6, 4)", lambda: _inputs([2, 2, 2], 6, 4), edge=True),
    ),
)
