"""Students' folders with names that are formulas, options, patterns, or no text at all."""

from __future__ import annotations

import os
from pathlib import Path

from tests.grading.hostile_class.hand_in import HandIn, written

__all__ = ["HAND_INS"]


def _file(student: Path) -> None:
    student.write_bytes(b"PK\x03\x04 a packed folder")


HAND_INS = (
    HandIn("[ab", "A3: a bracket in the name", written()),
    HandIn("[ab]", "A3: a pattern as a name", written()),
    HandIn("*", "A3: a pattern as a name", written()),
    HandIn("{student_id}", "A3: a placeholder as a name", written()),
    HandIn(os.fsdecode(b"m\xfcller"), "A3: a name that is not UTF-8", written(), "rename it", None),
    HandIn("two\nlines", "A3: a name of two lines", written(), "rename it", None),
    HandIn("\x1b[31mred", "A3: a name that colours the terminal", written(), "rename it", None),
    HandIn("n" * 250, "A3: a very long name", written()),
    HandIn("=1+1", "C4: a formula as a name", written()),
    HandIn("@SUM(1)", "C4: a formula as a name", written()),
    HandIn("+49 30 1", "C4: a formula as a name", written()),
    HandIn("=HYPERLINK(\"http:,,x\");1", "C4: a formula with all kinds of separators", written()),
    HandIn("-dash", "a name like an option", written()),
    HandIn("--help", "a name like an option", written()),
    HandIn("[red]x", "a name with markup for the terminal", written()),
    HandIn("<b>bold</b>".replace("/", "|"), "a name with HTML", written()),
    HandIn("Zoe", "a name that differs from another in case only", written()),
    HandIn("ivo-mu\u0308ller", "a name that differs from another in how it is written only", written()),
    HandIn("a\\b", "a name with a backslash", written()),
    HandIn("%(student)s", "a name that is a format", written()),
    HandIn("&amp;", "a name with HTML", written()),
    HandIn("0123", "a name that a spreadsheet takes for a number", written()),
    HandIn("'; DROP TABLE student;--", "a name that a database could run", written()),
    HandIn("\u202egnp.exe", "a name that is written backwards", written()),
    HandIn("with space ", "a name that ends with a space", written()),
    HandIn("mia.zip", "a packed file where a student's folder was expected", _file, "is a file", None),
)
