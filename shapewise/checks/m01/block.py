"""block: what its check tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import normal

__all__ = ["EXERCISE"]


def _inputs(
    batch: int, seq: int, embed: int, hidden: int, heads: int, *, scale: float = 1.0, double: bool = False
) -> Callable[[], tuple[Any, ...]]:
    dtype = torch.float64 if double else torch.float32

    def make() -> tuple[Any, ...]:
        sizes = ((3 * embed, embed), (embed, embed), (hidden, embed), (embed, hidden))
        weights = [normal(*size, seed=seed, dtype=dtype) / 2 for seed, size in enumerate(sizes, start=81)]
        return scale * normal(batch, seq, embed, seed=80, dtype=dtype), *weights, heads

    return make


EXERCISE = Exercise(
    signature="block(x, w_qkv, w_out, w_up, w_down, heads)",
    notebook="6_build",
    points=5,
    axes=("batch", "seq", "embed"),
    cases=(
        Case("x (2, 6, 8), 4 heads, 20 numbers inside", _inputs(2, 6, 8, 20, 4)),
        Case("as many tokens as features: x (1, 6, 6), 2 heads, 10 numbers inside", _inputs(1, 6, 6, 10, 2)),
        Case("as wide inside as outside: x (1, 3, 6), 2 heads, 6 numbers inside", _inputs(1, 3, 6, 6, 2), edge=True),
        Case("one head: x (1, 5, 3), 8 numbers inside", _inputs(1, 5, 3, 8, 1), edge=True),
        Case("one token: x (3, 1, 6), 2 heads, 9 numbers inside", _inputs(3, 1, 6, 9, 2), edge=True),
        Case(
            "x so small that eps counts: x (1, 3, 6), 2 heads, 9 numbers inside",
            _inputs(1, 3, 6, 9, 2, scale=0.005), edge=True,
        ),
        Case("float64: x (2, 4, 6), 3 heads, 9 numbers inside", _inputs(2, 4, 6, 9, 3, double=True), edge=True),
        Case(
            "gradients: x (1, 3, 4), 2 heads, 6 numbers inside", _inputs(1, 3, 4, 6, 2, double=True), edge=True,
            grad_weights=lambda: normal(1, 3, 4, seed=85, dtype=torch.float64),
        ),
    ),
)
