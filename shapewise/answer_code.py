"""The cells of a notebook -> a mark of the code that an exercise's answer is written in, which changes when that does.

What follows is read as text, line by line, because a learner's cell may hold magics, or not be Python yet.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tokenize
from collections.abc import Iterable
from pathlib import Path

__all__ = ["binds", "last_mark", "mark", "saved_cells"]

_LENGTH = 16
_SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}


def binds(cell: str, name: str) -> bool:
    """Whether a cell gives ``name`` a meaning: a function, a class, an assignment, an import."""
    if name not in cell:
        return False
    word = re.escape(name)
    ways = (
        rf"^(?:(?:async\s+)?def|class)\s+{word}\b",
        rf"^{word}\s*(?::[^=\n]*)?=(?!=)",
        rf"^from\s.*\bimport\b.*\b{word}\b",
    )
    return re.search("|".join(ways), cell, re.MULTILINE) is not None


def mark(cell: str) -> str:
    """A short text that is the same for the same code; comments, blank lines and spaces do not count."""
    try:
        tokens = tokenize.generate_tokens(io.StringIO(cell).readline)
        parts = [f"{token.type}:{token.string.strip()}" for token in tokens if token.type not in _SILENT]
    except (tokenize.TokenError, SyntaxError):
        parts = [line.rstrip() for line in cell.splitlines() if line.strip()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_LENGTH]


def last_mark(name: str, cells: Iterable[str]) -> str:
    """The mark of the last of these cells that binds ``name``; empty if none does."""
    return next((mark(cell) for cell in reversed(list(cells)) if binds(cell, name)), "")


def saved_cells(notebook: Path) -> list[str]:
    """The code cells of a notebook's file; none, where there is no such file or it is no notebook."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, TypeError, KeyError):
        return []
