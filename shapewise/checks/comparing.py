"""Two pieces of plain data -> the first thing that tells them apart: type, dtype, shape or values.

``shapewise.checks.tolerance`` says how far floating values may lie apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import torch

from shapewise.checks.plain import Opaque
from shapewise.checks.tolerance import DIGITS, EXACT, allowed

__all__ = ["Aspect", "Difference", "close", "compare", "numbers", "same", "type_name", "wrong_entries"]


class Aspect(IntEnum):
    """What can differ between two values, in the order in which it is worth telling."""

    TYPE = 1
    DTYPE = 2
    SHAPE = 3
    VALUES = 4


@dataclass(frozen=True)
class Difference:
    """What differs, where (keys and positions from the outside in), and both sides of it."""

    aspect: Aspect
    path: tuple[str | int, ...]
    got: Any
    wanted: Any


def same(got: Any, wanted: Any) -> bool:
    """Whether both are the same plain data: type, dtype, shape and every value exactly (NaN equals NaN)."""
    return compare(got, wanted, EXACT[:2]) is None


def close(
    got: Any, wanted: Any, rtol: float | None = None, atol: float | None = None, *, digits: str | None = None
) -> bool:
    """Like ``same``, with floating values within ``atol + rtol x |wanted|``.

    By default within what ``tolerance.allowed`` says of their dtype; with the name of an exercise as ``digits``,
    within what ``tolerance.DIGITS`` says of its calls where digits are the point (``KeyError`` for any other name).
    """
    if digits is not None:
        return compare(got, wanted, DIGITS[digits][:2]) is None
    if rtol is None and atol is None:
        return compare(got, wanted) is None
    return compare(got, wanted, (rtol or 0.0, atol or 0.0)) is None


def compare(got: Any, wanted: Any, tolerance: tuple[float, float] | None = None) -> Difference | None:
    """The most telling difference: a type before a dtype before a shape before a value. None if there is none."""
    found = _differences(got, wanted, (), tolerance)
    return min(found, key=lambda difference: difference.aspect) if found else None


def _differences(
    got: Any, wanted: Any, path: tuple[str | int, ...], tolerance: tuple[float, float] | None
) -> list[Difference]:
    if type(got) is not type(wanted) or type_name(got) != type_name(wanted):
        return [Difference(Aspect.TYPE, path, got, wanted)]
    if isinstance(wanted, torch.Tensor | np.ndarray | np.generic):
        return _of_arrays(got, wanted, path, tolerance)
    if isinstance(wanted, tuple | list):
        if len(got) != len(wanted):
            return [Difference(Aspect.SHAPE, path, got, wanted)]
        if not _has_arrays(wanted) and not _has_arrays(got):
            # A shape or a list of words reads best as a whole.
            whole = any(_differences(g, w, path, tolerance) for g, w in zip(got, wanted, strict=True))
            return [Difference(Aspect.VALUES, path, got, wanted)] if whole else []
        pairs = zip(got, wanted, strict=True)
        return [d for at, (g, w) in enumerate(pairs) for d in _differences(g, w, (*path, at), tolerance)]
    if isinstance(wanted, dict):
        if got.keys() != wanted.keys():
            return [Difference(Aspect.SHAPE, path, got, wanted)]
        return [d for key in wanted for d in _differences(got[key], wanted[key], (*path, key), tolerance)]
    return [] if _same_scalar(got, wanted, tolerance) else [Difference(Aspect.VALUES, path, got, wanted)]


def _of_arrays(
    got: Any, wanted: Any, path: tuple[str | int, ...], tolerance: tuple[float, float] | None
) -> list[Difference]:
    if got.dtype != wanted.dtype:
        return [Difference(Aspect.DTYPE, path, got, wanted)]
    if tuple(got.shape) != tuple(wanted.shape):
        return [Difference(Aspect.SHAPE, path, got, wanted)]
    if isinstance(wanted, torch.Tensor) and wanted.is_meta:  # a shape without numbers; `got` is on the same device
        return []
    return [Difference(Aspect.VALUES, path, got, wanted)] if wrong_entries(got, wanted, tolerance).any() else []


def wrong_entries(
    got: Any, wanted: Any, tolerance: tuple[float, float] | None = None
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """True where two tensors or arrays of one shape and dtype differ."""
    rtol, atol = tolerance if tolerance is not None else allowed(wanted.dtype)[:2]
    mine, other = numbers(got), numbers(wanted)
    if mine.dtype.kind in "fc" and (rtol or atol):
        return np.asarray(~np.isclose(mine, other, rtol=rtol, atol=atol, equal_nan=True))
    if mine.dtype.kind in "fc":
        return np.asarray((mine != other) & ~(np.isnan(mine) & np.isnan(other)))
    return np.asarray(mine != other)


def numbers(value: Any) -> np.ndarray[Any, Any]:
    """A tensor or array as a NumPy array (half precision as float32, which holds all of its values)."""
    if isinstance(value, torch.Tensor):
        value = value.detach().resolve_conj().resolve_neg()
        if value.dtype == torch.bfloat16:
            value = value.float()
        return np.asarray(value.numpy())
    return np.asarray(value)


def type_name(value: Any) -> str:
    """A value's type as a message names it."""
    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided:
            return "sparse torch.Tensor"
        if value.device.type != "cpu":
            return f"torch.Tensor on {value.device.type}"
        return "torch.Tensor"
    if isinstance(value, np.ndarray):
        return "NumPy array"
    if isinstance(value, np.generic):
        return f"NumPy {value.dtype.name}"
    if isinstance(value, Opaque):
        return value.kind
    return "None" if value is None else type(value).__name__


def _has_arrays(value: Any) -> bool:
    return any(isinstance(item, torch.Tensor | np.ndarray | tuple | list | dict) for item in value)


def _same_scalar(got: Any, wanted: Any, tolerance: tuple[float, float] | None) -> bool:
    if isinstance(wanted, float):
        rtol, atol = tolerance if tolerance is not None else allowed("float64")[:2]
        both_nan = math.isnan(got) and math.isnan(wanted)
        return both_nan or math.isclose(got, wanted, rel_tol=rtol, abs_tol=atol)
    if isinstance(wanted, Opaque):
        return True  # of one class; its text may hold an address
    return bool(got == wanted)
