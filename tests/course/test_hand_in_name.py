"""The name of what a learner hands in: read back, it says what was put in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.utils import parse_utc

from shapewise.course.hand_in_name import PATTERN, hand_in_name, read_hand_in_name

_WHEN = datetime(2026, 11, 25, 10, 41, 7, tzinfo=UTC)


_IDS = st.from_regex(r"[a-z0-9][a-z0-9.@+-]{0,20}(_[a-z]{1,5})?", fullmatch=True)


@given(_IDS, st.sampled_from(["m01_tensors", "ps1"]))
def test_a_name_that_was_made_is_read_back(student: str, assignment: str) -> None:
    assert read_hand_in_name(hand_in_name(student, assignment, _WHEN)) == (student, assignment, _WHEN)


def test_the_time_in_the_name_is_utc_and_nbgrader_reads_it() -> None:
    here = _WHEN.astimezone(timezone(timedelta(hours=-7)))
    found = re.match(PATTERN, hand_in_name("ada", "m01_tensors", here))
    assert found is not None
    assert parse_utc(found["timestamp"]) == _WHEN.replace(tzinfo=None)


@pytest.mark.parametrize("copy", ["ada__ps1__20261125T104107Z (1).zip", "ada__ps1__20261125T104107Z-2.zip"])
def test_a_copy_that_a_browser_or_an_lms_numbered_is_read_too(copy: str) -> None:
    assert read_hand_in_name(copy) == ("ada", "ps1", _WHEN)


@pytest.mark.parametrize("name", ["ada.zip", "ada__ps1.zip", "ada__ps1__20269925T104107Z.zip", "1_shapes.ipynb"])
def test_another_file_is_nobody_s_hand_in(name: str) -> None:
    assert read_hand_in_name(name) is None


@pytest.mark.parametrize("student", ["", "a__b", "../ada", "ada/m01", "ada lovelace", "-ada", "ada_", "a" * 101])
def test_what_can_be_no_id_is_refused_with_a_reason(student: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        hand_in_name(student, "m01_tensors", _WHEN)
