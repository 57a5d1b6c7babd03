"""The language in which a spec says what the visible check of one exercise tries, and in which words.

A spec holds inputs and words, and no version of the answer, right or wrong. The right answers, and what known mistakes
do in the same calls, are data that ``python -m tests.exercises.record`` writes beside it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shapewise.checks.outcomes import Parameter, Request

__all__ = ["Axes", "Case", "Exercise"]

Axes = tuple[str, ...]
"""The names of a tensor's axes, in order."""


@dataclass(frozen=True)
class Case:
    """One call that the check makes.

    ``label`` says it in words ("x (2, 3, 8), 2 heads") and is unique in its exercise; ``inputs`` makes the arguments
    afresh. ``edge`` puts the case among the edge cases, which come last. ``axes`` names the axes of the result
    where they differ from the exercise's. ``grad_weights`` makes the check compare gradients, too. ``digits`` marks a
    call whose digits are the point: it is compared as ``tolerance.DIGITS`` says.
    """

    label: str
    inputs: Callable[[], tuple[Any, ...]]
    edge: bool = False
    axes: Axes | Mapping[str, Axes] | None = None
    grad_weights: Callable[[], Any] | None = None
    digits: bool = False

    def request(self, *, gradients: bool = False) -> Request:
        """The call as plain data, with fresh arguments; with ``gradients`` it asks for those too."""
        weights = self.grad_weights() if gradients and self.grad_weights is not None else None
        return Request(self.inputs(), {}, weights)


@dataclass(frozen=True)
class Exercise:
    """One exercise: how it is called, where it stands, what the check tries.

    ``signature`` is the stub's first line without ``def`` and annotations: ``"linear(x, weight, bias=None)"``.
    ``points`` are those of all its test cells. ``axes`` names the axes of the result; for a tuple or dict of tensors
    it is a mapping from the name of each part. ``input_axes`` does so for arguments, by their name. ``result`` is
    what messages call the result. ``moves`` names the argument whose entries the result holds, unchanged, in other
    places. ``view_of`` names the argument that the result must be a view of; with ``own_memory`` the result must share
    memory with no argument. ``vectorised`` makes the arguments of a small call and of a large one, which has
    ``rows_added`` more rows (some dozens) and must not do anything once more for each of them; with ``python_may_look``
    only torch operations count, and Python may go over the rows. ``rebuilds`` lists, by parts of their names, the
    torch operations that would do the whole job and so must not be used. ``reads`` picks what counts of a value (of a
    ``Picture``, say).
    """

    signature: str
    notebook: str
    points: int
    cases: tuple[Case, ...]
    axes: Axes | Mapping[str, Axes] = ()
    input_axes: Mapping[str, Axes] = field(default_factory=dict)
    result: str = "y"
    moves: str | None = None
    view_of: str | None = None
    own_memory: bool = False
    vectorised: tuple[Callable[[], tuple[Any, ...]], Callable[[], tuple[Any, ...]]] | None = None
    rows_added: int = 0
    python_may_look: bool = False
    rebuilds: tuple[str, ...] = ()
    reads: Callable[[Any], Any] = lambda value: value

    @property
    def name(self) -> str:
        """The function's name."""
        return self.signature.partition("(")[0]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the signature asks for, in order."""
        scope: dict[str, Any] = {}
        exec(f"def {self.signature}: ...", scope)
        found = inspect.signature(scope[self.name]).parameters.values()
        return tuple(Parameter(p.name, p.default is not p.empty, p.kind.name) for p in found)

    @property
    def ordered_cases(self) -> tuple[Case, ...]:
        """All cases, the edge cases last."""
        return tuple(sorted(self.cases, key=lambda case: case.edge))
