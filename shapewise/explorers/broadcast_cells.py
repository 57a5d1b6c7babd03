"""Two aligned shapes -> their cells and the result's as grids, each result cell naming the two that it came from."""

from __future__ import annotations

from shapewise.explorers.broadcasting import Aligned, Operand
from shapewise.explorers.grids import grids, is_cut
from shapewise.explorers.shape_text import as_text

__all__ = ["cells", "sources"]

Shape = tuple[int, ...]


def sources(index: Shape, aligned: Aligned) -> tuple[int, int]:
    """Where in A and in B, counted in row-major order, the result's cell at this index comes from."""
    return _number(index, aligned.a.shape), _number(index, aligned.b.shape)


def cells(aligned: Aligned, hidden: bool) -> str:
    """A, B and, unless it is hidden, the result. Empty shapes have no cells, and a sentence says so."""
    result = aligned.result
    if result is None:
        return ""
    if 0 in result:
        return '<p class="sw-note">The result is empty: an axis of size 0 leaves no cells to draw.</p>'
    short = any(is_cut(shape) for shape in (aligned.a.aligned, aligned.b.aligned, result))
    pieces = [_operand("A", aligned.a, short), _sign("+"), _operand("B", aligned.b, short)]
    hint = "The cells of the result appear with your prediction."
    if not hidden:
        pieces += [_sign("="), _result(aligned, result, short)]
        hint = "Point at a cell of the result, or walk over it with the arrow keys, to see the two it comes from."
    if short:
        hint += " Only where each tensor starts is drawn."
    return f'<div class="sw-tensors">{"".join(pieces)}</div><p class="sw-note">{hint}</p>'


def _sign(sign: str) -> str:
    return f'<span class="sw-sign" aria-hidden="true">{sign}</span>'


def _number(index: Shape, shape: Shape) -> int:
    """Where a cell stands in row-major order; along axes of size 1 there is only position 0."""
    at = 0
    own = index[len(index) - len(shape) :]
    for position, size in zip(own, shape, strict=True):
        at = at * size + (position if size > 1 else 0)
    return at


def _operand(which: str, operand: Operand, short: bool) -> str:
    def cell(index: Shape) -> str:
        name = f"{which.lower()}{_number(index, operand.shape)}"
        return f'<td class="sw-cell" data-cell="{name}">{name}</td>'

    return grids(f"{which} {as_text(operand.shape)}", operand.aligned, cell, walked=False, short=short)


def _result(aligned: Aligned, result: Shape, short: bool) -> str:
    def cell(index: Shape) -> str:
        a, b = sources(index, aligned)
        own = index[len(index) - len(result) :]
        stop = -1 if any(index) else 0
        return (
            f'<td class="sw-cell sw-sum" tabindex="{stop}" data-from="a{a} b{b}" '
            f'aria-label="result at {as_text(own)} is a{a} plus b{b}">a{a}+b{b}</td>'
        )

    return grids(f"Result {as_text(result)}", result, cell, walked=True, short=short)
