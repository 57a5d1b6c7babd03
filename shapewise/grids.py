"""Small tables of numbers, with some cells marked -> a picture that stands in the text of a lesson.

The picture is inline SVG in HTML, so it follows JupyterLab's theme and is sharp on paper. Whoever cannot see it gets a
description in words, and a terminal gets the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from shapewise.explorers.palette import AXES, color, variables

__all__ = ["Grid", "Sketch", "show_grids"]

_CELL_HEIGHT = 26
_LETTER = 7.9  # width of one digit at 13 px, in the widest monospace face that JupyterLab uses
_INK = "var(--jp-content-font-color1, #212121)"
_QUIET = "var(--jp-content-font-color2, #5a5a5a)"
_PAPER = "var(--jp-layout-color1, #ffffff)"
_LINE = "var(--jp-border-color1, #bdbdbd)"
_ROW = "display:flex;align-items:center;gap:12px 22px;max-width:100%"
_MARK_INK = color("original")
_MARK_TINT = color("original-tint")
_DARK = ('body[data-jp-theme-light="false"]', "html[theme=dark]", "html[data-theme=dark]", "body.vscode-dark")
_SCOPE = ", ".join(f"{page} .shapewise-grids" for page in _DARK)
_STYLE = f"<style>{_SCOPE} {{ {variables(dark=True)} }}</style>"


@dataclass(frozen=True)
class Grid:
    """One table of cells: ``values`` with one or two axes, and how to label them.

    ``marked`` is a mask of the same shape as ``values``; marked cells are tinted, framed and bold. ``rows`` and
    ``columns`` label the single rows and columns, ``row_axis`` and ``column_axis`` name the axes.
    """

    values: Any
    caption: str = ""
    marked: Any = None
    rows: Sequence[Any] = ()
    columns: Sequence[Any] = ()
    row_axis: str = ""
    column_axis: str = ""


@dataclass(frozen=True)
class Sketch:
    """A finished picture: HTML for a notebook, text for everywhere else."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        """The description, and the numbers."""
        return self.text


def show_grids(*parts: Grid | str, description: str) -> Sketch:
    """Grids side by side; a string before one of them is a sign such as ``"@"``. End a cell with it.

    ``description`` says in words what the picture shows, for whoever has it read out.
    """
    drawn, signs = "", ""
    for part in parts:
        if isinstance(part, str):
            signs += _sign(part)
        else:
            # On a narrow page a sign moves to the next line together with what follows it.
            drawn += f'<div style="{_ROW}">{signs}{_drawn(part)}</div>'
            signs = ""
    html = (
        f'{_STYLE}<div class="shapewise-grids" role="img" aria-label="{escape(description, quote=True)}" '
        f'style="{_ROW};flex-wrap:wrap;margin:6px 0">{drawn}</div>'
    )
    text = "\n\n".join(part if isinstance(part, str) else _text(part) for part in parts)
    return Sketch(html, f"{description}\n\n{text}")


@dataclass(frozen=True)
class _Layout:
    """Where the cells of a grid lie, in pixels."""

    left: int
    top: int
    width: int
    right: int
    bottom: int


def _laid_out(grid: Grid, cells: list[list[str]]) -> _Layout:
    texts = [text for row in [*cells, [str(name) for name in grid.columns]] for text in row]
    letters = max((len(text) for text in texts), default=1)
    width = max(30, round(letters * _LETTER) + 12)
    left = round(max((len(str(row)) for row in grid.rows), default=0) * _LETTER) + (8 if grid.rows else 1)
    left += 20 if grid.row_axis else 0
    top = (18 if grid.column_axis else 0) + (18 if grid.columns else 1)
    return _Layout(left, top, width, left + width * len(cells[0]), top + _CELL_HEIGHT * len(cells))


def _cells(grid: Grid) -> tuple[list[list[str]], np.ndarray[Any, Any]]:
    """The texts of the cells, always as rows of columns, and which of them are marked."""
    values = np.atleast_2d(np.asarray(grid.values))
    marked = np.zeros(values.shape, bool) if grid.marked is None else np.atleast_2d(np.asarray(grid.marked, bool))
    if values.ndim != 2 or marked.shape != values.shape:
        raise ValueError(
            f"a grid shows values with one or two axes and a mask of the same shape, "
            f"but the values have shape {values.shape} and the mask {marked.shape}"
        )
    return [[_number(value) for value in row] for row in values.tolist()], marked


def _number(value: Any) -> str:
    if isinstance(value, float | int):
        return (f"{value:.4g}" if isinstance(value, float) else str(value)).replace("-", "\N{MINUS SIGN}")
    return str(value)


def _sign(sign: str) -> str:
    style = f"font:{20 if len(sign) == 1 else 15}px var(--jp-code-font-family, monospace);color:{_INK}"
    return f'<span aria-hidden="true" style="{style}">{escape(sign)}</span>'


def _drawn(grid: Grid) -> str:
    cells, marked = _cells(grid)
    at = _laid_out(grid, cells)
    marks = [
        *_axis_names(grid, at),
        *(_note(row, at.left - 6, at.top + r * _CELL_HEIGHT + 17, "end") for r, row in enumerate(grid.rows)),
        *(_note(name, at.left + (c + 0.5) * at.width, at.top - 5, "middle") for c, name in enumerate(grid.columns)),
    ]
    # Marked cells last: their frames lie on top of their neighbors'.
    places = [(r, c) for r in range(len(cells)) for c in range(len(cells[0]))]
    for r, c in sorted(places, key=lambda place: bool(marked[place])):
        x, y = at.left + c * at.width, at.top + r * _CELL_HEIGHT
        marks.append(_cell(cells[r][c], x, y, at.width, bool(marked[r, c])))
    style = f"font-size:13px;color:{_INK};background:none"
    caption = f'<code style="{style}">{escape(grid.caption)}</code>' if grid.caption else ""
    size = f"{at.right + 2} {at.bottom + 2}"
    return (
        '<div aria-hidden="true" style="display:flex;flex-direction:column;align-items:center;gap:4px;max-width:100%">'
        f'<svg width="{at.right + 2}" viewBox="0 0 {size}" style="max-width:100%;height:auto;overflow:visible;'
        f'font:13px var(--jp-code-font-family, monospace)">{"".join(marks)}</svg>{caption}</div>'
    )


def _cell(text: str, x: int, y: int, width: int, marked: bool) -> str:
    fill, ink, line = (_MARK_TINT, _MARK_INK, _MARK_INK) if marked else (_PAPER, _INK, _LINE)
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{_CELL_HEIGHT}" '
        f'style="fill:{fill};stroke:{line};stroke-width:{2 if marked else 1}"/>'
        f'<text x="{x + width / 2}" y="{y + 17.5}" text-anchor="middle" '
        f'style="fill:{ink};font-weight:{700 if marked else 400}">{escape(text)}</text>'
    )


def _axis_names(grid: Grid, at: _Layout) -> list[str]:
    """The name of the column axis above the grid, that of the row axis along its left edge."""
    names = []
    if grid.column_axis:
        names.append(_axis_name(grid.column_axis, "{} \N{RIGHTWARDS ARROW}", at.left, 12, "start"))
    if grid.row_axis:
        middle = (at.top + at.bottom) / 2
        turned = f'transform="rotate(-90 12 {middle})"'
        names.append(_axis_name(grid.row_axis, "\N{LEFTWARDS ARROW} {}", 12, middle, "middle", turned))
    return names


def _axis_name(name: str, pattern: str, x: float, y: float, anchor: str, more: str = "") -> str:
    """The name of an axis; with its letter and in its color if the course has given it one."""
    if name not in AXES:
        return _note(pattern.format(name), x, y, anchor, more)
    style = f"fill:{color(name)};font-weight:700;font-size:12px"
    return _note(pattern.format(f"{name} ({AXES[name].letter})"), x, y, anchor, more, style)


def _note(
    text: Any, x: float, y: float, anchor: str, more: str = "", style: str = f"fill:{_QUIET};font-size:12px"
) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" {more} style="{style}">{escape(str(text))}</text>'


def _text(grid: Grid) -> str:
    """The grid in plain letters; marked cells stand in brackets."""
    cells, marked = _cells(grid)
    shown = [[f"[{text}]" if marked[r, c] else text for c, text in enumerate(row)] for r, row in enumerate(cells)]
    width = max(len(text) for row in shown for text in row)
    lines = [" ".join(text.rjust(width) for text in row) for row in shown]
    return "\n".join([grid.caption, *lines] if grid.caption else lines)
