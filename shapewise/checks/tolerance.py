"""A dtype -> the numerical difference that is allowed, and why. The one place that says so.

A learner may take any numerically sound way, and much public code takes part of it in float32: the root of a width, a
softmax, a mean. So float64 results, too, are compared to the digits that float32 leaves. A wrong formula is off by
far more. Only in the calls that are listed under ``DIGITS`` are the digits themselves the point: there, one way to the
result keeps them and another loses them, the exercise's text says so, and its visible check shows it.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DIGITS", "EXACT", "Tolerance", "allowed"]


class Tolerance(NamedTuple):
    """A result may differ from the wanted one by ``atol + rtol x |wanted|``; ``reason`` says why by so much."""

    rtol: float
    atol: float
    reason: str


EXACT = Tolerance(0.0, 0.0, "the same bits")

_FLOAT32 = Tolerance(
    1e-5, 5e-6,
    "float32 rounds each step by 6e-8 of its result. A score of 10 is then known to 1e-6, so its exponential is known "
    "to 1e-6 of itself; a weighted sum of numbers near 3 adds up to a few 1e-6, also where it comes out near 0.",
)
_HALF = Tolerance(1e-2, 1e-2, "float16 holds 3 digits")
_BRAIN = Tolerance(3e-2, 3e-2, "bfloat16 holds 2 digits")

_BY_DTYPE = {"float16": _HALF, "bfloat16": _BRAIN}

DIGITS = {
    "pairwise_sqdist": Tolerance(
        1e-5, 1e-3,
        "Points near (40,000, -70,000, 90,000), a few units apart: their float32 differences are exact, and so are the "
        "squares; a detour over the root costs a few roundings. |a|^2 + |b|^2 - 2ab in float32 has terms near 1e10, "
        "each rounded by up to 512.",
    ),
    "stable_softmax": Tolerance(
        5e-7, 2e-7,
        "Entries near 10,000, or one far above the others: x minus its maximum is exact in float32 wherever the result "
        "is not 0, and what follows costs a few roundings of 6e-8. x - logsumexp(x) is rounded to 0.001 on the way, "
        "and keeps three digits; a 1e-6 added to the sum shows where the sum is 1.",
    ),
    "layer_norm": Tolerance(
        0.0, 2e-2,
        "Entries near 10,000: float32 holds them, and so their mean, to 0.001, and the answer to about 0.005. Their "
        "squares are near 1e8 and held to 8, so mean(x^2) - mean(x)^2 is off by more than the variance.",
    ),
}
"""Per exercise, what is allowed in the calls whose digits are the point."""


def allowed(dtype: object) -> Tolerance:
    """What is allowed for results of a floating dtype (``torch.float64``, ``np.dtype("float32")`` or a name)."""
    return _BY_DTYPE.get(str(dtype).removeprefix("torch."), _FLOAT32)
