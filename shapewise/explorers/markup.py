"""Small pieces that several explorers' HTML is made of: buttons that set something, and sentences on what was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from shapewise.explorers.shape_text import ShapeError

__all__ = ["button", "problem"]


def button(label: str, values: Mapping[str, str], key: str) -> str:
    """A button that sets these traits of the view; ``label`` is HTML, ``key`` tells it from the others."""
    wanted = escape(json.dumps(dict(values)))
    return f'<button type="button" class="sw-button" data-key="{key}" data-set="{wanted}">{label}</button>'


def problem(box: str, name: str, text: str, error: object) -> str:
    """What is wrong with the text in a box, with the offending part marked; nothing if ``error`` is no error."""
    if not isinstance(error, ShapeError):
        return ""
    end = error.at + len(error.part)
    marked = f"{escape(text[: error.at])}<mark>{escape(text[error.at : end]) or '&nbsp;'}</mark>{escape(text[end:])}"
    return (
        f'<p class="sw-error" data-problem="{box}"><b>{name}</b> <code class="sw-code sw-typed">{marked}</code> '
        f"{escape(str(error))}</p>"
    )
