"""A shape and a way to write one cell -> the tensor as tables, one for each matrix in it, cut where it is too large."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

__all__ = ["LIMITS", "grids", "is_cut"]

Shape = tuple[int, ...]
LIMITS = (4, 6, 8)
"""As many matrices, rows and columns as are drawn of one tensor."""


def is_cut(shape: Shape) -> bool:
    """Whether the picture leaves out cells of a tensor of this shape."""
    *leading, rows, columns = (1,) * (2 - len(shape)) + shape
    return any(size > limit for size, limit in zip((math.prod(leading), rows, columns), LIMITS, strict=True))


def grids(caption: str, shape: Shape, cell: Callable[[Shape], str], walked: bool) -> str:
    """``cell(index)`` writes one ``<td>``; the index has two axes at least. ``walked``: cells can have the focus."""
    padded = (1,) * (2 - len(shape)) + shape
    *leading, rows, columns = padded
    blocks = list(itertools.islice(itertools.product(*map(range, leading)), LIMITS[0]))
    rows, columns = min(rows, LIMITS[1]), min(columns, LIMITS[2])
    tables = []
    for block in blocks:
        body = "".join(
            "<tr>" + "".join(cell((*block, row, column)) for column in range(columns)) + "</tr>" for row in range(rows)
        )
        at = ", ".join(map(str, block))
        label = f'<caption class="sw-head">[{at}]</caption>' if len(blocks) > 1 else ""
        role = ' role="grid"' if walked else ""
        name = f"{caption}, matrix {at}" if len(blocks) > 1 else caption
        tables.append(f'<table class="sw-grid"{role} aria-label="{name}">{label}<tbody>{body}</tbody></table>')
    walk = f' data-walk="{columns}"' if walked else ""
    return (
        f'<div class="sw-tensor-of"{walk}><p class="sw-caption">{caption}</p>'
        f'<div class="sw-blocks">{"".join(tables)}</div></div>'
    )
