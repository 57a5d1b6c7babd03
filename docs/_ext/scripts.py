"""The course's script and KaTeX's, run while the pages are made -> pictures and formulas that need no script later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import quickjs

from shapewise.explorers.catalogue import STATIC, Value

__all__ = ["KATEX", "FormulaError", "formula", "picture"]

KATEX = Path(__file__).resolve().parents[1] / "katex"
_STACK = 4 * 2**20


class FormulaError(ValueError):
    """KaTeX cannot read it; the message says where."""


@cache
def _context(script: Path) -> quickjs.Context:
    context = quickjs.Context()
    context.set_max_stack_size(_STACK)
    context.eval(script.read_text(encoding="utf-8"))
    return context


def _text(script: Path, call: str) -> str:
    # as JSON, because the engine hands no string over that was put together from parts
    return str(json.loads(_context(script).eval(f"JSON.stringify({call})")))


@cache
def formula(tex: str, display: bool) -> str:
    """TeX as HTML for the eye and MathML for screen readers; FormulaError where it cannot be read."""
    options = {"displayMode": display, "throwOnError": True, "strict": "error", "output": "htmlAndMathml"}
    call = f"katex.renderToString({json.dumps(tex)}, {json.dumps(options)})"
    try:
        return _text(KATEX / "katex.min.js", call)
    except quickjs.JSException as error:
        raise FormulaError(str(error).strip().splitlines()[0]) from None


def picture(explorer: str, state: Mapping[str, Value]) -> str:
    """What an explorer shows in this state where no script runs, as HTML with the colors of a light page."""
    name, given = json.dumps(explorer), json.dumps(dict(state))
    call = f"shapewise.storedPicture(shapewise.explorers.get({name}), {given})"
    return _text(STATIC / "explorers.js", call)
