"""split_heads: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _one_view(x: Any, heads: int) -> Any:
    batch, seq, width = x.shape
    return x.view(batch, heads, seq, width // heads)


def _one_reshape(x: Any, heads: int) -> Any:
    batch, seq, width = x.shape
    return x.reshape(batch, heads, seq, width // heads)


def _no_transpose(x: Any, heads: int) -> Any:
    batch, seq, width = x.shape
    return x.unflatten(-1, (heads, width // heads))


def _heads_first(x: Any, heads: int) -> Any:
    return torch.stack(x.split(x.shape[-1] // heads, dim=-1))


def _interleaved(x: Any, heads: int) -> Any:
    return torch.stack([x[..., head::heads] for head in range(heads)], dim=1)


def _copied(x: Any, heads: int) -> Any:
    return torch.stack(x.split(x.shape[-1] // heads, dim=-1), dim=1)


def _dropped_features(x: Any, heads: int) -> Any:
    size = x.shape[-1] // heads
    return torch.stack([x[..., head * size : (head + 1) * size] for head in range(heads)], dim=1)


def _last_two_swapped(x: Any, heads: int) -> Any:
    return torch.stack(x.split(x.shape[-1] // heads, dim=-1), dim=-1)


def _asserted(x: Any, heads: int) -> Any:
    assert x.shape[-1] % heads == 0
    return x


def _left_to_torch(x: Any, heads: int) -> Any:
    batch, seq, width = x.shape
    return x.view(batch, seq, heads, width // heads)


_REFUSE = "Test `width % heads` before anything else, and raise a `ValueError` that names both numbers."
_ONE_VIEW = "`view` and `reshape` cut memory in its order, so one head gets features of several tokens."
_SPLIT_THEN_SWAP = "Split only the last axis into (heads, head_dim) first; then swap the axes seq and heads."

EXERCISE = Exercise(
    signature="split_heads(x, heads)",
    notebook="4_layout",
    points=5,
    axes=("batch", "heads", "seq", "head_dim"),
    input_axes={"x": ("sequence", "token", "feature")},
    view_of="x",
    cases=(
        Case("x (2, 3, 20), 4 heads", lambda: (torch.arange(120.0).reshape(2, 3, 20), 4)),
        Case("x (2, 6, 6), 3 heads", lambda: (torch.arange(72.0).reshape(2, 6, 6), 3)),
        Case(
            "a strided x: every other token of a (2, 8, 15), 3 heads",
            lambda: (torch.arange(240.0).reshape(2, 8, 15)[:, ::2], 3),
            edge=True,
        ),
        Case("width 8, which 3 heads do not divide", lambda: (torch.zeros(2, 4, 8), 3), edge=True),
    ),
    mistakes=(
        Mistake(_one_view, f"Your result is `x.view(batch, heads, seq, head_dim)`: {_ONE_VIEW}", _SPLIT_THEN_SWAP),
        Mistake(
            _one_reshape,
            f"Your result is `x.reshape(batch, heads, seq, head_dim)`: {_ONE_VIEW}",
            _SPLIT_THEN_SWAP,
        ),
        Mistake(
            _no_transpose,
            "The last axis is split rightly, but the heads stand behind the tokens: (batch, seq, heads, head_dim).",
            "Swap the axes seq and heads, so that each head holds its own (seq, head_dim) matrix.",
        ),
        Mistake(
            _interleaved,
            "Your heads take every so many-th feature: the last axis was split into (head_dim, heads). Head 0 "
            "should hold neighboring features.",
            "Split the last axis into (heads, head_dim), in this order.",
        ),
        Mistake(
            _heads_first,
            "Your heads stand in front of the batch: (heads, batch, seq, head_dim).",
            "Leave the batch where it is, and swap only the axes seq and heads.",
        ),
        Mistake(
            _last_two_swapped,
            "Each head holds a column per token here: (batch, seq, head_dim, heads), cut rightly and turned too far.",
            "After the cut, swap the two axes in the middle: seq and heads.",
        ),
        Mistake(
            _copied,
            "`contiguous`, `clone`, `stack` and, after a swap, `reshape` write the whole tensor once more.",
            "Return the swapped view itself: writing into it must change `x`.",
        ),
        Mistake(
            _dropped_features,
            "With 3 heads, `8 // 3` is 2, so the last two features are dropped without a word.",
            _REFUSE,
            edge=True,
        ),
        Mistake(
            _asserted,
            "An `assert` is for what cannot happen; Python leaves it out when it runs with `-O`. A wrong argument can "
            "happen.",
            _REFUSE,
            edge=True,
        ),
        Mistake(
            _left_to_torch,
            "You leave it to `view` to refuse, and its message speaks of a shape that the caller has never seen.",
            _REFUSE,
            edge=True,
        ),
    ),
)
