"""Answers to stable_softmax."""

import numpy as np
import torch

from tests.exercises.answers import right, wrong


@right
def by_logsumexp(x, dim):
    largest = x.max(dim=dim, keepdim=True).values
    shifted = x - largest
    return torch.exp(shifted - torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True)))


@right
def in_place_on_its_own_copy(x, dim):
    powers = x.clone()
    powers -= powers.amax(dim, keepdim=True)
    powers.exp_()
    powers /= powers.sum(dim, keepdim=True)
    return powers


@right
def last_dimension_and_back(x, dim):
    moved = x.movedim(dim, -1)
    powers = torch.exp(moved - moved.max(-1)[0].unsqueeze(-1))
    return (powers / powers.sum(-1).unsqueeze(-1)).movedim(-1, dim)


@right
def one_over_the_sum_of_differences(x, dim):
    # 1 / sum_j e^(x_j - x_i), with every pair written out: slow, and right wherever e^(difference) may be inf.
    moved = x.movedim(dim, -1)
    largest = moved.amax(-1, keepdim=True)
    total = torch.stack([(part - largest[..., 0]).exp() for part in moved.unbind(-1)]).sum(0)
    return ((moved - largest).exp() / total[..., None]).movedim(-1, dim)


@wrong("Writes the formula as it stands")
def naive(x, dim):
    return x.exp() / x.exp().sum(dim=dim, keepdim=True)


@wrong("One maximum of everything is simpler, and does prevent overflow")
def global_maximum(x, dim):
    powers = (x - x.max()).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@wrong("Softmax is always over the last dimension")
def last_dimension_always(x, dim):
    powers = (x - x.amax(-1, keepdim=True)).exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("Leaves dim out of the sum")
def sum_over_everything(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum()


@wrong("Forgets keepdim, and trusts broadcasting to line things up")
def no_keepdim(x, dim):
    powers = (x - x.amax(dim)).exp()
    return powers / powers.sum(dim)


@wrong("Saves memory by working in place on x")
def in_place(x, dim):
    x -= x.amax(dim, keepdim=True)
    powers = x.exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Keeps exp from overflowing by cutting x off")
def clamped(x, dim):
    powers = x.clamp(-80, 80).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Subtracts the mean instead of the maximum")
def minus_the_mean(x, dim):
    powers = (x - x.mean(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Adds a small number to the sum against division by zero")
def epsilon_in_the_sum(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / (powers.sum(dim, keepdim=True) + 1e-6)


@wrong("Turns nan into 0, to be tidy")
def nan_to_zero(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return (powers / powers.sum(dim, keepdim=True)).nan_to_num(0.0)


@wrong("Makes float32 of everything")
def float32_always(x, dim):
    x = x.float()
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Calls torch's own, which is what should be rebuilt")
def calls_torch(x, dim):
    return torch.softmax(x, dim)


@wrong("Divides by the maximum instead of subtracting it")
def divided_by_the_maximum(x, dim):
    powers = (x / x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Stops before the division")
def powers_only(x, dim):
    return (x - x.amax(dim, keepdim=True)).exp()


@wrong("Returns a NumPy array")
def numpy_array(x, dim):
    array = x.numpy()
    with np.errstate(all="ignore"):
        powers = np.exp(array - array.max(axis=dim, keepdims=True))
        return powers / powers.sum(axis=dim, keepdims=True)
