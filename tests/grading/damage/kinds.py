"""The ways in which a notebook breaks, and what the modules that name them share.

A harmless kind touches nothing that a student is graded for (metadata, ids, outputs, the order of cells, test cells,
the lesson's text, the file's layout), so it must cost no point.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

__all__ = ["ODD", "SCRATCH", "Kind", "Kinds", "Notebook", "marks", "solutions", "some", "text_of"]

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One way to break a notebook: ``damage(random, content)`` for content, ``(random, bytes) -> bytes`` for a file."""

    name: str
    damage: Callable[..., Any]
    harmless: bool


ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 3.5, 10**40, math.nan, math.inf, "", "\x00", "\ud800", "x" * 100_000, "def doubled(",
    [], [[]], [None, 1, "text"], {}, {"nbgrader": []}, {"": {"": {}}}, "../../../etc/passwd", "<script></script>",
)  # fmt: skip
SCRATCH = (
    "x = 3", "1 / 0", "def broken(", "print('hm' * 1000)", "%matplotlib inline", "!echo hello", "?print", "x = [1, 2,",
    "import nothing", "raise SystemExit", "from time import sleep", "torch.zeros(2) @ torch.zeros(3)", "assert False",
)  # fmt: skip


class Kinds(list[Kind]):
    """Kinds of damage, named where they are defined."""

    def named(self, name: str, *, harmless: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A decorator that adds a function under a name."""

        def kept(damage: Callable[..., Any]) -> Callable[..., Any]:
            self.append(Kind(name, damage, harmless))
            return damage

        return kept


def marks(cell: Any) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    found: dict[str, Any] = cell.get("metadata", {}).get("nbgrader", {}) or {}
    return found


def solutions(notebook: Notebook) -> list[Any]:
    """The cells that hold answers."""
    return [cell for cell in notebook["cells"] if marks(cell).get("solution")]


def some(random: Random, cells: list[Any]) -> list[Any]:
    """One of them, or several, or all."""
    return random.sample(cells, random.randint(1, len(cells))) if cells else []


def text_of(cell: Any) -> str:
    """A cell's text, in whichever of its two forms."""
    source = cell["source"]
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
