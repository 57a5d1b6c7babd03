"""An answer, or a whole notebook, that makes room for another -> a file beside the notebooks, kept for its author."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

__all__ = ["KEPT", "keep"]

KEPT = "kept"
"""The folder, in the folder of the notebooks."""


def keep(folder: Path, name: str, content: bytes) -> Path:
    """Keep ``content`` in a new file: ``describe.py`` becomes ``kept/describe 2026-11-25 10.41.07.py``."""
    stem, dot, ending = name.rpartition(".")
    when = f"{datetime.now():%Y-%m-%d %H.%M.%S}"
    (folder / KEPT).mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        again = f" ({number})" if number > 1 else ""
        file = folder / KEPT / f"{stem} {when}{again}{dot}{ending}"
        try:
            with file.open("xb") as opened:
                opened.write(content)
        except FileExistsError:
            continue
        return file
    raise OSError(f"{folder / KEPT} holds too many versions of {name}; move some of them away.")
