"""What the student's cells show -> the outputs that the graded notebook keeps, none of them made after a test's call.

A function can keep what a test calls it with, and a later cell can print it. So once a test has called into a process,
that process' outputs are looked at only for whether there are any: where there are, the cells run again in a process
that no test calls, and that one's outputs are kept. Mostly there are none, for answers only define things. Of the
lesson's own cells, which everybody knows, nothing is kept but an error that ended one.
"""

from __future__ import annotations

from typing import Any

from shapewise.grading.judge.process import Died
from shapewise.grading.judge.rebuild import Role, WholeCell
from shapewise.grading.judge.session import Session
from shapewise.grading.judge.writing import error_output, size_of, taken_outputs
from shapewise.grading.messages.verdicts import Limits

__all__ = ["KeptOutputs"]


class KeptOutputs:
    """The outputs of one notebook's cells, within the limits. ``tested`` is set when its first test begins."""

    def __init__(self, limits: Limits) -> None:
        """Nothing is kept yet."""
        self._limits, self._room = limits, limits.notebook_characters
        self._ran: list[WholeCell] = []
        self._late: list[WholeCell] = []
        self.tested = False

    def figures(self, cell: WholeCell) -> bool:
        """Whether to draw what a cell shows: its outputs are kept, and this process' are."""
        return cell.role is Role.WRITTEN and not self.tested

    def take(self, cell: WholeCell, answer: dict[str, Any]) -> None:
        """What the student's process says that a cell has shown."""
        self._ran.append(cell)
        if not self.tested:
            self._keep(cell, answer)
        elif self._taken(cell, answer) or (cell.role is Role.WRITTEN and answer.get("figures") is True):
            self._late.append(cell)

    def show_late(self, session: Session) -> None:
        """Have ``session``, which no test has called, run the cells anew up to the last that shows something."""
        late = {id(cell) for cell in self._late}
        for cell in self._ran:
            if not late:
                break
            keeps = id(cell) in late
            late.discard(id(cell))
            try:
                answer = session.run(cell.node["source"], figures=keeps and cell.role is Role.WRITTEN, kept=keeps)
                if keeps:
                    self._keep(cell, answer)
            except Died as died:
                if keeps:
                    cell.node["outputs"] = [error_output(died.verdict, died.detail)]
        session.end()

    def _keep(self, cell: WholeCell, answer: dict[str, Any]) -> None:
        cell.node["outputs"] = self._taken(cell, answer)
        self._room -= size_of(cell.node["outputs"])

    def _taken(self, cell: WholeCell, answer: dict[str, Any]) -> list[dict[str, Any]]:
        outputs = taken_outputs(answer, cell.node["execution_count"], self._limits, self._room)
        return outputs if cell.role is Role.WRITTEN else [o for o in outputs if o["output_type"] == "error"]
