"""An exercise and a learner's function -> the first thing that is wrong with it, as a ``Verdict``."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks.calling import Outcome, Parameter, Request, call, signature_of
from shapewise.checks.comparing import Aspect, Difference, compare, numbers
from shapewise.checks.differing import about_difference
from shapewise.checks.exercise import Case, Exercise, Mistake
from shapewise.checks.recorded import Expected
from shapewise.checks.verdict import Stage, Verdict
from shapewise.checks.wording import (
    Finding,
    about_changed,
    about_error,
    about_gradients,
    about_loops,
    about_memory,
    about_missing_error,
    about_none,
    about_shortcut,
    about_signature,
)

__all__ = ["diagnose", "examine"]

_STAGE_OF = {
    Aspect.TYPE: Stage.TYPE,
    Aspect.DTYPE: Stage.DTYPE,
    Aspect.SHAPE: Stage.SHAPE,
    Aspect.VALUES: Stage.VALUES,
}
_MAX_PRINTED = 1000


def diagnose(function: Any, name: str | None = None) -> Verdict:
    """What the visible check says about ``function``, an answer to the exercise of its name (or of ``name``).

    Never raises: whatever the function does is part of the verdict.
    """
    name = name or getattr(function, "__name__", None) or type(function).__name__
    exercise = catalogue.exercise(name)
    if exercise is None:
        return Verdict(
            str(name), Stage.CALLABLE, Stage.CALLABLE,
            f"No exercise is called `{name}`. Pass the function itself, as in `check(split_heads)`.",
        )
    return examine(exercise, catalogue.expected(exercise.name), function)


def examine(exercise: Exercise, expected: Mapping[str, Expected], function: Any) -> Verdict:
    """What is wrong first with ``function``, given the exercise and the answers to its cases, by their label."""
    finding = _first_finding(exercise, expected, function)
    stages = _stages(exercise)
    if finding is None:
        tried = f"{len(exercise.cases)} calls tried, edge cases included."
        return Verdict(exercise.name, Stage.PASSED, Stage.PASSED, f"Everything right. {tried}", stages)
    return replace(finding.verdict(exercise.name), stages=stages)


def _stages(exercise: Exercise) -> tuple[Stage, ...]:
    absent = {Stage.STARTED, Stage.PASSED}
    if exercise.view_of is None and not exercise.own_memory:
        absent.add(Stage.MEMORY)
    if all(case.grad_weights is None for case in exercise.cases):
        absent.add(Stage.GRADIENTS)
    if exercise.vectorised is None:
        absent.add(Stage.LOOPS)
    if not exercise.written_out:
        absent.add(Stage.WRITTEN_OUT)
    if not any(case.edge for case in exercise.cases):
        absent.add(Stage.EDGES)
    return tuple(stage for stage in Stage if stage not in absent)


def _first_finding(exercise: Exercise, expected: Mapping[str, Expected], function: Any) -> Finding | None:
    parameters = signature_of(function) if callable(function) else None
    if not callable(function) or not _fits(parameters, exercise.parameters):
        return about_signature(exercise, function, parameters)
    for case in exercise.ordered_cases:
        if case.edge:
            break
        finding = _in_case(exercise, case, function, expected[case.label])
        if finding is not None:
            return finding
    finding = _loops(exercise, function) or _shortcut(exercise, function)
    if finding is not None:
        return finding
    for case in exercise.ordered_cases:
        finding = _in_case(exercise, case, function, expected[case.label]) if case.edge else None
        if finding is not None:
            unstarted = finding.stage is Stage.STARTED
            return finding if unstarted else replace(finding, stage=Stage.EDGES, asked=finding.stage)
    return None


def _in_case(exercise: Exercise, case: Case, function: Any, expected: Expected) -> Finding | None:
    """What is wrong first in one case; a call that records gradients (and forbids more) only follows a right one."""
    finding = _in_call(exercise, case, function, expected, gradients=False)
    if finding is not None or case.grad_weights is None:
        return finding
    return _in_call(exercise, case, function, expected, gradients=True)


def _in_call(
    exercise: Exercise, case: Case, function: Any, expected: Expected, *, gradients: bool
) -> Finding | None:
    request = case.request(gradients=gradients)
    with _captured() as printed:
        outcome = _call(function, request)
    outcome = _read(exercise, outcome)
    finding = _judge(exercise, case, request, outcome, expected)
    if finding is None:
        return None
    finding = replace(finding, case=case.label, printed=printed.getvalue())
    if finding.stage is Stage.STARTED:
        return finding
    candidates = [mistake for mistake in exercise.mistakes if case.edge or not mistake.edge]
    mistake = _known_mistake(replace(exercise, mistakes=tuple(candidates)), request, outcome, finding, function)
    return replace(finding, mistake=mistake) if mistake is not None else finding


def _judge(
    exercise: Exercise, case: Case, request: Request, outcome: Outcome, expected: Expected
) -> Finding | None:
    """The first thing that an outcome has wrong, in the order of the stages."""
    if outcome.error is not None:
        if expected.error is not None and expected.error in outcome.error.bases:
            return about_changed(exercise, outcome) if outcome.changed else None
        return about_error(outcome.error, expected)
    if expected.error is not None:
        return about_missing_error(outcome.value, expected.error)
    if outcome.value is None and expected.value is not None:
        return about_none()
    difference = compare(outcome.value, expected.value)
    if difference is not None and difference.aspect is not Aspect.VALUES:
        return _different(exercise, case, request, difference)
    if outcome.changed:
        return about_changed(exercise, outcome)
    if difference is not None:
        return _different(exercise, case, request, difference)
    wrong_memory = _wrong_memory(exercise, request, outcome)
    if wrong_memory is not None:
        return wrong_memory
    for at, wanted in expected.gradients.items() if request.grad_weights is not None else ():
        if compare(outcome.gradients.get(at), wanted) is not None:
            return about_gradients(exercise, at, outcome.gradients.get(at), wanted)
    return None


def _different(exercise: Exercise, case: Case, request: Request, difference: Difference) -> Finding:
    return about_difference(exercise, case, request, difference, _STAGE_OF[difference.aspect])


def _wrong_memory(exercise: Exercise, request: Request, outcome: Outcome) -> Finding | None:
    names = [parameter.name for parameter in exercise.parameters]
    shared = {names[at] if isinstance(at, int) else at for at in outcome.shares_memory}
    if exercise.view_of is not None and exercise.view_of not in shared:
        has_entries = numbers(request.args[names.index(exercise.view_of)]).size > 0
        return about_memory(exercise.view_of, wanted=True) if has_entries else None
    if exercise.own_memory and shared:
        return about_memory(sorted(shared)[0], wanted=False)
    return None


def _loops(exercise: Exercise, function: Any) -> Finding | None:
    if exercise.vectorised is None:
        return None
    requests = [Request(inputs(), {}, None, True) for inputs in exercise.vectorised]
    with _captured():
        outcomes = [_read(exercise, _call(function, request)) for request in requests]
    if not _grows(outcomes):
        return None
    finding = about_loops(outcomes[0].operations or 0, outcomes[1].operations or 0)
    looping = tuple(m for m in exercise.mistakes if not m.edge and _grows([m.outcome(request) for request in requests]))
    known = replace(exercise, mistakes=looping)
    return replace(finding, mistake=_known_mistake(known, requests[1], outcomes[1], finding, function))


def _shortcut(exercise: Exercise, function: Any) -> Finding | None:
    if not exercise.written_out:
        return None
    with _captured():
        operations = _call(function, replace(exercise.cases[0].request(), count_operations=True)).operations
    if operations is None or operations >= exercise.written_out:
        return None
    return about_shortcut(exercise.name, operations)


def _grows(outcomes: list[Outcome]) -> bool:
    small, large = (outcome.operations for outcome in outcomes)
    return small is not None and large is not None and large > small


def _known_mistake(
    exercise: Exercise, request: Request, outcome: Outcome, finding: Finding, function: Any
) -> Mistake | None:
    """The known mistake that does just what the learner's function does; of several, one that always does."""
    matching = [
        mistake for mistake in exercise.mistakes
        if _alike(outcome, _read(exercise, mistake.outcome(request)), finding.stage)
    ]
    for other in exercise.ordered_cases if len(matching) > 1 else ():
        with _captured():
            theirs = _read(exercise, _call(function, other.request()))
        still = [m for m in matching if _alike(theirs, _read(exercise, m.outcome(other.request())), finding.stage)]
        matching = still or matching
    return matching[0] if matching else None


def _alike(outcome: Outcome, known: Outcome, stage: Stage) -> bool:
    """Whether two outcomes are the same as far as the failing stage looks."""
    if outcome.error is not None or known.error is not None:
        return outcome.error == known.error
    if compare(outcome.value, known.value) is not None or outcome.changed != known.changed:
        return False
    if stage is Stage.MEMORY:
        return outcome.shares_memory == known.shares_memory
    if stage is Stage.GRADIENTS:
        return all(
            compare(outcome.gradients.get(at), gradient) is None for at, gradient in known.gradients.items()
        )
    return True


def _read(exercise: Exercise, outcome: Outcome) -> Outcome:
    if outcome.error is not None or outcome.value is None:
        return outcome
    try:
        return replace(outcome, value=exercise.reads(outcome.value))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return outcome  # not what `reads` is made for: then its type tells


def _call(function: Callable[..., Any], request: Request) -> Outcome:
    return call(
        function, *request.args, grad_weights=request.grad_weights, count_operations=request.count_operations,
        **request.kwargs,
    )


def _fits(given: tuple[Parameter, ...] | None, wanted: tuple[Parameter, ...]) -> bool:
    """Whether the calls of the check, by position, can be made: with and without the optional arguments."""
    if given is None:
        return True
    required = [p for p in wanted if not p.has_default]
    positional = [p for p in given if p.kind in ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD")]
    unlimited = any(p.kind == "VAR_POSITIONAL" for p in given)
    needed = [p for p in positional if not p.has_default]
    keyword_needed = any(p.kind == "KEYWORD_ONLY" and not p.has_default for p in given)
    return len(needed) <= len(required) and (unlimited or len(positional) >= len(wanted)) and not keyword_needed


class _Printed(io.StringIO):
    """What a function prints, up to a limit."""

    def write(self, text: str, /) -> int:
        room = _MAX_PRINTED - self.tell()
        super().write(text[: max(room, 0)])
        return len(text)


@contextlib.contextmanager
def _captured() -> Iterator[_Printed]:
    printed = _Printed()
    with contextlib.redirect_stdout(printed):
        yield printed
