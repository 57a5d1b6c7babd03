"""The same notebooks, run twice -> the outputs that differ, kept as they came the first time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from _ext.executed import Measured, outputs_of
from _ext.lesson import shows_outputs

__all__ = ["differing", "measured_anew"]


def measured_anew(
    notebooks: Sequence[Path], first: Sequence[NotebookNode], second: Sequence[NotebookNode], machine: str
) -> Measured:
    """What two runs of the notebooks disagree on."""
    cells = {}
    for path, one, other in zip(notebooks, first, second, strict=True):
        found = differing(one, other)
        if found:
            cells[f"{path.parent.name}/{path.stem}"] = found
    return Measured(machine, cells)


def differing(first: NotebookNode, second: NotebookNode) -> dict[str, list[Any]]:
    """The first run's outputs of the cells whose outputs differ, by cell id."""
    found = {}
    for one, other in zip(first.cells, second.cells, strict=True):
        if shows_outputs(one) and outputs_of(one) != outputs_of(other):
            found[one.id] = [dict(output) for output in outputs_of(one)]
    return found
