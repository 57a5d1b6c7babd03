"""An exercise and a learner's function -> the first thing that is wrong with it, as a ``Verdict``."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks.calling import signature_of
from shapewise.checks.exercise import Exercise
from shapewise.checks.outcomes import Parameter
from shapewise.checks.probing import Probe, attempt, probes
from shapewise.checks.recognising import recognised
from shapewise.checks.recorded import Recording
from shapewise.checks.verdict import Stage, Verdict
from shapewise.checks.wording import Finding, about_signature

__all__ = ["diagnose", "examine"]


def diagnose(function: Any, name: str | None = None) -> Verdict:
    """What the visible check says about ``function``, an answer to the exercise ``name`` (by default, of its name).

    Never raises: whatever the function does is part of the verdict.
    """
    name = name or getattr(function, "__name__", None) or type(function).__name__
    exercise = catalogue.exercise(name)
    if exercise is None:
        return Verdict(
            str(name), Stage.CALLABLE, Stage.CALLABLE,
            f"No exercise is called `{name}`. Pass the name that the cell asks for, as in `check(\"split_heads\")`.",
        )
    with _nothing_collected():
        return examine(exercise, catalogue.recorded(exercise.name), function)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Leave garbage for later: to look for it among all that is imported takes longer than most checks."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def examine(exercise: Exercise, recording: Recording, function: Any) -> Verdict:
    """What is wrong first with ``function``, given the exercise and what is recorded of it."""
    finding = _first_finding(exercise, recording, function)
    stages = _stages(exercise)
    if finding is None:
        headline = (
            f"Everything right: {len(exercise.cases)} calls tried, edge cases included. "
            "Grading makes calls of the same kinds, with other sizes and numbers."
        )
        return Verdict(exercise.name, Stage.PASSED, Stage.PASSED, headline, stages)
    return replace(finding.verdict(exercise.name), stages=stages)


def _stages(exercise: Exercise) -> tuple[Stage, ...]:
    absent = {Stage.STARTED, Stage.PASSED}
    if exercise.view_of is None and not exercise.own_memory:
        absent.add(Stage.MEMORY)
    if all(case.grad_weights is None for case in exercise.cases):
        absent.add(Stage.GRADIENTS)
    if exercise.vectorised is None:
        absent.add(Stage.LOOPS)
    if not exercise.rebuilds:
        absent.add(Stage.WRITTEN_OUT)
    if not any(case.edge for case in exercise.cases):
        absent.add(Stage.EDGES)
    return tuple(stage for stage in Stage if stage not in absent)


def _first_finding(exercise: Exercise, recording: Recording, function: Any) -> Finding | None:
    parameters = signature_of(function) if callable(function) else None
    if not callable(function) or not _fits(parameters, exercise.parameters):
        return about_signature(exercise, function, parameters)
    for probe in probes(exercise):
        tried = attempt(exercise, recording.expected, probe, function)
        if tried.finding is not None and tried.finding.stage is Stage.STARTED:
            return tried.finding
        if tried.finding is not None:
            mistake = recognised(exercise, recording, function, tried)
            return replace(_placed(tried.finding, probe), mistake=mistake)
    return None


def _placed(finding: Finding, probe: Probe) -> Finding:
    """The finding under the stage that it is told in: edge cases have one of their own."""
    return replace(finding, stage=Stage.EDGES, asked=finding.stage) if probe.edge else finding


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
