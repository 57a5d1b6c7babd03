"""Files that are no notebooks, whatever their names say: the remark says what they are, and they earn nothing."""

from __future__ import annotations

from tests.grading.hostile_class.hand_in import HandIn, right, written

__all__ = ["HAND_INS"]

_MANY = 30 * 2**20


def _broken(student: str, fault: str, content: bytes, says: str) -> HandIn:
    return HandIn(student, fault, written(content), says, 0.0)


HAND_INS = (
    _broken("a6-many", "A6: 60 MiB of {}", b'{"cells": [' + b"{}," * (_MANY // 3 * 2) + b"{}]}", "MiB"),
    _broken("a6-fewer", "A6: 30 MiB of {}", b'{"cells": [' + b"{}," * (_MANY // 3) + b"{}]}", "more parts"),
    _broken("a6-deep", "A6: brackets within brackets", b"[" * 1_000_000, "not a notebook"),
    _broken("a6-numbers", "A6: a number with a million digits", b'{"cells": ' + b"9" * 1_000_000 + b"}", "not a note"),
    _broken("cut-short", "kind of A: a notebook cut short", right()[:-20], "cut short"),
    _broken("pdf", "kind of A: a PDF", b"%PDF-1.7 my homework", "something else"),
    _broken("list", "kind of A: a list", b"[1, 2, 3]", "something else"),
    _broken("seven", "kind of A: cells that are a number", b'{"cells": 7}', "other JSON"),
    _broken("nothing", "kind of A: an empty file", b"", "empty file"),
    _broken("binary", "kind of A: bytes", bytes(range(256)) * 20, "something else"),
    _broken("null", "kind of A: null", b"null", "something else"),
)
