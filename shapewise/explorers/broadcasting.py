"""Two shapes -> how broadcasting aligns them, size by size, what comes out, and what would mend a conflict.

The rule is that of https://numpy.org/doc/stable/user/basics.broadcasting.html, which torch follows: align from the
right, put 1s in front of the shorter shape, and let two sizes meet if they are equal or one of them is 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

__all__ = ["Aligned", "Operand", "Repair", "align", "repairs", "torch_says"]

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Operand:
    """A shape, padded with 1s to the common length; ``fates`` per axis: original, padded, stretched or conflict."""

    shape: Shape
    aligned: Shape
    fates: tuple[str, ...]


@dataclass(frozen=True)
class Aligned:
    """Both operands; ``result`` is None where they clash, and ``conflicts`` the axes of the aligned shapes that do."""

    a: Operand
    b: Operand
    result: Shape | None
    conflicts: tuple[int, ...]


@dataclass(frozen=True)
class Repair:
    """New axes for operand ``which`` that mend the pair: as a method, as an index, and the shapes that come."""

    which: str
    method: str
    index: str
    shape: Shape
    result: Shape


def align(a: Shape, b: Shape) -> Aligned:
    """Broadcast two shapes by the rule."""
    rank = max(len(a), len(b))
    padded_a, padded_b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    meetings = list(zip(padded_a, padded_b, strict=True))
    conflicts = tuple(axis for axis, (x, y) in enumerate(meetings) if x != y and 1 not in (x, y))
    result = None if conflicts else tuple(y if x == 1 else x for x, y in meetings)
    return Aligned(
        Operand(a, padded_a, _fates(a, padded_a, padded_b)),
        Operand(b, padded_b, _fates(b, padded_b, padded_a)),
        result,
        conflicts,
    )


def _fates(shape: Shape, own: Shape, other: Shape) -> tuple[str, ...]:
    padding = len(own) - len(shape)

    def fate(axis: int) -> str:
        if axis < padding:
            return "padded"
        if own[axis] == other[axis] or other[axis] == 1:
            return "original"
        return "stretched" if own[axis] == 1 else "conflict"

    return tuple(fate(axis) for axis in range(len(own)))


def torch_says(a: Shape, b: Shape) -> str:
    """The message of the error that torch raises for two tensors of these shapes; empty if it raises none."""
    one = torch.zeros(())
    try:
        _ = one.expand(a) + one.expand(b)
    except RuntimeError as error:
        return str(error)
    return ""


def repairs(a: Shape, b: Shape) -> tuple[Repair, ...]:
    """At most four ways to add axes of size 1 to one operand so that a clashing pair broadcasts; fewest axes first."""
    found: dict[tuple[str, Shape], Repair] = {}
    for which, shape, other in (("A", a, b), ("B", b, a)):
        for new, at in _insertions(len(shape), len(other)):
            mended = shape[:at] + (1,) * new + shape[at:]
            result = align(mended, other).result
            if result is not None:
                method = f".unsqueeze({at})" * new
                index = "[" + ", ".join([":"] * at + ["None"] * new) + "]"
                found.setdefault((which, mended), Repair(which, method, index, mended, result))
    return tuple(
        sorted(found.values(), key=lambda repair: (len(repair.shape), repair.method.count("u"), repair.which))
    )[:4]


def _insertions(rank: int, other: int) -> list[tuple[int, int]]:
    """How many new axes to put before which axis: one anywhere but in front, or enough at the end to part the two."""
    return [(1, at) for at in range(rank, 0, -1)] + [(new, rank) for new in range(2, other + 1)]
