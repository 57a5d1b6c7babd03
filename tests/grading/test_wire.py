"""What travels between the judge and a student's process arrives as it left, or not at all."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapewise.checks.outcomes import Outcome, Raised, Request
from shapewise.grading.messages import wire
from shapewise.grading.messages.bounded import read_json
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


def test_a_tensor_without_numbers_keeps_its_shape_strides_and_device() -> None:
    arrived = there_and_back(torch.empty(3, 4, dtype=torch.float16, device="meta").T)
    assert (arrived.device.type, arrived.dtype) == ("meta", torch.float16)
    assert (arrived.shape, arrived.stride()) == ((4, 3), (1, 4))


@pytest.mark.parametrize("tree", [["M", "float32", [3], []], ["M", "int8", [2**30], [1]], ["M", "int8", [-1], [1]]])
def test_a_tensor_without_numbers_is_held_to_the_same_limits(tree: Any) -> None:
    with pytest.raises(WireError):
        decode(message(tree))


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


def nested(depth: int) -> Any:
    tree: Any = ["l"]
    for _ in range(depth):
        tree = ["l", tree]
    return tree


def test_data_may_be_nested_so_deep_and_no_deeper() -> None:
    assert decode(message(nested(40))) is not None
    with pytest.raises(WireError, match="nested"):
        decode(message(nested(41)))
    value: Any = 1
    for _ in range(40):
        value = [value]
    assert there_and_back(value) == value
    with pytest.raises(WireError, match="nested"):
        encode([value])


def test_a_message_may_have_so_many_items_and_no_more() -> None:
    assert len(decode(message(["l", *[1] * (wire.MAX_NODES - 1)]))) == wire.MAX_NODES - 1
    with pytest.raises(WireError, match="too many"):
        decode(message(["l", *[1] * wire.MAX_NODES]))


@pytest.mark.parametrize("elements", [wire.MAX_ELEMENTS, wire.MAX_ELEMENTS + 1])
def test_a_tensor_and_an_array_may_have_so_many_elements_and_no_more(elements: int) -> None:
    trees = (["T", "uint8", [elements], [0], 0, 0], ["A", "|u1", [elements], [0], 0, 0])
    values = (torch.zeros(1, dtype=torch.uint8).expand(elements), np.broadcast_to(np.zeros(1, np.uint8), elements))
    for tree, value in zip(trees, values, strict=True):
        if elements == wire.MAX_ELEMENTS:
            assert len(decode(message(tree, b"\0"))) == len(there_and_back(value)) == elements
        else:
            with pytest.raises(WireError, match="elements"):
                decode(message(tree, b"\0"))
            with pytest.raises(WireError, match="elements"):
                encode(value)


def test_a_tensor_may_have_32_axes_and_no_more() -> None:
    for kind, strides in (("T", [1] * 32), ("A", None)):
        name = "uint8" if kind == "T" else "|u1"
        assert decode(message([kind, name, [1] * 32, strides, 0, 0], b"\7")).ndim == 32
        with pytest.raises(WireError):
            decode(message([kind, name, [1] * 33, strides and [1] * 33, 0, 0], b"\7"))


def test_a_tensor_may_reach_to_the_last_byte_of_its_memory_and_no_further() -> None:
    assert decode(message(["T", "float32", [2], [1], 1, 0], bytes(12))).tolist() == [0, 0]
    assert decode(message(["A", "<f4", [2], [4], 4, 0], bytes(12))).tolist() == [0, 0]
    for tree in (["T", "float32", [2], [1], 1, 0], ["A", "<f4", [2], [4], 4, 0]):
        with pytest.raises(WireError):
            decode(message(tree, bytes(11)))


def test_an_empty_tensor_lies_anywhere_within_its_memory() -> None:
    assert decode(message(["T", "float32", [0], [1], 2, 0], bytes(8))).storage_offset() == 2
    assert decode(message(["T", "float32", [0], [1], 3, 0], bytes(8))).storage_offset() == 0


def test_a_size_is_a_whole_number_from_nothing_to_a_terabyte() -> None:
    assert decode(message(["T", "uint8", [0], [2**40 - 1], 0, 0], b"")).numel() == 0
    for size in (-1, 2**40, 1.0, True, "1", None):
        with pytest.raises(WireError):
            decode(message(["T", "uint8", [0], [size], 0, 0], b""))


def test_whole_numbers_of_any_size_arrive_up_to_their_limit() -> None:
    for number in (2**63 - 1, 2**63, -(2**63), 2**64, 10**4000):
        assert there_and_back(number) == number
    assert decode(message(["i", "0x" + "f" * 19_997])) > 0
    with pytest.raises(WireError):
        decode(message(["i", "0x" + "f" * 19_998]))


def test_a_large_storage_sends_only_what_is_needed_of_it() -> None:
    whole = torch.zeros(wire.MAX_STORAGE // 4)
    assert there_and_back(whole[:2]).untyped_storage().nbytes() == wire.MAX_STORAGE
    assert there_and_back(torch.zeros(wire.MAX_STORAGE // 4 + 1)[:2]).untyped_storage().nbytes() == 8
    array = np.zeros(wire.MAX_STORAGE // 4 + 1, np.float32)
    assert there_and_back(array[:: len(array) - 1]).strides == (4,)
    assert there_and_back(array[: -1 : len(array) - 2]).strides == (4 * (len(array) - 2),)


def test_one_memory_that_is_named_often_is_copied_once() -> None:
    arrays = decode(message(["l", *[["A", "|u1", [4], None, 0, 0]] * 3], b"\1\2\3\4"))
    arrays[0][0] = 9
    assert [array[0] for array in arrays] == [9, 9, 9]


def test_reading_stops_at_its_deadline() -> None:
    tree = message(["l", *[1] * 1000])
    assert len(decode(tree, time.monotonic() + 60)) == 1000
    with pytest.raises(WireError, match="too long"):
        decode(tree, time.monotonic() - 1)


def test_memory_that_is_not_in_the_message_is_refused() -> None:
    whole = message(["y", 0], b"four")
    assert decode(whole) == b"four"
    with pytest.raises(WireError, match="not in the message"):
        decode(whole[:-1])
    for size in (-1, "4", 4.0):
        header = json.dumps([["y", 0], [size]]).encode()
        with pytest.raises(WireError):
            decode(struct.pack("<I", len(header)) + header + b"four")


def test_a_flood_of_empty_lists_is_refused_before_it_is_read() -> None:
    assert read_json(b"[[],[]]", 4) == [[], []]
    for flood in (b"[[],[]]", b"[{},[]]", b"[1,2,3,4]", b'[",,,"]'):
        with pytest.raises(ValueError, match="too many"):
            read_json(flood, 3)


def test_what_is_sent_over_a_socket_arrives_and_no_more_than_the_limit_is_taken() -> None:
    here, there = socket.socketpair()
    with here, there:
        wire.send_message(here, encode({"text": "x" * 1000}))
        assert wire.receive(there) == {"text": "x" * 1000}
        size = len(encode([1]))
        wire.send_message(here, encode([1]))
        assert wire.receive(there, size) == [1]
        wire.send_message(here, encode([1]))
        with pytest.raises(WireError, match=f"{size} bytes"):
            wire.receive(there, size - 1)
    with socket.socket() as closed, pytest.raises((EOFError, OSError)):
        wire.receive(closed)


def test_the_limits_are_what_both_sides_have_agreed_on() -> None:
    mib = 2**20
    assert (64 * mib, 16 * mib) == (wire.MAX_BYTES, wire.MAX_STORAGE)
    assert (16 * mib, 500_000) == (wire.MAX_ELEMENTS, wire.MAX_NODES)


@pytest.mark.parametrize(
    "value",
    [
        1j, complex(1.5, -2), b"bytes", slice(None), slice(1, (2, 3), -1), torch.bfloat16, ..., {1, 2},
        frozenset({"a"}), (1, [2, {"a": (3,)}]), np.float32(1.5), np.int64(-7), np.bool_(True), np.complex64(1j),
        np.str_("é"), np.bytes_(b"x"), np.datetime64("2026-09-30"), np.timedelta64(3, "s"),
    ],
    ids=repr,
)  # fmt: skip
def test_rarer_values_arrive_unchanged_and_of_the_same_types(value: Any) -> None:
    arrived = there_and_back(value)
    assert arrived == value
    assert type(arrived) is type(value)


def test_what_changes_in_place_arrives_as_bytes() -> None:
    assert there_and_back(bytearray(b"ab")) == b"ab"


@pytest.mark.parametrize(
    "value",
    [torch.ones(2).to_sparse(), np.array([object()]), np.zeros(1, [("a", "i4")])],
    ids=["sparse", "objects", "fields"],
)
def test_tensors_and_arrays_of_rarer_kinds_arrive_as_what_cannot_be_seen(value: Any) -> None:
    assert there_and_back(value).kind in ("Tensor", "ndarray")


@pytest.mark.parametrize(
    "within",
    [lambda v: [v], lambda v: (v,), lambda v: {1: v}, lambda v: {v: 1}, lambda v: slice(v),
     lambda v: slice(None, None, v), lambda v: Outcome(value=v), lambda v: frozenset({v})],
)  # fmt: skip
def test_what_is_sent_is_counted_as_deep_as_it_lies_whatever_it_lies_in(within: Any) -> None:
    value: Any = 1
    for _ in range(39):
        value = (value,)
    encode(within(value))
    with pytest.raises(WireError, match="nested"):
        encode(within((value,)))


@pytest.mark.parametrize(
    "within",
    [
        *(lambda v, tag=tag: [tag, v] for tag in "tlf"), lambda v: ["d", [1, v]], lambda v: ["d", [v, 1]],
        lambda v: ["S", v, None, None], lambda v: ["S", None, None, v],
        lambda v: ["@", "Outcome", v, None, ["t"], ["t"], ["d"], None, ["t"], None],
    ],
)  # fmt: skip
def test_what_comes_is_counted_as_deep_as_it_lies_whatever_it_lies_in(within: Any) -> None:
    tree: Any = ["t"]
    for _ in range(39):
        tree = ["t", tree]
    assert decode(message(within(tree))) is not None
    with pytest.raises(WireError, match="nested"):
        decode(message(within(["t", tree])))


def test_the_clock_is_looked_at_every_256_items() -> None:
    assert len(decode(message(["l", *[1] * 254]), time.monotonic() - 1)) == 254
    with pytest.raises(WireError, match="too long"):
        decode(message(["l", *[1] * 255]), time.monotonic() - 1)


def test_a_text_may_hold_so_many_commas_and_no_more() -> None:
    commas = "," * (4 * wire.MAX_NODES - 3)  # a comma and two brackets stand around it
    assert decode(message(commas)) == commas
    with pytest.raises(WireError):
        decode(message(commas + ","))


def test_a_tensor_without_numbers_is_held_to_its_limits_at_their_edges() -> None:
    assert decode(message(["M", "int8", [wire.MAX_ELEMENTS], [0]])).shape == (wire.MAX_ELEMENTS,)
    assert decode(message(["M", "int8", [1] * 32, [1] * 32])).ndim == 32
    for shape, strides in (([wire.MAX_ELEMENTS + 1], [0]), ([1] * 33, [1] * 33), ([1], [])):
        with pytest.raises(WireError):
            decode(message(["M", "int8", shape, strides]))


@pytest.mark.parametrize("missing", [["@", "Outcome", 1], ["@", "Raised", "a"], ["@", "Outcome", *[None] * 9]])
def test_an_instance_with_other_fields_than_its_class_has_is_refused(missing: Any) -> None:
    with pytest.raises(WireError):
        decode(message(missing))


def test_a_message_claimed_to_be_larger_than_the_limit_is_not_waited_for() -> None:
    for size, refusal in ((wire.MAX_BYTES, EOFError), (wire.MAX_BYTES + 1, WireError)):
        here, there = socket.socketpair()
        with here, there:
            here.sendall(struct.pack("<Q", size))
            here.shutdown(socket.SHUT_WR)
            with pytest.raises(refusal):
                wire.receive(there)


def test_half_a_surrogate_pair_arrives_as_a_question_mark() -> None:
    assert decode(message("a\ud800b")) == "a?b"
