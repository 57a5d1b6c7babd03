"""Answers to sliding_windows."""

import numpy as np
import torch

from tests.exercises.answers import made, right, wrong


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


@right
@made
def a_lambda_with_a_refusal():
    def refuse(width):
        raise ValueError(width)

    return lambda x, width: x.unfold(0, width, 1) if 0 < width <= len(x) else refuse(width)


_OFFSET = (
    "An offset given to `as_strided` counts from the start of the storage, and `x` starts later: it is part of "
    "something larger."
)
_SHARE = "Describe the windows by a shape and strides, and let them share the storage of `x`."
_ONE_LATER = "The next window begins one entry later, not `width` entries."
_REFUSE = "Raise a `ValueError` where `width` is larger than the number of entries, or less than 1."


@wrong(
    "Has only ever seen fresh tensors, whose stride is 1",
    "Your strides are (1, 1), so the windows read what stands next in storage. The entries of this `x` stand further "
    "apart.",
    "Ask `x` how far apart they are.",
)
def stride_1_assumed(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (1, 1))


@wrong("Strides of 1, and nothing is refused", like=stride_1_assumed)
def stride_1_unrefused(x, width):
    return x.as_strided((len(x) - width + 1, width), (1, 1))


@wrong(
    "Fills in the third argument of as_strided with what looks like a default",
    f"Your windows begin at place 0 of the storage. {_OFFSET}",
    "Begin where `x` begins: leave the offset out, or ask `x` for it.",
)
def offset_lost(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)), 0)


@wrong(
    "Thinks of storage as if it were x",
    f"Your windows begin at place 0 of the storage and take steps of 1. {_OFFSET}",
    "Ask `x` for both: how far apart its entries are, and where it begins.",
)
def stride_and_offset_lost(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (1, 1), 0)


@wrong(
    "Counts the windows as n - width",
    "The last window is missing. From entry 0 to the last possible start there is one more start than `n - width`.",
    "Count again with `n` equal to `width`: one window fits.",
)
def one_short(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width, width), (x.stride(0), x.stride(0)))


@wrong("One window short, and nothing is refused", like=one_short)
def one_short_unrefused(x, width):
    return x.as_strided((len(x) - width, width), (x.stride(0), x.stride(0)))


@wrong("One window short, in a list of slices", like=one_short)
def one_short_stacked(x, width):
    _refuse(len(x), width)
    return torch.stack([x[i : i + width] for i in range(len(x) - width)])


@wrong(
    "Counts one window too many",
    "Your count is one window too many: the last one would run over the end of `x`.",
    "Count again with `n` equal to `width`: one window fits.",
)
def one_too_many(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 2, width), (x.stride(0), x.stride(0)))


@wrong(
    "Counts one window for every entry",
    "Your result has a window for every entry, and the last ones run over the end and start again at entry 0.",
    "Stop at the last window that fits whole.",
)
def one_per_entry(x, width):
    _refuse(len(x), width)
    return torch.stack([x.roll(-i)[:width] for i in range(len(x))])


@wrong(
    "Gives the strides of an ordinary matrix",
    "Your strides are (width, 1), those of an ordinary matrix. Each row begins where the one before ended, so the rows "
    "soon run out of storage.",
    _ONE_LATER,
)
def strides_of_a_matrix(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (width, 1))


@wrong("Strides of an ordinary matrix, and nothing is refused", like=strides_of_a_matrix)
def strides_of_a_matrix_unrefused(x, width):
    return x.as_strided((len(x) - width + 1, width), (width, 1))


@wrong(
    "Starts every window at the same place",
    "All your windows are the first one: a stride of 0 takes no step from one to the next.",
    "From one window to the next, take the same step as from one entry to the next.",
)
def stride_0(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (0, x.stride(0)))


@wrong(
    "Cuts the row into pieces instead of sliding along it",
    "Your windows do not overlap: each begins where the one before ended.",
    _ONE_LATER,
)
def side_by_side(x, width):
    _refuse(len(x), width)
    count = len(x) // width
    return x[: count * width].unflatten(0, (count, width))


@wrong("Steps by the width in unfold", like=side_by_side)
def unfold_by_width(x, width):
    _refuse(len(x), width)
    return x.unfold(0, width, width)


@wrong(
    "Stacks slices, which copies",
    "Stacking slices, indexing with a tensor, `contiguous` and `clone` write every window out, which takes `width` "
    "times the memory of `x`.",
    _SHARE,
)
def stacked_slices(x, width):
    _refuse(len(x), width)
    return torch.stack([x[i : i + width] for i in range(len(x) - width + 1)])


@wrong("Indexes with a table of places, which copies", like=stacked_slices)
def fancy_indexing(x, width):
    _refuse(len(x), width)
    return x[torch.arange(len(x) - width + 1)[:, None] + torch.arange(width)]


@wrong("Copies the finished windows, to be safe against writes", like=stacked_slices)
def cloned(x, width):
    _refuse(len(x), width)
    return x.unfold(0, width, 1).clone()


@wrong("Stacks slices, and refuses nothing", like=stacked_slices)
def stacked_slices_unrefused(x, width):
    return torch.stack([x[i : i + width] for i in range(len(x) - width + 1)])


@wrong("Indexes with a table of places, and refuses nothing", like=stacked_slices)
def fancy_indexing_unrefused(x, width):
    return x[torch.arange(len(x) - width + 1)[:, None] + torch.arange(width)]


@wrong(
    "Calls contiguous first, so that the stride is 1; the view is then one of a copy",
    "`contiguous` copies an `x` that has gaps, and your windows are then a view of that copy.",
    "Leave `x` as it is, and ask it for its stride.",
)
def contiguous_first(x, width):
    _refuse(len(x), width)
    x = x.contiguous()
    return x.as_strided((len(x) - width + 1, width), (1, 1))


@wrong("Puts the windows into columns", "Your windows are the columns.",
       "One window is one row: (number of windows, width).")
def transposed(x, width):
    _refuse(len(x), width)
    return x.unfold(0, width, 1).T


@wrong(
    "Gives the step to the rows and forgets it inside a window",
    "Your strides are (step, 1): from one window to the next the step is right, inside a window it is 1.",
    "Inside a window, the next entry is as far away as anywhere in `x`.",
)
def step_between_windows_alone(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), 1))


@wrong(
    "Gives the step inside a window and forgets it between them",
    "Your strides are (1, step): inside a window the step is right, from one window to the next it is 1.",
    "The next window begins at the next entry, which is as far away as anywhere in `x`.",
)
def step_inside_windows_alone(x, width):
    _refuse(len(x), width)
    return x.as_strided((len(x) - width + 1, width), (1, x.stride(0)))


@wrong(
    "Relies on as_strided to refuse, which a count of 0 passes",
    "There is no such window, and your function does not say so with a `ValueError`: `as_strided` takes a count of 0 "
    "without complaint, and refuses a negative one in its own words.",
    _REFUSE,
)
def nothing_refused(x, width):
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))


@wrong(
    "Relies on unfold to refuse, with whatever exception it has",
    "You leave it to torch to refuse, and torch raises a `RuntimeError`, or nothing at a width of 0.",
    _REFUSE,
)
def torchs_own_error(x, width):
    return x.unfold(0, width, 1)


@wrong(
    "Reads no window as an empty answer",
    "There is no such window, and your function returns an empty tensor as if nothing were wrong.",
    _REFUSE,
)
def empty_when_none_fits(x, width):
    if width > len(x):
        return x.new_empty(0, width)
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))


@wrong(
    "Forgets that a width below 1 makes no sense",
    "Your function refuses a `width` that is too large, and takes one of 0: windows that hold nothing.",
    _REFUSE,
)
def width_0_accepted(x, width):
    if width > len(x):
        raise ValueError("too wide")
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))


@wrong(
    "Refuses one window, too: >= for >",
    "Your function refuses a `width` equal to the number of entries. One window fits then.",
    "Refuse where `width` is larger than the number of entries.",
)
def one_window_refused(x, width):
    if width >= len(x) or width < 1:
        raise ValueError("too wide")
    return x.unfold(0, width, 1)


@wrong(
    "asserts instead of raising a ValueError",
    "An `assert` is for what cannot happen; Python leaves it out when it runs with `-O`. A wrong argument can happen.",
    _REFUSE,
)
def asserts(x, width):
    assert 1 <= width <= len(x)
    return x.unfold(0, width, 1)
