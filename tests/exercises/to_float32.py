"""Answers to to_float32."""

import numpy as np
import torch

from tests.exercises.answers import right, wrong


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


@wrong("The lesson's own call, and nothing more")
def from_numpy(array):
    return torch.from_numpy(array)


@wrong("Thinks of the memory and forgets the dtype")
def copy_without_dtype(array):
    return torch.from_numpy(array.copy())


@wrong("torch.tensor copies; it keeps float64, though")
def tensor_without_dtype(array):
    return torch.tensor(array)


@wrong("Relies on the conversion to copy, which it does not do for float32")
def float_of_shared(array):
    return torch.from_numpy(array).float()


@wrong("as_tensor sounds like a conversion")
def as_tensor(array):
    return torch.as_tensor(array, dtype=torch.float32)


@wrong("Right until an array runs backwards")
def tensor_with_dtype(array):
    return torch.tensor(array, dtype=torch.float32)


@wrong("The old constructor, which is float32 by default")
def old_constructor(array):
    return torch.Tensor(array)


@wrong("ascontiguousarray makes backward arrays forward, and copies only then")
def ascontiguousarray(array):
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))


@wrong("As before, with clone against sharing; a number without axes still becomes a vector")
def ascontiguousarray_clone(array):
    return torch.from_numpy(np.ascontiguousarray(array)).float().clone()


@wrong("Turns copying off, since copying is slow")
def astype_without_copy(array):
    return torch.from_numpy(array.astype(np.float32, copy=False))


@wrong("Goes over lists, where everything is copied; empty arrays lose an axis")
def through_lists(array):
    return torch.tensor(array.tolist(), dtype=torch.float32)


@wrong("Stops in NumPy")
def astype_only(array):
    return array.astype(np.float32)


@wrong("Takes 'half the bytes of float64' for half")
def half_precision(array):
    return torch.from_numpy(array.copy()).half()


@wrong("view looks like a cast, as in C")
def view_as_float32(array):
    return torch.from_numpy(array.copy().view(np.float32))


@wrong("np.float32 is called like float; for an array without axes it returns a number")
def np_float32_called(array):
    return torch.from_numpy(np.float32(array))


@wrong("Multiplies by 1 to force a copy; an array without axes becomes a number")
def times_one(array):
    return torch.from_numpy((1 * array).astype(np.float32))


@wrong("Was told that from_numpy wants arrays, and makes sure of an axis")
def atleast_1d(array):
    return torch.from_numpy(np.atleast_1d(array).astype(np.float32))


@wrong("Turns the array round so that from_numpy takes it, whichever way it ran")
def turned_round(array):
    array = array[::-1].copy() if any(step < 0 for step in array.strides) else array
    return torch.from_numpy(array.astype(np.float32))
