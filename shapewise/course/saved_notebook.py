"""A notebook's file, as a learner left it -> its cells, and what stands in those that ask for an answer.

It is read as plain JSON: whatever is wrong with it is said in a sentence, and nbformat, slow to import, is not needed.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

__all__ = ["Cell", "answers_in", "cells_of", "grade_id", "put_answer", "source", "write_cells"]

Cell = dict[str, Any]


def cells_of(notebook: Path) -> list[Cell]:
    """Its cells; ``ValueError`` says why it is no notebook."""
    return _cells(_read(notebook))


def source(cell: Cell) -> str:
    """The text of a cell, which a file holds as one string or as its lines."""
    return "".join(cell["source"])


def grade_id(cell: Cell) -> str | None:
    """The name of a cell that asks for an answer; None for every other cell."""
    about = cell["metadata"].get("nbgrader")
    return str(about.get("grade_id")) if isinstance(about, dict) and about.get("solution") else None


def answers_in(cells: list[Cell]) -> dict[str, str]:
    """What stands in each cell that asks for an answer, by the cell's name."""
    return {name: source(cell) for cell in cells if (name := grade_id(cell)) is not None}


def put_answer(notebook: Path, name: str, text: str) -> None:
    """Put ``text`` into the cell of that name, without outputs; the file is replaced as a whole."""
    found = _read(notebook)
    for cell in _cells(found):
        if grade_id(cell) == name:
            cell["source"] = text.splitlines(keepends=True)
            if cell.get("cell_type") == "code":
                cell["outputs"], cell["execution_count"] = [], None
    _replace(notebook, found)


def write_cells(like: Path, cells: list[Cell], to: Path) -> None:
    """Write a notebook with these cells, and all else as in the notebook ``like``; ``to`` is replaced as a whole."""
    _replace(to, _read(like) | {"cells": cells})


def _replace(notebook: Path, content: Any) -> None:
    fresh = notebook.with_name(f".{notebook.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as opened:
            opened.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        fresh.replace(notebook)
    finally:
        fresh.unlink(missing_ok=True)


def _read(notebook: Path) -> Any:
    text = notebook.read_bytes()
    if not text.strip():
        raise ValueError("the file is empty")
    try:
        return json.loads(text.decode("utf-8-sig"))
    except ValueError as error:
        raise ValueError(f"it cannot be read as JSON: {error}") from None


def _cells(found: Any) -> list[Cell]:
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list) or not all(map(_is_cell, cells)):
        raise ValueError("it holds no list of cells")
    return cells


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata"), dict):
        return False
    text = cell.get("source")
    return isinstance(text, str) or (isinstance(text, list) and all(isinstance(line, str) for line in text))
