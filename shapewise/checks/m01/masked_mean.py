"""masked_mean: what its check tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import counted, normal

__all__ = ["EXERCISE"]


def _inputs(*rows: str, embed: int) -> Callable[[], tuple[Any, ...]]:
    """Sentences of x (a real token) and . (filled in), their vectors counted up."""
    real = torch.tensor([[letter == "x" for letter in row] for row in rows])
    return lambda: (counted(*real.shape, embed), real.clone())


EXERCISE = Exercise(
    signature="masked_mean(x, real)",
    notebook="6_build",
    points=2,
    axes=("batch", "embed"),
    result="means",
    cases=(
        Case("x (2, 4, 7): 4 and 2 real tokens", _inputs("xxxx", "xx..", embed=7)),
        Case("as many tokens as features: x (2, 5, 5), 3 and 1 real tokens", _inputs("xxx..", "x....", embed=5)),
        Case(
            "as many sentences as features: x (3, 5, 3), 5, 1 and 4 real tokens",
            _inputs("xxxxx", "x....", "xxxx.", embed=3),
        ),
        Case(
            "as many sentences as tokens: x (3, 3, 5), 1, 3 and 2 real tokens",
            _inputs("x..", "xxx", "xx.", embed=5), edge=True,
        ),
        Case("filled up in front: x (2, 4, 6), 1 and 3 real tokens", _inputs("...x", ".xxx", embed=6), edge=True),
        Case(
            "float64: x (2, 4, 6), 3 and 4 real tokens",
            lambda: (normal(2, 4, 6, seed=1, dtype=torch.float64), torch.tensor([[True] * 3 + [False], [True] * 4])),
            edge=True,
        ),
    ),
)
