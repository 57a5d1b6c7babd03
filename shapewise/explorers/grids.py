"""A shape and a way to write one cell -> the tensor as tables, one for each matrix in it, cut where it is too large."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

__all__ = ["grids", "is_cut"]

Shape = tuple[int, ...]
_WHOLE = (4, 6, 8)
"""As many matrices, rows and columns as are drawn whole."""
_START = (2, 3, 4)
"""As many as are drawn of a tensor that has more."""


def is_cut(shape: Shape) -> bool:
    """Whether the picture leaves out cells of a tensor of this shape."""
    *leading, rows, columns = (1,) * (2 - len(shape)) + shape
    return any(size > limit for size, limit in zip((math.prod(leading), rows, columns), _WHOLE, strict=True))


def grids(caption: str, shape: Shape, cell: Callable[[Shape], str], walked: bool, short: bool = False) -> str:
    """``cell(index)`` writes one ``<td>``; the index has two axes at least.

    ``walked``: the cells can have the focus. ``short``: draw only the start of the tensor, though all of it would fit.
    """
    padded = (1,) * (2 - len(shape)) + shape
    *leading, rows, columns = padded
    most = _START if short or is_cut(shape) else _WHOLE
    blocks = list(itertools.islice(itertools.product(*map(range, leading)), most[0]))
    shown = range(min(rows, most[1])), range(min(columns, most[2]))
    more_columns = '<td class="sw-more">⋯</td>' if columns > most[2] else ""
    more_rows = f"<tr>{'<td class=sw-more>⋮</td>' * len(shown[1])}{'<td></td>' if more_columns else ''}</tr>"
    tables = []
    for block in blocks:
        body = "".join(
            "<tr>" + "".join(cell((*block, r, c)) for c in shown[1]) + more_columns + "</tr>" for r in shown[0]
        )
        at = ", ".join(map(str, block))
        label = f'<caption class="sw-head">[{at}]</caption>' if math.prod(leading) > 1 else ""
        role = ' role="grid"' if walked else ""
        name = f"{caption}, matrix {at}" if label else caption
        body += more_rows if rows > most[1] else ""
        tables.append(f'<table class="sw-grid"{role} aria-label="{name}">{label}<tbody>{body}</tbody></table>')
    walk = f' data-walk="{len(shown[1])}"' if walked else ""
    more_blocks = (
        f'<span class="sw-more">⋯ {math.prod(leading)} in all</span>' if math.prod(leading) > len(blocks) else ""
    )
    return (
        f'<div class="sw-tensor-of"{walk}><p class="sw-caption">{caption}</p>'
        f'<div class="sw-blocks">{"".join(tables)}{more_blocks}</div></div>'
    )
