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


@wrong("Remembers that float32 takes 4 bytes, and tries nothing else")
def four_bytes(t):
    return with_nbytes(t) | {"bytes": t.numel() * 4}


@wrong("Finds a method named nbytes on the storage, which agrees as long as the tensor owns all of it")
def storage_bytes(t):
    return with_nbytes(t) | {"bytes": t.untyped_storage().nbytes()}


@wrong("Asks the storage for the number of elements, too")
def storage_elements(t):
    bytes_ = t.untyped_storage().nbytes()
    return with_nbytes(t) | {"bytes": bytes_, "elements": bytes_ // t.element_size()}


@wrong("Reads 'bytes' as bytes per element")
def bytes_of_one(t):
    return with_nbytes(t) | {"bytes": t.element_size()}


@wrong("Stops at str(t.dtype)")
def torch_in_front(t):
    return with_nbytes(t) | {"dtype": str(t.dtype)}


@wrong("Leaves the dtype an object; it prints much like the text")
def dtype_object(t):
    return with_nbytes(t) | {"dtype": t.dtype}


@wrong("Makes the shape a list, since it prints as torch.Size([...])")
def shape_as_list(t):
    return with_nbytes(t) | {"shape": list(t.shape)}


@wrong("Takes len for the number of elements, as for a list")
def len_as_elements(t):
    return with_nbytes(t) | {"elements": len(t), "bytes": len(t) * t.element_size()}


@wrong("Thinks of a tensor as a matrix: rows times columns")
def rows_times_columns(t):
    rows, columns = t.shape
    return with_nbytes(t) | {"elements": rows * columns, "bytes": rows * columns * t.element_size()}


@wrong("Asks Python for the size of the object, which is that of the wrapper")
def getsizeof(t):
    import sys

    return with_nbytes(t) | {"bytes": sys.getsizeof(t)}


@wrong("Goes over to NumPy, which knows no bfloat16")
def through_numpy(t):
    array = t.numpy()
    return {
        "ndim": array.ndim,
        "shape": array.shape,
        "dtype": str(array.dtype),
        "elements": array.size,
        "bytes": array.nbytes,
    }


@wrong("Uses size as in NumPy; in torch it is a method")
def size_as_in_numpy(t):
    return with_nbytes(t) | {"elements": t.size}


@wrong("Believes that a number is a vector of length 1, as np.atleast_1d would make it")
def scalar_as_vector(t):
    axes = np.atleast_1d(np.empty(t.shape)).shape
    return with_nbytes(t) | {"ndim": len(axes), "shape": axes}


@wrong("Multiplies the lengths with torch, and gets tensors instead of numbers")
def product_of_a_tensor(t):
    elements = torch.prod(torch.tensor(t.shape))
    return with_nbytes(t) | {"elements": elements, "bytes": elements * t.element_size()}


@wrong("Counts the numbers that are not zero")
def counts_nonzero(t):
    elements = int(t.count_nonzero())
    return with_nbytes(t) | {"elements": elements, "bytes": elements * t.element_size()}


@wrong("Prints the facts, as the cells above do, and returns nothing")
def prints_only(t):
    print(t.ndim, tuple(t.shape), t.dtype, t.numel(), t.nbytes)
