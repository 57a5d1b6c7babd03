"""The marks by which an answer to an exercise says whether it is right, and if not, why somebody would write it.

A wrong answer whose mistake the check knows also says what to tell whoever made it. What it does is written down by
``python -m tests.exercises.record``; the package holds these words and that record, and not the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True)
class Words:
    """What is said of a mistake: its name, what the result is and why that is wrong, and what to do instead."""

    name: str
    says: str
    do: str
    noise: float = 0.0


@dataclass(frozen=True)
class Answer:
    """One answer: the exercise it is for, its own name, its function, the reason behind a wrong one, its mistake."""

    exercise: str
    name: str
    function: Function
    reason: str | None
    words: Words | None = None

    @property
    def right(self) -> bool:
        return self.reason is None

    def named(self) -> Function:
        """The function as it would stand in the notebook: a copy under the exercise's name, or what it makes."""
        source = self.function
        assert isinstance(source, FunctionType)
        if getattr(source, "made", False):
            made: Function = source()
            return made
        copy = FunctionType(source.__code__, source.__globals__, self.exercise, source.__defaults__, source.__closure__)
        copy.__kwdefaults__ = source.__kwdefaults__
        return copy


def right(function: Function) -> Function:
    """Mark a right answer."""
    function.answer = (None, None)  # type: ignore[attr-defined]
    return function


def made(function: Function) -> Function:
    """Mark a function that makes the answer: one that is no plain function, such as a lambda or a module."""
    function.made = True  # type: ignore[attr-defined]
    return function


def wrong(
    reason: str, says: str | None = None, do: str = "", *, like: Function | None = None, noise: float = 0.0
) -> Callable[[Function], Function]:
    """Mark a wrong answer, with the reason why somebody would write it.

    ``says`` and ``do`` are for whoever made this mistake; ``like`` names an answer whose words fit this one as well.
    ``noise`` is how far values may lie from those that it gives here, where it loses digits.
    """

    def mark(function: Function) -> Function:
        words: Words | None = like.answer[1] if like is not None else None  # type: ignore[attr-defined]
        if says is not None:
            words = Words(function.__name__.replace("_", " "), says, do, noise)
        function.answer = (reason, words)  # type: ignore[attr-defined]
        return function

    return mark


def exercises() -> list[str]:
    """The exercises that have answers here, by name."""
    from shapewise.checks.catalogue import names

    here = Path(__file__).parent
    return [name for name in names() if (here / f"{name}.py").exists()]


def answers(exercise: str) -> list[Answer]:
    """All answers to an exercise, in the order of their file."""
    module = import_module(f"tests.exercises.{exercise}")
    return [
        Answer(exercise, name, function, *function.answer)
        for name, function in vars(module).items()
        if isinstance(function, FunctionType) and hasattr(function, "answer")
    ]
