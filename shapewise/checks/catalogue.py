"""The name of a function or a notebook -> its exercises."""

from __future__ import annotations

from functools import cache
from importlib import import_module, util

from shapewise.checks import m01
from shapewise.checks.exercise import Exercise
from shapewise.checks.recorded import Recording, load, recording

__all__ = ["exercise", "exercises_of", "names", "notebooks", "reached", "recorded", "title"]

_MODULES = (m01,)


def notebooks() -> dict[str, tuple[str, ...]]:
    """The names of the exercises of every notebook, in the order of the course."""
    return {notebook: found for module in _MODULES for notebook, found in module.NOTEBOOKS.items()}


def title(notebook: str) -> str:
    """What a notebook is called in a list: ``"1 Shapes"``."""
    return _described(notebook)[0]


def reached(notebook: str) -> str:
    """What a learner can do after the notebook, to follow the words "You can"; empty if the course does not say."""
    return _described(notebook)[1]


def _described(notebook: str) -> tuple[str, str]:
    known: dict[str, tuple[str, str]] = {name: words for module in _MODULES for name, words in module.REACHED.items()}
    return known.get(notebook, (notebook.replace("_", " "), ""))


def names() -> tuple[str, ...]:
    """The names of all exercises, in the order of the course."""
    return tuple(name for found in notebooks().values() for name in found)


def exercise(name: str) -> Exercise | None:
    """The exercise of that name; None if the course has none."""
    package = _package(name)
    if package is None or util.find_spec(f"{package}.{name}") is None:
        return None
    found: Exercise = import_module(f"{package}.{name}").EXERCISE
    return found


def exercises_of(notebook: str) -> tuple[Exercise, ...]:
    """The exercises of one notebook; ``ValueError`` names the notebooks there are."""
    if notebook not in notebooks():
        raise ValueError(f"no notebook is called {notebook!r}; there are {', '.join(notebooks())}")
    return tuple(found for name in notebooks()[notebook] if (found := exercise(name)) is not None)


@cache
def recorded(name: str) -> Recording:
    """The right answers of an exercise, and what its known mistakes do."""
    package = _package(name)
    return load(recording(package, name)) if package is not None else Recording({})


def _package(name: str) -> str | None:
    for module in _MODULES:
        if any(name in found for found in module.NOTEBOOKS.values()):
            return module.__name__
    return None
