"""word_scores: what its check tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import normal

__all__ = ["EXERCISE"]

_TOKENS = ("token", "vocab")


def _inputs(
    *shape: int, vocab: int, stored: torch.dtype = torch.float16, dtype: torch.dtype = torch.float32, scale: float = 1.0
) -> Callable[[], tuple[Any, ...]]:
    return lambda: (scale * normal(*shape, seed=91, dtype=dtype), normal(vocab, shape[-1], seed=92).to(stored))


EXERCISE = Exercise(
    signature="word_scores(x, table)",
    notebook="6_build",
    points=2,
    axes=("batch", "seq", "vocab"),
    result="scores",
    cases=(
        Case("x (2, 4, 6) in float32, table (9, 6) in float16", _inputs(2, 4, 6, vocab=9)),
        Case("x (2, 6) in float32, table (9, 6) in bfloat16", _inputs(2, 6, vocab=9, stored=torch.bfloat16),
             axes=_TOKENS),
        Case("x (3, 5) in float64, table (8, 5) in float16", _inputs(3, 5, vocab=8, dtype=torch.float64), axes=_TOKENS),
        Case("x (2, 4) near 100,000, table (6, 4) in float16", _inputs(2, 4, vocab=6, scale=1e5), edge=True,
             axes=_TOKENS),
        Case("both in float32: x (2, 4, 6), table (9, 6)", _inputs(2, 4, 6, vocab=9, stored=torch.float32), edge=True),
        Case("one vector: x (5,), table (8, 5) in float16", _inputs(5, vocab=8), edge=True, axes=("vocab",)),
        Case("a square table: x (2, 5), table (5, 5) in float16", _inputs(2, 5, vocab=5), edge=True, axes=_TOKENS),
    ),
)
