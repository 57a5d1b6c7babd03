"""linear: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _counted(*size: int) -> Any:
    return torch.arange(1.0, 1 + torch.Size(size).numel()).reshape(size)


def _random(*size: int, seed: int = 31) -> Any:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _weight_as_it_is(x: Any, weight: Any, bias: Any = None) -> Any:
    return x @ weight if bias is None else x @ weight + bias


def _from_the_left(x: Any, weight: Any, bias: Any = None) -> Any:
    return weight @ x if bias is None else weight @ x + bias


def _elementwise(x: Any, weight: Any, bias: Any = None) -> Any:
    product = (x * weight).sum(dim=-1)
    return product if bias is None else product + bias


def _weight_reshaped(x: Any, weight: Any, bias: Any = None) -> Any:
    product = x @ weight.reshape(weight.shape[1], weight.shape[0])
    return product if bias is None else product + bias


def _products(x: Any, weight: Any) -> Any:
    return torch.stack([(x * row).sum(dim=-1) for row in weight], dim=-1)


def _bias_forgotten(x: Any, weight: Any, bias: Any = None) -> Any:
    return _products(x, weight)


def _bias_on_tokens(x: Any, weight: Any, bias: Any = None) -> Any:
    return _products(x, weight) if bias is None else _products(x, weight) + bias[:, None]


def _bias_as_a_truth_value(x: Any, weight: Any, bias: Any = None) -> Any:
    return _products(x, weight) + bias if bias else _products(x, weight)


def _bias_never_none(x: Any, weight: Any, bias: Any = None) -> Any:
    return _products(x, weight) + bias


def _three_axes_only(x: Any, weight: Any, bias: Any = None) -> Any:
    product = torch.bmm(x, weight.mT.expand(len(x), -1, -1))
    return product if bias is None else product + bias


def _tokens_flattened(x: Any, weight: Any, bias: Any = None) -> Any:
    return _products(x.reshape(-1, x.shape[-1]), weight) + (0 if bias is None else bias)


def _transposed_in_place(x: Any, weight: Any, bias: Any = None) -> Any:
    product = _products(x, weight)
    weight.t_()
    return product if bias is None else product + bias


def _cast_to_float32(x: Any, weight: Any, bias: Any = None) -> Any:
    return _products(x.float(), weight.float()) + (0 if bias is None else bias.float())


def _cut_off_from_gradients(x: Any, weight: Any, bias: Any = None) -> Any:
    product = _products(x.detach(), weight.detach())
    return product if bias is None else product + bias.detach()


def _weight_cut_off(x: Any, weight: Any, bias: Any = None) -> Any:
    product = _products(x, weight.detach())
    return product if bias is None else product + bias


_ROWS = (
    "The weight is (out, in): its rows have the length of an input vector, and `@` sums over the rows of "
    "what is right of it"
)

EXERCISE = Exercise(
    signature="linear(x, weight, bias=None)",
    notebook="3_pytorch",
    points=5,
    axes=("batch", "seq", "out"),
    cases=(
        Case(
            "x (2, 3, 4), weight (5, 4), bias (5,)",
            lambda: (_counted(2, 3, 4), _counted(5, 4), 100 * _counted(5)),
        ),
        Case("x (2, 3, 4), weight (5, 4), no bias", lambda: (_counted(2, 3, 4), _counted(5, 4))),
        Case(
            "x (2, 4, 4), a square weight (4, 4), bias (4,)",
            lambda: (_counted(2, 4, 4), _counted(4, 4), 100 * _counted(4)),
        ),
        Case(
            "one vector x (4,), weight (5, 4), bias (5,)",
            lambda: (_counted(4), _counted(5, 4), 100 * _counted(5)),
            edge=True,
            axes=("out",),
        ),
        Case(
            "float64: x (2, 1, 3, 4), weight (5, 4), bias (5,)",
            lambda: (_random(2, 1, 3, 4), _random(5, 4, seed=32), _random(5, seed=33)),
            edge=True,
            axes=("group", "batch", "seq", "out"),
        ),
        Case(
            "gradients: x (2, 3, 4), weight (5, 4), bias (5,)",
            lambda: (_random(2, 3, 4), _random(5, 4, seed=32), _random(5, seed=33)),
            edge=True,
            grad_weights=lambda: _random(2, 3, 5, seed=34),
        ),
    ),
    mistakes=(
        Mistake(
            _weight_as_it_is,
            f"Your result is `x @ weight`. {_ROWS}. With a square weight that raises no error and gives other numbers.",
            "Turn the weight, so that its `in` meets the `in` of `x` and `out` is left over.",
        ),
        Mistake(
            _from_the_left,
            "Your result is `weight @ x`, as on paper, where a vector is a column. Here every vector is a row of `x`: "
            "the last axis of `x` holds its features.",
            "Keep `x` on the left, and turn the weight.",
        ),
        Mistake(
            _weight_reshaped,
            "Your weight has the shape (in, out), but by `reshape` or `view`. They keep the numbers in their order in "
            "memory, so the rows are cut at other places. Turning a matrix is a transpose.",
            "Swap the two axes of the weight instead of reshaping it.",
        ),
        Mistake(
            _elementwise,
            "Your code writes `x * weight`, which pairs one token with one row. Every token should meet every row.",
            "Let a matrix product do the multiplying and the adding up.",
        ),
        Mistake(
            _bias_forgotten,
            "The products are right. The bias is missing.",
            "Add it where there is one, and return the sum.",
        ),
        Mistake(
            _bias_on_tokens,
            "Your bias has become a column, (out, 1). Aligned from the right, it meets the axis of the tokens.",
            "Add the bias as it is. Its one axis lines up with the last axis of the product.",
        ),
        Mistake(
            _bias_as_a_truth_value,
            "Your code asks `if bias`. A tensor of several numbers is neither true nor false, and a single zero is "
            "false although it is a bias.",
            "Ask whether it is None: `bias is not None`.",
        ),
        Mistake(
            _bias_never_none,
            "Your code adds the bias in every case. Without the third argument, `bias` is None, and there is "
            "nothing to add.",
            "Ask whether it is None first.",
        ),
        Mistake(
            _three_axes_only,
            "`bmm` takes tensors of exactly three axes. A single vector has one, and other inputs have four.",
            "Use `@`, which takes any number of leading axes.",
        ),
        Mistake(
            _tokens_flattened,
            "Your result has lost the leading axes: all tokens stand in one long list.",
            "Leave the leading axes alone. `@` treats all axes but the last two as a batch.",
        ),
        Mistake(
            _transposed_in_place,
            "Your function turned the caller's own weight. The underscore in `t_` says: in place. The result is right "
            "once. The second call meets a weight that lies on its side.",
            "Use the transpose that returns a new view.",
        ),
        Mistake(
            _cast_to_float32,
            "Your result is float32 whatever came in.",
            "Let the dtype of the arguments decide; no cast is needed.",
        ),
        Mistake(
            _cut_off_from_gradients,
            "`detach`, `numpy` and `no_grad` cut the result off from all arguments. Such a layer cannot be trained.",
            "Use torch operations on the arguments themselves.",
        ),
        Mistake(
            _weight_cut_off,
            "`.data` and `.detach()` hand you the numbers without their history, so the weight would never learn.",
            "Use the weight itself.",
        ),
    ),
)
