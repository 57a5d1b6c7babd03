"""A submission's bytes -> its cells, as plain text and marks.

A submission is data: every cell that is one is read, whatever else is in the file. What is too long or too much is
left out, and said to be. A file of an older format is upgraded; what is no notebook at all is told what it is instead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from shapewise.grading.judge.attachments import MOST_OF_PICTURES, attached_pictures, size_of

__all__ = ["Submitted", "UnreadableError", "read"]

_MOST_BYTES = 40 * 2**20
_MOST_PARTS = 2_000_000  # objects and lists: a file of 40 MiB could hold ten times as many, and fill the memory
_MOST_CELLS, _MOST_CHARACTERS, _MOST_CHARACTERS_IN_ALL = 1000, 200_000, 4_000_000


class UnreadableError(ValueError):
    """The submission is not a notebook; the message says what it is instead."""


@dataclass(frozen=True)
class Submitted:
    """One cell as it was handed in: ``at`` is its place in the file, ids are empty where it has none."""

    at: int
    kind: str
    text: str
    cell_id: str
    grade_id: str
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


def read(submission: bytes) -> tuple[list[Submitted], list[str]]:
    """The cells of a submission, and a sentence if some were left out. Raises ``UnreadableError``."""
    if len(submission) > _MOST_BYTES:
        raise UnreadableError(f"it has {len(submission) >> 20} MiB, and a notebook may have {_MOST_BYTES >> 20}.")
    if submission.count(b"{") + submission.count(b"[") > _MOST_PARTS:
        raise UnreadableError("not a notebook: it has more parts than a notebook can have.")
    try:
        content = json.loads(submission)
        if content.get("nbformat") in (2, 3) and not isinstance(content.get("cells"), list):
            content = _upgraded(content)
        found = content["cells"]
        if not isinstance(found, list):
            raise TypeError
    except Exception:  # whatever it is, it is no notebook
        raise UnreadableError(_what_else(submission)) from None
    kept: list[Submitted] = []
    room, picture_room = _MOST_CHARACTERS_IN_ALL, MOST_OF_PICTURES
    for at, content in enumerate(found):
        cell = _cell(at, content) if isinstance(content, dict) else None
        if cell is not None and len(cell.text) <= min(room, _MOST_CHARACTERS) and len(kept) < _MOST_CELLS:
            pictures = size_of(cell.attachments)
            kept.append(cell if pictures <= picture_room else replace(cell, attachments={}))
            picture_room -= pictures if pictures <= picture_room else 0
            room -= len(cell.text)
    repairs = [f"{len(found) - len(kept)} cells that are no cells, too long or too many were left out."]
    return kept, repairs if len(kept) < len(found) else []


def _what_else(submission: bytes) -> str:
    """What a file is that is no notebook, as far as its first letters tell."""
    start = submission[:100].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not submission:
        return "an empty file, or none that can be read."
    if start.startswith(b"{"):
        return "not a notebook that can be read: the file is cut short, damaged, or other JSON."
    return "not a notebook: the file is something else."


def _upgraded(content: dict[str, Any]) -> Any:
    import nbformat

    # Both have one layout, but nbformat upgrades only what says minor 0
    sheets = {name: value for name, value in content.items() if name != "cells"}
    return nbformat.convert(nbformat.from_dict(sheets | {"nbformat_minor": 0}), 4)


def _cell(at: int, cell: dict[str, Any]) -> Submitted:
    source = cell.get("source", "")
    text = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else ""
    kind, cell_id = cell.get("cell_type"), cell.get("id")
    return Submitted(
        at,
        kind if kind in ("code", "markdown", "raw") else "raw",
        _storable(text) if isinstance(text, str) else "",
        cell_id if isinstance(cell_id, str) else "",
        grade_id if isinstance(grade_id, str) else "",
        attached_pictures(cell.get("attachments")) if kind == "markdown" else {},
    )


def _storable(text: str) -> str:
    # Half a surrogate pair cannot be written to a file.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
