"""The source of a cell -> the explorer that it opens, and the picture that stands there before anybody runs it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapewise import explorers

if TYPE_CHECKING:
    from shapewise.explorers.explorer import Explorer

__all__ = ["explorer_of", "picture_of"]


def explorer_of(source: str) -> Explorer | None:
    """The explorer, for a cell that is one ``explore_...()`` of plain values; else None."""
    try:
        call = ast.parse(source.strip(), mode="eval").body
    except SyntaxError:
        return None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in explorers.__all__):
        return None
    try:
        values = [ast.literal_eval(argument) for argument in call.args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg}
    except ValueError:
        return None
    opened: Explorer = getattr(explorers, call.func.id)(*values, **named)
    return opened


def picture_of(source: str) -> dict[str, str] | None:
    """HTML and text of its stored picture; None for a cell that opens no explorer."""
    shown = explorer_of(source)
    return None if shown is None else {"text/html": shown.still_picture(), "text/plain": repr(shown)}
