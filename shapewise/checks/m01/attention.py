"""attention: what its check tries, and the mistakes that it knows."""

import math
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _attend(
    q: Any, k: Any, v: Any, mask: Any = None, scale: float = 1.0, hidden: float = -math.inf, dim: int = -1
) -> Any:
    """Attention of which every mistake changes one thing; by itself it forgets both the scale and empty rows."""
    scores = torch.einsum("...qd,...kd->...qk", q, k) * scale
    if mask is not None:
        scores = torch.where(mask, scores, hidden)
    weights = torch.softmax(scores, dim)
    return torch.einsum("...qk,...kd->...qd", weights, v), weights


def _root(x: Any, axis: int = -1) -> float:
    return float(x.shape[axis] ** -0.5)


def _not_scaled(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask)


def _scaled_by_the_number_of_keys(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(k, -2))


def _scaled_by_the_width_of_values(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(v))


def _divided_by_the_width(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, 1 / q.shape[-1])


def _over_queries(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(q), dim=-2)


def _inverted_mask(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, None if mask is None else ~mask, _root(q))


def _mask_ignored(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, None, _root(q))


def _always_causal(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    queries, keys = q.shape[-2], k.shape[-2]
    rows = [[keys - key >= queries - query for key in range(keys)] for query in range(queries)]
    return _attend(q, k, v, torch.tensor(rows) if mask is None else mask, _root(q))


def _minus_ten(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(q), hidden=-10.0)


def _minus_a_billion(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(q), hidden=-1e9)


def _nan_where_all_is_hidden(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(q))


def _masked_after_softmax(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    _, weights = _attend(q, k, v, None, _root(q))
    weights = weights if mask is None else weights * mask
    return torch.einsum("...qk,...kd->...qd", weights, v), weights


def _scores_set_to_zero(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(q), hidden=0.0)


def _changes_q(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    q /= q.shape[-1] ** 0.5
    return _attend(q, k, v, mask)


def _weights_first(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    output, weights = _attend(q, k, v, mask, _root(q))
    return weights, output


def _output_alone(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attend(q, k, v, mask, _root(q))[0]


def _mask_as_an_index(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    scores = q @ k.transpose(-2, -1) * _root(q)
    if mask is not None:
        scores[~mask] = -math.inf
    weights = torch.softmax(scores, -1)
    return weights @ v, weights


def _mask_always_there(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    hidden = ~mask
    return _attend(q, k, v, ~hidden, _root(q))


def _every_dimension_turned(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return q @ k.permute(*reversed(range(k.dim())))


def _random(seed: int, *shape: int) -> Any:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _small() -> tuple[Any, Any, Any]:
    """2 queries and 3 keys of width 4, values of width 5."""
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 2.0]])
    k = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 3.0]])
    return q, k, torch.arange(15.0).reshape(3, 5)


def _mask(*rows: str) -> Any:
    """Rows of x (may look) and . (may not)."""
    return torch.tensor([[letter == "x" for letter in row] for row in rows])


EXERCISE = Exercise(
    signature="attention(q, k, v, mask=None)",
    notebook="5_attention",
    points=5,
    result="result",
    axes={"output": ("...", "query", "feature"), "weights": ("...", "query", "key")},
    cases=(
        Case(
            "q (2, 4), k (3, 4), v (3, 5), no mask", _small,
            axes={"output": ("query", "feature"), "weights": ("query", "key")},
        ),
        Case(
            "q (2, 4), k (3, 4), v (3, 5), a mask that hides one key from each query",
            lambda: (*_small(), _mask("xx.", ".xx")),
            axes={"output": ("query", "feature"), "weights": ("query", "key")},
        ),
        Case(
            "batch 2: q (2, 2, 4), k (2, 3, 4), v (2, 3, 5), causal mask",
            lambda: (_random(1, 2, 2, 4), _random(2, 2, 3, 4), _random(3, 2, 3, 5), _mask("xx.", "xxx")),
            axes={"output": ("batch", "query", "feature"), "weights": ("batch", "query", "key")},
        ),
        Case(
            "2 sequences of 2 heads: q (2, 2, 2, 4), k (2, 2, 3, 4), v (2, 2, 3, 2)",
            lambda: (_random(4, 2, 2, 2, 4), _random(5, 2, 2, 3, 4), _random(6, 2, 2, 3, 2)),
            axes={"output": ("batch", "head", "query", "feature"), "weights": ("batch", "head", "query", "key")},
        ),
        Case(
            "query 0 may look nowhere", lambda: (*_small(), _mask("...", "x.x")), edge=True,
            axes={"output": ("query", "feature"), "weights": ("query", "key")},
        ),
    ),
    mistakes=(
        Mistake(
            _not_scaled,
            "Your scores are not divided by the root of the width. Wide vectors then push softmax to all or nothing.",
            "Divide the scores by the root of `d`, before the mask and the softmax.",
        ),
        Mistake(
            _scaled_by_the_number_of_keys,
            "Your scores are divided by the root of the number of keys. They grow with the width of the vectors, not "
            "with the length of the text.",
            "Divide by the root of `d`, the last size of `q`.",
        ),
        Mistake(
            _scaled_by_the_width_of_values,
            "Your scores are divided by the root of the width of the values, which take no part in the scores.",
            "Divide by the root of `d`, the last size of `q`.",
        ),
        Mistake(
            _divided_by_the_width,
            "Your scores are divided by the width itself, which makes them too small: weights come out nearly equal.",
            "Divide by the root of `d`.",
        ),
        Mistake(
            _over_queries,
            "Your softmax runs over the queries: the columns of the weights sum to 1, the rows do not.",
            "Walk along the keys, the last dimension.",
        ),
        Mistake(
            _inverted_mask,
            "Your mask is read the wrong way round: hidden are the keys that the query may look at. `masked_fill` "
            "fills where its argument is True.",
            "Hide the keys where the mask is False.",
        ),
        Mistake(
            _mask_ignored,
            "Your weights do not know of the mask: hidden keys still get weight.",
            "Where the mask is False, make the score `-inf` before the softmax.",
        ),
        Mistake(
            _always_causal,
            "Without a mask, your function hides the future all the same. Then no query should be kept from any key.",
            "Hide keys only where a mask says so.",
        ),
        Mistake(
            _minus_ten,
            "Your hidden scores are -10. A little weight leaks through: e to the power of -10 is small, but not 0.",
            "Use `-inf`, whose power is exactly 0.",
        ),
        Mistake(
            _minus_a_billion,
            "A query that may look nowhere gets equal weights for all the hidden keys, as a large negative number in "
            "place of `-inf` makes them.",
            "Use `-inf`, and make such a row zeros after the softmax.",
        ),
        Mistake(
            _nan_where_all_is_hidden,
            "A query that may look nowhere has only `-inf`, and softmax makes `nan` of it. One such row spoils a "
            "whole training.",
            "After the softmax, make hidden weights 0.",
        ),
        Mistake(
            _masked_after_softmax,
            "Your mask comes after the softmax: hidden weights are 0, but what is left no longer sums to 1.",
            "Hide scores before the softmax, so that it shares out the whole.",
        ),
        Mistake(
            _scores_set_to_zero,
            "Your hidden scores are 0. Softmax gives them weight all the same: e to the power of 0 is 1.",
            "Use `-inf`, whose power is 0.",
        ),
        Mistake(
            _changes_q,
            "Your function writes into `q`: `/=` and methods that end in `_` do that. The caller's queries are "
            "spoiled.",
            "Divide into a new tensor.",
        ),
        Mistake(
            _weights_first,
            "You return the weights first and the output second.",
            "Swap the two: output, then weights.",
        ),
        Mistake(
            _output_alone,
            "You return the output alone. The weights are wanted as well, to be plotted and looked at.",
            "Return both: output, then weights.",
        ),
        Mistake(
            _mask_always_there,
            "Your function uses the mask without asking whether there is one: by default it is `None`.",
            "Hide scores only `if mask is not None`.",
        ),
        Mistake(
            _mask_as_an_index,
            "Your mask is used as an index, and an index does not broadcast. This mask has no batch axis.",
            "Use `masked_fill`, which broadcasts.",
        ),
        Mistake(
            _every_dimension_turned,
            "With leading dimensions, `.T` turns all of them round, and the shapes no longer fit.",
            "Swap only the last two dimensions of `k`.",
        ),
    ),
)
