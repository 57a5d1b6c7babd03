"""Arguments before and after a call, and its value -> what was changed, and what shares memory with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from shapewise.checks.outcomes import Where

__all__ = ["changed", "located", "overlap"]


def changed(before: Mapping[Where, Any], after: Mapping[Where, Any]) -> tuple[Where, ...]:
    """Where arguments stood whose data are other than before, bit for bit."""
    return tuple(at for at in before if not _same(before[at], after[at]))


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        a, b = a.detach(), b.detach()
        alike = a.shape == b.shape and a.dtype == b.dtype and a.device == b.device
        return alike and (a.is_meta or torch.equal(_bytes(a), _bytes(b)))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    return bool(a == b)


def _bytes(tensor: torch.Tensor) -> torch.Tensor:
    # Bytes, not numbers: NaN is not equal to itself, and 0.0 is equal to -0.0.
    return tensor.contiguous().reshape(-1).view(torch.uint8)


def overlap(value: Any, argument: Any) -> bool:
    """Whether any tensor or array in ``value`` lives in the storage of ``argument``."""
    if isinstance(value, tuple | list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return any(overlap(part, argument) for part in parts)
    mine, other = _memory(value), _memory(argument)
    if mine is None or other is None:
        return False
    return mine[0] < other[1] and other[0] < mine[1]


def located(value: Any, arguments: tuple[Any, ...]) -> Any:
    """The value, its tensors laid in the storages of the arguments that they live in.

    They are already, but for those that came back from NumPy: these have storages of their own, which begin somewhere
    inside an argument's, so that their offsets do not tell where.
    """
    if isinstance(value, tuple | list):
        return type(value)(located(part, arguments) for part in value)
    if isinstance(value, dict):
        return {key: located(part, arguments) for key, part in value.items()}
    for argument in arguments if isinstance(value, torch.Tensor) else ():
        if isinstance(argument, torch.Tensor) and overlap(value, argument):
            home = argument.untyped_storage()
            elsewhere = value.untyped_storage().data_ptr() != home.data_ptr()
            offset, rest = divmod(value.data_ptr() - home.data_ptr(), value.itemsize)
            if elsewhere and offset >= 0 and not rest:
                return torch.empty(0, dtype=value.dtype).set_(home, offset, value.shape, value.stride())
    return value


def _memory(value: Any) -> tuple[int, int] | None:
    """First and one-past-last address of the memory that ``value`` keeps alive."""
    if isinstance(value, torch.Tensor):
        if value.is_meta:  # no numbers, so no memory
            return None
        storage = value.untyped_storage()
        return (storage.data_ptr(), storage.data_ptr() + storage.nbytes())
    if isinstance(value, np.ndarray):
        owner = value
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        if isinstance(owner.base, torch.Tensor):
            return _memory(owner.base)
        low, high = np.lib.array_utils.byte_bounds(owner)
        return (int(low), int(high))
    return None
