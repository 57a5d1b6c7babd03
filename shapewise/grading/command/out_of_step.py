"""An assignment's keys and its gradebook -> the graded cells that stand in one alone, or with other points."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from shapewise.grading.command.gradebook import read_assignment
from shapewise.report.faults import Fault

__all__ = ["out_of_step"]

_BUILD = "The source was changed and not built since: run shapewise build."


def out_of_step(course: Path, assignment: str, keys: Mapping[str, bytes]) -> list[Fault]:
    """What the next build has to bring together; a test that is not in the gradebook costs and pays nobody anything."""
    kept = {(cell.notebook, cell.name): cell.points for cell in read_assignment(course, assignment).cells}
    wanted = {(name, cell): points for name, key in keys.items() for cell, points in _graded(key)}
    found = []
    for place in sorted(kept.keys() | wanted.keys()):
        if place not in kept:
            found.append(Fault(*place, "is not in the gradebook, so its points count nowhere", "", _BUILD))
        elif place not in wanted:
            says = "is in the gradebook and not in the source, so nobody gets its points"
            found.append(Fault(*place, says, "", _BUILD))
        elif kept[place] != wanted[place]:
            says = f"is worth {wanted[place]:g} points in the source and {kept[place]:g} in the gradebook"
            found.append(Fault(*place, says, "", _BUILD))
    return found


def _graded(key: bytes) -> Iterator[tuple[str, float]]:
    """(name, points) of each cell that is graded, by a test or by a person."""
    for cell in json.loads(key)["cells"]:
        mark = cell["metadata"].get("nbgrader") or {}
        if mark.get("grade") or mark.get("task"):
            yield str(mark["grade_id"]), float(mark.get("points", 0))
