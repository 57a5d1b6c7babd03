"""A chain of view operations as somebody typed it, like ``.transpose(0, 1)[:, ::2]`` -> each step done by torch.

Only what is named here is ever called: the text is read as Python's own syntax tree, and nothing of it is evaluated.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass

import torch

from shapewise.explorers.shape_text import ShapeError

__all__ = ["LARGEST", "METHODS", "ChainError", "Step", "read_chain", "steps"]

METHODS = ("transpose", "permute", "expand", "reshape", "view", "contiguous", "unsqueeze", "squeeze", "flatten")
LARGEST = 120
"""As many elements as the picture holds."""


class ChainError(ShapeError):
    """What is wrong with a chain; ``part`` and ``at`` say where, ``done`` is what worked before."""

    done: tuple[Step, ...] = ()


@dataclass(frozen=True)
class _Operation:
    code: str
    at: int
    method: str
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class Step:
    """A tensor after one operation of the chain (the first step is the tensor that it starts from).

    ``copied``: the operation made new storage. ``addresses``: where each element lies in it, in row-major order.
    """

    code: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    contiguous: bool
    copied: bool
    storage: int
    addresses: tuple[int, ...]
    values: tuple[int, ...]


def read_chain(text: str) -> tuple[_Operation, ...]:
    """Methods and indices, in order; ChainError for anything else. Nothing is evaluated."""
    lead = len(text) - len(text.lstrip())
    body = text.strip()
    if not body:
        return ()
    foreign = next((at for at, sign in enumerate(text) if not (sign.isascii() and sign.isprintable())), None)
    if foreign is not None:
        message = f"{text[foreign]!r} at character {foreign + 1} belongs to no operation."
        raise ChainError(message, text[foreign], foreign)
    if len(text) > 300:
        raise ChainError("This chain is longer than 300 characters.", text[300:], 300)
    if body[0] not in ".[":
        raise ChainError(f"A chain starts with . or [, as in .transpose(0, 1), not with {body[0]!r}.", body[0], lead)
    try:
        node: ast.expr = ast.parse(f"x{body}", mode="eval").body
    except SyntaxError as error:
        at = min(max((error.offset or 1) - 2, 0), len(body) - 1)
        raise ChainError(
            f"Python cannot read this at character {at + lead + 1}: {error.msg}.", body[at:], at + lead
        ) from None
    found: list[_Operation] = []
    while not (isinstance(node, ast.Name) and node.id == "x"):
        start = lead - 1
        if isinstance(node, ast.Subscript):
            inner, method = node.value, "[]"
            arguments: tuple[object, ...] = (_index(node.slice, start, text),)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            inner, method = node.func.value, node.func.attr
            arguments = _arguments(node, method, start, text)
        else:
            raise _wrong("is neither a method call nor an index", node, start, text)
        at = (inner.end_col_offset or 0) + start
        end = (node.end_col_offset or 0) + start
        found.append(_Operation(text[at:end].strip(), at, method, arguments))
        node = inner
    return tuple(reversed(found))


def _wrong(what: str, node: ast.expr, start: int, text: str) -> ChainError:
    at, end = node.col_offset + start, (node.end_col_offset or 0) + start
    part = text[max(at, 0) : end]
    return ChainError(f"{part!r} {what}.", part, max(at, 0))


def _arguments(node: ast.Call, method: str, start: int, text: str) -> tuple[object, ...]:
    if method not in METHODS:
        at = (node.func.end_col_offset or 0) + start - len(method)
        raise ChainError(f"{method!r} is not one of {', '.join(METHODS)}.", method, at)
    if node.keywords:
        raise _wrong("is given by name; here numbers stand alone", node.keywords[0].value, start, text)
    return tuple(_number(argument, start, text) for argument in node.args)


def _number(node: ast.expr, start: int, text: str) -> object:
    """A whole number, or a tuple or list of them."""
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(_number(one, start, text) for one in node.elts)
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if type(value) is not int:
        raise _wrong("is not a whole number", node, start, text)
    return value


def _index(node: ast.expr, start: int, text: str) -> object:
    """An index of whole numbers, slices, None and ``...``: those make views."""
    if isinstance(node, ast.Tuple):
        return tuple(_index(one, start, text) for one in node.elts)
    if isinstance(node, ast.Slice):
        parts = [None if part is None else _number(part, start, text) for part in (node.lower, node.upper, node.step)]
        return slice(*parts)
    if isinstance(node, ast.Constant) and node.value in (None, Ellipsis):
        return node.value
    return _number(node, start, text)


def steps(shape: tuple[int, ...], chain: tuple[_Operation, ...]) -> tuple[Step, ...]:
    """Do the chain to ``torch.arange(n).view(shape)``; ChainError with torch's own words where an operation fails."""
    tensor = torch.arange(math.prod(shape)).view(shape)
    done = [_step("x", tensor, copied=False)]
    for operation in chain:
        before = tensor
        try:
            tensor = _apply(operation, before)
        except ChainError as error:
            error.done = tuple(done)
            raise
        copied = tensor.untyped_storage().data_ptr() != before.untyped_storage().data_ptr()
        done.append(_step(operation.code, tensor, copied))
    return tuple(done)


def _apply(operation: _Operation, tensor: torch.Tensor) -> torch.Tensor:
    try:
        if operation.method == "[]":
            result: torch.Tensor = tensor[operation.arguments[0]]  # type: ignore[index]
        else:
            result = getattr(tensor, operation.method)(*operation.arguments)
    except (RuntimeError, IndexError, TypeError, ValueError, OverflowError) as error:
        says = str(error).splitlines()[0]
        raise ChainError(f"torch refuses {operation.code}: {says}", operation.code, operation.at) from None
    if result.numel() > LARGEST:
        message = f"{operation.code} makes {result.numel()} elements; the picture holds {LARGEST}."
        raise ChainError(message, operation.code, operation.at)
    return result


def _step(code: str, tensor: torch.Tensor, copied: bool) -> Step:
    offsets = torch.full(tensor.shape, int(tensor.storage_offset()), dtype=torch.int64)
    for axis, (size, stride) in enumerate(zip(tensor.shape, tensor.stride(), strict=True)):
        offsets = offsets + (torch.arange(size) * stride).view((-1,) + (1,) * (tensor.dim() - axis - 1))
    return Step(
        code,
        tuple(tensor.shape),
        tensor.stride(),
        int(tensor.storage_offset()),
        tensor.is_contiguous(),
        copied,
        tensor.untyped_storage().nbytes() // tensor.element_size(),
        tuple(offsets.flatten().tolist()),
        tuple(tensor.flatten().tolist()),
    )
