"""An exercise, its right answers and a function -> what every call of the check did, and what is wrong with it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shapewise.checks.calling import call
from shapewise.checks.comparing import Aspect, Difference, compare, numbers
from shapewise.checks.differing import about_difference
from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.outcomes import Outcome, Request
from shapewise.checks.recorded import Expected
from shapewise.checks.tolerance import DIGITS
from shapewise.checks.verdict import Stage
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
)

__all__ = ["Probe", "Tried", "attempt", "probes", "wrong_outcomes"]

LOOPS, SHORTCUT = "a small call and a large one", "the operations in use"

_STAGE_OF = {
    Aspect.TYPE: Stage.TYPE,
    Aspect.DTYPE: Stage.DTYPE,
    Aspect.SHAPE: Stage.SHAPE,
    Aspect.VALUES: Stage.VALUES,
}
_MAX_PRINTED = 1000


@dataclass(frozen=True)
class Probe:
    """One thing that a check tries, and the key under which it is recorded.

    With ``case`` it is that call, a second time with ``gradients``; without, it looks at the operations alone.
    """

    key: str
    case: Case | None = None
    gradients: bool = False

    @property
    def edge(self) -> bool:
        """Whether it stands among the edge cases, which are tried last."""
        return self.case is not None and self.case.edge


@dataclass(frozen=True)
class Tried:
    """What came of one probe; ``finding`` is None where nothing is wrong."""

    probe: Probe
    outcome: Outcome
    finding: Finding | None


def probes(exercise: Exercise) -> tuple[Probe, ...]:
    """All that the check of an exercise tries, in its order."""
    calls = [probe for case in exercise.ordered_cases for probe in _of_case(case)]
    operations = [Probe(LOOPS)] if exercise.vectorised is not None else []
    operations += [Probe(SHORTCUT)] if exercise.rebuilds else []
    return (*(p for p in calls if not p.edge), *operations, *(p for p in calls if p.edge))


def attempt(exercise: Exercise, expected: Mapping[str, Expected], probe: Probe, function: Any) -> Tried:
    """Try one probe on a function."""
    if probe.case is not None:
        return _call_case(exercise, probe, expected[probe.case.label], function)
    return (_compare_sizes if probe.key == LOOPS else _look_at_operations)(exercise, probe, function)


def wrong_outcomes(exercise: Exercise, expected: Mapping[str, Expected], function: Any) -> dict[str, Outcome]:
    """What a function does in every probe that finds it wrong, by the probe's key.

    Gradients and operations only mean something where the values are right: with a wrong value in the same case, or in
    any that is no edge case, these are not tried.
    """
    found: dict[str, Outcome] = {}
    for probe in probes(exercise):
        if (probe.case is None and found) or (probe.case is not None and probe.gradients and probe.case.label in found):
            continue
        tried = attempt(exercise, expected, probe, function)
        if tried.finding is not None:
            found[probe.key] = tried.outcome
    return found


def _of_case(case: Case) -> Iterator[Probe]:
    yield Probe(case.label, case)
    if case.grad_weights is not None:
        # A call that records gradients forbids more: it only follows one that is right without.
        yield Probe(f"{case.label}, with gradients", case, gradients=True)


def _call_case(exercise: Exercise, probe: Probe, expected: Expected, function: Any) -> Tried:
    assert probe.case is not None
    request = probe.case.request(gradients=probe.gradients)
    with _captured() as printed:
        outcome = _read(exercise, _call(function, request))
    finding = _judge(exercise, probe.case, request, outcome, expected)
    if finding is not None:
        arguments = probe.case.request().args
        finding = replace(finding, case=probe.case.label, printed=printed.getvalue(), arguments=arguments)
    return Tried(probe, outcome, finding)


def _compare_sizes(exercise: Exercise, probe: Probe, function: Any) -> Tried:
    assert exercise.vectorised is not None
    with _captured():
        small, large = (
            _call(function, Request(inputs(), {}, None, count_operations=True)) for inputs in exercise.vectorised
        )
    if exercise.python_may_look:
        small, large = replace(small, steps=None), replace(large, steps=None)
    grows = large.repeats(small, exercise.rows_added)
    finding = about_loops(small, large) if grows else None
    return Tried(probe, Outcome(), finding)


def _look_at_operations(exercise: Exercise, probe: Probe, function: Any) -> Tried:
    with _captured():
        used = _call(function, replace(exercise.cases[0].request(), count_operations=True)).used
    whole = next((name for name in used for part in exercise.rebuilds if part in name), None)
    return Tried(probe, Outcome(), about_shortcut(whole) if whole is not None else None)


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
    difference = compare(outcome.value, expected.value, DIGITS[exercise.name][:2] if case.digits else None)
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
            return about_gradients(exercise, at, outcome.gradients.get(at))
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
