"""A submission's folder -> the student's own modules and data files, which their code finds beside the notebook.

No link is followed in any part of a path: each folder is opened from the one above it, and a link opens nothing. What
is found goes into the sandbox and nowhere else.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["handed_files", "laid_out"]

_KINDS = {
    ".csv", ".dat", ".gz", ".h5", ".ini", ".jpeg", ".jpg", ".json", ".jsonl", ".md", ".mplstyle", ".npy", ".npz",
    ".parquet", ".pickle", ".pkl", ".png", ".pt", ".pth", ".py", ".safetensors", ".toml", ".tsv", ".txt", ".yaml",
    ".yml", ".zip",
}  # fmt: skip
_MOST_FILES, _MOST_ENTRIES, _MOST_DEPTH = 200, 2_000, 8
_MOST_BYTES, _MOST_BYTES_IN_ALL = 8 * 2**20, 16 * 2**20  # a quarter of what the sandbox' folder holds
# Not every system has these; where one is missing nothing is graded, but that must be said in words.
_DIRECTORY, _NO_LINK = getattr(os, "O_DIRECTORY", 0), getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | _DIRECTORY | _NO_LINK
_FILE = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0)  # a pipe must not be waited for


def laid_out(files: Mapping[str, bytes], submitted: Path) -> dict[str, bytes]:
    """The assignment's ``files`` and the student's own, as they lie beside a notebook that is graded.

    Where both have one of a name it is the assignment's, as with nbgrader; the assignment's are laid out first.
    """
    own = handed_files(submitted)
    return {**files, **{path: content for path, content in own.items() if path not in files}}


def handed_files(folder: Path) -> dict[str, bytes]:
    """What lies in ``<course>/submitted/<student>/<assignment>`` beside the notebooks, by relative path.

    Modules and kinds of data only, as far as they fit; ``timestamp.txt`` is nbgrader's. Nothing where a link stands
    in the way, from the folder of all submissions down.
    """
    found: dict[str, bytes] = {}
    room = _MOST_BYTES_IN_ALL
    with suppress(OSError):
        opened = [os.open(folder.parents[1], os.O_RDONLY | _DIRECTORY)]
        try:
            for part in folder.parts[-2:]:
                opened.append(os.open(part, _FOLDER, dir_fd=opened[-1]))
            for path, content in _files(opened[-1], "", [_MOST_ENTRIES]):
                if len(found) == _MOST_FILES or len(content) > room:
                    break
                found[path] = content
                room -= len(content)
        finally:
            for descriptor in opened:
                os.close(descriptor)
    return found


def _files(folder: int, below: str, entries: list[int]) -> Iterator[tuple[str, bytes]]:
    """(relative path, content) of each file below an open folder, in order; ``entries`` says how many to look at."""
    with os.scandir(folder) as listed:
        names = sorted(entry.name for entry, _ in zip(listed, range(entries[0]), strict=False))
    entries[0] -= len(names)
    for name in names:
        if name.startswith((".", "__pycache__")) or not name.isprintable():
            continue
        with suppress(OSError):
            opened = os.open(name, _FILE, dir_fd=folder)
            try:
                about = os.fstat(opened)
                if stat.S_ISDIR(about.st_mode) and below.count("/") < _MOST_DEPTH:
                    yield from _files(opened, f"{below}{name}/", entries)
                elif stat.S_ISREG(about.st_mode) and about.st_size <= _MOST_BYTES and _wanted(below, name):
                    yield f"{below}{name}", _content(opened)
            finally:
                os.close(opened)


def _wanted(below: str, name: str) -> bool:
    return Path(name).suffix.lower() in _KINDS and (below, name) != ("", "timestamp.txt")


def _content(descriptor: int) -> bytes:
    with open(descriptor, "rb", closefd=False) as file:  # a path could be another file by now
        return file.read(_MOST_BYTES)
