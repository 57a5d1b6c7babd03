"""JSON that a stranger wrote -> its tree, or ValueError before it has cost anything.

Sixty megabytes of ``[],`` are twenty million lists: seconds to read, gigabytes to hold, and no way to stop in between.
So what makes items is counted first, which takes a millisecond a megabyte.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["read_json"]

_MARKS = (b",", b"[", b"{")


def read_json(text: bytes, most_items: int) -> Any:
    """The tree; ValueError where the text is no JSON, or may hold more items than ``most_items``.

    A comma counts as an item wherever it stands, in a text too. RecursionError where it is nested too deeply.
    """
    if sum(text.count(mark) for mark in _MARKS) > most_items:
        raise ValueError("too many items")
    return json.loads(text)
