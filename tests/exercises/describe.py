"""Answers to describe."""

import math

import numpy as np
import torch

from tests.exercises.answers import right, wrong


@right
def with_nbytes(t):
    return {
        "ndim": t.ndim,
        "shape": t.shape,
        "dtype": str(t.dtype).split(".")[1],
        "elements": t.numel(),
        "bytes": t.nbytes,
    }


@right
def from_the_shape(t):
    shape = tuple(t.size())
    elements = math.prod(shape)
    name = str(t.dtype)[len("torch.") :]
    bytes_ = elements * t.dtype.itemsize
    return {"ndim": len(shape), "shape": shape, "dtype": name, "elements": elements, "bytes": bytes_}


@right
def counted_by_hand(t):
    elements = 1
    for length in t.shape:
        elements *= length
    description = {"bytes": elements * t.element_size(), "elements": elements}
    description["dtype"] = str(t.dtype).replace("torch.", "")
    description["shape"] = tuple(t.shape)
    description["ndim"] = t.dim()
    return description


@right
def from_a_flat_copy(t):
    flat = t.contiguous().flatten()
    return {
        "ndim": len(t.shape),
        "shape": tuple(t.shape),
        "dtype": repr(t.dtype).rpartition(".")[2],
        "elements": len(flat),
        "bytes": len(flat) * flat.element_size(),
    }


_PER_ELEMENT = "Ask `t` how many bytes one of its elements takes, and multiply with the number of elements."
_ALL_ELEMENTS = "Ask `t` for the number of all its elements, over all axes."
_PREFIX = "Cut off the prefix `torch.` as a whole, so that `float32` is left: strings have `removeprefix`."


@wrong(
    "Remembers that float32 takes 4 bytes, and tries nothing else",
    "Your bytes are `4` per element. That is right for float32 alone: int64 takes 8, bool takes 1.",
    _PER_ELEMENT,
)
def four_bytes(t):
    return with_nbytes(t) | {"bytes": t.numel() * 4}


@wrong(
    "NumPy makes float64, so 8 bytes",
    "Your bytes are `8` per element. That is right for float64 and int64: float32, torch's default, takes 4.",
    _PER_ELEMENT,
)
def eight_bytes(t):
    return with_nbytes(t) | {"bytes": t.numel() * 8}


@wrong(
    "Finds a method named nbytes on the storage, which agrees as long as the tensor owns all of it",
    "Your bytes are those of the whole storage. A view shows only part of it, and may repeat that part.",
    _PER_ELEMENT,
)
def storage_bytes(t):
    return with_nbytes(t) | {"bytes": t.untyped_storage().nbytes()}


@wrong(
    "Asks the storage for the number of elements, too",
    "You count the whole storage. A view shows only part of it, and may repeat that part.",
    _ALL_ELEMENTS,
)
def storage_elements(t):
    bytes_ = t.untyped_storage().nbytes()
    return with_nbytes(t) | {"bytes": bytes_, "elements": bytes_ // t.element_size()}


@wrong(
    "Reads 'bytes' as bytes per element",
    "Your bytes are those of one element.",
    _PER_ELEMENT,
)
def bytes_of_one(t):
    return with_nbytes(t) | {"bytes": t.element_size()}


@wrong(
    "Counts the bits that the dtype's name speaks of",
    "Your number counts bits: eight for each byte.",
    "Leave out the factor 8.",
)
def bits(t):
    return with_nbytes(t) | {"bytes": 8 * t.nbytes}


@wrong(
    "Stops at str(t.dtype)",
    "Your dtype begins with `torch.`; that is how the dtype prints.",
    _PREFIX,
)
def torch_in_front(t):
    return with_nbytes(t) | {"dtype": str(t.dtype)}


@wrong(
    "Takes strip for removeprefix; it takes letters off both ends",
    "Your dtype has lost too much: `strip` takes away all letters of `torch.`, in any order, so that `complex64` "
    "becomes `mplex64`.",
    _PREFIX,
)
def stripped_of_letters(t):
    return with_nbytes(t) | {"dtype": str(t.dtype).strip("torch.")}


@wrong("Takes lstrip for removeprefix", like=stripped_of_letters)
def stripped_on_the_left(t):
    return with_nbytes(t) | {"dtype": str(t.dtype).lstrip("torch.")}


@wrong(
    "Counts the letters of float32 from the end",
    "Your dtype is the last seven letters of its name, and not all names have seven.",
    _PREFIX,
)
def last_seven_letters(t):
    return with_nbytes(t) | {"dtype": str(t.dtype)[-7:]}


@wrong(
    "Leaves the dtype an object; it prints much like the text",
    "Your dtype is torch's own object, and the description should hold its name as text.",
    "Turn it into a string, and cut off the prefix `torch.`.",
)
def dtype_object(t):
    return with_nbytes(t) | {"dtype": t.dtype}


@wrong(
    "Asks the tensor for its type, which names the class",
    "Your dtype is what `t.type()` says: the old name of a class, such as `torch.FloatTensor`.",
    "Ask for `t.dtype`, and cut off the prefix `torch.`.",
)
def type_of_the_tensor(t):
    return with_nbytes(t) | {"dtype": t.type()}


@wrong(
    "Makes the shape a list, since it prints as torch.Size([...])",
    "Your shape is a list.",
    "Make it a tuple, as shapes are everywhere.",
)
def shape_as_list(t):
    return with_nbytes(t) | {"shape": list(t.shape)}


@wrong(
    "Makes the shape text, as a label would have it",
    "Your shape is a text that looks like a tuple.",
    "Put in the tuple itself.",
)
def shape_as_text(t):
    return with_nbytes(t) | {"shape": str(tuple(t.shape))}


@wrong(
    "Takes len for the number of elements, as for a list",
    "Your elements are `len(t)`. For a tensor, `len` is the length of the first axis only.",
    _ALL_ELEMENTS,
)
def len_as_elements(t):
    return with_nbytes(t) | {"elements": len(t), "bytes": len(t) * t.element_size()}


@wrong("Uses len for the elements, and nbytes for the bytes", like=len_as_elements)
def len_beside_nbytes(t):
    return with_nbytes(t) | {"elements": len(t)}


@wrong(
    "Takes len for the number of axes",
    "Your ndim is `len(t)`, the length of the first axis.",
    "Ask `t` for `ndim`, the number of its axes.",
)
def len_as_ndim(t):
    return with_nbytes(t) | {"ndim": len(t)}


@wrong(
    "Thinks of a tensor as a matrix: rows times columns",
    "Your code takes `t` for a matrix: it unpacks the shape into rows and columns, and other tensors have more axes or "
    "fewer.",
    _ALL_ELEMENTS,
)
def rows_times_columns(t):
    rows, columns = t.shape
    return with_nbytes(t) | {"elements": rows * columns, "bytes": rows * columns * t.element_size()}


@wrong("Multiplies the first two lengths", like=rows_times_columns)
def first_two_lengths(t):
    elements = t.shape[0] * t.shape[1]
    return with_nbytes(t) | {"elements": elements, "bytes": elements * t.element_size()}


@wrong("Asks Python for the size of the object, which is that of the wrapper")
def getsizeof(t):
    import sys

    return with_nbytes(t) | {"bytes": sys.getsizeof(t)}


@wrong(
    "Goes over to NumPy, which knows no bfloat16",
    "Your function goes over to NumPy, and NumPy has no bfloat16.",
    "Ask the tensor itself: it knows all five.",
)
def through_numpy(t):
    array = t.numpy()
    return {
        "ndim": array.ndim,
        "shape": array.shape,
        "dtype": str(array.dtype),
        "elements": array.size,
        "bytes": array.nbytes,
    }


@wrong(
    "Uses size as in NumPy; in torch it is a method",
    "Your elements are the method `t.size` itself. In NumPy `size` is the number of elements; in torch it is a method, "
    "and called it gives the shape.",
    "Ask for `t.numel()`.",
)
def size_as_in_numpy(t):
    return with_nbytes(t) | {"elements": t.size}


@wrong(
    "Calls size for the elements; it gives the shape",
    "Your elements are the shape: that is what `t.size()` gives.",
    "Ask for `t.numel()`.",
)
def size_called(t):
    return with_nbytes(t) | {"elements": t.size()}


@wrong(
    "Believes that a number is a vector of length 1, as np.atleast_1d would make it",
    "You give a scalar an axis. It has none: its shape is `()`, and its ndim is 0.",
    "Take ndim and shape as `t` tells them.",
)
def scalar_as_vector(t):
    axes = np.atleast_1d(np.empty(t.shape)).shape
    return with_nbytes(t) | {"ndim": len(axes), "shape": axes}


@wrong(
    "Multiplies the lengths with torch, and gets tensors instead of numbers",
    "Your numbers are tensors of shape `()`, since torch's functions return tensors.",
    "Ask `t` itself: its method for this returns a Python integer.",
)
def product_of_a_tensor(t):
    elements = torch.prod(torch.tensor(t.shape))
    return with_nbytes(t) | {"elements": elements, "bytes": elements * t.element_size()}


@wrong(
    "Multiplies the lengths with NumPy, which gives numbers of its own kind",
    "Your numbers are NumPy's own, since NumPy's functions return such (and for a scalar, a fraction).",
    "Ask `t` itself: its method for this returns a Python integer.",
)
def product_of_numpy(t):
    elements = np.prod(t.shape)
    return with_nbytes(t) | {"elements": elements, "bytes": elements * t.element_size()}


@wrong(
    "Counts the numbers that are not zero",
    "Your elements are only those that are not zero. A zero is an element, too.",
    _ALL_ELEMENTS,
)
def counts_nonzero(t):
    elements = int(t.count_nonzero())
    return with_nbytes(t) | {"elements": elements, "bytes": elements * t.element_size()}


@wrong(
    "Forgets the last line of the table",
    "Four of the five facts are there; `bytes` is missing.",
    _PER_ELEMENT,
)
def bytes_forgotten(t):
    description = with_nbytes(t)
    del description["bytes"]
    return description


@wrong(
    "Prints the facts, as the cells above do, and returns nothing",
    "Your function shows the facts, and its caller gets nothing.",
    "Build the dictionary, and `return` it.",
)
def prints_only(t):
    print(t.ndim, tuple(t.shape), t.dtype, t.numel(), t.nbytes)
