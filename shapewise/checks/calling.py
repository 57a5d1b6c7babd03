"""A function of a learner's, plus arguments -> an ``Outcome`` made of plain data.

This is the only way in which checks and hidden tests touch a learner's function. A function that carries
``__shapewise_call__`` is run elsewhere (the grading engine's proxies do that); any other runs here. Both ways give
the same ``Outcome``, because both run ``observe``.
"""

from __future__ import annotations

import dis
import inspect
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import PurePath
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from shapewise.checks.memory import changed, located, overlap
from shapewise.checks.outcomes import Outcome, Parameter, Raised, Request, Where
from shapewise.checks.plain import copied, plain
from shapewise.checks.stepping import Steps, counted_steps

__all__ = ["call", "observe", "signature_of"]


def call(
    function: Callable[..., Any],
    *args: Any,
    grad_weights: Any = None,
    count_operations: bool = False,
    **kwargs: Any,
) -> Outcome:
    """Call ``function(*args, **kwargs)`` and tell what it did.

    ``grad_weights`` has the shape of the value (or is a tuple of such, for a tuple) and asks for gradients;
    ``count_operations`` asks how many torch operations were dispatched, which, and how many steps Python took. Never
    raises what the function raises.
    """
    request = Request(args, kwargs, grad_weights, count_operations)
    elsewhere = getattr(function, "__shapewise_call__", None)
    if elsewhere is not None:
        outcome: Outcome = elsewhere(request)
        return outcome
    return observe(function, request)


def observe(function: Callable[..., Any], request: Request) -> Outcome:
    """Run the call in this process, on copies of the arguments that keep their strides and offsets."""
    args = {**dict(enumerate(copied(request.args))), **copied(dict(request.kwargs))}
    before = copied(args)
    leaves = _leaves(args) if request.grad_weights is not None else {}
    counter = _CountOperations()
    try:
        positional = [args[at] for at in range(len(request.args))]
        named = {name: args[name] for name in request.kwargs}
        with _figures_closed(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where warnings are errors, a library's own would look like the learner's
            with _counting(counter if request.count_operations else None) as steps:
                raw = function(*positional, **named)
            gradients = _gradients(raw, request.grad_weights, leaves)
            value = located(plain(raw), tuple(args.values()))
    except KeyboardInterrupt:
        raise  # the person at the keyboard, not the function
    except BaseException as error:
        return Outcome(error=_raised(error, function), changed=changed(before, args))
    return Outcome(
        value=value,
        changed=changed(before, args),
        shares_memory=tuple(at for at, argument in args.items() if overlap(value, argument)),
        gradients=gradients,
        operations=counter.count if request.count_operations else None,
        used=tuple(sorted(counter.names)),
        steps=steps.count if steps is not None else None,
    )


def signature_of(function: Callable[..., Any]) -> tuple[Parameter, ...] | None:
    """Its parameters in order, or None where Python cannot tell (a builtin).

    A proxy for a function that runs elsewhere carries them as ``__shapewise_signature__``.
    """
    if hasattr(function, "__shapewise_signature__"):
        elsewhere: tuple[Parameter, ...] | None = function.__shapewise_signature__
        return elsewhere
    try:
        # What `inspect` finds of a module is `__call__(*args, **kwargs)`, whatever its `forward` takes.
        told = function.forward if isinstance(function, torch.nn.Module) else function
        parameters = inspect.signature(told).parameters.values()
    except (TypeError, ValueError):
        return None
    return tuple(Parameter(p.name, p.default is not p.empty, p.kind.name) for p in parameters)


@contextmanager
def _figures_closed() -> Iterator[None]:
    """Close the figures that the call opens: once they are plain data, a notebook should not show them too."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    before = set(pyplot.get_fignums()) if pyplot is not None else set()
    try:
        yield
    finally:
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot is not None else ():
            if number not in before:
                pyplot.close(number)


def _raised(error: BaseException, function: Callable[..., Any]) -> Raised:
    bases = tuple(base.__name__ for base in type(error).__mro__)
    try:
        message = str(error)
    except Exception:
        message = "(the exception has no readable message)"
    file = _file_of(function)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    deliberate = file is not None and _deliberate(error, PurePath(file).parent)
    if not own:
        return Raised(type(error).__name__, bases, message, deliberate=deliberate)
    return Raised(type(error).__name__, bases, message, own[-1].lineno, own[-1].line or "", deliberate)


def _file_of(function: Any) -> str | None:
    """The file, or a notebook's cell, that the function was written in."""
    if isinstance(function, partial):
        return _file_of(function.func)
    if isinstance(function, torch.nn.Module):
        return _file_of(function.forward)
    function = inspect.unwrap(function)
    if not hasattr(function, "__code__"):
        function = getattr(type(function), "__call__", None)  # noqa: B004 - its own code, if it has any
    return getattr(getattr(function, "__code__", None), "co_filename", None)


def _deliberate(error: BaseException, folder: PurePath) -> bool:
    """Whether the exception left a ``raise`` or ``assert`` in that folder, where also a notebook's other cells are."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or PurePath(trace.tb_frame.f_code.co_filename).parent != folder:
        return False
    return trace.tb_frame.f_code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]


@contextmanager
def _counting(operations: _CountOperations | None) -> Iterator[Steps | None]:
    """Count torch operations, and the steps of Python's that call them; nothing where there is no counter."""
    if operations is None:
        yield None
        return
    with operations, counted_steps() as steps:
        yield steps


class _CountOperations(TorchDispatchMode):
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # True would import torch's compiler when the first operation is counted: a second, for what nobody compiles.
        return False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0
        self.names: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += 1
        self.names.add(func._schema.name.rpartition("::")[2])
        return func(*args, **(kwargs or {}))


def _leaves(args: Mapping[Where, Any]) -> dict[Where, torch.Tensor]:
    return {
        at: argument.requires_grad_(True)
        for at, argument in args.items()
        if isinstance(argument, torch.Tensor) and argument.is_floating_point()
    }


def _gradients(raw: Any, weights: Any, leaves: Mapping[Where, torch.Tensor]) -> dict[Where, torch.Tensor | None]:
    if weights is None:
        return {}
    values = raw if isinstance(raw, tuple | list) else (raw,)
    weights = weights if isinstance(weights, tuple | list) else (weights,)
    terms = [
        (value * weight).sum()
        for value, weight in zip(values, weights, strict=False)
        if isinstance(value, torch.Tensor) and value.requires_grad
        and weight is not None and value.shape == weight.shape  # a wrong shape is told as such
    ]
    if not terms:
        return dict.fromkeys(leaves)
    found = torch.autograd.grad(torch.stack(terms).sum(), list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, found, strict=True))
