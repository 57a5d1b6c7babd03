"""Answers to sliding_windows."""

import numpy as np
import torch

from tests.exercises.answers import right, wrong


def _refuse(n, width):
    if width < 1 or width > n:
        raise ValueError(f"no window of {width} in {n} entries")


@right
def unfold(x, width):
    _refuse(len(x), width)
    return x.unfold(0, width, 1)


@right
def offset_given(x, width):
    n = x.numel()
    _refuse(n, width)
    return torch.as_strided(x, (n - width + 1, width), x.stride() * 2, x.storage_offset())


@right
def by_set(x, width):
    _refuse(len(x), width)
    (step,) = x.stride()
    windows = torch.empty(0, dtype=x.dtype)
    return windows.set_(x.untyped_storage(), x.storage_offset(), (len(x) + 1 - width, width), (step, step))


@right
def numpy_windows(x, width):
    _refuse(len(x), width)
    return torch.from_numpy(np.lib.stride_tricks.sliding_window_view(x.numpy(), width, writeable=True))


@wrong("Has only ever seen fresh tensors, whose stride is 1")
def stride_1_assumed(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (1, 1))


@wrong("Fills in the third argument of as_strided with what looks like a default")
def offset_lost(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)), 0)


@wrong("Thinks of storage as if it were x")
def stride_and_offset_lost(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (1, 1), 0)


@wrong("Counts the windows as n - width")
def one_short(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width, width), (x.stride(0), x.stride(0)))


@wrong("Counts one window for every entry")
def one_per_entry(x, width):
    _refuse(len(x), width)
    return torch.stack([x.roll(-i)[:width] for i in range(len(x))])


@wrong("Gives the strides of an ordinary matrix")
def strides_of_a_matrix(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (width, 1))


@wrong("Cuts the row into pieces instead of sliding along it")
def side_by_side(x, width):
    _refuse(len(x), width)
    count = len(x) // width
    return x[: count * width].view(count, width)


@wrong("Stacks slices, which copies")
def stacked_slices(x, width):
    _refuse(len(x), width)
    return torch.stack([x[i : i + width] for i in range(len(x) - width + 1)])


@wrong("Indexes with a table of places, which copies")
def fancy_indexing(x, width):
    _refuse(len(x), width)
    return x[torch.arange(len(x) - width + 1)[:, None] + torch.arange(width)]


@wrong("Calls contiguous first, so that the stride is 1; the view is then one of a copy")
def contiguous_first(x, width):
    _refuse(len(x), width)
    x = x.clone()
    return x.as_strided((len(x) - width + 1, width), (1, 1))


@wrong("Copies the finished windows, to be safe against writes")
def cloned(x, width):
    _refuse(len(x), width)
    return x.unfold(0, width, 1).clone()


@wrong("Puts the windows into columns")
def transposed(x, width):
    _refuse(len(x), width)
    return x.unfold(0, width, 1).T


@wrong("Lets the window jump by the stride twice")
def stride_squared(x, width):
    _refuse(len(x), width)
    step = x.stride(0)
    return x.as_strided((len(x) - width + 1, width), (step, 1))


@wrong("Relies on as_strided to refuse, which a count of 0 passes")
def nothing_refused(x, width):
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))


@wrong("Relies on unfold to refuse, with whatever exception it has")
def torchs_own_error(x, width):
    return x.unfold(0, width, 1)


@wrong("Reads no window as an empty answer")
def empty_when_none_fits(x, width):
    if width > len(x):
        return x.new_empty(0, width)
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))


@wrong("Forgets that a width below 1 makes no sense")
def width_0_accepted(x, width):
    if width > len(x):
        raise ValueError("too wide")
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))
