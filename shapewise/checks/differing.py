"""A result that is not the expected one -> what differs, in words, shapes and entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from shapewise.checks.comparing import Aspect, Difference, numbers, type_name, wrong_entries
from shapewise.checks.exercise import Axes, Case, Exercise
from shapewise.checks.outcomes import Request
from shapewise.checks.verdict import Entry, Stage
from shapewise.checks.wording import Finding, dtype_name, shape_of, shortened, summary, with_article

__all__ = ["about_difference"]

_MAX_ENTRIES = 3
_MAX_LABELLED = 4096


def about_difference(
    exercise: Exercise, case: Case, request: Request, difference: Difference, stage: Stage
) -> Finding:
    """The result differs from the expected one."""
    part, axes = _part(exercise, case, difference.path)
    got, wanted = difference.got, difference.wanted
    if isinstance(got, torch.Tensor) and isinstance(wanted, torch.Tensor) and got.device != wanted.device:
        return Finding(stage, f"{part} should be on the device {wanted.device}; yours is on {got.device}.")
    if difference.aspect is Aspect.TYPE:
        return Finding(stage, f"{part} should be {with_article(type_name(wanted))}; yours is {summary(got)}.")
    if difference.aspect is Aspect.DTYPE:
        return Finding(stage, f"{part} should hold {dtype_name(wanted)}; yours holds {dtype_name(got)}.")
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
        return Finding(stage, f"{part} should have {len(wanted)} items, `{shortened(repr(wanted))}`; "
                              f"yours has {len(got)}, `{shortened(repr(got))}`.")
    return Finding(stage, f"{part} should be `{shortened(repr(wanted))}`; yours is `{shortened(repr(got))}`.")


def _of_shapes(part: str, axes: Axes, got: Any, wanted: Any, stage: Stage) -> Finding:
    mine, other = tuple(got.shape), tuple(wanted.shape)
    told: tuple[str, ...] = ()
    if len(mine) != len(other):
        told = (f"It has {_count(len(mine), 'axis', 'axes')}; wanted: {len(other)}.",)
    elif sorted(mine) == sorted(other):
        told = ("The sizes are right, but stand in another order: two or more axes are swapped.",)
    return Finding(stage, f"{part} has the wrong shape.", advice=told,
                   expected_shape=shape_of(other, axes), actual_shape=shape_of(mine, ()))


def _of_entries(
    exercise: Exercise, request: Request, difference: Difference, part: str, axes: Axes, stage: Stage
) -> Finding:
    got, wanted = numbers(difference.got), numbers(difference.wanted)
    wrong = wrong_entries(difference.got, difference.wanted)
    moved = exercise.moves and np.array_equal(np.sort(got, axis=None), np.sort(wanted, axis=None))
    how = "in the wrong place" if moved and wanted.size > 1 else "wrong"
    origin = _origin(exercise, request)
    # Sums and products may be equal to an entry by accident; a result that only moves them holds nothing else.
    told = origin if all(value in origin for value in got.ravel().tolist()) else {}
    name = part.strip("`")
    entries = tuple(
        Entry(
            index=f"{name}[{', '.join(str(i) for i in index)}]" if index else name,
            **_numbers(got[tuple(index)], wanted[tuple(index)]),
            got_from=told.get(got[tuple(index)].item(), ""),
            wanted_from=origin.get(wanted[tuple(index)].item(), ""),
        )
        for index in np.argwhere(wrong)[:_MAX_ENTRIES].tolist()
    )
    share = _share(int(wrong.sum()), wrong.size)
    headline = f"The shape {shape_of(wanted.shape, ())} is right; {share} {how}."
    if part != f"`{exercise.result}`":
        headline = f"{part}: the shape {shape_of(wanted.shape, ())} is right; {share} {how}."
    notes = (_nan_note(got, wanted),) if _nan_note(got, wanted) else ()
    return Finding(stage, headline, facts=notes, entries=entries,
                   expected_shape=shape_of(wanted.shape, axes) if axes else None)


def _nan_note(got: Any, wanted: Any) -> str:
    if wanted.dtype.kind != "f":
        return ""
    if np.isnan(got).any() and not np.isnan(wanted).any():
        return "There are NaNs: something was 0 / 0, inf - inf or inf / inf on the way."
    if np.isinf(got).any() and not np.isinf(wanted).any():
        return "There are infinities: something overflowed, or was divided by zero, on the way."
    return ""


def _origin(exercise: Exercise, request: Request) -> Mapping[float, str]:
    """Where each entry of the argument whose entries the result moves stands, if no two are equal."""
    names = [parameter.name for parameter in exercise.parameters]
    if exercise.moves is None:
        return {}
    argument = request.args[names.index(exercise.moves)]
    if not 1 < argument.numel() <= _MAX_LABELLED:
        return {}
    places = {value.item(): index for index, value in np.ndenumerate(numbers(argument))}
    axes = exercise.input_axes.get(exercise.moves, ())
    told = {value: _place(exercise.moves, index, axes) for value, index in places.items()}
    return told if len(places) == argument.numel() else {}


def _place(name: str, index: tuple[int, ...], axes: Axes) -> str:
    words = ", ".join(f"{axis} {i}" for axis, i in zip(axes, index, strict=False)) if len(axes) == len(index) else ""
    return f"{name}[{', '.join(map(str, index))}]" + (f" ({words})" if words else "")


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


def _share(wrong: int, total: int) -> str:
    if wrong == total:
        return "every entry is" if total > 1 else "the entry is"
    if wrong == 1:
        return f"1 of {total} entries is"
    return f"{max(1, round(100 * wrong / total))} % of the entries are"


def _numbers(got: Any, wanted: Any) -> dict[str, str]:
    """Both with six digits, or with all that they have where six are not enough to tell them apart."""
    short = {"got": got, "wanted": wanted}
    if wanted.dtype.kind == "f":
        short = {side: f"{value.item():.6g}" for side, value in short.items()}
        if short["got"] != short["wanted"]:
            return short
    return {"got": str(got.item()), "wanted": str(wanted.item())}


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
