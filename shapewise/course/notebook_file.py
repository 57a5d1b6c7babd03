"""A notebook -> its file, the same bytes on every system."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

__all__ = ["write_notebook"]


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write it as UTF-8 with one line end at the end, whatever the system's own."""
    text = nbformat.writes(notebook, version=4)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
