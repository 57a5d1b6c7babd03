"""timestamp.txt -> when the work was handed in: the forms that nbgrader writes, and nothing that opens a file."""

from __future__ import annotations

import builtins
import io
import os
from datetime import datetime
from typing import Any

import pytest
from nbgrader.utils import parse_utc

from shapewise.course import timestamps
from shapewise.course.timestamps import handed_in_at


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-30 23:59:00.123456 UTC", "2026-09-30 23:59:00 UTC", "2026-09-30 23:59:00", "2026-09-30",
        "2026-09-30T23:59", "2026-09-30T23:59:00Z", "2026-09-30T23:59:00+02:00",
        "2026-09-30 23:59:00.123456 Europe/Berlin", "2026-01-30 23:59:00.123456 CET\n",
    ],
)  # fmt: skip
def test_a_date_as_nbgrader_writes_it_is_read_as_nbgrader_reads_it(text: str) -> None:
    assert handed_in_at(text) == parse_utc(text.strip())


def test_an_offset_after_a_space_is_hours_and_minutes() -> None:  # nbgrader takes it for seconds
    assert handed_in_at("2026-09-30 23:59:00.5 -0330") == datetime(2026, 10, 1, 3, 29, 0, 500_000)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "9" * 500, "2026-13-01", "2026-02-30 10:00", "0001-01-01 00:00:00 +14:00", "9999-12-31",
        "2026-09-30 25:00", "2026-09-30 23:59:00 ../../../etc/passwd", "2026-09-30 23:59:00 /etc/passwd",
        "2026-09-30 23:59:00 Europe/Nowhere", "2026-09-30 23:59:00 +99:00", "2026-09-30 23:59:00 localtime/../x",
        "٢٠٢٦-٠٩-٣٠", "2026-09-30 23:59:00 UTC\n2027-01-01", "1 2 3", "\0", "2026-09-30 23:59:00 :/dev/zero",
    ],
)  # fmt: skip
def test_what_is_no_such_date_is_none(text: str) -> None:
    assert handed_in_at(text) is None


def test_no_file_is_opened_for_a_name_that_is_no_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    timestamps._zones()
    opened: list[Any] = []
    for module, name in ((builtins, "open"), (io, "open"), (os, "open")):
        monkeypatch.setattr(module, name, lambda path, *_, **__: opened.append(path))
    for zone in ("shadow", "tzdata.zi", "posixrules/x", "a/b/c", "Europe"):
        assert handed_in_at(f"2026-09-30 23:59:00 {zone}") is None
    assert opened == []
