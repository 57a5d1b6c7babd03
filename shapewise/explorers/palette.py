"""The name of an axis, or of what happens to a size -> its colours, letter and pattern, everywhere alike.

The colours were computed so that text has at least 5:1 contrast on its tint, and so that any two differ for readers
with protanopia, deuteranopia and tritanopia too. No meaning rests on colour alone: an axis has a letter and a pattern
beside it, a size's fate a border and a sign. The colours stand in ``palette.json``; the explorers' script reads
it too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

__all__ = ["AXES", "FATES", "Axis", "Fate", "Ink", "color", "literal", "variables"]


@dataclass(frozen=True)
class Ink:
    """Text and the tint that it stands on, for light and for dark pages."""

    light: str
    light_tint: str
    dark: str
    dark_tint: str


@dataclass(frozen=True)
class Axis:
    """One axis of a language model's tensors. ``hatch`` is matplotlib's word for its pattern."""

    name: str
    letter: str
    ink: Ink
    hatch: str


@dataclass(frozen=True)
class Fate:
    """What broadcasting does to one size of a shape; ``sign`` and ``border`` say it without colour."""

    name: str
    sign: str
    border: str
    ink: Ink
    meaning: str


_FILE: dict[str, dict[str, Any]] = json.loads(
    files("shapewise").joinpath("palette.json").read_text(encoding="utf-8")
)


def _ink(entry: dict[str, Any]) -> Ink:
    return Ink(*entry["light"], *entry["dark"])


AXES: dict[str, Axis] = {
    name: Axis(name, entry["letter"], _ink(entry), entry["hatch"]) for name, entry in _FILE["axes"].items()
}

FATES: dict[str, Fate] = {
    name: Fate(name, entry["sign"], entry["border"], _ink(entry), entry["meaning"])
    for name, entry in _FILE["fates"].items()
}

_SURFACES: dict[str, tuple[str, str]] = {name: (light, dark) for name, (light, dark) in _FILE["surfaces"].items()}


def _colors() -> dict[str, tuple[str, str]]:
    named = dict(_SURFACES)
    inks = {name: axis.ink for name, axis in AXES.items()} | {name: fate.ink for name, fate in FATES.items()}
    for name, ink in inks.items():
        named[name] = (ink.light, ink.dark)
        named[f"{name}-tint"] = (ink.light_tint, ink.dark_tint)
    return named


def literal(name: str) -> str:
    """The colour on a light page, for places where no stylesheet reaches."""
    return _colors()[name][0]


def color(name: str) -> str:
    """A CSS value that follows the page's theme, and is the light one where no stylesheet is."""
    return f"var(--sw-{name}, {literal(name)})"


def variables(dark: bool) -> str:
    """The CSS declarations of every colour, for a light or a dark page."""
    return " ".join(f"--sw-{name}: {pair[dark]};" for name, pair in _colors().items())
