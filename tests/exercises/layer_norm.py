"""Answers to layer_norm."""

import torch

from tests.exercises.answers import right, wrong


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


@wrong("Takes var as it comes: unbiased")
def unbiased(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True) + eps) * weight + bias


@wrong("Adds eps to the standard deviation")
def eps_outside(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / (x.std(-1, keepdim=True, correction=0) + eps) * weight + bias


@wrong("Adds the square root of eps, to have the right unit")
def root_of_eps_outside(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / (x.std(-1, keepdim=True, correction=0) + eps**0.5) * weight + bias


@wrong("Forgets eps")
def no_eps(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / x.std(-1, keepdim=True, correction=0) * weight + bias


@wrong("Uses 1e-5 whatever eps says")
def eps_fixed(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + 1e-5) * weight + bias


@wrong("Uses the shorter formula for the variance")
def difference_of_squares(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    variance = (x**2).mean(-1, keepdim=True) - mean**2
    return (x - mean) / torch.sqrt(variance.clamp(min=0) + eps) * weight + bias


@wrong("Normalizes each feature across the batch, as batch norm does")
def over_the_batch(x, weight, bias, eps):
    mean = x.mean(0, keepdim=True)
    variance = x.var(0, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias


@wrong("Takes mean and variance of the whole tensor")
def over_everything(x, weight, bias, eps):
    return (x - x.mean()) / torch.sqrt(x.var(correction=0) + eps) * weight + bias


@wrong("Takes mean and variance of a whole sequence")
def over_the_sequence(x, weight, bias, eps):
    dims = (-2, -1) if x.dim() > 1 else (-1,)
    mean = x.mean(dims, keepdim=True)
    variance = x.var(dims, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias


@wrong("Divides by the variance")
def no_root(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / (x.var(-1, keepdim=True, correction=0) + eps) * weight + bias


@wrong("Stops after normalizing")
def no_weight_and_bias(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps)


@wrong("Adds the bias before it multiplies")
def bias_first(x, weight, bias, eps):
    mean = x.mean(-1, keepdim=True)
    return ((x - mean) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + eps) + bias) * weight


@wrong("Leaves the mean in, as RMS norm does")
def root_mean_square(x, weight, bias, eps):
    return x / torch.sqrt(x.square().mean(-1, keepdim=True) + eps) * weight + bias


@wrong("Forgets keepdim; on square input it broadcasts")
def no_keepdim(x, weight, bias, eps):
    return (x - x.mean(-1)) / torch.sqrt(x.var(-1, correction=0) + eps) * weight + bias


@wrong("Centers x in place")
def in_place(x, weight, bias, eps):
    x -= x.mean(-1, keepdim=True)
    return x / torch.sqrt(x.square().mean(-1, keepdim=True) + eps) * weight + bias


@wrong("Calls torch's own, which is what should be rebuilt")
def calls_torch(x, weight, bias, eps):
    return torch.nn.functional.layer_norm(x, x.shape[-1:], weight, bias, eps)
