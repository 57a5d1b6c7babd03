"""The marks by which an answer to an exercise says whether it is right, and if not, why somebody would write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True)
class Answer:
    """One answer: the exercise it is for, its own name, its function, and the reason behind a wrong one."""

    exercise: str
    name: str
    function: Function
    reason: str | None

    @property
    def right(self) -> bool:
        return self.reason is None

    def named(self) -> Function:
        """A copy of the function under the exercise's name, as it would stand in the notebook."""
        source = self.function
        assert isinstance(source, FunctionType)
        copy = FunctionType(source.__code__, source.__globals__, self.exercise, source.__defaults__, source.__closure__)
        copy.__kwdefaults__ = source.__kwdefaults__
        return copy


def right(function: Function) -> Function:
    """Mark a right answer."""
    function.answer = None  # type: ignore[attr-defined]
    return function


def wrong(reason: str) -> Callable[[Function], Function]:
    """Mark a wrong answer, with the reason why somebody would write it."""

    def mark(function: Function) -> Function:
        function.answer = reason  # type: ignore[attr-defined]
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
        Answer(exercise, name, function, function.answer)
        for name, function in vars(module).items()
        if isinstance(function, FunctionType) and hasattr(function, "answer")
    ]
