"""Notebooks of one submission, one after the other -> what a judge says of each.

Forking a judge costs as much as its tests do, so the notebooks of a submission share one. A judge that has ended, or
that a test has changed for those to come, is replaced by a fresh one.
"""

from __future__ import annotations

from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any, Protocol

from shapewise.grading.messages.channel import receive_message, send_message
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Limits, TestVerdict

__all__ = ["Line"]


class _Engine(Protocol):
    limits: Limits

    def start_judge(self) -> Connection | None: ...


class Line:
    """A line to one judge at a time; for one thread."""

    def __init__(self, engine: _Engine) -> None:
        """No judge is started before there is something to judge."""
        self._engine = engine
        self._judge: Connection | None = None

    def __enter__(self) -> Line:
        """As a context, so that the last judge ends with it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the judge."""
        self.close()

    def close(self) -> None:
        """Hang up; the judge, and what the server has started for it, ends."""
        if self._judge is not None:
            self._judge.close()
            self._judge = None

    def judged(
        self, job: Mapping[str, Any], contents: Mapping[str, bytes], tests: dict[str, TestVerdict]
    ) -> dict[str, Any] | None:
        """Have the judge do the job; fills ``tests`` as they fall. None if the judge ended before its work did.

        Raises ``SandboxUnavailableError`` where a student's process cannot be shut into its sandbox.
        """
        if self._judge is None:
            self._judge = self._engine.start_judge()
        answer = self._heard(job, contents, tests)
        if answer is None or answer["worn"]:
            self.close()
        return answer

    def _heard(
        self, job: Mapping[str, Any], contents: Mapping[str, bytes], tests: dict[str, TestVerdict]
    ) -> dict[str, Any] | None:
        limits = self._engine.limits
        patience = limits.notebook_seconds + 3 * limits.cell_seconds
        try:
            if self._judge is None:
                return None
            send_message(self._judge, job, contents)
            while self._judge.poll(patience):
                answer, noted = receive_message(self._judge)
                if "notebook" in answer:
                    return {**answer, "foretold": noted.get("foretold", b"")}
                if "refused" in answer:
                    self.close()
                    raise SandboxUnavailableError(answer["refused"])
                test = TestVerdict.from_data(answer["test"])
                tests[test.grade_id] = test
        except (EOFError, OSError):
            pass
        return None
