"""What one call of a learner's function is asked for, and what came of it: plain data that can travel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

__all__ = ["Outcome", "Parameter", "Raised", "Request", "Where"]

Where = int | str
"""Where an argument stood in the call: its position, or its name if it was passed by name."""


@dataclass(frozen=True)
class Raised:
    """An exception as plain data: its class's name, the names of all its base classes, and its message.

    ``line`` and ``source`` say which line of the function's own file or cell raised it, where that is known;
    ``deliberate`` whether a ``raise`` or ``assert`` written there did. Two exceptions are equal whatever these three.
    """

    kind: str
    bases: tuple[str, ...]
    message: str
    line: int | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)
    deliberate: bool = field(default=False, compare=False)

    def is_a(self, exception: type[BaseException]) -> bool:
        """Whether ``except exception`` would have caught it."""
        return exception.__name__ in self.bases

    @property
    def is_of_a_stub(self) -> bool:
        """Whether a stub left it, this function's own or one that it calls; torch raises such errors, too."""
        return self.is_a(NotImplementedError) and self.deliberate

    @property
    def is_of_another(self) -> bool:
        """Whether the line of this function's own only called what raised it."""
        return bool(self.source) and re.search(r"\braise\b", self.source) is None


@dataclass(frozen=True)
class Request:
    """One call: the arguments, and what to learn beside the value."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    grad_weights: Any = None
    count_operations: bool = False


@dataclass(frozen=True)
class Outcome:
    """What one call did.

    ``value`` is plain data (see ``shapewise.checks.plain``); ``changed`` names the arguments whose data the call
    altered; ``shares_memory`` those in whose storage the value lives; ``gradients`` holds, per floating tensor
    argument, d sum(value * grad_weights) / d argument; ``operations`` counts dispatched torch operations, and
    ``used`` holds their names, each once: ``("_softmax", "div")``; ``steps`` counts the steps that Python took. All
    three only where ``count_operations`` asks for them.
    """

    value: Any = None
    error: Raised | None = None
    changed: tuple[Where, ...] = ()
    shares_memory: tuple[Where, ...] = ()
    gradients: Mapping[Where, torch.Tensor | None] = field(default_factory=dict)
    operations: int | None = None
    used: tuple[str, ...] = ()
    steps: int | None = None

    def repeats(self, smaller: Outcome, added: int) -> bool:
        """Whether this call did something again for each of the ``added`` rows that the ``smaller`` one did not have.

        What grows tells a loop from work on whole tensors: torch operations (one for a quarter of the rows is enough,
        as a loop may take a few at a time), or steps of Python's, of which a row takes more than two. So a branch more
        or less is no loop, where rows are added by the dozen.
        """
        grown = ((smaller.operations, self.operations, added / 4), (smaller.steps, self.steps, 2 * added))
        return any(few is not None and many is not None and many - few >= least for few, many, least in grown)

    @property
    def result(self) -> Any:
        """The value; an AssertionError with the learner's exception in words if the call raised one."""
        if self.error is not None:
            raise AssertionError(f"the call raised {self.error.kind}: {self.error.message}")
        return self.value


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function: its name, whether it has a default, and its kind as ``inspect`` names it."""

    name: str
    has_default: bool
    kind: str
