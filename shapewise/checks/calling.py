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
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from shapewise.checks.plain import copied, plain
from shapewise.checks.stepping import Steps, counted_steps

__all__ = ["Outcome", "Parameter", "Raised", "Request", "call", "observe", "signature_of"]

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
            value = _located(plain(raw), tuple(args.values()))
    except KeyboardInterrupt:
        raise  # the person at the keyboard, not the function
    except BaseException as error:
        return Outcome(error=_raised(error, function), changed=_changed(before, args))
    return Outcome(
        value=value,
        changed=_changed(before, args),
        shares_memory=tuple(at for at, argument in args.items() if _overlap(value, argument)),
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


def _changed(before: Mapping[Where, Any], after: Mapping[Where, Any]) -> tuple[Where, ...]:
    return tuple(at for at in before if not _same(before[at], after[at]))


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        a, b = a.detach(), b.detach()
        alike = a.shape == b.shape and a.dtype == b.dtype and a.device == b.device
        return alike and (a.is_meta or torch.equal(_bytes(a), _bytes(b)))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    return bool(a == b)


def _bytes(tensor: torch.Tensor) -> torch.Tensor:
    # Bytes, not numbers: NaN is not equal to itself, and 0.0 is equal to -0.0.
    return tensor.contiguous().reshape(-1).view(torch.uint8)


def _overlap(value: Any, argument: Any) -> bool:
    """Whether any tensor or array in ``value`` lives in the storage of ``argument``."""
    if isinstance(value, tuple | list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return any(_overlap(part, argument) for part in parts)
    mine, other = _memory(value), _memory(argument)
    if mine is None or other is None:
        return False
    return mine[0] < other[1] and other[0] < mine[1]


def _located(value: Any, arguments: tuple[Any, ...]) -> Any:
    """The value, its tensors laid in the storages of the arguments that they live in.

    They are already, but for those that came back from NumPy: these have storages of their own, which begin somewhere
    inside an argument's, so that their offsets do not tell where.
    """
    if isinstance(value, tuple | list):
        return type(value)(_located(part, arguments) for part in value)
    if isinstance(value, dict):
        return {key: _located(part, arguments) for key, part in value.items()}
    for argument in arguments if isinstance(value, torch.Tensor) else ():
        if isinstance(argument, torch.Tensor) and _overlap(value, argument):
            home = argument.untyped_storage()
            elsewhere = value.untyped_storage().data_ptr() != home.data_ptr()
            offset, rest = divmod(value.data_ptr() - home.data_ptr(), value.itemsize)
            if elsewhere and offset >= 0 and not rest:
                return torch.empty(0, dtype=value.dtype).set_(home, offset, value.shape, value.stride())
    return value


def _memory(value: Any) -> tuple[int, int] | None:
    """First and one-past-last address of the memory that ``value`` keeps alive."""
    if isinstance(value, torch.Tensor):
        if value.is_meta:  # no numbers, so no memory
            return None
        storage = value.untyped_storage()
        return (storage.data_ptr(), storage.data_ptr() + storage.nbytes())
    if isinstance(value, np.ndarray):
        owner = value
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        if isinstance(owner.base, torch.Tensor):
            return _memory(owner.base)
        low, high = np.lib.array_utils.byte_bounds(owner)
        return (int(low), int(high))
    return None
