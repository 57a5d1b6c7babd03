"""A notebook's cells, one by one -> a student's process that has run them, replaced by a fresh one when it dies."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping, Sequence, Set
from typing import Any

from shapewise.grading.judge.process import Died, StudentProcess
from shapewise.grading.messages.names import assigned_names
from shapewise.grading.messages.verdicts import Limits, Verdict
from shapewise.grading.messages.wire import encode

__all__ = ["Session"]

_PATIENCE = 5.0  # seconds for what is done ahead; whatever takes longer is done in its turn, with its own limit


class Session:
    """The student's side of one notebook. ``casualties`` tells of each name lost with a cell how that cell ended."""

    def __init__(self, server: socket.socket, limits: Limits, files: Mapping[str, bytes]) -> None:
        """Nothing is started before it is needed; the notebook's time begins to run."""
        self._server, self._limits, self._files = server, limits, files
        self._end = time.monotonic() + limits.notebook_seconds
        self._process: StudentProcess | None = None
        self._ran: list[str] = []
        self._goes_well = True
        self.casualties: dict[str, Died] = {}
        self.asked: list[bytes] | None = None  # where it is a list: what was asked for, to be asked ahead of others
        self.cpu_seconds = 0.0
        self.uses_compiler = False

    def deadline(self) -> float:
        """When a cell that begins now has to be done, on the monotonic clock."""
        return min(self._end, time.monotonic() + self._limits.cell_seconds)

    def request(self, code: str, *, figures: bool, kept: bool = True) -> dict[str, Any]:
        """What ``run`` asks for."""
        most = self._limits.output_characters if kept else 0
        return {"do": "run", "code": code, "figures": figures, "most_characters": most}

    def run(self, code: str, *, figures: bool, kept: bool = True, stub: Set[str] = frozenset()) -> dict[str, Any]:
        """Run a cell that stands for the names in ``stub``; raises ``Died`` when its process does.

        ``figures`` are drawn if asked for; of a cell whose outputs are not ``kept``, an error is all that is told.
        """
        try:
            answer = self.ask(self.request(code, figures=figures, kept=kept), self.deadline())
        except Died as died:
            self.casualties |= dict.fromkeys(assigned_names(code) | stub, died)
            raise
        self._ran.append(code)
        return answer

    def ask(self, request: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        """The answer of the student's process, a fresh one if the last has died; raises ``Died`` if this one does."""
        if self.asked is not None:
            self.asked.append(encode(dict(request)))
        try:
            return self._living_process().ask(request, deadline)
        except Died as died:
            self.lose(died)
            raise

    def ask_ahead(self, requests: Sequence[Mapping[str, Any] | bytes]) -> None:
        """Have all of this done in one go, for what is asked next will be this, in this order, if all goes well.

        Where it does not go well, or not fast, it is as if nothing had been done ahead: a fresh process takes over, and
        does one thing after the other.
        """
        if len(requests) < 2 or not self._goes_well:
            return
        messages = [request if isinstance(request, bytes) else encode(dict(request)) for request in requests]
        try:
            self._living_process().ask_ahead(messages, min(self.deadline(), time.monotonic() + _PATIENCE))
        except Died as died:
            self._goes_well = False
            self.lose(died)

    def lose(self, died: Died) -> None:
        """End the process, unless it lives and only an answer of its was too large."""
        if self._process is None or (died.verdict is Verdict.TOO_LARGE and self._process.alive):
            return
        self.end()

    def end(self) -> None:
        """End the process, if there is one, and keep count of what it took."""
        if self._process is not None:
            self._process.end()
            self.cpu_seconds += self._process.cpu_seconds
            self.uses_compiler |= self._process.uses_compiler
            self._process = None

    def tell_server_of_compiler(self) -> None:
        """The warm server imports it, once, for all notebooks to come."""
        self._server.sendall(b"W")

    def _living_process(self) -> StudentProcess:
        """The process; after a death a fresh one, brought to where the last one was."""
        while True:
            if time.monotonic() >= self._end:
                raise Died(Verdict.TIMED_OUT, "The whole notebook ran longer than allowed.")
            if self._process is not None:
                return self._process
            self._process = StudentProcess(self._server, self._limits, self._files)
            for at, code in enumerate(self._ran):
                try:
                    self._process.ask(self.request(code, figures=False, kept=False), self.deadline())
                except Died as died:
                    self.lose(died)
                    if self._process is None:  # it went well before and kills now: the rest goes on without it
                        del self._ran[at]
                        self.casualties |= dict.fromkeys(assigned_names(code), died)
                        break
