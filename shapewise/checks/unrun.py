"""The cells that a notebook ran -> whether an answer's newest cell gave it a meaning at all.

After an error in that cell Python still knows the version before, and a check of that one would only puzzle.
"""

from __future__ import annotations

import ast
import linecache
import warnings
from collections.abc import Sequence
from typing import Any

from shapewise.answer_code import binds, mark
from shapewise.checks.verdict import Stage, Verdict

__all__ = ["never_ran"]

_AGAIN = "Mend that cell and run it, then this one."


def never_ran(name: str, answer: Any, cells: Sequence[str]) -> Verdict | None:
    """What to say where the newest of these cells that binds ``name`` failed before it did; None where it did not."""
    binding = [cell for cell in cells if binds(cell, name)]
    if not binding:
        return None
    unreadable = _unreadable(binding[-1])
    if unreadable is not None:
        headline = f"The cell of `{name}` did not run: Python cannot read its line {unreadable.lineno}."
        return _told(name, headline, f"Python says: {unreadable.msg}. {_AGAIN}")
    older = {mark(cell) for cell in binding[:-1]} - {mark(binding[-1])}
    if _mark_of(answer) in older:
        headline = f"The cell of `{name}` stopped with an error, and Python still knows the version before it."
        return _told(name, headline, f"The message below that cell says why. {_AGAIN}")
    return None


def _unreadable(cell: str) -> SyntaxError | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python only warns of, it warned of when the cell ran
        try:
            compile(cell, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except SyntaxError as error:
            return error
    return None


def _mark_of(answer: Any) -> str:
    """The mark of the cell that a function was written in; empty for what was written elsewhere."""
    code = getattr(answer, "__code__", None)
    return mark("".join(linecache.getlines(code.co_filename))) if code is not None else ""


def _told(name: str, headline: str, advice: str) -> Verdict:
    return Verdict(name, Stage.CALLABLE, Stage.CALLABLE, headline, paragraphs=(advice,))
