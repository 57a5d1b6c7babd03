"""What is wrong -> the words that tell a learner. A result that differs is told by ``differing``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from shapewise.checks.comparing import type_name
from shapewise.checks.exercise import Axes, Exercise
from shapewise.checks.outcomes import Outcome, Parameter, Raised
from shapewise.checks.plain import Opaque
from shapewise.checks.recorded import Expected, Mistake
from shapewise.checks.verdict import Entry, Shape, Stage, Verdict

__all__ = [
    "Finding", "about_changed", "about_error", "about_gradients", "about_loops", "about_memory",
    "about_missing_error", "about_none", "about_shortcut", "about_signature",
    "dtype_name", "shape_of", "shortened", "summary", "with_article",
]


_ADVICE = (
    ("view size is not compatible", "`view` cannot cut axes that are not next to each other in memory, as after a "
     "swap; `unflatten`, `reshape` or another order of steps can."),
    ("shapes cannot be multiplied", "In a matrix product the last axis of the first must be as long as the "
     "second-to-last of the second. Write both shapes down; a transpose may be missing."),
    ("must match the size of tensor", "Broadcasting lines shapes up from the right; one pair of sizes is neither "
     "equal nor 1."),
    ("expected scalar type", "Both tensors of an operation need the same dtype; see what `.dtype` says of each."),
    ("is invalid for input of size", "The sizes of the new shape must multiply to the number of entries."),
    ("must be Tensor, not", "That function of torch takes tensors, and this is a plain number of Python: use "
     "`math` for it, or `** 0.5`."),
    ("'float' object cannot be interpreted as an integer", "`/` always gives a float, also where the numbers divide: a "
     "size needs `//`."),
    ("Boolean value of Tensor", "`if`, `and`, `or` and `not` need one truth value, and a tensor holds one for each "
     "entry: `&`, `|`, `~` and `.any()` are for tensors."),
    ("on the expected device", "Two tensors of one operation must be on one device: make the new one with `device=`, "
     "the device of the one that came."),
    ("Cannot copy out of meta tensor", "The device `meta` holds shapes without numbers, so nothing can be taken off "
     "it: make the other tensor there, with `device=`."),
    ("modified by an inplace operation", "The backward pass needs numbers that were written over. A method that ends "
     "in `_`, `+=` or `*=` writes into its tensor; make a new one instead."),
    ("to have the same dtype", "Both tensors of a matrix product need one dtype; see what `.dtype` says of each."),
    ("requires grad", "A leaf that needs gradients cannot be changed in place; make a new tensor."),
)


_NO_GPU = (
    "not compiled with CUDA", "No CUDA GPUs", "NVIDIA driver", "not linked with support for mps", "MPS backend",
    "not compiled with XPU", "PyTorch is not linked", "re-initialize CUDA in forked",
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
    arguments: tuple[Any, ...] = field(default=(), compare=False, repr=False)

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
            arguments=self.arguments,
        )


def about_signature(exercise: Exercise, function: Any, given: tuple[Parameter, ...] | None) -> Finding:
    """The thing is not a function, or cannot be called as the exercise says."""
    if not callable(function):
        return Finding(Stage.CALLABLE, f"`{exercise.name}` is {with_article(type_name(function))}, not a function.",
                       advice=(f"Define it with `def {exercise.signature}:`.",))
    yours = ", ".join(parameter.name for parameter in given or ())
    return Finding(
        Stage.CALLABLE,
        f"Called as `{exercise.signature}`, your function takes other arguments: `{exercise.name}({yours})`.",
        advice=("Keep the first line of the function as the exercise gives it.",),
    )


def about_error(error: Raised, expected: Expected) -> Finding:
    """The call raised something that it should not have, or a stub did."""
    if error.is_of_a_stub:
        if error.is_of_another:
            return Finding(Stage.RUNS, "Your function calls another one, which is not started.",
                           facts=(f"In line {error.line}: `{error.source}`",),
                           advice=("Write that one first, or do here what it would do.",))
        return Finding(Stage.STARTED, "Write the body of the function, run its cell, then run this one.")
    if any(pattern in error.message for pattern in _NO_GPU):
        return Finding(Stage.RUNS, "Your function asks for a GPU, and torch finds none on this machine.",
                       facts=(f"In line {error.line}: `{error.source}`",) if error.line and error.source else (),
                       advice=("Leave the tensors where they are; make new ones with `device=x.device`, which is right "
                               "on every machine.",))
    message = f": {shortened(error.message)}" if error.message else ""
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


def about_gradients(exercise: Exercise, at: int, got: Any) -> Finding:
    """Backpropagation through the result gives a wrong gradient."""
    name = exercise.parameters[at].name
    if got is None:
        return Finding(Stage.GRADIENTS, f"The values are right, but no gradient reaches `{name}`.",
                       advice=("`detach`, `.data`, `.item`, `.numpy` and `torch.tensor(...)` cut the graph.",))
    return Finding(Stage.GRADIENTS, f"The values are right, but the gradient of `{name}` is wrong.")


def about_loops(small: Outcome, large: Outcome) -> Finding:
    """The number of operations, or of the steps that Python takes, grows with the size of the input."""
    few, many, what = small.operations or 0, large.operations or 0, "torch operations"
    if many <= few:
        few, many, what = small.steps or 0, large.steps or 0, "steps in Python"
    return Finding(
        Stage.LOOPS,
        f"The values are right, but the work grows with the input: {few} {what} for a small input, {many} for a larger "
        "one.",
        advice=("A Python loop does one row at a time. Say it as operations on whole tensors.",),
    )


def about_shortcut(operation: str) -> Finding:
    """The answer calls a function that does the whole job."""
    name = operation.removeprefix("_").removeprefix("native_").removeprefix("safe_")
    return Finding(
        Stage.WRITTEN_OUT,
        f"The values are right, but torch's own `{name}` did the work.",
        advice=("Build it from the smaller operations that the text names.",),
    )


def summary(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, torch.Tensor | np.ndarray):
        return f"{with_article(type_name(value))} of shape {shape_of(tuple(value.shape), ())}, {dtype_name(value)}"
    text = value.text if isinstance(value, Opaque) else repr(value)
    return f"`{shortened(text)}`, {with_article(type_name(value))}" if value is not None else "`None`"


def shape_of(sizes: tuple[int, ...], axes: Axes) -> Shape:
    """Sizes with the names of their axes, if there are as many of both."""
    names = axes if len(axes) == len(sizes) else ("",) * len(sizes)
    return Shape(tuple(zip(names, (int(size) for size in sizes), strict=True)))


def dtype_name(value: Any) -> str:
    """``float32``, of a tensor or of an array."""
    return str(value.dtype).removeprefix("torch.")


def with_article(noun: str) -> str:
    """``a list``, ``an int``."""
    return noun if noun == "None" else f"{'an' if noun[0] in 'aeiouAEIOU' else 'a'} {noun}"


def shortened(text: str, limit: int = 160) -> str:
    """A text on one line, cut where it is too long."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
