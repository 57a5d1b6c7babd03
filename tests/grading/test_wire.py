"""What travels between the judge and a student's process arrives as it left, or not at all."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapewise.checks.calling import Outcome, Raised, Request
from shapewise.grading.messages.wire import WireError, decode, encode

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.complex_numbers(allow_nan=False),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)  # fmt: skip


def there_and_back(value: Any) -> Any:
    return decode(encode(value))


def message(tree: Any, *memory: bytes) -> bytes:
    header = json.dumps([tree, [len(part) for part in memory]]).encode()
    return b"".join([struct.pack("<I", len(header)), header, *memory])


@given(PLAIN)
def test_plain_data_arrives_unchanged_and_of_the_same_types(value: Any) -> None:
    arrived = there_and_back(value)
    assert arrived == value
    assert type(arrived) is type(value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool, torch.cfloat])
def test_a_tensor_keeps_its_dtype_and_values(dtype: torch.dtype) -> None:
    tensor = torch.randint(0, 2, (3, 4), generator=torch.Generator().manual_seed(0)).to(dtype)
    arrived = there_and_back(tensor)
    assert arrived.dtype == dtype
    assert torch.equal(arrived, tensor)


def test_a_view_keeps_its_strides_its_offset_and_the_storage_around_it() -> None:
    view = torch.arange(24.0).view(2, 3, 4)[1].t()
    arrived = there_and_back(view)
    assert (arrived.stride(), arrived.storage_offset()) == (view.stride(), view.storage_offset())
    assert arrived.untyped_storage().nbytes() == 24 * 4
    assert torch.equal(arrived, view)


def test_two_views_of_one_storage_arrive_as_such() -> None:
    whole = torch.zeros(4)
    first, second = there_and_back((whole, whole[2:]))
    first[3] = 7
    assert second[1] == 7


def test_an_array_with_negative_strides_keeps_them() -> None:
    array = np.arange(12).reshape(3, 4)[::-1, ::2]
    arrived = there_and_back(array)
    assert arrived.strides == array.strides
    assert np.array_equal(arrived, array)


def test_an_outcome_arrives_whole() -> None:
    outcome = Outcome(error=Raised("IndexError", ("IndexError", "LookupError"), "no"), changed=(0, "mask"))
    assert there_and_back(outcome) == outcome


@pytest.mark.parametrize("value", [object(), print, Request, {1: object()}])
def test_what_is_not_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(WireError):
        encode(value)


@pytest.mark.parametrize(
    "tree",
    [
        ["T", "float32", [10**9], [1], 0, 0],
        ["T", "float32", [2], [2], 0, 0],
        ["T", "float32", [2], [-1], 1, 0],
        ["T", "float32", [2**12, 2**13], [0, 0], 0, 0],
        ["T", "float32", [1], [1], 0, 9],
        ["T", "object", [1], [1], 0, 0],
        ["A", "|O8", [1], None, 0, 0],
        ["A", "<f8", [10**12], None, 0, 0],
        ["A", "<f4", [2], [-400], 0, 0],
        ["@", "Popen", "ls"],
        ["@", "Outcome", 1, 2, 3, 4, 5, 6],
        ["d", [["l"], 1]],
        ["?"],
        [],
        {"a": 1},
    ],
    ids=str,
)
def test_a_forged_message_is_refused(tree: Any) -> None:
    with pytest.raises(WireError):
        decode(message(tree, b"\0" * 8))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(noise: bytes) -> None:
    try:
        decode(noise)
    except WireError:
        return
    assert noise


def test_a_bool_tensor_made_of_other_bytes_than_0_and_1_is_set_right() -> None:
    arrived = decode(message(["T", "bool", [3], [1], 0, 0], b"\0\1\2"))
    assert arrived.view(torch.uint8).tolist() == [0, 1, 1]
