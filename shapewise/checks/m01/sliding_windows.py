"""sliding_windows: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import scattered

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="sliding_windows(x, width)",
    notebook="4_layout",
    points=5,
    axes=("window", "place"),
    input_axes={"x": ("entry",)},
    result="y",
    moves="x",
    view_of="x",
    cases=(
        Case("x of 7 entries, width 3", lambda: (scattered(7), 3)),
        Case("x of 9 entries, width 2", lambda: (scattered(9), 2)),
        Case("x = base[5:14], with an offset, width 4", lambda: (scattered(20)[5:14], 4), edge=True),
        Case("x = base[::3], with a stride, width 4", lambda: (scattered(20)[::3], 4), edge=True),
        Case("x = base[4::5], with both, width 2", lambda: (scattered(24)[4::5], 2), edge=True),
        Case("x = base[:, 2], a column of a (6, 4) matrix, width 3", lambda: (scattered(6, 4)[:, 2], 3), edge=True),
        Case("x = one number, expanded to 5 entries, width 2", lambda: (torch.tensor([7.0]).expand(5), 2), edge=True),
        Case("x of 6 whole numbers, int64, width 3", lambda: (scattered(6).long(), 3), edge=True),
        Case("x of 5 entries, width 1", lambda: (scattered(5), 1), edge=True),
        Case("x of 4 entries, width 4: one window", lambda: (scattered(4), 4), edge=True),
        Case("x of 4 entries, width 5: no window fits", lambda: (scattered(4), 5), edge=True),
        Case("x of 4 entries, width 9: no window fits", lambda: (scattered(4), 9), edge=True),
        Case("x of 4 entries, width 0", lambda: (scattered(4), 0), edge=True),
        Case("x of no entries, width 1", lambda: (scattered(0), 1), edge=True),
    ),
)
