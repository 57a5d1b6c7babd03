"""layer_norm: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _from_mean(x: Any) -> Any:
    return torch.stack([token - token.mean() for token in x.flatten(0, -2)]).reshape(x.shape)


def _unbiased_variance(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return _from_mean(x) / (x.var(-1, keepdim=True) + eps) ** 0.5 * weight + bias


def _eps_outside_the_root(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return _from_mean(x) / (x.std(-1, keepdim=True, correction=0) + eps) * weight + bias


def _no_eps(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return _from_mean(x) / x.std(-1, keepdim=True, correction=0) * weight + bias


def _no_root(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return _from_mean(x) / (x.var(-1, keepdim=True, correction=0) + eps) * weight + bias


def _difference_of_squares(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    mean = x.mean(-1, keepdim=True)
    variance = (x * x).mean(-1, keepdim=True) - mean * mean
    return (x - mean) / (variance + eps) ** 0.5 * weight + bias


def _over_tokens(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    variance, mean = torch.var_mean(x, dim=0, keepdim=True, correction=0)
    return (x - mean) / (variance + eps) ** 0.5 * weight + bias


def _dimension_lost(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return (x - x.mean(-1)) / (x.var(-1, correction=0) + eps) ** 0.5 * weight + bias


def _squares_added_up(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    centered = _from_mean(x)
    return centered / (centered.square().sum(-1, keepdim=True) + eps) ** 0.5 * weight + bias


def _eps_of_its_own(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return _from_mean(x) / (x.var(-1, keepdim=True, correction=0) + 1e-5) ** 0.5 * weight + bias


def _over_everything(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    variance, mean = torch.var_mean(x, correction=0)
    return (x - mean) / (variance + eps) ** 0.5 * weight + bias


def _weight_and_bias_forgotten(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return _from_mean(x) / (x.var(-1, keepdim=True, correction=0) + eps) ** 0.5


def _bias_before_weight(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return (_from_mean(x) / (x.var(-1, keepdim=True, correction=0) + eps) ** 0.5 + bias) * weight


def _mean_not_taken_away(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    return x / (x.var(-1, keepdim=True, correction=0) + eps) ** 0.5 * weight + bias


_WEIGHT = torch.tensor([1.0, 2.0, 1.0, 0.5])
_BIAS = torch.tensor([0.0, 0.0, 3.0, -1.0])

EXERCISE = Exercise(
    signature="layer_norm(x, weight, bias, eps)",
    notebook="5_attention",
    points=4,
    written_out=3,
    axes=("token", "feature"),
    cases=(
        Case(
            "x (2, 4), eps 1e-5",
            lambda: (torch.tensor([[1.0, 3.0, 1.0, 3.0], [0.0, 4.0, 8.0, 4.0]]), _WEIGHT.clone(), _BIAS.clone(), 1e-5),
        ),
        Case(
            "x (2, 3, 4), eps 1e-5",
            lambda: (
                torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0)) + 2,
                _WEIGHT.clone(),
                _BIAS.clone(),
                1e-5,
            ),
            axes=("batch", "token", "feature"),
        ),
        Case(
            "x (2, 4), eps 0.5, as large as the variance",
            lambda: (torch.tensor([[0.0, 1.0, 0.0, 1.0], [2.0, 2.0, 3.0, 1.0]]), _WEIGHT.clone(), _BIAS.clone(), 0.5),
            edge=True,
        ),
        Case(
            "a token whose features are all 3",
            lambda: (torch.tensor([[3.0, 3.0, 3.0, 3.0]]), _WEIGHT.clone(), _BIAS.clone(), 1e-5),
            edge=True,
        ),
        Case(
            "a token near 10,000",
            lambda: (torch.tensor([[10001.0, 10003.0, 10001.0, 10003.0]]), _WEIGHT.clone(), _BIAS.clone(), 1e-5),
            edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            _unbiased_variance,
            "Your variance divides by the number of features minus one, as `var` and `std` do unless told otherwise. "
            "Layer norm uses the biased one.",
            "Average the squared distances: divide by the number of features.",
        ),
        Mistake(
            _eps_outside_the_root,
            "Your eps is added to the standard deviation, outside the root. The formula adds it to the variance.",
            "Add eps first, then take the root.",
        ),
        Mistake(
            _no_eps,
            "Your result leaves eps out. A token whose features are all equal has variance 0, and `0 / 0` is `nan`.",
            "Add eps to the variance, under the root.",
        ),
        Mistake(
            _no_root,
            "Your result is divided by the variance, not by its root.",
            "Take the root of variance plus eps.",
        ),
        Mistake(
            _difference_of_squares,
            "Your variance is mean(x²) - mean(x)². Near 10,000 both are near 10⁸, and float32 rounds their difference "
            "away.",
            "Take the mean away first, then square and average.",
        ),
        Mistake(
            _dimension_lost,
            "Your mean has lost the dimension that it was taken along, so it lines up with the wrong one.",
            "Keep the reduced dimension as a 1, for the mean and for the variance: `keepdim=True`.",
        ),
        Mistake(
            _squares_added_up,
            "Your result is divided by the root of the sum of the squared distances. The variance is their mean.",
            "Average the squared distances.",
        ),
        Mistake(
            _eps_of_its_own,
            "Your function always adds 1e-5, whatever `eps` says.",
            "Use the `eps` that the caller hands over.",
            edge=True,
        ),
        Mistake(
            _over_tokens,
            "Your mean and variance run over dimension 0, so each feature is normalized across tokens.",
            "Walk along the features of each token: the last dimension.",
        ),
        Mistake(
            _over_everything,
            "Your mean and variance are those of the whole tensor. One loud token would silence the others.",
            "Walk along the features of each token: the last dimension.",
        ),
        Mistake(
            _weight_and_bias_forgotten,
            "Your result is normalized, but weight and bias are missing.",
            "Multiply by weight, then add bias; both broadcast over the tokens.",
        ),
        Mistake(
            _bias_before_weight,
            "Your bias is added before the multiplication, so the weight scales it as well.",
            "Multiply by weight first, then add bias.",
        ),
        Mistake(
            _mean_not_taken_away,
            "Your result is scaled but not centered: the mean is still in it.",
            "Subtract each token's mean first.",
        ),
    ),
)
