"""dot_product_weights: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _scores(tokens: Any) -> Any:
    return torch.stack([(tokens * query).sum(dim=1) for query in tokens])


def _no_softmax(tokens: Any) -> Any:
    return _scores(tokens)


def _over_queries(tokens: Any) -> Any:
    return torch.softmax(_scores(tokens), dim=0)


def _over_everything(tokens: Any) -> Any:
    return torch.softmax(_scores(tokens).flatten(), dim=0).reshape(len(tokens), -1)


def _features_by_features(tokens: Any) -> Any:
    return _softmax_by_hand(_scores(tokens.T))


def _no_transpose(tokens: Any) -> Any:
    return tokens @ tokens


def _scaled(tokens: Any) -> Any:
    return _softmax_by_hand(_scores(tokens) / tokens.shape[1] ** 0.5)


def _cosines(tokens: Any) -> Any:
    return _softmax_by_hand(_scores(tokens / tokens.norm(dim=1, keepdim=True)))


def _shares_without_powers(tokens: Any) -> Any:
    scores = _scores(tokens)
    return scores / scores.sum(dim=1, keepdim=True)


def _softmax_by_hand(scores: Any) -> Any:
    powers = scores.exp()
    return powers / powers.sum(dim=1, keepdim=True)


def _overflowing(tokens: Any) -> Any:
    return _softmax_by_hand(_scores(tokens))


EXERCISE = Exercise(
    signature="dot_product_weights(tokens)",
    notebook="5_attention",
    points=3,
    axes=("query", "key"),
    result="weights",
    cases=(
        Case("tokens [[1, 0], [1, 1], [0, 2]]", lambda: (torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]]),)),
        Case(
            "tokens [[1, 0, -1], [0, 1, 1]]",
            lambda: (torch.tensor([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]),),
        ),
        Case(
            "as many tokens as features: [[1, 2], [0, -1]]",
            lambda: (torch.tensor([[1.0, 2.0], [0.0, -1.0]]),),
            edge=True,
        ),
        Case(
            "large numbers: [[20, 0, 1], [20, 1, 0]]",
            lambda: (torch.tensor([[20.0, 0.0, 1.0], [20.0, 1.0, 0.0]]),),
            edge=True,
        ),
        Case(
            "tokens in float64: [[1, 0, 1]]",
            lambda: (torch.tensor([[1.0, 0.0, 1.0]], dtype=torch.float64),),
            edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            _no_softmax,
            "Your result holds the scores themselves. They may be negative, and their rows do not sum to 1.",
            "Let softmax turn each row of scores into weights.",
        ),
        Mistake(
            _over_queries,
            "Your result is a softmax over the queries, `dim=0`: its columns sum to 1, its rows do not.",
            "Walk along the keys, the last dimension, so that each query's weights sum to 1.",
        ),
        Mistake(
            _over_everything,
            "Your result sums to 1 over all pairs together. Each query should hand out a whole of its own.",
            "Walk along the keys only, the last dimension.",
        ),
        Mistake(
            _features_by_features,
            "Your scores are feature by feature: the product summed over the tokens. Attention compares tokens.",
            "Transpose the other side, so that the features are summed: (seq, embed) @ (embed, seq).",
        ),
        Mistake(
            _no_transpose,
            "Your product has no transpose in it, so the inner sizes are embed and seq. They only agree by accident.",
            "Transpose the keys: (seq, embed) @ (embed, seq).",
        ),
        Mistake(
            _scaled,
            "Your scores are divided by the root of the width. That is the scaled attention further down; here "
            "the plain dot products are wanted.",
            "Leave the scores as they are.",
        ),
        Mistake(
            _cosines,
            "Your scores are cosines: the vectors were given length 1 first. Dot products keep the lengths.",
            "Multiply the tokens as they are.",
        ),
        Mistake(
            _shares_without_powers,
            "Your weights are scores divided by their sum, without the powers of e. Negative scores become "
            "negative weights that way.",
            "Use softmax.",
        ),
        Mistake(
            _overflowing,
            "Your softmax overflows: e to a score above 88 is `inf` in float32, and `inf / inf` is `nan`.",
            "Use `torch.softmax`, which subtracts the largest score first.",
        ),
    ),
)
