"""broadcast_shape: what its check tries, and the mistakes that it knows."""

import math
import sys
from itertools import zip_longest
from typing import Any

import numpy as np
import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _clash(a: Any, b: Any) -> ValueError:
    return ValueError(f"{a} and {b} clash")


def _meet(n: int, m: int) -> int:
    """The length that two lengths make together; below zero if they clash."""
    return n * m if 1 in (n, m) else n if n == m else -1


def _aligned_left(a: Any, b: Any) -> Any:
    result = [_meet(n, m) for n, m in zip_longest(a, b, fillvalue=1)]
    if min(result, default=0) < 0:
        raise _clash(a, b)
    return tuple(result)


def _cut_to_the_shorter(a: Any, b: Any) -> Any:
    result = [_meet(n, m) for n, m in zip(a[::-1], b[::-1], strict=False)]
    if min(result, default=0) < 0:
        raise _clash(a, b)
    return tuple(result[::-1])


def _cut_and_left(a: Any, b: Any) -> Any:
    result = [_meet(n, m) for n, m in zip(a, b, strict=False)]
    if min(result, default=0) < 0:
        raise _clash(a, b)
    return tuple(result)


def _longer_wins(a: Any, b: Any) -> Any:
    pairs = zip_longest(a[::-1], b[::-1], fillvalue=1)
    return tuple(max(n, m) for n, m in pairs)[::-1]


def _longer_wins_where_they_fit(a: Any, b: Any) -> Any:
    pairs = list(zip_longest(a[::-1], b[::-1], fillvalue=1))
    if any(_meet(n, m) < 0 for n, m in pairs):
        raise _clash(a, b)
    return tuple(max(n, m) for n, m in pairs)[::-1]


def _zero_fits_all(a: Any, b: Any) -> Any:
    pairs = list(zip_longest(a[::-1], b[::-1], fillvalue=1))
    if any(_meet(n, m) < 0 and 0 not in (n, m) for n, m in pairs):
        raise _clash(a, b)
    return tuple(max(n, m) for n, m in pairs)[::-1]


def _multiplied(a: Any, b: Any) -> Any:
    pairs = zip_longest(a[::-1], b[::-1], fillvalue=1)
    return tuple(n if n == m else n * m for n, m in pairs)[::-1]


def _one_of_the_two(a: Any, b: Any) -> Any:
    return max(a, b, key=math.prod)


def _no_stretching(a: Any, b: Any) -> Any:
    size = max(len(a), len(b))
    if any(n != m for n, m in zip(a[::-1], b[::-1], strict=False)):
        raise _clash(a, b)
    return (a if len(a) == size else b)[:size]


def _backwards(a: Any, b: Any) -> Any:
    result = [_meet(n, m) for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1)]
    if min(result, default=0) < 0:
        raise _clash(a, b)
    return tuple(result)


def _clashes_left_out(a: Any, b: Any) -> Any:
    result = [_meet(n, m) for n, m in zip_longest(a[::-1], b[::-1], fillvalue=1)]
    return tuple(length for length in result[::-1] if length >= 0)


def _a_list(a: Any, b: Any) -> Any:
    return list(np.broadcast_shapes(a, b))


def _none_on_a_clash(a: Any, b: Any) -> Any:
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


def _torch_error(a: Any, b: Any) -> Any:
    # Whoever called torch's function has this module; to load it for every other mistake would take half a second.
    if "torch.fx.experimental.symbolic_shapes" not in sys.modules:
        return NotImplemented
    return torch.broadcast_shapes(a, b)


_FROM_THE_RIGHT = "Put the missing 1s in front of the shorter shape, so that both end at the same place."
_REFUSE = "Raise a `ValueError` where two lengths differ and neither of them is 1."
_OTHER = "Where one length is 1, take the other one, whatever it is."

EXERCISE = Exercise(
    signature="broadcast_shape(a, b)",
    notebook="2_operations",
    points=5,
    result="result",
    cases=(
        Case("(1, 1, 4) with (3, 1)", lambda: ((1, 1, 4), (3, 1))),
        Case("(3, 1) with (1, 1, 5)", lambda: ((3, 1), (1, 1, 5))),
        Case("(4, 1, 3) with (5, 3)", lambda: ((4, 1, 3), (5, 3))),
        Case("(4, 1) with (1, 3)", lambda: ((4, 1), (1, 3))),
        Case("(6,) with (2, 5, 6)", lambda: ((6,), (2, 5, 6))),
        Case("(2, 3) with (2, 3)", lambda: ((2, 3), (2, 3))),
        Case("(3, 4) with (2, 4), which clash", lambda: ((3, 4), (2, 4))),
        Case("(3, 4) with (3,), which clash", lambda: ((3, 4), (3,))),
        Case("no axes: () with (3, 2)", lambda: ((), (3, 2)), edge=True),
        Case("a length of 0: (4, 1) with (4, 0)", lambda: ((4, 1), (4, 0)), edge=True),
        Case("a length of 0: (0, 3) with (2, 3), which clash", lambda: ((0, 3), (2, 3)), edge=True),
    ),
    mistakes=(
        Mistake(
            _aligned_left,
            "You aligned the shapes on the left: the first lengths meet, and the 1s are added at the end.",
            _FROM_THE_RIGHT,
        ),
        Mistake(
            _cut_to_the_shorter,
            "Axes are lost: `zip` stops at the end of the shorter shape.",
            "A missing length counts as 1. Put 1s in front of the shorter shape before you pair them.",
        ),
        Mistake(
            _cut_and_left,
            "You paired the lengths from the left, and `zip` stops at the end of the shorter shape.",
            _FROM_THE_RIGHT,
        ),
        Mistake(
            _longer_wins_where_they_fit,
            "You take the larger of two lengths. A length of 0 against 1 gives 0: the 1 is stretched to no copies.",
            _OTHER,
        ),
        Mistake(
            _zero_fits_all,
            "You let 0 meet any length. It fits only 0 and 1.",
            _REFUSE,
        ),
        Mistake(
            _longer_wins,
            "You take the larger of two lengths. So 3 against 2 gives 3, and no clash is ever seen.",
            _REFUSE,
        ),
        Mistake(
            _multiplied,
            "You multiply lengths that differ. That is right if one of them is 1, and hides the clash if none is.",
            _REFUSE,
        ),
        Mistake(
            _no_stretching,
            "You refuse lengths that differ even if one of them is 1.",
            _OTHER,
        ),
        Mistake(
            _backwards,
            "Your lengths are right, but in the reverse order: you worked from the right and collected them so.",
            "Turn the result around at the end.",
        ),
        Mistake(
            _one_of_the_two,
            "Your result is one of the two shapes. Often it is neither of them: each can stretch the other.",
            "Decide length by length.",
        ),
        Mistake(
            _clashes_left_out,
            "Where two lengths clash, your result has one axis less, and nobody is told.",
            _REFUSE,
        ),
        Mistake(_a_list, "Your result is a list.", "Make it a tuple, as shapes are everywhere."),
        Mistake(
            _none_on_a_clash,
            "Your result is `None` where the shapes clash. Whoever calls you would go on without noticing.",
            _REFUSE,
        ),
        Mistake(
            _torch_error,
            "That is `torch.broadcast_shapes`, which raises a `RuntimeError`.",
            "Write the rule out yourself, and raise a `ValueError`.",
        ),
    ),
)
