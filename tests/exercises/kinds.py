"""The calls that a check or a hidden test makes -> the kinds of input that they try.

A kind of input that costs points must be one that the visible check tries, too: hidden tests change sizes and seeds,
not kinds. ``kinds_of`` reads most kinds off a call (a dtype, a number of axes, an axis of one, an offset, an
exception); ``COINCIDENCES`` lists by exercise the traps that lie in how arguments fit together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from shapewise.checks import catalogue
from shapewise.checks.calling import Outcome, Request, observe, signature_of
from shapewise.checks.comparing import numbers
from tests.exercises.lessons import lessons, run_hidden

FAR = 1000.0
"""A number this large loses digits that matter in float32."""

_Sizes = Callable[..., bool]

COINCIDENCES: dict[str, dict[str, _Sizes]] = {
    "last_valid": {
        "as many sequences as tokens": lambda x, lengths: x.shape[0] == x.shape[1],
        "all lengths equal": lambda x, lengths: len(lengths) > 1 and bool((lengths == lengths[0]).all()),
        "a real token of zeros": lambda x, lengths: bool((x[range(len(x)), lengths.long() - 1] == 0).all(-1).any()),
    },
    "pairwise_sqdist": {
        "as many points as coordinates": lambda a, b: a.shape[0] == a.shape[1],
        "as many points in both sets": lambda a, b: 0 < a.shape[0] == b.shape[0],
        "more than 25 points, far from the origin": lambda a, b: max(len(a), len(b)) > 25 and bool((a > FAR).any()),
    },
    "to_float32": {
        "numbers that half precision does not hold": lambda array: bool((array != array.astype(np.float16)).any()),
    },
    "linear": {
        "a square weight": lambda x, weight, bias=None: weight.shape[0] == weight.shape[1],
        "as many tokens as features": lambda x, weight, bias=None: x.ndim > 1 and x.shape[-1] == x.shape[-2],
        "no bias": lambda x, weight, bias=None: bias is None,
    },
    "add_positions": {
        "as many sequences as tokens": lambda x, positions: x.shape[0] == x.shape[1],
        "as many tokens as features": lambda x, positions: x.shape[1] == x.shape[2],
        "every row of the table in use": lambda x, positions: x.shape[1] == positions.shape[0],
    },
    "split_heads": {
        "as many tokens as features": lambda x, heads: x.shape[1] == x.shape[2],
        "as many sequences as tokens": lambda x, heads: x.shape[0] == x.shape[1],
        "heads of one feature": lambda x, heads: x.shape[2] == heads > 1,
    },
    "merge_heads": {
        "as many heads as tokens": lambda y: y.shape[1] == y.shape[2],
        "as many sequences as heads": lambda y: y.shape[0] == y.shape[1],
    },
    "sliding_windows": {
        "one window over all": lambda x, width: width == x.shape[0],
        "windows of one": lambda x, width: width == 1,
        "no window fits": lambda x, width: width > x.shape[0],
        "width 0": lambda x, width: width == 0,
    },
    "lookup": {
        "a square table": lambda ids, table: table.shape[0] == table.shape[1],
        "an id twice": lambda ids, table: len(set(ids.tolist())) < len(ids),
    },
    "dot_product_weights": {"as many tokens as features": lambda tokens: tokens.shape[0] == tokens.shape[1]},
    "apply_weights": {
        "as many keys as features": lambda weights, values: values.shape[0] == values.shape[1],
        "as many queries as keys": lambda weights, values: weights.shape[0] == weights.shape[1],
    },
    "embed": {
        "a square table": lambda ids, table: table.shape[0] == table.shape[1],
        "a negative id": lambda ids, table: bool((ids < 0).any()),
        "a negative id other than -1": lambda ids, table: bool((ids < -1).any()),
        "the id that is one too large": lambda ids, table: bool((ids == len(table)).any()),
        "an id that is larger still": lambda ids, table: bool((ids > len(table)).any()),
        "an id above embed": lambda ids, table: bool(((ids >= table.shape[1]) & (ids < len(table))).any()),
        "a table wider than 32": lambda ids, table: table.shape[1] > 32,
        "an id twice": lambda ids, table: ids.unique().numel() < ids.numel(),
    },
    "stable_softmax": {
        "the last axis, by a positive number": lambda x, dim: dim == x.ndim - 1,
        "an axis before the last": lambda x, dim: dim % x.ndim < x.ndim - 1,
        "a negative axis": lambda x, dim: dim < 0,
        "all sizes equal": lambda x, dim: x.ndim > 1 and len(set(x.shape)) == 1,
        "one entry far above the others": lambda x, dim: bool((x.amax(dim) - x.median(dim).values > 90).any()),
        "rows far apart": lambda x, dim: x.ndim > 1 and bool(_far_apart(x.amax(dim))),
        "a row of -inf": lambda x, dim: bool((x.amax(dim) == -torch.inf).any()),
    },
    "layer_norm": {
        "all features of a token equal": lambda x, weight, bias, eps: bool((x == x[..., :1]).all(-1).any()),
        "a variance as small as eps": lambda x, weight, bias, eps: bool((x.var(-1) < 5 * eps).any()),
        "as many tokens as features": lambda x, weight, bias, eps: x.ndim > 1 and x.shape[-1] == x.shape[-2],
    },
    "causal_mask": {
        "as many queries as keys": lambda queries, keys: queries == keys,
        "fewer queries than keys": lambda queries, keys: 1 < queries < keys,
        "one query": lambda queries, keys: queries == 1 < keys,
        "no queries": lambda queries, keys: queries == 0,
    },
    "attention": {
        "no mask": lambda q, k, v, mask=None: mask is None,
        "a mask": lambda q, k, v, mask=None: mask is not None,
        "a query that may look nowhere": lambda q, k, v, mask=None: mask is not None and not mask.any(-1).all(),
        "as many queries as keys": lambda q, k, v, mask=None: q.shape[-2] == k.shape[-2],
        "values with more or fewer features than keys": lambda q, k, v, mask=None: v.shape[-1] != k.shape[-1],
        "all sizes equal": lambda q, k, v, mask=None: q.shape == k.shape == v.shape and q.shape[-1] == q.shape[-2],
        "a mask for each sequence": lambda q, k, v, mask=None: mask is not None and mask.ndim > 2,
    },
    "plot_attention": {
        "more queries than keys": lambda weights, query_tokens, key_tokens: weights.shape[0] > weights.shape[1],
        "more keys than queries": lambda weights, query_tokens, key_tokens: weights.shape[0] < weights.shape[1],
        "as many queries as keys": lambda weights, query_tokens, key_tokens: weights.shape[0] == weights.shape[1],
        "a word twice": lambda weights, query_tokens, key_tokens: len(set(key_tokens)) < len(key_tokens),
        "faint weights": lambda weights, query_tokens, key_tokens: float(weights.max()) < 0.7,
    },
    "multi_head_attention": {
        "as many tokens as features": lambda x, w_qkv, w_out, heads: x.shape[1] == x.shape[2],
        "as many heads as tokens": lambda x, w_qkv, w_out, heads: heads == x.shape[1] > 1,
        "heads of one number": lambda x, w_qkv, w_out, heads: heads == x.shape[2] > 1,
    },
    "block": {
        "as many tokens as features": lambda x, *weights_and_heads: x.shape[1] == x.shape[2],
        "as wide inside as outside": lambda x, w_qkv, w_out, w_up, *rest: w_up.shape[0] == w_up.shape[1],
        "x so small that eps counts": lambda x, *weights_and_heads: bool(x.var() < 1e-3),
    },
    "masked_mean": {
        "as many tokens as features": lambda x, real: x.shape[1] == x.shape[2],
        "as many sentences as features": lambda x, real: x.shape[0] == x.shape[2],
        "as many sentences as tokens": lambda x, real: x.shape[0] == x.shape[1],
        "filled up in front": lambda x, real: not bool(real[:, 0].all()),
        "nothing filled in": lambda x, real: bool(real.all(1).any()),
    },
    "position_ids": {"as many sequences as tokens": lambda ids: ids.shape[0] == ids.shape[1]},
    "flatten_tokens": {
        "as many tokens as sequences": lambda x: x.shape[0] == x.shape[1],
        "all sizes equal": lambda x: x.shape[0] == x.shape[1] == x.shape[2],
    },
    "word_scores": {
        "a square table": lambda x, table: table.shape[0] == table.shape[1],
        "one dtype": lambda x, table: x.dtype == table.dtype,
        "numbers that float16 does not hold": lambda x, table: bool(x.abs().max() > 65504),
    },
}


@dataclass(frozen=True)
class Made:
    """One call, and what the reference did in it."""

    request: Request
    outcome: Outcome


def visible_calls(name: str) -> list[Made]:
    """The calls that the visible check of an exercise makes."""
    exercise = catalogue.exercise(name)
    assert exercise is not None
    requests = [case.request(gradients=with_them) for case in exercise.cases for with_them in (False, True)]
    requests += [Request(inputs(), {}, None, True) for inputs in exercise.vectorised or ()]
    reference = lessons()[name].reference()
    return [Made(request, observe(reference, request)) for request in requests]


@dataclass
class _Recorder:
    """The reference, as hidden tests see it; it keeps what it was called with."""

    function: Callable[..., Any]
    made: list[Made] = field(default_factory=list)

    def __shapewise_call__(self, request: Request) -> Outcome:
        self.made.append(Made(request, observe(self.function, request)))
        return self.made[-1].outcome


def hidden_calls(name: str) -> list[Made]:
    """The calls that the hidden tests of an exercise make."""
    lesson = lessons()[name]
    recorder = _Recorder(lesson.reference())
    for cell in lesson.tests:
        raised = run_hidden(cell, name, recorder)  # type: ignore[arg-type]
        assert raised is None, raised
    return recorder.made


def kinds_of(name: str, made: list[Made]) -> set[str]:
    """Every kind of input that these calls try."""
    return {kind for call in made for kind in _kinds(name, call)}


def _kinds(name: str, made: Made) -> Iterator[str]:
    request, outcome = made.request, made.outcome
    parameters = signature_of(lessons()[name].reference())
    assert parameters is not None
    named = {**dict(zip([p.name for p in parameters], request.args, strict=False)), **request.kwargs}
    if outcome.error is not None:
        yield f"raises {outcome.error.kind}"
    else:
        for parameter, value in named.items():
            yield from (f"{parameter} {what}" for what in _of_value(value))
    if request.grad_weights is not None:
        yield "gradients"
    for told, holds in COINCIDENCES.get(name, {}).items():
        if holds(*named.values()):
            yield told


def _of_value(value: Any) -> Iterator[str]:
    if isinstance(value, torch.Tensor | np.ndarray):
        yield from _of_tensor(value)
    elif isinstance(value, tuple):
        yield f"of {len(value)} axes" if len(value) < 2 else "of several axes"
        yield from (f"holds a {size}" for size in (0, 1) if size in value)
    elif isinstance(value, int) and value in (0, 1):
        yield f"is {value}"


def _of_tensor(value: Any) -> Iterator[str]:
    if isinstance(value, torch.Tensor) and value.is_meta:
        yield "is on another device"
        value = torch.ones(value.shape, dtype=value.dtype)
    flat = numbers(value)
    yield f"is {str(value.dtype).removeprefix('torch.')}"
    yield f"has {value.ndim} axes" if value.ndim < 4 else "has 4 axes or more"
    if flat.size == 0:
        yield "has no entries"
        return
    yield from (f"has one entry along axis {axis}" for axis, size in enumerate(value.shape) if size == 1)
    if isinstance(value, torch.Tensor):
        if not value.is_contiguous():
            yield "is not contiguous"
        if value.storage_offset():
            yield "begins inside its storage"
    elif not value.flags.c_contiguous:
        yield "is not contiguous"
    if flat.dtype.kind == "f" and np.isinf(flat).any():
        yield "holds -inf"
    if flat.dtype.kind == "f" and (np.abs(flat[np.isfinite(flat)]) > FAR).any():
        yield "holds numbers far from 0"


def _far_apart(maxima: torch.Tensor) -> bool:
    finite = maxima[maxima.isfinite()]
    return finite.numel() > 1 and float(finite.max() - finite.min()) > FAR
