"""Answers to to_float32."""

import numpy as np
import torch

from tests.exercises.answers import made, right, wrong


@right
def np_array_with_dtype(array):
    return torch.from_numpy(np.array(array, dtype=np.float32))


@right
def copied_then_converted(array):
    return torch.from_numpy(array.copy()).to(torch.float32)


@right
def tensor_of_a_copy(array):
    return torch.tensor(array.copy(), dtype=torch.float32)


@right
def filled_in_place(array):
    tensor = torch.empty(array.shape, dtype=torch.float32)
    tensor.numpy()[...] = array
    return tensor


@right
def list_with_the_shape(array):
    return torch.tensor(array.ravel().tolist(), dtype=torch.float32).reshape(array.shape)


@right
@made
def partly_applied():
    from functools import partial

    def convert(array, dtype):
        return torch.from_numpy(array.astype(dtype))

    return partial(convert, dtype=np.float32)


_COPY_FIRST = "Copy on purpose, whatever the dtype is, and before torch sees the array."
_NEGATIVE = "Let NumPy make the copy: NumPy can walk backwards through memory, and the copy runs forwards."


@wrong(
    "The lesson's own call, and nothing more",
    "Your result keeps the dtype of the array, and NumPy's default is float64. (`torch.from_numpy` keeps its memory, "
    "too.)",
    "Make a float32 copy of the array first.",
)
def from_numpy(array):
    return torch.from_numpy(array)


@wrong("as_tensor without a dtype is from_numpy", like=from_numpy)
def as_tensor_alone(array):
    return torch.as_tensor(array)


@wrong(
    "Thinks of the memory and forgets the dtype",
    "Your result keeps the dtype of the array. NumPy's default is float64.",
    "Ask for float32 where you make the copy.",
)
def copy_without_dtype(array):
    return torch.from_numpy(array.copy())


@wrong("torch.tensor copies; it keeps float64, though", like=copy_without_dtype)
def tensor_without_dtype(array):
    return torch.tensor(array)


@wrong("Clones, and keeps float64", like=copy_without_dtype)
def cloned_without_dtype(array):
    return torch.from_numpy(array).clone()


@wrong(
    "Relies on the conversion to copy, which it does not do for float32",
    "Your copy is made only where the dtype has to change. That is how `.float()`, `.to(torch.float32)`, "
    "`torch.as_tensor` and `astype(..., copy=False)` work. A float32 array is passed on as it is.",
    _COPY_FIRST,
)
def float_of_shared(array):
    return torch.from_numpy(array).float()


@wrong("as_tensor sounds like a conversion", like=float_of_shared)
def as_tensor(array):
    return torch.as_tensor(array, dtype=torch.float32)


@wrong("Turns copying off, since copying is slow", like=float_of_shared)
def astype_without_copy(array):
    return torch.from_numpy(array.astype(np.float32, copy=False))


@wrong("asarray copies only if it has to", like=float_of_shared)
def asarray(array):
    return torch.from_numpy(np.asarray(array, dtype=np.float32))


@wrong(
    "Right until an array runs backwards",
    "torch cannot walk backwards through memory, so it refuses this array.",
    _NEGATIVE,
)
def tensor_with_dtype(array):
    return torch.tensor(array, dtype=torch.float32)


@wrong("Clones and converts, but only after torch has seen the array", like=tensor_with_dtype)
def cloned_and_converted(array):
    return torch.from_numpy(array).clone().float()


@wrong("Converts with a copy, but only after torch has seen the array", like=tensor_with_dtype)
def converted_with_a_copy(array):
    return torch.from_numpy(array).to(torch.float32, copy=True)


@wrong("The old constructor, which is float32 by default and keeps a float32 array", like=float_of_shared)
def old_constructor(array):
    return torch.Tensor(array)


@wrong(
    "ascontiguousarray makes backward arrays forward, and copies only then",
    "`np.ascontiguousarray` copies only if it has to. A float32 array in forward order is passed on as it is.",
    _COPY_FIRST,
)
def ascontiguousarray(array):
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))


@wrong(
    "As before, with clone against sharing; a number without axes still becomes a vector",
    "`np.ascontiguousarray` and `np.atleast_1d` always return at least one axis, so a number without axes becomes a "
    "vector.",
    "Use a way of copying that keeps the shape `()`.",
)
def ascontiguousarray_clone(array):
    return torch.from_numpy(np.ascontiguousarray(array)).float().clone()


@wrong("Was told that from_numpy wants arrays, and makes sure of an axis", like=ascontiguousarray_clone)
def atleast_1d(array):
    return torch.from_numpy(np.atleast_1d(array).astype(np.float32))


@wrong(
    "Goes over lists, where everything is copied; empty arrays lose an axis",
    "A list of no rows does not know how long its rows were, so the second axis is lost.",
    "Copy the array as an array: it knows its shape.",
)
def through_lists(array):
    return torch.tensor(array.tolist(), dtype=torch.float32)


@wrong(
    "Iterates over the array",
    "`list(array)` walks along the first axis, and a number without axes has none.",
    "Copy the array as an array, whatever its axes are.",
)
def list_of_the_array(array):
    return torch.tensor(np.array(list(array)), dtype=torch.float32)


@wrong("Stops in NumPy", "Your result is a NumPy array still.", "Wrap it as a tensor.")
def astype_only(array):
    return array.astype(np.float32)


@wrong(
    "Takes 'half the bytes of float64' for half",
    "Your result is float16, half of what is wanted.",
    "Ask for float32: `.float()`, not `.half()`.",
)
def half_precision(array):
    return torch.from_numpy(array.copy()).half()


@wrong(
    "Takes float for float32; in Python it is float64",
    "Your result is float64: Python's `float` has 64 bits, and so NumPy takes it.",
    "Ask for `np.float32`.",
)
def astype_float(array):
    return torch.from_numpy(array.astype(float))


@wrong("Calls double", like=astype_float)
def doubled_precision(array):
    return torch.from_numpy(array.copy()).double()


@wrong(
    "view looks like a cast, as in C",
    "`array.view(np.float32)` reads the same bytes as other numbers; it converts nothing.",
    "Convert the numbers, which makes a new array.",
)
def view_as_float32(array):
    return torch.from_numpy(array.copy().view(np.float32))


@wrong(
    "np.float32 is called like float; for an array without axes it returns a number",
    "Arithmetic on an array without axes, and calls such as `np.float32(array)`, return a NumPy number. `from_numpy` "
    "takes arrays only.",
    "Use a way of copying that always returns an array.",
)
def np_float32_called(array):
    return torch.from_numpy(np.array(array, copy=True)[()].astype(np.float32))


@wrong("Multiplies by 1 to force a copy; an array without axes becomes a number", like=np_float32_called)
def times_one(array):
    return torch.from_numpy((1 * array).astype(np.float32))


@wrong("Reads float32 numbers out, which is a view where it may be", like=float_of_shared)
def from_numpy_then_type(array):
    return torch.from_numpy(array).type(torch.float32)


@wrong(
    "Flattens on the way",
    "Your result is flat: the axes of the array are gone.",
    "Leave the shape as it is.",
)
def flattened(array):
    return torch.tensor(array.ravel().tolist(), dtype=torch.float32)


@wrong(
    "Turns the array round so that from_numpy takes it, whichever way it ran",
    "You turn the array round wherever one of its axes runs backwards, so its numbers change places.",
    "Copy it as it stands: a copy runs forwards and keeps the order.",
)
def turned_round(array):
    array = array[::-1].copy() if any(step < 0 for step in array.strides) else array
    return torch.from_numpy(array.astype(np.float32))
