"""sliding_windows: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _tens(n: int) -> Any:
    return 10.0 * torch.arange(n)


def _read(x: Any, shape: tuple[int, int], steps: tuple[int, int], offset: int) -> Any:
    """The storage of ``x``, read with a shape, strides and an offset of one's own."""
    return x.new_empty(0).set_(x.untyped_storage(), offset, shape, steps)


def _stride_1_assumed(x: Any, width: int) -> Any:
    return _read(x, (len(x) - width + 1, width), (1, 1), x.storage_offset())


def _offset_lost(x: Any, width: int) -> Any:
    return _read(x, (len(x) - width + 1, width), (x.stride(0),) * 2, 0)


def _stride_1_and_offset_lost(x: Any, width: int) -> Any:
    return _read(x, (len(x) - width + 1, width), (1, 1), 0)


def _one_window_short(x: Any, width: int) -> Any:
    return _read(x, (len(x) - width, width), (x.stride(0),) * 2, x.storage_offset())


def _strides_of_a_matrix(x: Any, width: int) -> Any:
    return x.as_strided((len(x) - width + 1, width), (width, 1))


def _side_by_side(x: Any, width: int) -> Any:
    count = len(x) // width
    return x[: count * width].unflatten(0, (count, width))


def _copied(x: Any, width: int) -> Any:
    assert width > 0  # a width of 0 is another mistake's business
    return torch.stack([x[i : i + width] for i in range(len(x) - width + 1)])


def _transposed(x: Any, width: int) -> Any:
    return _copied(x, width).T


def _one_per_entry(x: Any, width: int) -> Any:
    return torch.stack([x.roll(-i)[:width] for i in range(len(x))])


def _any_width_accepted(x: Any, width: int) -> Any:
    rows = [x.narrow(0, start, width) for start in range(len(x) - width + 1)]
    return torch.stack(rows) if rows else x.new_empty(0, width)


_OFFSET = (
    "An offset given to `as_strided` counts from the start of the storage, and `x` starts later: it is "
    "part of something larger."
)

EXERCISE = Exercise(
    signature="sliding_windows(x, width)",
    notebook="4_layout",
    points=5,
    axes=("window", "place"),
    input_axes={"x": ("entry",)},
    result="y",
    view_of="x",
    cases=(
        Case("x of 7 entries, width 3", lambda: (_tens(7), 3)),
        Case("x of 6 entries, width 2", lambda: (_tens(6), 2)),
        Case("x = base[5:14], with an offset, width 4", lambda: (_tens(20)[5:14], 4), edge=True),
        Case("x = base[::3], with a stride, width 4", lambda: (_tens(20)[::3], 4), edge=True),
        Case("x of 4 entries, width 4: one window", lambda: (_tens(4), 4), edge=True),
        Case("x of 4 entries, width 5: no window fits", lambda: (_tens(4), 5), edge=True),
        Case("x of 4 entries, width 0", lambda: (_tens(4), 0), edge=True),
    ),
    mistakes=(
        Mistake(
            _copied,
            "Stacking slices, indexing with a tensor, `contiguous` and `clone` write every window out, which takes "
            "`width` times the memory of `x`.",
            "Describe the windows by a shape and strides, and let them share the storage of `x`.",
        ),
        Mistake(
            _any_width_accepted,
            "There is no such window, and your function returns an empty tensor as if nothing were wrong.",
            "Raise a `ValueError` where `width` is larger than the number of entries, or less than 1.",
            edge=True,
        ),
        Mistake(
            _stride_1_assumed,
            "Your strides are (1, 1), so the windows read what stands next in storage. The entries of this `x` stand "
            "further apart.",
            "Ask `x` how far apart they are.",
        ),
        Mistake(
            _offset_lost,
            f"Your windows begin at place 0 of the storage. {_OFFSET}",
            "Begin where `x` begins: leave the offset out, or ask `x` for it.",
        ),
        Mistake(
            _stride_1_and_offset_lost,
            f"Your windows begin at place 0 of the storage and take steps of 1. {_OFFSET}",
            "Ask `x` for both: how far apart its entries are, and where it begins.",
        ),
        Mistake(
            _one_window_short,
            "The last window is missing. From entry 0 to the last possible start there is one more start than `n "
            "- width`.",
            "Count again with `n` equal to `width`: one window fits.",
        ),
        Mistake(
            _strides_of_a_matrix,
            "Your strides are (width, 1), those of an ordinary matrix. Each row begins where the one before "
            "ended, so the "
            "rows soon run out of storage.",
            "The next window begins one entry later, not `width` entries.",
        ),
        Mistake(
            _side_by_side,
            "Your windows do not overlap: each begins where the one before ended.",
            "The next window begins one entry later, not `width` entries.",
        ),
        Mistake(
            _transposed,
            "Your windows are the columns.",
            "One window is one row: (number of windows, width).",
        ),
        Mistake(
            _one_per_entry,
            "Your result has a window for every entry, and the last ones run over the end and start again at entry 0.",
            "Stop at the last window that fits whole.",
        ),
    ),
)
