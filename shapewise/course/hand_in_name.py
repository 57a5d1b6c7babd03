"""Who hands in what, and when <-> the name of the zip file that a learner uploads and an instructor collects.

``ada__m01_tensors__20261125T104107Z.zip``: student, assignment and time (UTC), with two underscores between them. The
zip holds the assignment's notebooks under their own names, and the learner's own files beside them, in no folder.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["PATTERN", "hand_in_name", "read_hand_in_name", "refused_id"]

PATTERN = r"(?P<student_id>[^/\\]+?)__(?P<assignment_id>[^/\\]+?)__(?P<timestamp>\d{8}T\d{6}Z)"
"""The name without ``.zip``, with the groups that nbgrader's ``zip_collect`` asks for; the time reads as ISO 8601."""

_TIME = "%Y%m%dT%H%M%SZ"
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.@+-]|_(?!_))*(?<!_)")


def hand_in_name(student: str, assignment: str, when: datetime) -> str:
    """The file's name; ``when`` knows its time zone. ``ValueError`` says why ``student`` can be no id."""
    if (reason := refused_id(student)) is not None:
        raise ValueError(reason)
    return f"{student}__{assignment}__{when.astimezone(UTC).strftime(_TIME)}.zip"


def read_hand_in_name(name: str) -> tuple[str, str, datetime] | None:
    """Student, assignment and time of a file's name, also where a browser made it ``... (1).zip``; None of others."""
    found = re.fullmatch(rf"{PATTERN}(?:[- ]?\(?\d{{1,3}}\)?)?\.zip", name)
    if found is None:
        return None
    try:
        when = datetime.strptime(found["timestamp"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return found["student_id"], found["assignment_id"], when


def refused_id(student: str) -> str | None:
    """Why a text can be no student's id, as a sentence; None if it can."""
    if _ID.fullmatch(student) and len(student) <= 100:
        return None
    return (
        f"{student!r} cannot be an id. Letters, digits and . @ + - _ were expected, at most 100 of them, with a "
        "letter or digit first, and no two underscores in a row."
    )
