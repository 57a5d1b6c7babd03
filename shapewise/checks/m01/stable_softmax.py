"""stable_softmax: what its check tries, and the mistakes that it knows."""

import math
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _shares(parts: Any, dim: int) -> Any:
    return parts / parts.sum(dim, True)


def _overflowing(x: Any, dim: int) -> Any:
    return _shares(x.exp(), dim)


def _last_dimension_always(x: Any, dim: int) -> Any:
    return _shares(x.exp(), -1)


def _first_dimension_always(x: Any, dim: int) -> Any:
    return _shares(x.exp(), 0)


def _over_everything(x: Any, dim: int) -> Any:
    return (x - x.max()).exp() / (x - x.max()).exp().sum()


def _sum_of_everything(x: Any, dim: int) -> Any:
    shares = torch.softmax(x, dim)
    powers = shares / shares.amax(dim, keepdim=True)
    return powers / powers.sum()


def _dimension_lost(x: Any, dim: int) -> Any:
    return _shares((x - x.amax(dim)).exp(), dim)


def _maximum_with_places(x: Any, dim: int) -> Any:
    return _shares((x - x.max(dim, keepdim=True)).exp(), dim)


def _minus_the_mean(x: Any, dim: int) -> Any:
    return _shares((x - x.mean(dim, keepdim=True)).exp(), dim)


def _one_global_maximum(x: Any, dim: int) -> Any:
    return _shares((x - x.max()).exp(), dim)


def _in_place(x: Any, dim: int) -> Any:
    x -= x.max()
    return _shares(x.exp(), dim)


def _without_powers(x: Any, dim: int) -> Any:
    return _shares(x, dim)


def _logarithms(x: Any, dim: int) -> Any:
    return torch.log_softmax(x, dim)


def _not_divided(x: Any, dim: int) -> Any:
    return torch.stack([(part - part.max()).exp() for part in x.unbind()]) if x.dim() > 1 else (x - x.max()).exp()


def _zeros_for_masked_rows(x: Any, dim: int) -> Any:
    return _shares(x.exp(), dim).nan_to_num(0.0)


def _single_precision(x: Any, dim: int) -> Any:
    return _shares(x.float().exp(), dim)


EXERCISE = Exercise(
    signature="stable_softmax(x, dim)",
    notebook="5_attention",
    points=4,
    written_out=3,
    cases=(
        Case("x [2, 1, 0.1], dim 0", lambda: (torch.tensor([2.0, 1.0, 0.1]), 0), axes=("entry",)),
        Case(
            "x (2, 3), dim 1",
            lambda: (torch.tensor([[1.0, 2.0, 3.0], [1.0, -1.0, 0.0]]), 1),
            axes=("row", "column"),
        ),
        Case(
            "x (2, 3), dim 0",
            lambda: (torch.tensor([[1.0, 2.0, 3.0], [1.0, -1.0, 0.0]]), 0),
            axes=("row", "column"),
        ),
        Case(
            "x (2, 3, 4), dim -2",
            lambda: (torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0)), -2),
            axes=("batch", "row", "column"),
        ),
        Case("x (3,) in float64", lambda: (torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64), 0), axes=("entry",)),
        Case(
            "large entries, x [[10000, 9999], [-10000, -9998]]",
            lambda: (torch.tensor([[10000.0, 9999.0], [-10000.0, -9998.0]]), 1),
            edge=True,
            axes=("row", "column"),
        ),
        Case(
            "a masked entry and a row of -inf",
            lambda: (torch.tensor([[0.0, -math.inf, 1.0], [-math.inf] * 3]), 1),
            edge=True,
            axes=("row", "column"),
        ),
    ),
    mistakes=(
        Mistake(
            _overflowing,
            "Your powers overflow: e to a number above 88 is `inf` in float32, and `inf / inf` is `nan`. Far below "
            "zero all powers are 0, and `0 / 0` is `nan`, too.",
            "Subtract the largest entry along `dim` first; the shares stay the same.",
        ),
        Mistake(
            _last_dimension_always,
            "Your function works along the last dimension, whatever `dim` says.",
            "Hand `dim` on to every reduction.",
        ),
        Mistake(
            _first_dimension_always,
            "Your function works along dimension 0, whatever `dim` says.",
            "Hand `dim` on to every reduction.",
        ),
        Mistake(
            _over_everything,
            "Your entries sum to 1 over the whole tensor: the sum has no `dim`.",
            "Sum along `dim`, and keep that dimension, so that it broadcasts back.",
        ),
        Mistake(
            _sum_of_everything,
            "Your powers are divided by the sum of the whole tensor, not by the sum along `dim`.",
            "Hand `dim` to the sum as well, and keep that dimension, so that it broadcasts back.",
        ),
        Mistake(
            _dimension_lost,
            "A maximum or a sum has lost the dimension that it was taken along, so it lines up with the wrong one.",
            "Keep the reduced dimension as a 1, for the maximum and for the sum.",
        ),
        Mistake(
            _maximum_with_places,
            "`x.max(dim)` gives two things, the maxima and their places. You cannot subtract both.",
            "Use `amax`, which gives the maxima alone.",
        ),
        Mistake(
            _minus_the_mean,
            "You subtract the mean. The largest entry may still lie far above it and overflow.",
            "Subtract the largest entry along `dim`.",
        ),
        Mistake(
            _one_global_maximum,
            "You subtract one maximum of the whole tensor. In a row far below it all powers are 0, and `0 / 0` is "
            "`nan`.",
            "Take the maximum along `dim`, one for each row.",
        ),
        Mistake(
            _in_place,
            "Your function writes into `x`: `-=` and methods that end in `_` do that. The caller's numbers are gone.",
            "Make a new tensor with a plain minus.",
        ),
        Mistake(
            _without_powers,
            "Your result is each entry's share of the sum, without the powers of e. Negative entries become "
            "negative weights that way.",
            "Take `exp` before you divide.",
        ),
        Mistake(
            _logarithms,
            "Your result holds the logarithms of the weights.",
            "Divide the powers by their sum; no logarithm is left at the end.",
        ),
        Mistake(
            _not_divided,
            "Your powers are not yet divided by their sum, so they do not sum to 1.",
            "Divide by the sum along `dim`.",
        ),
        Mistake(
            _zeros_for_masked_rows,
            "Your function hides `nan`. Such a row has no weights at all, and `torch.softmax` says so with `nan`.",
            "Leave the `nan` of a row of `-inf` alone, and cure overflow at its source: the largest entry.",
        ),
        Mistake(
            _single_precision,
            "Your result is float32 for a float64 input.",
            "Stay in the dtype of `x`.",
        ),
    ),
)
