"""multi_head_attention: what its check tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import normal

__all__ = ["EXERCISE"]


def _inputs(
    batch: int, seq: int, embed: int, heads: int, dtype: torch.dtype = torch.float32
) -> Callable[[], tuple[Any, ...]]:
    def make() -> tuple[Any, ...]:
        sizes = ((batch, seq, embed), (3 * embed, embed), (embed, embed))
        x, w_qkv, w_out = (normal(*size, seed=seed, dtype=dtype) for seed, size in enumerate(sizes, start=71))
        return x, w_qkv / 2, w_out / 2, heads

    return make


EXERCISE = Exercise(
    signature="multi_head_attention(x, w_qkv, w_out, heads)",
    notebook="6_build",
    points=5,
    axes=("batch", "seq", "embed"),
    cases=(
        Case("x (2, 6, 8), 4 heads", _inputs(2, 6, 8, 4)),
        Case("as many tokens as features: x (1, 6, 6), 2 heads", _inputs(1, 6, 6, 2)),
        Case("as many heads as tokens: x (1, 4, 8), 4 heads", _inputs(1, 4, 8, 4)),
        Case("one head: x (1, 5, 3)", _inputs(1, 5, 3, 1), edge=True),
        Case("heads of one number: x (1, 3, 5), 5 heads", _inputs(1, 3, 5, 5), edge=True),
        Case("one token: x (3, 1, 6), 2 heads", _inputs(3, 1, 6, 2), edge=True),
        Case("float64: x (2, 4, 6), 3 heads", _inputs(2, 4, 6, 3, torch.float64), edge=True),
        Case(
            "gradients: x (1, 3, 4), 2 heads", _inputs(1, 3, 4, 2, torch.float64), edge=True,
            grad_weights=lambda: normal(1, 3, 4, seed=74, dtype=torch.float64),
        ),
    ),
)
