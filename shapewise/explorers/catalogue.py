"""The bundle's own word on each explorer -> its title, its state, its controls, and the pictures stored for it.

Everything here was written by ``make explorers`` from ``web/``; Python draws nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["STATIC", "Declared", "Picture", "declared", "names", "pictures"]

STATIC = Path(__file__).parent / "static"

Value = str | int | float | bool


@dataclass(frozen=True)
class Declared:
    """What an explorer's file in ``web/explorers`` declares: each value of its state becomes a trait."""

    name: str
    title: str
    initial: Mapping[str, Value]
    controls: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Picture:
    """A state whose picture was stored: as HTML that needs nothing around it, and in words."""

    state: Mapping[str, Value]
    html: str
    words: str


@cache
def _catalogue() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STATIC / "catalogue.json").read_text(encoding="utf-8"))
    return found


def names() -> tuple[str, ...]:
    """Every explorer that the bundle holds."""
    return tuple(_catalogue())


@cache
def declared(name: str) -> Declared:
    """One explorer's declaration; KeyError for a name that the bundle does not hold."""
    entry = _catalogue()[name]
    return Declared(name, entry["title"], entry["initial"], tuple(entry["controls"]))


@cache
def pictures(name: str) -> tuple[Picture, ...]:
    """The stored states of one explorer, its initial one first."""
    found = json.loads((STATIC / "pictures" / f"{name}.json").read_text(encoding="utf-8"))
    return tuple(Picture(entry["state"], entry["html"], entry["words"]) for entry in found)
