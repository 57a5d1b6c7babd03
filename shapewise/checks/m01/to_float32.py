"""to_float32: what its check tries, and the mistakes that it knows."""

from typing import Any

import numpy as np
import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _shared_and_not_converted(array: Any) -> Any:
    return torch.from_numpy(array)


def _copied_but_not_converted(array: Any) -> Any:
    return torch.from_numpy(array.copy())


def _copied_if_needed(array: Any) -> Any:
    return torch.from_numpy(array).float()


def _tensor_made_of_it(array: Any) -> Any:
    return torch.tensor(array, dtype=torch.float32)


def _contiguous(array: Any) -> Any:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))


def _made_contiguous_and_cloned(array: Any) -> Any:
    return torch.from_numpy(np.ascontiguousarray(array)).float().clone()


def _number_of_numpy(array: Any) -> Any:
    return torch.from_numpy(np.float32(array))


def _of_a_list(array: Any) -> Any:
    return torch.tensor(array.tolist(), dtype=torch.float32)


def _still_an_array(array: Any) -> Any:
    return np.float32(array) if array.ndim else np.array(array, np.float32)


def _half(array: Any) -> Any:
    return torch.from_numpy(array.copy()).half()


def _flattened(array: Any) -> Any:
    return torch.tensor(array.ravel().tolist(), dtype=torch.float32)


def _bytes_read_anew(array: Any) -> Any:
    return torch.from_numpy(array.copy().view(np.float32))


_COPY_FIRST = "Copy on purpose, whatever the dtype is, and before torch sees the array."

EXERCISE = Exercise(
    signature="to_float32(array)",
    notebook="2_operations",
    points=4,
    own_memory=True,
    cases=(
        Case("a float64 array of shape (2, 3)", lambda: (np.arange(6.0).reshape(2, 3) / 4,)),
        Case("a float32 array of shape (4,)", lambda: (np.arange(4, dtype=np.float32),)),
        Case("an int64 array of shape (3, 2)", lambda: (np.arange(6).reshape(3, 2),)),
        Case("a number without axes, float64", lambda: (np.array(2.5),), edge=True),
        Case("an array that runs backwards", lambda: (np.arange(5.0)[::-1],), edge=True),
        Case("an array of shape (0, 3)", lambda: (np.zeros((0, 3)),), edge=True),
        Case("a number without axes, float32", lambda: (np.array(1.5, dtype=np.float32),), edge=True),
    ),
    mistakes=(
        Mistake(
            _shared_and_not_converted,
            "Your result keeps the dtype of the array, and NumPy's default is float64. (`torch.from_numpy` keeps its "
            "memory, too.)",
            "Make a float32 copy of the array first.",
        ),
        Mistake(
            _copied_but_not_converted,
            "Your result keeps the dtype of the array. NumPy's default is float64.",
            "Ask for float32 where you make the copy.",
        ),
        Mistake(
            _tensor_made_of_it,
            "torch cannot walk backwards through memory, so it refuses this array.",
            "Let NumPy make the copy: NumPy can, and the copy runs forwards.",
        ),
        Mistake(
            _copied_if_needed,
            "Your copy is made only where the dtype has to change. That is how `.float()`, `.to(torch.float32)`, "
            "`torch.as_tensor` and `astype(..., copy=False)` work. A float32 array is passed on as it is.",
            _COPY_FIRST,
        ),
        Mistake(
            _made_contiguous_and_cloned,
            "`np.ascontiguousarray` and `np.atleast_1d` always return at least one axis, so a number without axes "
            "becomes a vector.",
            "Use a way of copying that keeps the shape `()`.",
            edge=True,
        ),
        Mistake(
            _contiguous,
            "`np.ascontiguousarray` copies only if it has to. A float32 array in forward order is passed on as it is.",
            _COPY_FIRST,
        ),
        Mistake(
            _number_of_numpy,
            "Arithmetic on an array without axes, and calls such as `np.float32(array)`, return a NumPy number. "
            "`from_numpy` takes arrays only.",
            "Use a way of copying that always returns an array.",
            edge=True,
        ),
        Mistake(
            _of_a_list,
            "A list of no rows does not know how long its rows were, so the second axis is lost.",
            "Copy the array as an array: it knows its shape.",
            edge=True,
        ),
        Mistake(
            _still_an_array,
            "Your result is a NumPy array still.",
            "Wrap it as a tensor.",
        ),
        Mistake(
            _half,
            "Your result is float16, half of what is wanted.",
            "Ask for float32: `.float()`, not `.half()`.",
        ),
        Mistake(
            _flattened,
            "Your result is flat: the axes of the array are gone.",
            "Leave the shape as it is.",
        ),
        Mistake(
            _bytes_read_anew,
            "`array.view(np.float32)` reads the same bytes as other numbers; it converts nothing.",
            "Convert the numbers, which makes a new array.",
        ),
    ),
)
