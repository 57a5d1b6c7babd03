"""Shapewise: the explorers, checks and figures that the course's notebooks import."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from shapewise import explorers
from shapewise.explorers import *  # noqa: F403 - every explore_*() is public, and the package is light

if TYPE_CHECKING:
    from shapewise.checks import call, check, close, expect, progress, same
    from shapewise.figures import show_figure
    from shapewise.grids import Grid, show_grids
    from shapewise.library.parts import my_parts
    from shapewise.words import word_vectors

__all__ = [
    "Grid",
    "call",
    "check",
    "close",
    "expect",
    "my_parts",
    "progress",
    "same",
    "show_figure",
    "show_grids",
    "word_vectors",
]
__all__ += explorers.__all__

_FROM = {
    "Grid": "grids", "show_grids": "grids", "show_figure": "figures",
    "my_parts": "library.parts", "word_vectors": "words",
}


def __getattr__(name: str) -> Any:
    """Import what a notebook asks for when it asks: the commands need no torch, and start a second sooner."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FROM.get(name, 'checks')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
