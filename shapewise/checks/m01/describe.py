"""describe: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _facts_but(t: Any, wrong: dict[str, Any]) -> dict[str, Any]:
    """The five facts, found out the long way round, with some of them replaced by wrong ones."""
    numbers = t.flatten().tolist()
    found = {
        "ndim": len(t.stride()),
        "shape": tuple(t.size(axis) for axis in range(len(t.stride()))),
        "dtype": repr(t.dtype).partition(".")[2],
        "elements": len(numbers),
        "bytes": len(numbers) * torch.empty(1, dtype=t.dtype).untyped_storage().nbytes(),
    }
    return found | wrong


def _four_bytes_each(t: Any) -> Any:
    return _facts_but(t, {"bytes": 4 * len(t.flatten())})


def _bytes_of_the_storage(t: Any) -> Any:
    return _facts_but(t, {"bytes": t.untyped_storage().nbytes()})


def _all_of_the_storage(t: Any) -> Any:
    whole = t.untyped_storage().nbytes()
    return _facts_but(t, {"bytes": whole, "elements": whole // t.dtype.itemsize})


def _bytes_of_one_element(t: Any) -> Any:
    return _facts_but(t, {"bytes": t.dtype.itemsize})


def _bits(t: Any) -> Any:
    return _facts_but(t, {"bytes": 8 * len(t.flatten()) * t.dtype.itemsize})


def _dtype_with_torch(t: Any) -> Any:
    return _facts_but(t, {"dtype": repr(t.dtype)})


def _dtype_itself(t: Any) -> Any:
    return _facts_but(t, {"dtype": t.dtype})


def _shape_as_list(t: Any) -> Any:
    return _facts_but(t, {"shape": list(t.shape)})


def _rows_as_elements(t: Any) -> Any:
    return _facts_but(t, {"elements": len(t), "bytes": len(t) * t.dtype.itemsize})


def _at_least_one_axis(t: Any) -> Any:
    return _facts_but(t, {"ndim": max(1, len(t.shape)), "shape": tuple(t.shape) or (1,)})


def _elements_as_tensor(t: Any) -> Any:
    elements = torch.tensor(t.shape).prod()
    return _facts_but(t, {"elements": elements, "bytes": elements * t.dtype.itemsize})


_ALL_ELEMENTS = "Ask `t` for the number of all its elements, over all axes."
_PER_ELEMENT = "Ask `t` how many bytes one of its elements takes, and multiply with the number of elements."

EXERCISE = Exercise(
    signature="describe(t)",
    notebook="1_shapes",
    points=4,
    result="description",
    cases=(
        Case("t of shape (3, 5), float32", lambda: (torch.zeros(3, 5),)),
        Case("t of shape (2, 7, 4), int64", lambda: (torch.zeros(2, 7, 4, dtype=torch.int64),)),
        Case("t of shape (6,), bfloat16", lambda: (torch.ones(6, dtype=torch.bfloat16),)),
        Case("a scalar", lambda: (torch.tensor(5.0),), edge=True),
        Case("a mask of shape (4, 3), bool", lambda: (torch.zeros(4, 3, dtype=torch.bool),), edge=True),
        Case("an empty tensor of shape (0, 3)", lambda: (torch.zeros(0, 3),), edge=True),
        Case("a view: two rows of a (5, 8)", lambda: (torch.zeros(5, 8)[1:3],), edge=True),
    ),
    mistakes=(
        Mistake(
            _four_bytes_each,
            "Your bytes are `4` per element. That is right for float32 alone: int64 takes 8, bool takes 1.",
            _PER_ELEMENT,
        ),
        Mistake(
            _bytes_of_the_storage,
            "Your bytes are those of the whole storage. A view shows only part of it, and may repeat that part.",
            _PER_ELEMENT,
        ),
        Mistake(
            _all_of_the_storage,
            "You count the whole storage. A view shows only part of it, and may repeat that part.",
            _ALL_ELEMENTS,
        ),
        Mistake(_bytes_of_one_element, "Your bytes are those of one element.", _PER_ELEMENT),
        Mistake(_bits, "Your number counts bits: eight for each byte.", "Leave out the factor 8."),
        Mistake(
            _dtype_with_torch,
            "Your dtype begins with `torch.`; that is how the dtype prints.",
            "Cut off the prefix, so that `float32` is left.",
        ),
        Mistake(
            _dtype_itself,
            "Your dtype is torch's own object, and the description should hold its name as text.",
            "Turn it into a string, and cut off the prefix `torch.`.",
        ),
        Mistake(_shape_as_list, "Your shape is a list.", "Make it a tuple, as shapes are everywhere."),
        Mistake(
            _rows_as_elements,
            "Your elements are `len(t)`. For a tensor, `len` is the length of the first axis only.",
            _ALL_ELEMENTS,
        ),
        Mistake(
            _at_least_one_axis,
            "You give a scalar an axis. It has none: its shape is `()`, and its ndim is 0.",
            "Take ndim and shape as `t` tells them.",
        ),
        Mistake(
            _elements_as_tensor,
            "Your numbers are tensors of shape `()`, since torch's functions return tensors.",
            "Ask `t` itself: its method for this returns a Python integer.",
        ),
    ),
)
