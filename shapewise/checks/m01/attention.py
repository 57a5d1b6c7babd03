"""attention: what its check tries."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from shapewise.checks.exercise import Axes, Case, Exercise
from shapewise.checks.inputs import normal

__all__ = ["EXERCISE"]


def _axes(*leading: str) -> Mapping[str, Axes]:
    return {"output": (*leading, "query", "feature"), "weights": (*leading, "query", "key")}


def _mask(*rows: str) -> torch.Tensor:
    """Rows of x (may look) and . (may not)."""
    return torch.tensor([[letter == "x" for letter in row] for row in rows])


def _inputs(
    *leading: int, mask: torch.Tensor | None = None, dtype: torch.dtype = torch.float32
) -> Callable[[], tuple[Any, ...]]:
    """2 queries and 4 keys of width 6, values of width 8."""

    def make() -> tuple[Any, ...]:
        q, k, v = (normal(*leading, *size, seed=sum(size), dtype=dtype) for size in ((2, 6), (4, 6), (4, 8)))
        return (q, k, v) if mask is None else (q, k, v, mask.clone())

    return make


def _square() -> tuple[Any, ...]:
    return tuple(normal(3, 3, seed=seed) for seed in (1, 2, 3))


_PADDING = torch.tensor([[True, True, True, False], [True, True, False, False]])[:, None, None, :]

EXERCISE = Exercise(
    signature="attention(q, k, v, mask=None)",
    notebook="6_build",
    points=5,
    result="result",
    axes=_axes("..."),
    cases=(
        Case("q (2, 6), k (4, 6), v (4, 8), no mask", _inputs(), axes=_axes()),
        Case("q (2, 6), k (4, 6), v (4, 8), a mask that hides keys", _inputs(mask=_mask("xx.x", ".xx.")), axes=_axes()),
        Case(
            "batch 3: q (3, 2, 6), k (3, 4, 6), v (3, 4, 8), causal mask (2, 4)",
            _inputs(3, mask=_mask("xxx.", "xxxx")),
            axes=_axes("batch"),
        ),
        Case(
            "2 sequences of 3 heads: q (2, 3, 2, 6), k (2, 3, 4, 6), v (2, 3, 4, 8), no mask",
            _inputs(2, 3),
            axes=_axes("batch", "head"),
        ),
        Case(
            "2 sequences of 3 heads with padding: a mask of shape (2, 1, 1, 4)",
            _inputs(2, 3, mask=_PADDING),
            axes=_axes("batch", "head"),
            edge=True,
        ),
        Case("all sizes equal: q, k and v (3, 3), no mask", _square, axes=_axes(), edge=True),
        Case("all in float64, no mask", _inputs(dtype=torch.float64), axes=_axes(), edge=True),
        Case("all in float64, a mask", _inputs(mask=_mask("xx.x", ".xx."), dtype=torch.float64), axes=_axes(),
             edge=True),
        Case("query 0 may look nowhere", _inputs(mask=_mask("....", "x.xx")), axes=_axes(), edge=True),
    ),
)
