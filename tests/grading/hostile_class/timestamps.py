"""A ``timestamp.txt`` that no date parser should see: the work is graded, and no lateness is counted."""

from __future__ import annotations

from pathlib import Path

from tests.grading.hostile_class.hand_in import HandIn, with_file

__all__ = ["HAND_INS"]

_TEXTS = {
    "a4-zone": b"2026-09-30 23:59:00 ../../../../etc/passwd",
    "a4-endless-zone": b"2026-09-30 23:59:00 /dev/zero",
    "a4-digits": b"9" * 500,
    "a4-words": b"the day before yesterday",
    "a4-year": b"99999-01-01 00:00:00",
    "a4-first-day": b"0001-01-01 00:00:00 +14:00",
    "a4-not-utf8": b"\xff\xfe2026",
    "a4-nul": b"2026-09-30\0 23:59:00 UTC",
    "a4-long": b"2026-09-30 23:59:00 UTC" + b" " * 100_000,
}



def _link(folder: Path) -> None:
    (folder / "timestamp.txt").symlink_to("/etc/hostname")


HAND_INS = (
    *(HandIn(name, f"A4: a date of {text[:40]!r}", with_file(
        lambda folder, text=text: (folder / "timestamp.txt").write_bytes(text)), "no lateness is counted")
      for name, text in _TEXTS.items()),
    HandIn("a4-folder", "A4: a folder called timestamp.txt", with_file(
        lambda folder: (folder / "timestamp.txt").mkdir()), "timestamp.txt is a folder"),
    HandIn("a4-link", "A4, C3: a date that is a link", with_file(_link), "timestamp.txt is a link"),
    HandIn("a4-right", "A4: a date that can be read", with_file(
        lambda folder: (folder / "timestamp.txt").write_text("2026-09-30 23:59:00.000001 Europe/Berlin"))),
)  # fmt: skip
