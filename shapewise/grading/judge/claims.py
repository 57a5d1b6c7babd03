"""What a student's process says about memory, and the judge's own copy of the inputs -> what of it is true.

That an answer shares memory with an input is only said by the process that gave it. But a view is fixed by its shape,
strides and offset: laid over the judge's own copy of the input it must show the numbers of the answer. An ordinary
copy does not, whatever is said about it. One that has the very strides of the view cannot be told from it from here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from shapewise.checks.outcomes import Outcome, Request, Where
from shapewise.grading.messages.wire import MAX_STORAGE

__all__ = ["verified"]


def verified(outcome: Outcome, request: Request) -> Outcome:
    """The outcome, without the arguments whose memory the value cannot live in."""
    arguments: dict[Where, Any] = dict(enumerate(request.args))
    arguments.update(request.kwargs)
    sharing = tuple(
        at
        for at in dict.fromkeys(outcome.shares_memory)  # said a thousand times, it is looked into once
        if at in arguments
        and any(_may_live_in(part, arguments[at], at in outcome.changed) for part in _parts(outcome.value))
    )
    return replace(outcome, shares_memory=sharing)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _parts(part)
    else:
        yield value


def _may_live_in(value: Any, argument: Any, changed: bool) -> bool:
    if isinstance(value, torch.Tensor) and isinstance(argument, torch.Tensor):
        return _is_view(value, argument, changed)
    if isinstance(value, np.ndarray | torch.Tensor) and isinstance(argument, np.ndarray | torch.Tensor):
        # NumPy does not tell where in the memory of its argument a value begins; its bytes must be found there.
        return changed or _span(value) in _span(argument)
    return False


def _is_view(value: torch.Tensor, argument: torch.Tensor, changed: bool) -> bool:
    own = argument.untyped_storage()
    if own.nbytes() > MAX_STORAGE:
        return True  # it did not travel as it is, so its geometry says nothing
    last = value.storage_offset() + sum(
        (size - 1) * step for size, step in zip(value.shape, value.stride(), strict=True)
    )
    if not value.numel() or (last + 1) * value.itemsize > own.nbytes():
        return not value.numel()
    if changed:
        return value.untyped_storage().nbytes() == own.nbytes()  # its numbers are new ones
    view = torch.empty(0, dtype=value.dtype).set_(own, value.storage_offset(), value.shape, value.stride())
    return _bytes(view) == _bytes(value)


def _bytes(value: torch.Tensor) -> bytes:
    flat = value.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes()


def _span(value: Any) -> bytes:
    """The bytes from the first to the last entry, as they lie in memory."""
    if isinstance(value, torch.Tensor):
        value = value.detach().resolve_conj().resolve_neg()
        steps = sum((size - 1) * step for size, step in zip(value.shape, value.stride(), strict=True))
        whole = torch.empty(0, dtype=torch.uint8).set_(value.untyped_storage())
        start = value.storage_offset() * value.itemsize
        return whole[start : start + (steps + 1) * value.itemsize].numpy().tobytes() if value.numel() else b""
    low, high = (int(end) for end in np.lib.array_utils.byte_bounds(value))
    return ctypes.string_at(low, high - low) if value.size else b""
