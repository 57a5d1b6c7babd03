"""Answers to pairwise_sqdist."""

import numpy as np
import torch

from tests.exercises.answers import right, wrong


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
    difference = a.numpy()[:, np.newaxis, :] - b.numpy()
    return torch.from_numpy((difference**2).sum(axis=2))


@wrong("Subtracts as if broadcasting paired everything with everything by itself")
def no_new_axis(a, b):
    return ((a - b) ** 2).sum(dim=-1)


@wrong("Puts the new axis first in both, so that nothing is paired")
def same_new_axis(a, b):
    return ((a[None] - b[None]) ** 2).sum(dim=-1)


@wrong("The expanded square, known from papers as the fast way")
def expanded_square(a, b):
    return (a**2).sum(dim=1)[:, None] + (b**2).sum(dim=1)[None, :] - 2 * a @ b.T


@wrong("The expanded square gave negative distances, so it is clamped")
def expanded_square_clamped(a, b):
    return ((a**2).sum(dim=1, keepdim=True) + (b**2).sum(dim=1) - 2 * (a @ b.T)).clamp(min=0)


@wrong("torch has cdist; for many points it uses the expanded square by default")
def cdist_squared(a, b):
    return torch.cdist(a, b).pow(2)


@wrong("Reads 'distance' and takes the root")
def cdist_plain(a, b):
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


@wrong("A double loop, as one writes it down first")
def double_loop(a, b):
    table = torch.zeros(a.shape[0], b.shape[0], dtype=a.dtype)
    for i in range(a.shape[0]):
        for j in range(b.shape[0]):
            table[i, j] = ((a[i] - b[j]) ** 2).sum()
    return table


@wrong("One loop is left, over the points of a; it cannot stack nothing either")
def one_loop(a, b):
    return torch.stack([((p - b) ** 2).sum(dim=-1) for p in a])


@wrong("Gives the new axes the wrong way round")
def turned_over(a, b):
    return ((a[None, :, :] - b[:, None, :]) ** 2).sum(dim=-1)


@wrong("Sums over the wrong axis of (n, m, d)")
def sums_over_points(a, b):
    return ((a[:, None] - b) ** 2).sum(dim=1)


@wrong("Forgets dim")
def sums_everything(a, b):
    return ((a[:, None] - b) ** 2).sum()


@wrong("Stops before the sum")
def no_sum(a, b):
    return (a[:, None] - b) ** 2


@wrong("Sums the differences and squares the sum")
def sum_then_square(a, b):
    return (a[:, None] - b).sum(dim=-1) ** 2


@wrong("Thinks of mean squared error")
def mean_not_sum(a, b):
    return ((a[:, None] - b) ** 2).mean(dim=-1)


@wrong("abs instead of the square")
def absolute(a, b):
    return (a[:, None] - b).abs().sum(dim=-1)


@wrong("Compares vectors by their dot product, as attention does")
def dot_products(a, b):
    return a @ b.T


@wrong("Converts to float32 to be safe")
def casts_to_float(a, b):
    return ((a.float()[:, None] - b.float()) ** 2).sum(dim=-1)


@wrong("Converts to float64 against cancellation, and forgets to convert back")
def expanded_in_double(a, b):
    a, b = a.double(), b.double()
    return (a**2).sum(dim=1)[:, None] + (b**2).sum(dim=1) - 2 * a @ b.T


@wrong("Moves the points to the origin against cancellation, and does it in place")
def moves_the_points(a, b):
    centre = b.mean(dim=0) if len(b) else 0
    a -= centre
    return ((a[:, None] - (b - centre)) ** 2).sum(dim=-1)
