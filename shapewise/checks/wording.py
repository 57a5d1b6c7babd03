"""What is wrong -> the words, the shapes and the entries that tell a learner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from shapewise.checks.calling import Outcome, Parameter, Raised, Request
from shapewise.checks.comparing import Aspect, Difference, numbers, type_name, wrong_entries
from shapewise.checks.exercise import Axes, Case, Exercise, Mistake
from shapewise.checks.recorded import Expected
from shapewise.checks.verdict import Entry, Shape, Stage, Verdict

__all__ = [
    "Finding", "about_changed", "about_difference", "about_error", "about_gradients", "about_loops", "about_memory",
    "about_missing_error", "about_none", "about_signature",
]

_MAX_ENTRIES = 3
_MAX_LABELLED = 4096
_ADVICE = (
    ("view size is not compatible", "`view` cannot cut axes that are not next to each other in memory, as after a "
     "swap; `unflatten`, `reshape` or another order of steps can."),
    ("shapes cannot be multiplied", "In a matrix product the last axis of the first must be as long as the "
     "second-to-last of the second. Write both shapes down; a transpose may be missing."),
    ("must match the size of tensor", "Broadcasting lines shapes up from the right; one pair of sizes is neither "
     "equal nor 1."),
    ("expected scalar type", "Both tensors of an operation need the same dtype; see what `.dtype` says of each."),
    ("is invalid for input of size", "The sizes of the new shape must multiply to the number of entries."),
    ("requires grad", "A leaf that needs gradients cannot be changed in place; make a new tensor."),
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, before it is known whether it is a mistake with a name."""

    stage: Stage
    headline: str
    asked: Stage | None = None
    facts: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    expected_shape: Shape | None = None
    actual_shape: Shape | None = None
    entries: tuple[Entry, ...] = ()
    case: str = ""
    printed: str = ""
    mistake: Mistake | None = None

    def verdict(self, exercise: str) -> Verdict:
        """The finding as what is shown; a named mistake's words take the place of general advice."""
        known = self.mistake
        return Verdict(
            exercise, self.stage, self.asked or self.stage, self.headline,
            case=self.case if self.stage is not Stage.STARTED else "",
            paragraphs=self.facts if known else (*self.facts, *self.advice),
            expected_shape=self.expected_shape,
            actual_shape=self.actual_shape,
            entries=self.entries,
            mistake=known.name if known else None,
            why=known.says if known else "",
            do=known.do if known else "",
            printed=self.printed,
        )


def about_signature(exercise: Exercise, function: Any, given: tuple[Parameter, ...] | None) -> Finding:
    """The thing is not a function, or cannot be called as the exercise says."""
    if not callable(function):
        return Finding(Stage.CALLABLE, f"`{exercise.name}` is {_a(type_name(function))}, not a function.",
                       advice=(f"Define it with `def {exercise.signature}:`.",))
    yours = ", ".join(parameter.name for parameter in given or ())
    return Finding(
        Stage.CALLABLE,
        f"Called as `{exercise.signature}`, your function takes other arguments: `{exercise.name}({yours})`.",
        advice=("Keep the first line of the function as the exercise gives it.",),
    )


def about_error(error: Raised, expected: Expected) -> Finding:
    """The call raised something that it should not have; ``NotImplementedError`` is a stub."""
    if error.is_a(NotImplementedError):
        return Finding(Stage.STARTED, "Write the body of the function, run its cell, then run this one.")
    message = f": {_short(error.message)}" if error.message else ""
    where = (f"In line {error.line}: `{error.source}`",) if error.line and error.source else ()
    if expected.error is not None:
        headline = f"This call should raise `{expected.error}`; yours raised `{error.kind}`{message}"
        return Finding(Stage.RUNS, headline, facts=where)
    headline = f"The call raised `{error.kind}`{message}"
    if error.kind in ("SystemExit", "GeneratorExit"):
        return Finding(Stage.RUNS, headline, facts=where, advice=("A function should return, not end the program.",))
    advice = tuple(text for pattern, text in _ADVICE if pattern in error.message)
    return Finding(Stage.RUNS, headline, facts=where, advice=advice[:1])


def about_missing_error(value: Any, wanted: str) -> Finding:
    """The call returned where it should have refused."""
    return Finding(
        Stage.VALUES,
        f"This call should raise `{wanted}`; yours returned {summary(value)}.",
        advice=(f"Test for this case first and `raise {wanted}(...)` with a message that says what came.",),
    )


def about_none() -> Finding:
    """Nothing came back."""
    return Finding(Stage.TYPE, "Your function returned `None`. Did you forget `return`?")


def about_changed(exercise: Exercise, outcome: Outcome) -> Finding:
    """The call altered its arguments."""
    names = [parameter.name for parameter in exercise.parameters]
    changed = ", ".join(f"`{names[at] if isinstance(at, int) else at}`" for at in outcome.changed)
    return Finding(
        Stage.INPUTS,
        f"The call changed its own argument {changed}.",
        advice=(
            "Whoever called still needs it. `+=`, `x[...] = ...` and methods that end in `_` write into the tensor "
            "(and into the one that it is a view of); compute a new tensor instead.",
        ),
    )


def about_memory(argument: str, *, wanted: bool) -> Finding:
    """The result is a copy and should be a view, or the other way round."""
    if wanted:
        return Finding(Stage.MEMORY, f"The numbers are right, but copied: the result should be a view of `{argument}`.",
                       advice=("Use only steps that change shape and strides, none that writes numbers.",))
    return Finding(Stage.MEMORY, f"The result shares memory with `{argument}`: writing into one changes the other.",
                   advice=("Make a copy, so that both can live on their own.",))


def about_gradients(exercise: Exercise, at: int, got: Any, wanted: Any) -> Finding:
    """Backpropagation through the result gives a wrong gradient."""
    name = exercise.parameters[at].name
    if got is None:
        return Finding(Stage.GRADIENTS, f"The values are right, but no gradient reaches `{name}`.",
                       advice=("`detach`, `.data`, `.item`, `.numpy` and `torch.tensor(...)` cut the graph.",))
    return Finding(Stage.GRADIENTS, f"The values are right, but the gradient of `{name}` is wrong.")


def about_loops(small: int, large: int) -> Finding:
    """The number of operations grows with the size of the input."""
    return Finding(
        Stage.LOOPS,
        f"The values are right, but the work grows with the input: {small} torch operations for a small input, "
        f"{large} for a larger one.",
        advice=("A Python loop does one row at a time. Say it as operations on whole tensors.",),
    )


def about_shortcut(name: str, operations: int) -> Finding:
    """The answer calls the very function that it should rebuild."""
    return Finding(
        Stage.WRITTEN_OUT,
        f"The values are right, but torch did it all: {operations} torch operation{'s' if operations != 1 else ''} "
        f"for the whole of `{name}`.",
        advice=("Build it from the smaller operations that the text names.",),
    )


def about_difference(
    exercise: Exercise, case: Case, request: Request, difference: Difference, stage: Stage
) -> Finding:
    """The result differs from the expected one."""
    part, axes = _part(exercise, case, difference.path)
    got, wanted = difference.got, difference.wanted
    if difference.aspect is Aspect.TYPE:
        return Finding(stage, f"{part} should be {_a(type_name(wanted))}; yours is {summary(got)}.")
    if difference.aspect is Aspect.DTYPE:
        return Finding(stage, f"{part} should hold {_dtype(wanted)}; yours holds {_dtype(got)}.")
    if not isinstance(wanted, torch.Tensor | np.ndarray):
        return _of_plain_values(part, got, wanted, stage)
    if difference.aspect is Aspect.SHAPE:
        return _of_shapes(part, axes, got, wanted, stage)
    return _of_entries(exercise, request, difference, part, axes, stage)


def _of_plain_values(part: str, got: Any, wanted: Any, stage: Stage) -> Finding:
    if isinstance(wanted, dict):
        missing = ", ".join(f"`{key}`" for key in wanted if key not in got)
        extra = ", ".join(f"`{key}`" for key in got if key not in wanted)
        parts = [f"missing: {missing}" if missing else "", f"not asked for: {extra}" if extra else ""]
        return Finding(stage, f"{part} has the wrong keys; {'; '.join(text for text in parts if text)}.")
    if stage is Stage.SHAPE:
        return Finding(stage, f"{part} should have {len(wanted)} items, `{_short(repr(wanted))}`; "
                              f"yours has {len(got)}, `{_short(repr(got))}`.")
    return Finding(stage, f"{part} should be `{_short(repr(wanted))}`; yours is `{_short(repr(got))}`.")


def _of_shapes(part: str, axes: Axes, got: Any, wanted: Any, stage: Stage) -> Finding:
    mine, other = tuple(got.shape), tuple(wanted.shape)
    told: tuple[str, ...] = ()
    if len(mine) != len(other):
        told = (f"It has {_count(len(mine), 'axis', 'axes')}; wanted: {len(other)}.",)
    elif sorted(mine) == sorted(other):
        told = ("The sizes are right, but stand in another order: two or more axes are swapped.",)
    return Finding(stage, f"{part} has the wrong shape.", advice=told,
                   expected_shape=_shape(other, axes), actual_shape=_shape(mine, ()))


def _of_entries(
    exercise: Exercise, request: Request, difference: Difference, part: str, axes: Axes, stage: Stage
) -> Finding:
    got, wanted = numbers(difference.got), numbers(difference.wanted)
    wrong = wrong_entries(difference.got, difference.wanted)
    moved = wanted.dtype.kind in "iuf" and np.array_equal(np.sort(got, axis=None), np.sort(wanted, axis=None))
    how = "in the wrong place" if moved and wanted.size > 1 else "wrong"
    origin = _origin(exercise, request, wanted)
    name = part.strip("`")
    entries = tuple(
        Entry(
            index=f"{name}[{', '.join(str(i) for i in index)}]" if index else name,
            got=_number(got[tuple(index)]),
            wanted=_number(wanted[tuple(index)]),
            got_from=origin.get(got[tuple(index)].item(), ""),
            wanted_from=origin.get(wanted[tuple(index)].item(), ""),
        )
        for index in np.argwhere(wrong)[:_MAX_ENTRIES].tolist()
    )
    share = _share(int(wrong.sum()), wrong.size)
    headline = f"The shape {_shape(wanted.shape, ())} is right; {share} {how}."
    if part != f"`{exercise.result}`":
        headline = f"{part}: the shape {_shape(wanted.shape, ())} is right; {share} {how}."
    notes = (_nan_note(got, wanted),) if _nan_note(got, wanted) else ()
    return Finding(stage, headline, facts=notes, entries=entries,
                   expected_shape=_shape(wanted.shape, axes) if axes else None)


def _nan_note(got: Any, wanted: Any) -> str:
    if wanted.dtype.kind != "f":
        return ""
    if np.isnan(got).any() and not np.isnan(wanted).any():
        return "There are NaNs: something was 0 / 0, inf - inf or inf / inf on the way."
    if np.isinf(got).any() and not np.isinf(wanted).any():
        return "There are infinities: something overflowed, or was divided by zero, on the way."
    return ""


def _origin(exercise: Exercise, request: Request, wanted: Any) -> Mapping[float, str]:
    """For a result that only moves the entries of one argument, all distinct: where each entry comes from."""
    for parameter, argument in zip(exercise.parameters, request.args, strict=False):
        if not isinstance(argument, torch.Tensor) or not 1 < argument.numel() <= _MAX_LABELLED:
            continue
        values = numbers(argument)
        places = {value: index for index, value in np.ndenumerate(values)}
        if len(places) == values.size and all(value in places for value in wanted.ravel().tolist()):
            axes = exercise.input_axes.get(parameter.name, ())
            return {value: _place(parameter.name, index, axes) for value, index in places.items()}
    return {}


def _place(name: str, index: tuple[int, ...], axes: Axes) -> str:
    words = ", ".join(f"{axis} {i}" for axis, i in zip(axes, index, strict=False)) if len(axes) == len(index) else ""
    return f"{name}[{', '.join(map(str, index))}]" + (f" ({words})" if words else "")


def summary(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, torch.Tensor | np.ndarray):
        return f"{_a(type_name(value))} of shape {_shape(tuple(value.shape), ())}, {_dtype(value)}"
    return f"`{_short(repr(value))}`, {_a(type_name(value))}" if value is not None else "`None`"


def _part(exercise: Exercise, case: Case, path: tuple[str | int, ...]) -> tuple[str, Axes]:
    """What a message calls the part of the result at ``path``, and the names of its axes."""
    axes = case.axes if case.axes is not None else exercise.axes
    if not path:
        return f"`{exercise.result}`", axes if isinstance(axes, tuple) else ()
    if isinstance(axes, Mapping):
        names = list(axes)
        name = names[path[0]] if isinstance(path[0], int) and path[0] < len(names) else str(path[0])
        return f"`{name}`", axes.get(name, ())
    return f"`{exercise.result}{''.join(f'[{step!r}]' for step in path)}`", ()


def _shape(sizes: tuple[int, ...], axes: Axes) -> Shape:
    names = axes if len(axes) == len(sizes) else ("",) * len(sizes)
    return Shape(tuple(zip(names, (int(size) for size in sizes), strict=True)))


def _share(wrong: int, total: int) -> str:
    if wrong == total:
        return "every entry is" if total > 1 else "the entry is"
    if wrong == 1:
        return f"1 of {total} entries is"
    return f"{max(1, round(100 * wrong / total))} % of the entries are"


def _number(value: Any) -> str:
    return f"{value.item():.6g}" if value.dtype.kind == "f" else str(value.item())


def _dtype(value: Any) -> str:
    return str(value.dtype).removeprefix("torch.")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _a(noun: str) -> str:
    return noun if noun == "None" else f"{'an' if noun[0] in 'aeiouAEIOU' else 'a'} {noun}"


def _short(text: str, limit: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
