"""The source's structure and a submission's text -> the notebook that is graded.

A submission is data. Structure, metadata, tags, points, ids and test cells come from the source; a student
contributes the text of solution cells, of the lesson's unlocked cells, and extra cells. The rules, none of which can
fail:

1. A solution cell is the submitted cell of its ``grade_id``; of several, the last holds and the earlier ones run before
   it as extra cells. Without one: the cell of its cell id, else the last cell that defines the same names, by ``def``
   or in any other way (two answers merged into one cell stand in both places), else the source's stub.
2. Test cells and locked cells are the source's. Submitted copies, changed or not, are left out.
3. An unlocked lesson cell keeps the submitted text when its cell id is found, else the source's.
4. Every other submitted cell is an extra cell, kept after the cell it followed, with no metadata of its own.

What a student wrote is marked (``metadata.shapewise.written``), so that a feedback page shows it, and nothing else.
Text is kept as it was written: it is made harmless where it is rendered. Pictures attached to it are kept too.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from shapewise.grading.judge.attachments import with_pictures
from shapewise.grading.judge.submitted import Submitted, UnreadableError, read
from shapewise.grading.messages.names import assigned_names
from shapewise.grading.messages.verdicts import DEMONSTRATION, STUDENT_PROCESS

__all__ = ["Role", "UnreadableError", "WholeCell", "rebuild"]

_MOST_EXTRA_CELLS = 300


class Role(Enum):
    """What happens to a cell when the notebook is graded."""

    TEXT = auto()
    SKIPPED = auto()
    LESSON = auto()
    WRITTEN = auto()
    TEST = auto()
    TEST_IN_STUDENT_PROCESS = auto()


@dataclass(frozen=True)
class WholeCell:
    """One cell of the rebuilt notebook: the node to keep, and what to do with it."""

    node: dict[str, Any]
    role: Role
    grade_id: str | None = None


def rebuild(key: dict[str, Any], submission: bytes) -> tuple[list[WholeCell], list[str]]:
    """The cells to grade, in the source's order, and a sentence for each repair. Raises ``UnreadableError``."""
    cells, repairs = read(submission)
    theirs = {cell.grade_id for cell in cells} - {""}
    # Learners delete cells and lose metadata; only a notebook with other exercises, and none of ours, is foreign.
    if theirs and theirs.isdisjoint(_marks(node).get("grade_id") for node in key["cells"]):
        repairs.append("this notebook belongs to another assignment.")
    whole = _Merge(key["cells"], cells, repairs).merged()
    if key.get("nbformat_minor", 5) < 5:  # there a cell with an id is no valid cell
        for cell in whole:
            cell.node.pop("id", None)
    return whole, repairs


class _Merge:
    def __init__(self, key: list[dict[str, Any]], submitted: list[Submitted], repairs: list[str]) -> None:
        self._key, self._submitted, self._repairs = key, submitted, repairs
        self._free = {cell.at: cell for cell in submitted}
        self._by_grade_id = defaultdict(list)
        self._by_cell_id = defaultdict(list)
        self._by_text = defaultdict(list)
        for cell in submitted:
            self._by_grade_id[cell.grade_id].append(cell)
            self._by_cell_id[cell.cell_id].append(cell)
            self._by_text[cell.kind, cell.text.strip()].append(cell)
        self._names: dict[int, tuple[frozenset[str], frozenset[str]]] = {}

    def merged(self) -> list[WholeCell]:
        chosen: list[tuple[dict[str, Any], Submitted | None]] = [
            (node, self._taken(node) if not _marks(node) else None) for node in self._key
        ]
        chosen = [(node, self._of_grade_id(node) if _marks(node) else cell) for node, cell in chosen]
        chosen = [
            (node, self._by_other_means(node) if _may_write(node) and cell is None else cell) for node, cell in chosen
        ]
        before, after = self._extras({cell.at: place for place, (_, cell) in enumerate(chosen) if cell is not None})
        whole: list[WholeCell] = []
        for place, (node, cell) in enumerate(chosen):
            whole += [_extra(extra, len(whole) + n) for n, extra in enumerate(before[place])]
            whole.append(_whole(node, cell))
            whole += [_extra(extra, len(whole) + n) for n, extra in enumerate(after[place])]
        first = [_extra(extra, 10_000 + n) for n, extra in enumerate(after[-1])]
        return first + whole

    def _taken(self, node: dict[str, Any]) -> Submitted | None:
        """The submitted version of an unlocked lesson cell."""
        same = [*self._by_cell_id[str(node.get("id"))], *self._by_text[node["cell_type"], node["source"].strip()]]
        for cell in same:
            if cell.at in self._free and not cell.grade_id and cell.kind == node["cell_type"]:
                return self._free.pop(cell.at)
        return None

    def _of_grade_id(self, node: dict[str, Any]) -> Submitted | None:
        grade_id = _marks(node)["grade_id"]
        found = [cell for cell in self._by_grade_id[grade_id] if cell.at in self._free]
        if not _may_write(node):
            self._report_locked(node, found)
            for cell in found:
                del self._free[cell.at]
            return found[-1] if found else None  # its place tells where extra cells belong; its text counts for nothing
        if len(found) > 1:
            self._repairs.append(f"{grade_id}: {len(found)} cells have this id; the last one holds.")
        return self._free.pop(found[-1].at) if found else None

    def _report_locked(self, node: dict[str, Any], found: list[Submitted]) -> None:
        grade_id = _marks(node)["grade_id"]
        if len(found) != 1:
            what = f"there were {len(found)} copies of this locked cell" if found else "this locked cell was missing"
            self._repairs.append(f"{grade_id}: {what}; the original was put back.")

    def _by_other_means(self, node: dict[str, Any]) -> Submitted | None:
        """A solution cell that has lost its grade_id, found by its cell id or by what it defines."""
        grade_id = _marks(node)["grade_id"]
        same = [cell for cell in self._by_cell_id[str(node.get("id"))] if cell.at in self._free]
        functions, bound = _names(node["source"]) if node["cell_type"] == "code" else (frozenset(), frozenset())
        wanted = functions or bound
        same = same or self._that_define(wanted, [cell for cell in self._submitted if cell.at in self._free])
        if same:
            self._repairs.append(f"{grade_id}: the cell had lost its mark and was found again.")
            return self._free.pop(same[-1].at)
        merged = self._that_define(wanted, self._submitted)
        if merged:
            self._repairs.append(f"{grade_id}: the cell was missing; the answer was found in another exercise's cell.")
            return merged[-1]
        self._repairs.append(f"{grade_id}: the cell was missing; the empty one was put back.")
        return None

    def _that_define(self, wanted: frozenset[str], cells: list[Submitted]) -> list[Submitted]:
        """The cells that define these names: with ``def``, or, if there is none, in whatever other way."""
        code = [cell for cell in cells if cell.kind == "code" and wanted]
        for cell in code:
            if cell.at not in self._names:
                self._names[cell.at] = _names(cell.text)
        by_def = [cell for cell in code if wanted <= self._names[cell.at][0]]
        return by_def or [cell for cell in code if wanted <= self._names[cell.at][1]]

    def _extras(self, places: dict[int, int]) -> tuple[dict[int, list[Submitted]], dict[int, list[Submitted]]]:
        """Every cell not yet used: before the cell whose older copy it is, or after the cell that it followed."""
        before: dict[int, list[Submitted]] = defaultdict(list)
        after: dict[int, list[Submitted]] = defaultdict(list)
        homes = {_marks(node)["grade_id"]: place for place, node in enumerate(self._key) if _marks(node)}
        last, kept = -1, 0
        for cell in self._submitted:
            last = places.get(cell.at, last)
            if cell.at not in self._free:
                continue
            kept += 1
            if kept > _MOST_EXTRA_CELLS:
                self._repairs.append(f"Only the first {_MOST_EXTRA_CELLS} extra cells were kept.")
                break
            if cell.grade_id in homes:
                before[homes[cell.grade_id]].append(cell)
            else:
                after[last].append(cell)
        return before, after


def _marks(node: dict[str, Any]) -> dict[str, Any]:
    marks: dict[str, Any] = node["metadata"].get("nbgrader") or {}
    return marks if any(marks.get(mark) for mark in ("grade", "solution", "locked", "task")) else {}


def _may_write(node: dict[str, Any]) -> bool:
    marks = _marks(node)
    return bool(marks.get("solution") or marks.get("task"))


def _whole(node: dict[str, Any], cell: Submitted | None) -> WholeCell:
    node, marks = copy.deepcopy(node), _marks(node)
    tags = node["metadata"].get("tags", [])
    key, node["source"] = node["source"], node["metadata"].pop("shapewise", {}).get("released", node["source"])
    written = cell is not None and (not marks or _may_write(node)) and cell.text not in (key, node["source"])
    if cell is not None and written:
        node["source"] = cell.text
        node["metadata"]["shapewise"] = {"written": True}
    grade_id = marks.get("grade_id")
    if node["cell_type"] != "code":
        return WholeCell(with_pictures(node, cell.attachments if cell is not None else {}), Role.TEXT, grade_id)
    node["outputs"], node["execution_count"] = [], None
    if marks.get("grade") and not marks.get("solution"):
        role = Role.TEST_IN_STUDENT_PROCESS if STUDENT_PROCESS in tags else Role.TEST
    elif DEMONSTRATION in tags:
        role = Role.SKIPPED
    else:
        role = Role.WRITTEN if written or _may_write(node) else Role.LESSON
    return WholeCell(node, role, grade_id)


def _extra(cell: Submitted, number: int) -> WholeCell:
    metadata = {"shapewise": {"written": True}}
    node: dict[str, Any] = {
        "cell_type": cell.kind, "id": f"extra-{number}", "metadata": metadata, "source": cell.text,
    }  # fmt: skip
    if cell.kind == "code":
        node |= {"outputs": [], "execution_count": None}
    return WholeCell(with_pictures(node, cell.attachments), Role.WRITTEN if cell.kind == "code" else Role.TEXT)


def _names(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The functions and classes that a cell defines at its top level, and all names that it binds there."""
    bound = frozenset(assigned_names(text))
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # magics, most often
        return frozenset(re.findall(r"^(?:async +)?(?:def|class) +(\w+)", text, re.MULTILINE)), bound
    definitions = (node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))
    return frozenset(node.name for node in definitions), bound
