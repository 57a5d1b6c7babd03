"""Answers to layer_norm."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


@right
def var_with_correction(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / (x.var(-1, keepdim=True, correction=0) + eps).sqrt() * weight + bias


@right
def var_mean_and_rsqrt(x, weight, bias, eps):
    variance, mean = torch.var_mean(x, dim=-1, unbiased=False, keepdim=True)
    return torch.addcmul(bias, (x - mean) * torch.rsqrt(variance + eps), weight)


@right
def token_by_token(x, weight, bias, eps):
    tokens = []
    for token in x.reshape(-1, x.shape[-1]):
        centered = token - token.sum() / token.numel()
        variance = torch.dot(centered, centered) / token.numel()
        tokens.append(centered / torch.sqrt(variance + eps) * weight + bias)
    return torch.stack(tokens).reshape(x.shape)


@right
def in_place_on_its_own_copy(x, weight, bias, eps):
    y = x - x.mean(dim=-1, keepdim=True)
    y /= (y.pow(2).mean(dim=-1, keepdim=True) + eps).pow(0.5)
    y *= weight
    y += bias
    return y


@right
def float32_on_the_way(x, weight, bias, eps):
    h = x.to(torch.float32)
    h = h - h.mean(-1, keepdim=True)
    h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + eps)
    return weight * h.to(x.dtype) + bias


@right
@made
def a_lambda():
    return lambda x, weight, bias, eps: (
        (x - x.mean(-1, True)) / (x.var(-1, keepdim=True, correction=0) + eps) ** 0.5 * weight + bias
    )


_LAST = "Walk along the features of each token: the last axis."
_BIASED = "Average the squared distances: divide by the number of features, as `correction=0` does."
_OUT = "Write it out: mean, squared distances, root."


@wrong(
    "Takes var as it comes: unbiased",
    "Your variance divides by the number of features minus one, as `var` and `std` do unless told otherwise. Layer "
    "norm uses the biased one.",
    _BIASED,
)
def unbiased(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True) + eps) * weight + bias


@wrong(
    "Takes std as it comes, and adds eps to it",
    "Your code takes `std`, which divides by the number of features minus one, and adds eps to it, outside the root.",
    _BIASED + " Add eps before you take the root.",
)
def unbiased_and_eps_outside(x, weight, bias, eps):
    return (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + eps) * weight + bias


@wrong(
    "Adds eps to the standard deviation",
    "Your eps is added to the standard deviation, outside the root. The formula adds it to the variance.",
    "Add eps first, then take the root.",
)
def eps_outside(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / (x.std(-1, keepdim=True, correction=0) + eps) * weight + bias


@wrong(
    "Adds the square root of eps, to have the right unit",
    "The root of eps is added to the standard deviation. A root of a sum is not the sum of the roots.",
    "Add eps to the variance, then take one root of both.",
)
def root_of_eps_outside(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / (x.std(-1, keepdim=True, correction=0) + eps**0.5) * weight + bias


@wrong(
    "Forgets eps",
    "Your result leaves eps out. A token whose features are all equal has variance 0, and `0 / 0` is `nan`.",
    "Add eps to the variance, under the root.",
)
def no_eps(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / x.std(-1, keepdim=True, correction=0) * weight + bias


@wrong(
    "Uses 1e-5 whatever eps says",
    "Your function always adds 1e-5, whatever `eps` says.",
    "Use the `eps` that the caller hands over.",
)
def eps_fixed(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + 1e-5) * weight + bias


@wrong(
    "Subtracts eps",
    "Your eps is subtracted from the variance. Where the variance is smaller, that leaves nothing to take a root of.",
    "Add it.",
)
def eps_subtracted(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) - eps) * weight + bias


@wrong(
    "Uses the shorter formula for the variance",
    "Your variance is mean(x²) - mean(x)². Near 10,000 both are near 10⁸, and float32 rounds their difference away.",
    "Take the mean away first, then square and average.",
    noise=400.0,
)
def difference_of_squares(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    variance = (x**2).mean(-1, keepdim=True) - mean**2
    return (x - mean) / torch.sqrt(variance.clamp(min=0) + eps) * weight + bias


@wrong("The shorter formula, as it stands", like=difference_of_squares)
def difference_of_squares_unclamped(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / ((x * x).mean(-1, keepdim=True) - mean * mean + eps) ** 0.5 * weight + bias


@wrong(
    "Normalizes each feature across the batch, as batch norm does",
    "Your mean and variance run over axis 0, so each feature is normalized across tokens.",
    _LAST,
)
def over_the_batch(x, weight, bias, eps):
    mean = x.mean(0, keepdim=True)
    variance = x.var(0, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias


@wrong(
    "Takes mean and variance of the whole tensor",
    "Your mean and variance are those of the whole tensor. One loud token would silence the others.",
    _LAST,
)
def over_everything(x, weight, bias, eps):
    return (x - x.mean()) / torch.sqrt(x.var(correction=0) + eps) * weight + bias


@wrong("Takes mean and variance of the whole tensor, unbiased", like=over_everything)
def over_everything_unbiased(x, weight, bias, eps):
    return (x - x.mean()) / torch.sqrt(x.var() + eps) * weight + bias


@wrong(
    "Takes mean and variance of a whole sequence",
    "Your mean and variance are those of a whole sequence: they run over its tokens, too.",
    _LAST,
)
def over_the_sequence(x, weight, bias, eps):
    dims = (-2, -1) if x.dim() > 1 else (-1,)
    mean = x.mean(dims, keepdim=True)
    variance = x.var(dims, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias


@wrong(
    "Counts axes as in (batch, seq, embed), where the features are number 2",
    "Your code names axis 1, which holds the features only where `x` has two axes.",
    "Count from the end: the features are axis -1, whatever stands in front.",
)
def over_dimension_1(x, weight, bias, eps):
    mean = x.mean(1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(1, keepdim=True, correction=0) + eps) * weight + bias


@wrong(
    "Forgets the root",
    "Your result is divided by the variance, not by its root.",
    "Take the root of variance plus eps.",
)
def no_root(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / (x.var(-1, keepdim=True, correction=0) + eps) * weight + bias


@wrong(
    "Adds the squares up and forgets to divide",
    "Your result is divided by the root of the sum of the squared distances. The variance is their mean.",
    "Average the squared distances.",
)
def squares_added_up(x, weight, bias, eps):
    centered = x - x.mean(-1, keepdim=True)
    return centered / torch.sqrt(centered.square().sum(-1, keepdim=True) + eps) * weight + bias


@wrong(
    "Takes absolute distances for the spread",
    "Your spread is the mean of the absolute distances. The variance is the mean of their squares.",
    "Square the distances, average, and take the root at the end.",
)
def mean_of_absolute_distances(x, weight, bias, eps):
    centered = x - x.mean(-1, keepdim=True)
    return centered / (centered.abs().mean(-1, keepdim=True) + eps) * weight + bias


@wrong(
    "Stops after normalizing",
    "Your result is normalized, but weight and bias are missing.",
    "Multiply by weight, then add bias; both broadcast over the tokens.",
)
def no_weight_and_bias(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps)


@wrong("Forgets the bias", "Your result is normalized and scaled, but the bias is missing.", "Add it at the end.")
def no_bias(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps) * weight


@wrong("Forgets the weight", "Your result is normalized and shifted, but the weight is missing.",
       "Multiply by it before you add the bias.")
def no_weight(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps) + bias


@wrong(
    "Adds the bias before it multiplies",
    "Your bias is added before the multiplication, so the weight scales it as well.",
    "Multiply by weight first, then add bias.",
)
def bias_first(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return ((x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps) + bias) * weight


@wrong(
    "Leaves the mean in, as RMS norm does",
    "That is RMS norm: the mean is still in the result, and in the squares that it is divided by.",
    "Subtract each token's mean first.",
)
def root_mean_square(x, weight, bias, eps):
    return x / torch.sqrt(x.square().mean(-1, keepdim=True) + eps) * weight + bias


@wrong(
    "Divides x itself by the root of the variance",
    "Your result is scaled but not centered: the mean is still in it.",
    "Subtract each token's mean first.",
)
def mean_not_taken_away(x, weight, bias, eps):
    return x / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps) * weight + bias


@wrong(
    "Forgets keepdim; on square input it broadcasts",
    "Your mean has lost the axis that it was taken along, so it lines up with the wrong one.",
    "Keep the reduced axis as a 1, for the mean and for the variance: `keepdim=True`.",
)
def no_keepdim(x, weight, bias, eps):
    return (x - x.mean(-1)) / torch.sqrt(x.var(-1, correction=0) + eps) * weight + bias


@wrong("Forgets keepdim for the variance alone", like=no_keepdim)
def no_keepdim_for_the_variance(x, weight, bias, eps):
    return (x - x.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, correction=0) + eps) * weight + bias


@wrong("Forgets keepdim, and takes the unbiased variance", like=no_keepdim)
def no_keepdim_unbiased(x, weight, bias, eps):
    return (x - x.mean(-1)) / torch.sqrt(x.var(-1) + eps) * weight + bias


@wrong(
    "Centers x in place",
    "Your function writes into `x`: `-=` does that. The caller's numbers are gone.",
    "Make a new tensor with a plain minus.",
)
def in_place(x, weight, bias, eps):
    x -= x.mean(-1, keepdim=True)
    return x / torch.sqrt(x.square().mean(-1, keepdim=True) + eps) * weight + bias


@wrong("Calls torch's own, which is what should be rebuilt", "That is torch's own function.", _OUT)
def calls_torch(x, weight, bias, eps):
    return F.layer_norm(x, x.shape[-1:], weight, bias, eps)


@wrong("Calls torch's own, and multiplies and adds by hand", like=calls_torch)
def calls_torch_then_scales(x, weight, bias, eps):
    return F.layer_norm(x, x.shape[-1:], eps=eps) * weight + bias


@wrong("Calls torch's own norm by another name", like=calls_torch)
def calls_group_norm(x, weight, bias, eps):
    return F.group_norm(x.reshape(-1, x.shape[-1]), 1, weight, bias, eps).reshape(x.shape)


@wrong(
    "Makes float32 of everything",
    "Your result is float32 for a float64 input.",
    "Stay in the dtype of `x`, or go back to it at the end.",
)
def float32_always(x, weight, bias, eps):
    x = x.float()
    mean = x.mean(-1, keepdim=True)
    y = (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps)
    return y * weight.float() + bias.float()
