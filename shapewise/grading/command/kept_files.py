"""What lies in a student's folder -> which of it is copied on beside the graded notebooks.

A list of kinds that hold data, text or plain pictures. Not on it: whatever a browser or a program would obey (HTML,
SVG, XML, JavaScript, pickles), for it would lie where an instructor opens it, or stand in for a feedback page.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from pathlib import PurePath

from shapewise.grading.command.reading import Found, shown

__all__ = ["TIMESTAMP", "kept_files"]

TIMESTAMP = PurePath("timestamp.txt")
_KINDS = {
    ".csv", ".dat", ".gif", ".jpeg", ".jpg", ".json", ".jsonl", ".npy", ".npz", ".parquet", ".png", ".py",
    ".safetensors", ".toml", ".tsv", ".txt", ".webp", ".yaml", ".yml",
}  # fmt: skip
_PAGES = {".htm", ".html", ".ipynb", ".xhtml"}
_MOST_BYTES, _MOST_IN_ALL, _LONGEST = 64 * 2**20, 128 * 2**20, 200


def kept_files(found: Iterable[Found], own: Set[PurePath]) -> tuple[list[PurePath], list[str]]:
    """(The paths to copy on, what to say of others that were left); ``own`` are the source's files, which win."""
    kept: list[PurePath] = []
    left: list[str] = []
    room = _MOST_IN_ALL
    folders = {parent for path in own for parent in path.parents}
    for one in found:
        why = _why_not(one, room)
        taken = one.path in folders or not own.isdisjoint((one.path, *one.path.parents))
        if one.kind == "folder" or one.path == TIMESTAMP or (one.path.suffix.lower() == ".ipynb" and not why):
            continue
        if why or (taken and one.path not in own):
            left.append(f"{shown(one.path)} ({why or 'a name of the assignment'})")
        elif not taken:
            kept.append(one.path)
            room -= one.size
    return kept, left


def _why_not(one: Found, room: int) -> str:
    if one.kind != "file":
        return f"a {one.kind}"
    if one.path.suffix.lower() not in (_KINDS | {".ipynb"}):
        return "not a kind of file that is copied"
    if one.size > min(_MOST_BYTES, room):
        return "too large"
    if any(PurePath(part).suffix.lower() in _PAGES for part in one.path.parts[:-1]):
        return "in a folder named like a page"
    return "too long a path" if len(str(one.path).encode("utf-8", "surrogateescape")) > _LONGEST else ""
