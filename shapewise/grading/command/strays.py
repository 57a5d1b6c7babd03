"""A notebook that is not where it belongs -> the names of what lies there instead, for the remark that says so.

Nothing found here is graded: a person decides whether ``4_layout (1).ipynb`` is the work, and renames it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from shapewise.grading.command.reading import Found, shown

__all__ = ["misplaced", "strays"]

_ARCHIVES = {".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".zip"}
_MOST_NAMED = 3


def strays(found: Iterable[Found], name: str, expected: Iterable[str]) -> str:
    """The files that may be the notebook ``name``: those named much like it, else notebooks and archives.

    ``expected`` are the names of all of the assignment's notebooks. Empty where nothing lies there.
    """
    wanted = _letters(name)
    others = [f"{other}.ipynb" for other in expected]
    files = [one for one in found if one.kind in ("file", "link") and str(one.path) not in others]
    alike = [one for one in files if wanted in _letters(one.path.name)]
    known = [_letters(other) for other in expected]
    unknown = [
        one for one in files
        if one.path.suffix.lower() in (".ipynb", *_ARCHIVES)
        and not any(other in _letters(one.path.name) for other in known)
    ]  # fmt: skip
    return _named(alike or unknown)


def misplaced(found: Iterable[Found], notebooks: Iterable[str], assignment: str) -> str:
    """The files of a student without the assignment's folder that may be its notebooks, or that folder packed."""
    wanted = [_letters(name) for name in notebooks]
    return _named([
        one for one in found
        if one.kind == "file" and (
            (one.path.suffix.lower() == ".ipynb" and any(name in _letters(one.path.name) for name in wanted))
            or (one.path.suffix.lower() in _ARCHIVES and _letters(assignment) in _letters(one.path.name))
        )
    ])  # fmt: skip


def _named(files: list[Found]) -> str:
    more = f" and {len(files) - _MOST_NAMED} more" if len(files) > _MOST_NAMED else ""
    return ", ".join(repr(shown(one.path)) for one in files[:_MOST_NAMED]) + more


def _letters(name: str) -> str:
    """A name without what copying, downloading and other systems change in it."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
