"""A judge of one's own, and what it says of a notebook: the messages of the engine, without the engine."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from shapewise.grading.messages.channel import receive_message, send_message
from shapewise.grading.messages.prepared import prepare
from shapewise.grading.messages.verdicts import TestVerdict
from tests.grading import small_course

__all__ = ["Judge", "Judged"]


@dataclass(frozen=True)
class Judged:
    """What a judge has said of one notebook, in order."""

    tests: dict[str, TestVerdict]
    end: dict[str, Any]
    noted: dict[str, bytes]

    @property
    def notebook(self) -> dict[str, Any]:
        """The graded notebook."""
        found: dict[str, Any] = json.loads(self.end["notebook"])
        return found

    def cell(self, cell_id: str) -> dict[str, Any]:
        """One of its cells."""
        return next(cell for cell in self.notebook["cells"] if cell["id"] == cell_id)


class Judge:
    """One judge, for as many notebooks as it takes."""

    def __init__(self, line: socket.socket) -> None:
        self._connection = Connection(line.detach())

    def grade(
        self, submission: Any = None, key: Mapping[str, Any] | None = None, files: Mapping[str, bytes] | None = None,
        contents: Mapping[str, bytes] | None = None, **job: Any,
    ) -> Judged:  # fmt: skip
        """A submission (every answer right), by its answers, as a notebook or as bytes."""
        key = key or small_course.key()
        if not isinstance(submission, bytes):
            whole = submission is not None and "cells" in submission
            submission = small_course.as_bytes(submission if whole else small_course.submission(submission))
        sent = {"key": json.dumps(key).encode(), "prepared": json.dumps(prepare(key).as_data()).encode()}
        sent |= {"submission": submission, **{f"files/{name}": file for name, file in (files or {}).items()}}
        wanted = {"given": {}, "stamp": {}, "foretells": False, "own": [], **job}
        send_message(self._connection, wanted, {**sent, **(contents or {})})
        tests: dict[str, TestVerdict] = {}
        while True:
            answer, noted = receive_message(self._connection)
            if "test" not in answer:
                return Judged(tests, answer, noted)
            test = TestVerdict.from_data(answer["test"])
            tests[test.grade_id] = test

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
