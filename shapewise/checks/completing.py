"""What a learner completed, and what should come out -> one line that says whether it does, and if not, what did."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
import torch

from shapewise.checks.wording import shortened

__all__ = ["expect"]


def expect(got: Any, wanted: Any) -> None:
    """Print whether ``got`` is ``wanted``, and what it is if not: for the cells to complete.

    Tensors and arrays are compared with lists by their entries. Give a function without arguments
    (``expect(lambda: x[rows, columns], ...)``) where completing it wrongly may raise an error: the error is then told.
    """
    print(_told(got, wanted))


def _told(got: Any, wanted: Any) -> str:
    if isinstance(got, FunctionType):
        blank = _blank_in(got)
        if blank is not None:
            return f"not yet: `{blank}` is still three dots"
        try:
            got = got()
        except Exception as error:
            return f"not yet: {type(error).__name__}: {shortened(str(error))}"
    if got is Ellipsis or (isinstance(got, list | tuple) and any(item is Ellipsis for item in got)):
        return "not yet: replace the three dots"
    plain = got.tolist() if isinstance(got, torch.Tensor | np.ndarray | np.generic) else got
    if type(plain) in (list, tuple, int, float, bool) and plain == wanted:
        return "right"
    return f"not yet: it is {_described(got)}; wanted: {shortened(repr(wanted))}"


def _blank_in(function: Callable[[], Any]) -> str | None:
    """The first name in the function that stands for the three dots."""
    names = function.__code__.co_names
    return next((name for name in names if function.__globals__.get(name) is Ellipsis), None)


def _described(value: Any) -> str:
    if isinstance(value, torch.Tensor | np.ndarray):
        return f"{shortened(repr(value.tolist()))}, of shape {tuple(value.shape)}"
    return shortened(repr(value))
