"""The language in which a spec says what the visible check of one exercise tries, and which mistakes it knows.

A spec holds inputs, words and known wrong versions, never a right one: the expected answers are data that
``python -m tests.exercises.record`` writes beside it, from the reference solution in the lesson.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shapewise.checks.calling import Outcome, Parameter, Request, observe

__all__ = ["Axes", "Case", "Exercise", "Mistake"]

Axes = tuple[str, ...]
"""The names of a tensor's axes, in order."""


@dataclass(frozen=True)
class Case:
    """One call that the check makes.

    ``label`` says it in words ("x (2, 3, 8), 2 heads") and is unique in its exercise; ``inputs`` makes the arguments
    afresh. ``edge`` puts the case among the edge cases, which come last. ``axes`` names the axes of the result
    where they differ from the exercise's. ``grad_weights`` makes the check compare gradients, too.
    """

    label: str
    inputs: Callable[[], tuple[Any, ...]]
    edge: bool = False
    axes: Axes | Mapping[str, Axes] | None = None
    grad_weights: Callable[[], Any] | None = None

    def request(self, *, gradients: bool = False) -> Request:
        """The call as plain data, with fresh arguments; with ``gradients`` it asks for those too."""
        weights = self.grad_weights() if gradients and self.grad_weights is not None else None
        return Request(self.inputs(), {}, weights)


@dataclass(frozen=True)
class Mistake:
    """A known wrong version, and what to tell whoever wrote it.

    ``wrong`` is the wrong code itself; ``says`` explains what the learner's result is and why that is wrong ("Your
    result is ..."); ``do`` is one sentence on what to do instead. Text between backticks is shown as code.
    A mistake of ``edge`` cases is looked for in those only: its version may be wrong elsewhere, too, and so need not
    hold the rest of the solution.
    """

    wrong: Callable[..., Any]
    says: str
    do: str
    edge: bool = False

    @property
    def name(self) -> str:
        """The wrong version's name in plain words."""
        return self.wrong.__name__.strip("_").replace("_", " ")

    def outcome(self, request: Request) -> Outcome:
        """What the wrong version does with the same arguments."""
        return observe(self.wrong, request)


@dataclass(frozen=True)
class Exercise:
    """One exercise: how it is called, where it stands, what the check tries.

    ``signature`` is the stub's first line without ``def`` and annotations: ``"linear(x, weight, bias=None)"``.
    ``points`` are those of all its test cells. ``axes`` names the axes of the result; for a tuple or dict of tensors
    it is a mapping from the name of each part. ``input_axes`` does so for arguments, by their name. ``result`` is
    what messages call the result. ``view_of`` names the argument that the result must be a view of; with
    ``own_memory`` the result must share memory with no argument. ``vectorised`` makes the arguments of a small and of
    a large call that must dispatch the same number of torch operations. An answer ``written_out`` from smaller parts
    dispatches at least that many: torch's own function, which is what it should rebuild, dispatches fewer. ``reads``
    picks what counts of a value (of a ``Picture``, say).
    """

    signature: str
    notebook: str
    points: int
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    axes: Axes | Mapping[str, Axes] = ()
    input_axes: Mapping[str, Axes] = field(default_factory=dict)
    result: str = "y"
    view_of: str | None = None
    own_memory: bool = False
    vectorised: tuple[Callable[[], tuple[Any, ...]], Callable[[], tuple[Any, ...]]] | None = None
    written_out: int = 0
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
