"""The text of ``mine.py`` <-> its sections, one for each function of the course that the learner passed.

A section begins with a line like ``# %% linear [1f03c2a9]`` and ends where the next one begins; the number
tells whether it was changed by hand since. What stands before the first section is left as it is.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from shapewise.library import standins
from shapewise.library.gathering import Piece
from shapewise.library.place import FILE, MODULE

__all__ = ["HEAD", "STAND_INS", "Library", "digest", "read", "section"]

HEAD = '''"""Your library: the functions of the course that you wrote, each as it was when it passed its check.

`check` puts them here, and the notebook 6_build builds attention from them. Use them in a notebook of this folder by
`from mine import linear`.
"""
'''
_SECTION = re.compile(r"^# %% (\w+) \[(\w{8})\]\n", re.MULTILINE)
STAND_INS = "stand_ins"


@dataclass(frozen=True)
class Library:
    """A ``mine.py``: what stands before its sections, their text by name and in order, and their numbers."""

    head: str = HEAD
    sections: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The functions that have a section."""
        return frozenset(self.sections) - {STAND_INS}

    @property
    def changed(self) -> frozenset[str]:
        """The sections that were changed by hand."""
        return frozenset(name for name in self.sections if digest(self.sections[name]) != self.digests[name])

    def text(self) -> str:
        """The whole file."""
        return self.head.rstrip("\n") + "".join(
            f"\n\n\n# %% {name} [{self.digests[name]}]\n{text}" for name, text in self.sections.items()
        ) + "\n"

    def having(self, name: str, text: str, order: Sequence[str]) -> Library:
        """The library with one section new, in the course's ``order``, and with the stand-ins that it needs."""
        sections = {**self.sections, name: text}
        sections.pop(STAND_INS, None)
        ranks = {known: rank for rank, known in enumerate(order)}
        sections = dict(sorted(sections.items(), key=lambda item: ranks.get(item[0], len(ranks))))
        missing = _missing(sections)
        if missing:
            borrowed = f"from shapewise.library.standins import {', '.join(missing)}"
            sections = {STAND_INS: f"# torch's parts, until yours pass\n{borrowed}", **sections}
        digests = {known: self.digests.get(known, "") for known in sections}
        digests.update((fresh, digest(sections[fresh])) for fresh in (name, STAND_INS) if fresh in sections)
        return replace(self, sections=sections, digests=digests)


def read(text: str) -> Library:
    """The library that a file's text holds; of an empty one, a new library."""
    if not text.strip():
        return Library()
    head, *parts = _SECTION.split(text.replace("\r\n", "\n"))
    sections = {name: body.strip("\n") for name, body in zip(parts[::3], parts[2::3], strict=True)}
    return Library(head, sections, dict(zip(parts[::3], parts[1::3], strict=True)))


def section(library: Library, name: str, piece: Piece, reserved: Collection[str]) -> str:
    """The section that a piece becomes.

    Where one of its helpers has a name that means something else in the file, or that is ``reserved``, a function of
    their own hides them all.
    """
    imports = "\n".join(dict.fromkeys(piece.imports.values()))
    definitions = "\n\n\n".join(dict.fromkeys(piece.definitions.values()))
    body = f"{imports}\n\n\n{definitions}".strip("\n")
    others = [text for other, text in library.sections.items() if other != name]
    helpers = {given: text for given, text in {**piece.imports, **piece.definitions}.items() if given != name}
    clash = any(
        given in reserved or (given in _names(other) and text not in other)
        for given, text in helpers.items() for other in others or [""]
    )
    if not clash:
        return body
    return f"def _{name}():\n{textwrap.indent(body, '    ')}\n\n    return {name}\n\n\n{name} = _{name}()"


def digest(text: str) -> str:
    """The number in a section's first line."""
    return hashlib.sha256(text.strip("\n").encode()).hexdigest()[:8]


def _names(text: str) -> set[str]:
    """The names that a section gives or reads outside its functions."""
    try:
        return set(compile(text, FILE, "exec", dont_inherit=True).co_names)
    except (SyntaxError, ValueError):
        return set()


def _missing(sections: Mapping[str, str]) -> list[str]:
    """The parts that no section gives, where one may call any of them."""
    if not any(f"import {MODULE} as " in text for text in sections.values()):
        return []
    return [part for part in standins.__all__ if part not in sections]
