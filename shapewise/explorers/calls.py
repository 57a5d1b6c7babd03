"""The source of a cell -> the picture that stands under it before anybody runs it, if it opens an explorer."""

from __future__ import annotations

import ast

from shapewise import explorers

__all__ = ["picture_of"]


def picture_of(source: str) -> dict[str, str] | None:
    """HTML and text of the stored picture, for a cell that is one ``explore_...()`` of plain values; else None."""
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
    shown = getattr(explorers, call.func.id)(*values, **named)
    return {"text/html": shown.still_picture(), "text/plain": repr(shown)}
