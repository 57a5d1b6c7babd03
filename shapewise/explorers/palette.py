"""The name of an axis, or of what happens to a size -> its colours, letter and pattern, everywhere alike.

The colours were computed so that text has at least 5:1 contrast on its tint, and so that any two differ for readers
with protanopia, deuteranopia and tritanopia too. No meaning rests on colour alone: an axis has a letter and a pattern
beside it, a size's fate a border and a sign.
"""

from __future__ import annotations

from dataclasses import dataclass

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


AXES: dict[str, Axis] = {
    "batch": Axis("batch", "B", Ink("#5f1998", "#f2edfa", "#b489e6", "#282032"), "//"),
    "seq": Axis("seq", "T", Ink("#12666a", "#e3f4f5", "#58fdf8", "#0c2928"), "--"),
    "embed": Axis("embed", "D", Ink("#894204", "#fbede5", "#fdc281", "#2f2111"), ".."),
    "heads": Axis("heads", "H", Ink("#4c0116", "#fcecec", "#fe6884", "#331d1f"), "xx"),
}

FATES: dict[str, Fate] = {
    "original": Fate(
        "original", "", "solid", Ink("#031f72", "#eaf0fd", "#6baef5", "#1b2835"), "a size of the shape itself"
    ),
    "padded": Fate("padded", "+", "dashed", Ink("#33343d", "#eff0f6", "#e5e6ed", "#25262a"), "a 1 put in front"),
    "stretched": Fate(
        "stretched", "→", "double", Ink("#644a17", "#f7efe3", "#ecc144", "#2c2615"), "a 1 that is repeated"
    ),
    "conflict": Fate(
        "conflict", "✕", "solid", Ink("#a1466c", "#fbebf0", "#f66a9a", "#332025"), "two sizes that differ, neither is 1"
    ),
}

_SURFACES: dict[str, tuple[str, str]] = {
    "ink": ("#1c2130", "#e8eaf0"),
    "muted": ("#555d70", "#b3bac9"),
    "paper": ("#ffffff", "#16181d"),
    "line": ("#b9c0cf", "#4a5160"),
    "strong-line": ("#737c91", "#8a93a6"),
    "accent": ("#1f4bb8", "#8ab4ff"),
    "accent-tint": ("#e6edfc", "#1d2a44"),
    "on-accent": ("#ffffff", "#0d1526"),
    "good": ("#14602f", "#7fdc9c"),
    "good-tint": ("#e6f5ea", "#16291c"),
}


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
