"""Answers to pairwise_sqdist."""

import torch

from tests.exercises.answers import made, right, wrong


@right
def unsqueezed(a, b):
    return (a.unsqueeze(1) - b.unsqueeze(0)).pow(2).sum(-1)


@right
def by_einsum(a, b):
    difference = a[:, None] - b
    return torch.einsum("nmd,nmd->nm", difference, difference)


@right
def exact_cdist(a, b):
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist") ** 2


@right
def loop_over_coordinates(a, b):
    table = torch.zeros(a.shape[0], b.shape[0], dtype=a.dtype)
    for k in range(a.shape[1]):
        table += (a[:, k, None] - b[:, k]) ** 2
    return table


@right
def every_pair_in_a_row_of_its_own(a, b):
    difference = a.repeat_interleave(len(b), dim=0) - b.repeat(len(a), 1)
    return difference.square().sum(dim=1).view(len(a), len(b))


@right
def through_numpy(a, b):
    import numpy as np

    difference = a.numpy()[:, np.newaxis, :] - b.numpy()
    return torch.from_numpy((difference**2).sum(axis=2))


@right
def expanded_in_double_and_back(a, b):
    x, y = a.double(), b.double()
    table = (x * x).sum(dim=1)[:, None] + (y * y).sum(dim=1) - 2 * x @ y.T
    return table.to(a.dtype)


@right
def moved_to_the_origin(a, b):
    origin = b[:1] if len(b) else 0
    return ((a - origin)[:, None] - (b - origin)).square().sum(dim=-1)


@right
@made
def a_module():
    class Distances(torch.nn.Module):
        def forward(self, a, b):
            return (a[:, None] - b).square().sum(-1)

    return Distances()


_NEW_AXES = "Give each of the two an axis of length 1 where the other one has its points."
_SUBTRACT_FIRST = "Subtract the points first, and square after that."


@wrong(
    "Subtracts as if broadcasting paired everything with everything by itself",
    "`a - b` pairs point 0 with point 0 and point 1 with point 1. Every point should meet every other.",
    _NEW_AXES,
)
def no_new_axis(a, b):
    return ((a - b) ** 2).sum(dim=-1)


@wrong(
    "Puts the new axis first in both, so that nothing is paired",
    "Your new axis stands in front of both, where it pairs nothing: point 0 still meets point 0 alone.",
    _NEW_AXES,
)
def same_new_axis(a, b):
    return ((a[None] - b[None]) ** 2).sum(dim=-1)


@wrong(
    "The expanded square, known from papers as the fast way",
    "That is |a|² + |b|² - 2ab. Far from the origin it subtracts huge numbers that are almost equal, and float32 keeps "
    "7 digits of them: the small distance is lost.",
    _SUBTRACT_FIRST,
    noise=200.0,
)
def expanded_square(a, b):
    return (a**2).sum(dim=1)[:, None] + (b**2).sum(dim=1)[None, :] - 2 * a @ b.T


@wrong("The expanded square gave negative distances, so it is clamped", like=expanded_square)
def expanded_square_clamped(a, b):
    return ((a**2).sum(dim=1, keepdim=True) + (b**2).sum(dim=1) - 2 * (a @ b.T)).clamp(min=0)


@wrong(
    "torch has cdist; for many points it uses the expanded square by default",
    "That is `torch.cdist`, squared. For more than 25 points it works with |a|² + |b|² - 2ab, which loses the small "
    "distances of points far from the origin.",
    _SUBTRACT_FIRST,
    noise=200.0,
)
def cdist_squared(a, b):
    return torch.cdist(a, b).pow(2)


@wrong(
    "Reads 'distance' and takes the root",
    "Your result is the distance. The squared distance is wanted.",
    "Leave out the square root.",
)
def cdist_plain(a, b):
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


@wrong("Takes the norm of each difference", like=cdist_plain)
def norm_of_the_difference(a, b):
    return torch.linalg.vector_norm(a[:, None] - b, dim=-1)


@wrong(
    "A double loop, as one writes it down first",
    "Your function visits one pair of points after the other, in Python.",
    _NEW_AXES,
)
def double_loop(a, b):
    table = torch.zeros(a.shape[0], b.shape[0], dtype=a.dtype)
    for i in range(a.shape[0]):
        for j in range(b.shape[0]):
            table[i, j] = ((a[i] - b[j]) ** 2).sum()
    return table


@wrong("A double loop over numbers of Python's", like=double_loop)
def loop_over_lists(a, b):
    rows = [[sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for q in b.tolist()] for p in a.tolist()]
    return torch.tensor(rows, dtype=a.dtype).reshape(len(a), len(b))


@wrong(
    "One loop is left, over the points of a; it cannot stack nothing either",
    "You build the table row by row, and without points there is no row to stack.",
    _NEW_AXES,
)
def one_loop(a, b):
    return torch.stack([((p - b) ** 2).sum(dim=-1) for p in a])


@wrong(
    "Gives the new axes the wrong way round",
    "Your table is turned over: its rows are the points of `b`.",
    "Give `a` its axis of length 1 in the middle, so that its points stay in front.",
)
def turned_over(a, b):
    return ((a[None, :, :] - b[:, None, :]) ** 2).sum(dim=-1)


@wrong(
    "Sums over the wrong axis of (n, m, d)",
    "You sum over the points of `b`, and keep the coordinates.",
    "Sum over the last axis, that of the coordinates.",
)
def sums_over_points(a, b):
    return ((a[:, None] - b) ** 2).sum(dim=1)


@wrong(
    "sum(axis=0), as the columns of a table are summed",
    "You sum over the points of `a`, and keep the coordinates.",
    "Sum over the last axis, that of the coordinates.",
)
def sums_over_the_first_axis(a, b):
    return ((a[:, None] - b) ** 2).sum(axis=0)


@wrong(
    "Forgets dim",
    "You sum over all axes, and one number is left.",
    "Sum over the last axis alone, that of the coordinates.",
)
def sums_everything(a, b):
    return ((a[:, None] - b) ** 2).sum()


@wrong(
    "Stops before the sum",
    "The squares are right, but there is still one number per coordinate.",
    "Sum over the last axis, that of the coordinates.",
)
def no_sum(a, b):
    return (a[:, None] - b) ** 2


@wrong(
    "Leaves the summed axis in place",
    "The sums are right, but the axis of the coordinates is still there, with length 1.",
    "Leave `keepdim` out.",
)
def axis_kept(a, b):
    return ((a[:, None] - b) ** 2).sum(dim=-1, keepdim=True)


@wrong(
    "Sums the differences and squares the sum",
    "You sum first and square then: differences of unlike sign cancel out.",
    "Square every difference, then sum.",
)
def sum_then_square(a, b):
    return (a[:, None] - b).sum(dim=-1) ** 2


@wrong("Thinks of mean squared error", "You take the mean over the coordinates.", "Take the sum.")
def mean_not_sum(a, b):
    return ((a[:, None] - b) ** 2).mean(dim=-1)


@wrong("abs instead of the square", "You sum the absolute differences.", "Square the differences.")
def absolute(a, b):
    return (a[:, None] - b).abs().sum(dim=-1)


@wrong("Forgets to square", "You sum the differences as they are; those of unlike sign cancel out.",
       "Square every difference first.")
def not_squared(a, b):
    return (a[:, None] - b).sum(dim=-1)


@wrong("A plus for a minus", "You add the points. A distance is that of their difference.", "Subtract them.")
def added(a, b):
    return ((a[:, None] + b) ** 2).sum(dim=-1)


@wrong(
    "Compares vectors by their dot product, as attention does",
    "That is `a @ b.T`, a dot product for every pair. It measures likeness, not distance.",
    "Subtract instead of multiplying. " + _NEW_AXES,
)
def dot_products(a, b):
    return a @ b.T


@wrong(
    "Converts to float32 to be safe",
    "Your result is float32, whatever the points are.",
    "Leave the dtype as the calculation gives it.",
)
def casts_to_float(a, b):
    return ((a.float()[:, None] - b.float()) ** 2).sum(dim=-1)


@wrong(
    "Converts to float64 against cancellation, and forgets to convert back",
    "Your result is float64, whatever the points are.",
    "Subtract first and the digits of `a` are enough; or convert the result back.",
)
def expanded_in_double(a, b):
    a, b = a.double(), b.double()
    return (a**2).sum(dim=1)[:, None] + (b**2).sum(dim=1) - 2 * a @ b.T


@wrong(
    "Moves the points to the origin against cancellation, and does it in place",
    "Moving the points towards the origin keeps the digits, but `-=` moves the caller's own points.",
    "Write `a = a - ...`, which makes a new tensor.",
)
def moves_the_points(a, b):
    center = b[:1].clone() if len(b) else 0
    a -= center
    return ((a[:, None] - (b - center)) ** 2).sum(dim=-1)
