"""Honest students: whatever the others do, they have all their points, their page, and nothing said of them."""

from __future__ import annotations

from tests.grading.hostile_class.hand_in import HandIn, with_file, written

__all__ = ["HAND_INS"]

HAND_INS = (
    HandIn("ada", "honest", written()),
    HandIn("ben", "honest, with notes of his own", with_file(lambda folder: (folder / "notes.txt").write_text("mine"))),
    HandIn("ivo-müller", "honest, with a name that is not English", written()),
    HandIn("zoe", "honest, the last of the class", written()),
)
