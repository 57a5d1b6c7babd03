"""Answers to stable_softmax."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


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


@right
def numpy_all_the_way(x, dim):
    array = x.numpy()
    with np.errstate(all="ignore"):
        powers = np.exp(array - array.max(axis=dim, keepdims=True))
        return torch.from_numpy(powers / powers.sum(axis=dim, keepdims=True))


@right
def float32_on_the_way(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).float().exp()
    return (powers / powers.sum(dim, keepdim=True)).to(x.dtype)


@right
@made
def scripted():
    import warnings

    def stable_softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
        powers = (x - x.amax(dim, True)).exp()
        return powers / powers.sum(dim, True)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch would rather have its newer compiler used
        return torch.jit.script(stable_softmax)


_LARGEST = "Subtract the largest entry along `dim` first; the shares stay the same."
_HAND_ON = "Hand `dim` on to every reduction."
_BUILD = "Build it from `exp`, `sum` and `amax`."


@wrong(
    "Writes the formula as it stands",
    "Your powers overflow: e to a number above 88 is `inf` in float32, and `inf / inf` is `nan`. Far below zero all "
    "powers are 0, and `0 / 0` is `nan`, too.",
    _LARGEST,
)
def naive(x, dim):
    return x.exp() / x.exp().sum(dim=dim, keepdim=True)


@wrong(
    "One maximum of everything is simpler, and does prevent overflow",
    "You subtract one maximum of the whole tensor. In a row far below it all powers are 0, and `0 / 0` is `nan`.",
    "Take the maximum along `dim`, one for each row.",
)
def global_maximum(x, dim):
    powers = (x - x.max()).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@wrong(
    "Softmax is always over the last axis",
    "Your function works along the last axis, whatever `dim` says.",
    _HAND_ON,
)
def last_dimension_always(x, dim):
    powers = (x - x.amax(-1, keepdim=True)).exp()
    return powers / powers.sum(-1, keepdim=True)


@wrong("Over the last axis, and the formula as it stands", like=last_dimension_always)
def last_dimension_always_naive(x, dim):
    return x.exp() / x.exp().sum(-1, keepdim=True)


@wrong(
    "sum(axis=0), as in a table",
    "Your function works along axis 0, whatever `dim` says.",
    _HAND_ON,
)
def first_dimension_always(x, dim):
    powers = (x - x.amax(0, keepdim=True)).exp()
    return powers / powers.sum(axis=0, keepdim=True)


@wrong("Along axis 0, and the formula as it stands", like=first_dimension_always)
def first_dimension_always_naive(x, dim):
    return x.exp() / x.exp().sum(axis=0, keepdim=True)


@wrong(
    "Calls torch's softmax without dim; it then chooses one by itself",
    "That is torch's own softmax without `dim`: it chooses an axis by itself, 0 or 1, and warns.",
    _BUILD,
)
def torch_without_dim(x, dim):
    return F.softmax(x)


@wrong(
    "Takes the maximum along dim, and forgets dim in the sum",
    "Your powers are divided by the sum of the whole tensor, not by the sum along `dim`.",
    "Hand `dim` to the sum as well, and keep that axis, so that it broadcasts back.",
)
def sum_over_everything(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum()


@wrong(
    "Forgets dim throughout",
    "Your entries sum to 1 over the whole tensor: neither the maximum nor the sum has a `dim`.",
    "Sum along `dim`, and keep that axis, so that it broadcasts back.",
)
def over_everything(x, dim):
    powers = (x - x.max()).exp()
    return powers / powers.sum()


@wrong("Forgets dim throughout, and the maximum", like=over_everything)
def over_everything_naive(x, dim):
    return x.exp() / x.exp().sum()


@wrong(
    "Forgets keepdim, and trusts broadcasting to line things up",
    "A maximum or a sum has lost the axis that it was taken along, so it lines up with the wrong one.",
    "Keep the reduced axis as a 1, for the maximum and for the sum.",
)
def no_keepdim(x, dim):
    powers = (x - x.amax(dim)).exp()
    return powers / powers.sum(dim)


@wrong("Forgets keepdim in the sum", like=no_keepdim)
def no_keepdim_in_the_sum(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim)


@wrong("Forgets keepdim in the maximum", like=no_keepdim)
def no_keepdim_in_the_maximum(x, dim):
    powers = (x - x.amax(dim)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Forgets keepdim in the only sum", like=no_keepdim)
def no_keepdim_naive(x, dim):
    return x.exp() / x.exp().sum(dim)


@wrong(
    "Takes max for amax; it gives the places, too",
    "`x.max(dim)` gives two things, the maxima and their places. You cannot subtract both.",
    "Use `amax`, which gives the maxima alone.",
)
def maximum_with_places(x, dim):
    powers = (x - x.max(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Takes max for amax, without keepdim", like=maximum_with_places)
def maximum_with_places_and_no_keepdim(x, dim):
    powers = (x - x.max(dim)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Takes torch.max for torch.amax", like=maximum_with_places)
def maximum_of_torch_with_places(x, dim):
    return torch.exp(x - torch.max(x, dim)) / torch.exp(x).sum(dim, keepdim=True)


@wrong(
    "Saves memory by working in place on x",
    "Your function writes into `x`: `-=` and methods that end in `_` do that. The caller's numbers are gone.",
    "Make a new tensor with a plain minus.",
)
def in_place(x, dim):
    x -= x.amax(dim, keepdim=True)
    powers = x.exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong("Works in place to the end", like=in_place)
def in_place_to_the_end(x, dim):
    x -= x.amax(dim, keepdim=True)
    x.exp_()
    x /= x.sum(dim, keepdim=True)
    return x


@wrong(
    "Keeps exp from overflowing by cutting x off",
    "Your entries are cut off at a limit, and beyond it softmax cannot tell them apart.",
    _LARGEST,
)
def clamped(x, dim):
    powers = x.clamp(-80, 80).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Subtracts the mean instead of the maximum",
    "You subtract the mean. The largest entry may still lie far above it and overflow.",
    "Subtract the largest entry along `dim`.",
)
def minus_the_mean(x, dim):
    powers = (x - x.mean(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Subtracts the median, which no outlier moves",
    "You subtract the median. The largest entry may still lie far above it and overflow.",
    "Subtract the largest entry along `dim`.",
)
def minus_the_median(x, dim):
    powers = (x - x.median(dim, keepdim=True)[0]).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Subtracts the smallest entry, so that all powers are at least 1",
    "You subtract the smallest entry. The largest may lie far above it, and its power overflows.",
    "Subtract the largest entry along `dim`.",
)
def minus_the_minimum(x, dim):
    powers = (x - x.amin(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Takes the largest in size, whatever its sign",
    "You subtract the largest |x|. Where all entries are far below zero, that takes them further down, and all powers "
    "are 0.",
    "Subtract the largest entry itself, whatever its sign.",
)
def minus_the_largest_in_size(x, dim):
    powers = (x - x.abs().amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "A plus for a minus",
    "You add the largest entry. That makes large entries twice as large, and their powers overflow all the sooner.",
    "Subtract it.",
)
def plus_the_maximum(x, dim):
    powers = (x + x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Divides the powers by their maximum, once they have overflowed",
    "You divide the powers by the largest of them. That comes too late: they have overflowed by then.",
    "Subtract the largest entry before `exp`.",
)
def powers_divided_by_their_maximum(x, dim):
    powers = x.exp()
    powers = powers / powers.amax(dim, keepdim=True)
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Adds a small number to the sum against division by zero",
    "Your sum has a small number added to it, so the entries do not quite sum to 1.",
    "Leave it out: with the largest entry subtracted, the sum is at least 1.",
)
def epsilon_in_the_sum(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / (powers.sum(dim, keepdim=True) + 1e-6)


@wrong(
    "Turns nan into 0, to be tidy",
    "Your function hides `nan`. A row of `-inf` has no weights at all, and `torch.softmax` says so with `nan`.",
    "Leave the `nan` of a row of `-inf` alone, and cure overflow at its source: the largest entry.",
)
def nan_to_zero(x, dim):
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return (powers / powers.sum(dim, keepdim=True)).nan_to_num(0.0)


@wrong("Turns the nan of overflow into 0", like=nan_to_zero)
def nan_to_zero_naive(x, dim):
    return (x.exp() / x.exp().sum(dim, keepdim=True)).nan_to_num(0.0)


@wrong("Makes float32 of everything", "Your result is float32 for a float64 input.", "Stay in the dtype of `x`.")
def float32_always(x, dim):
    x = x.float()
    powers = (x - x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Calls torch's own, which is what should be rebuilt",
    "That is torch's own function.",
    _BUILD,
)
def calls_torch(x, dim):
    return torch.softmax(x, dim)


@wrong("Calls torch's own, after a step that does nothing to the result", like=calls_torch)
def calls_torch_on_the_shifted(x, dim):
    return torch.softmax(x - x.amax(dim, keepdim=True), dim)


@wrong("Calls torch's logarithm of it", like=calls_torch)
def calls_log_softmax(x, dim):
    return F.log_softmax(x - x.amax(dim, keepdim=True), dim).exp()


@wrong(
    "Subtracts the logarithm of the sum, which torch computes stably",
    "`x - logsumexp(x)` does not overflow. But near 10,000 float32 keeps three digits behind the point, so the "
    "exponent is known to 0.0005, and the result to three digits.",
    "Subtract the largest entry, which is exact, and divide by the sum.",
    noise=1e-3,
)
def minus_logsumexp(x, dim):
    return (x - x.logsumexp(dim, keepdim=True)).exp()


@wrong(
    "Divides by the maximum instead of subtracting it",
    "You divide by the largest entry. Softmax looks at differences, and these change.",
    "Subtract it.",
)
def divided_by_the_maximum(x, dim):
    powers = (x / x.amax(dim, keepdim=True)).exp()
    return powers / powers.sum(dim, keepdim=True)


@wrong(
    "Stops before the division",
    "Your powers are not yet divided by their sum, so they do not sum to 1.",
    "Divide by the sum along `dim`.",
)
def powers_only(x, dim):
    return (x - x.amax(dim, keepdim=True)).exp()


@wrong("Stops after exp", like=powers_only)
def powers_only_naive(x, dim):
    return x.exp()


@wrong(
    "Forgets exp",
    "Your result is each entry's share of the sum, without the powers of e. Negative entries become negative weights "
    "that way.",
    "Take `exp` before you divide.",
)
def without_powers(x, dim):
    return x / x.sum(dim, keepdim=True)


@wrong("Forgets exp after the shift", like=without_powers)
def without_powers_shifted(x, dim):
    shifted = x - x.amax(dim, keepdim=True)
    return shifted / shifted.sum(dim, keepdim=True)


@wrong(
    "Takes the logarithm at the end",
    "Your result holds the logarithms of the weights.",
    "Divide the powers by their sum; no logarithm is left at the end.",
)
def logarithms(x, dim):
    shifted = x - x.amax(dim, keepdim=True)
    return shifted - shifted.exp().sum(dim, keepdim=True).log()


@wrong(
    "Returns a NumPy array",
    "Your result is a NumPy array.",
    "Make a tensor of it at the end, or stay in torch.",
)
def numpy_array(x, dim):
    array = x.numpy()
    with np.errstate(all="ignore"):
        powers = np.exp(array - array.max(axis=dim, keepdims=True))
        return powers / powers.sum(axis=dim, keepdims=True)
