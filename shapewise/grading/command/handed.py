"""A submission's folder -> the student's own modules and data files, which their code finds beside the notebook.

No link is followed in any part of a path: each folder is opened from the one above it, and a link opens nothing. What
is found goes into the sandbox and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePath

from shapewise.grading.command.kept_files import TIMESTAMP
from shapewise.grading.command.reading import Found, NotReadError, listed, read_file

__all__ = ["handed_files", "laid_out"]

_KINDS = {
    ".csv", ".dat", ".gz", ".h5", ".ini", ".jpeg", ".jpg", ".json", ".jsonl", ".md", ".mplstyle", ".npy", ".npz",
    ".parquet", ".pickle", ".pkl", ".png", ".pt", ".pth", ".py", ".safetensors", ".toml", ".tsv", ".txt", ".yaml",
    ".yml", ".zip",
}  # fmt: skip
_MOST_FILES, _MOST_BYTES, _MOST_BYTES_IN_ALL = 200, 8 * 2**20, 16 * 2**20  # a quarter of what the sandbox' folder holds


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
    top, place = folder.parents[1], PurePath(folder.parent.name, folder.name)
    found: dict[str, bytes] = {}
    room = _MOST_BYTES_IN_ALL
    with suppress(OSError, NotReadError):
        for one in filter(_wanted, listed(top, place)):
            if len(found) == _MOST_FILES or one.size > room:
                break
            with suppress(OSError, NotReadError):
                content = read_file(top, place / one.path, _MOST_BYTES)
                found[one.path.as_posix()] = content
                room -= len(content)
    return found


def _wanted(one: Found) -> bool:
    data = one.kind == "file" and one.size <= _MOST_BYTES and one.path.suffix.lower() in _KINDS
    return data and one.path != TIMESTAMP and str(one.path).isprintable()
