"""What counts as the same, and what is told first where two values differ."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from shapewise.checks.comparing import Aspect, close, compare, same, wrong_entries
from shapewise.checks.plain import Opaque

_ONES = torch.ones(2, 3)


@pytest.mark.parametrize(
    ("got", "wanted", "aspect"),
    [
        (np.ones((2, 3)), _ONES, Aspect.TYPE),
        (_ONES.tolist(), _ONES, Aspect.TYPE),
        (_ONES.double(), _ONES, Aspect.DTYPE),
        (_ONES.T, _ONES, Aspect.SHAPE),
        (_ONES + 1, _ONES, Aspect.VALUES),
        (True, 1, Aspect.TYPE),
        (1.0, 1, Aspect.TYPE),
        ((1, 2), [1, 2], Aspect.TYPE),
        ((1, 2, 3), (1, 2), Aspect.SHAPE),
        ((1, 3), (1, 2), Aspect.VALUES),
        ({"a": 1}, {"b": 1}, Aspect.SHAPE),
        ({"a": 1}, {"a": 2}, Aspect.VALUES),
        (Opaque("dict", "{}"), {"a": 1}, Aspect.TYPE),
        (None, _ONES, Aspect.TYPE),
    ],
)
def test_the_first_aspect_that_differs_is_told(got: object, wanted: object, aspect: Aspect) -> None:
    difference = compare(got, wanted)
    assert difference is not None
    assert difference.aspect is aspect


def test_a_wrong_shape_in_the_second_part_comes_before_a_wrong_value_in_the_first() -> None:
    difference = compare((_ONES + 1, _ONES.T), (_ONES, _ONES))
    assert difference is not None
    assert (difference.aspect, difference.path) == (Aspect.SHAPE, (1,))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16, torch.complex64])
def test_nan_and_infinity_equal_themselves_in_every_floating_dtype(dtype: torch.dtype) -> None:
    x = torch.tensor([float("nan"), float("inf"), 1.0]).to(dtype)
    assert same(x, x.clone())
    assert close(x, x.clone())


def test_same_sees_the_last_bit_and_close_does_not() -> None:
    x = torch.rand(50, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    nearly = torch.nextafter(x, torch.tensor(2.0, dtype=torch.float64))
    assert not same(nearly, x)
    assert close(nearly, x)


def test_a_float64_result_may_have_been_float32_on_the_way_and_no_less() -> None:
    x = torch.rand(50, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    assert close(x.float().double(), x)
    assert not close(x.half().double(), x)


def test_close_goes_by_the_tolerance_that_it_is_given() -> None:
    x = torch.ones(3, dtype=torch.float64)
    assert not close(x * (1 + 1e-8), x, rtol=1e-9)
    assert close(x * (1 + 1e-8), x, rtol=1e-7)


def test_where_digits_are_the_point_the_exercise_says_what_is_allowed() -> None:
    x = torch.ones(3)
    assert close(x + 0.01, x, digits="layer_norm")
    assert not close(x + 0.01, x, digits="stable_softmax")
    with pytest.raises(KeyError):
        close(x, x, digits="no_exercise")


def test_integers_are_compared_exactly_beyond_what_a_double_holds() -> None:
    big = torch.tensor([2**53], dtype=torch.int64)
    assert not close(big + 1, big)


def test_wrong_entries_are_marked_where_they_stand() -> None:
    got = _ONES.clone()
    got[1, 2] = 5
    assert np.argwhere(wrong_entries(got, _ONES)).tolist() == [[1, 2]]
