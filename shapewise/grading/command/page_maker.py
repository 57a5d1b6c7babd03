"""Requests for feedback pages -> pages on the disk, by a process of their own: the command's end of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from shapewise.grading.messages.channel import receive_message, send_message

__all__ = ["PageMaker"]

_SECONDS = 10


class PageMaker:
    """Makes several pages at once; it may be asked from several threads. It is started when first needed."""

    def __init__(self, at_once: int = 1, seconds: int = _SECONDS) -> None:
        """``seconds`` of CPU time may be spent on a page, and three times as much of wall time."""
        self._at_once, self._seconds = at_once, seconds
        self._free: SimpleQueue[Connection | None] = SimpleQueue()
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> PageMaker:
        """Start the process."""
        for connection in self._started(self._at_once):
            self._free.put(connection)
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        while not self._free.empty():
            connection = self._free.get()
            if connection is not None:
                connection.close()
        for process in self._processes:
            process.wait()

    def make(self, notebook: Path, page: Path, about: dict[str, Any], digest: str) -> str:
        """Write one page in its place; returns how it came out: rich, plain, or bare of the notebook.

        ``about`` holds student, assignment, notebook, penalty and ``cells``. OSError where the page cannot be written.
        """
        beside = page.with_name(f".{page.name[:200]}.partial")
        request = {"notebook": str(notebook.absolute()), "page": str(beside.absolute()), "about": about,
                   "digest": digest, "seconds": self._seconds}  # fmt: skip
        try:
            answer = self._answer(request)
            if answer.get("errno"):
                raise OSError(answer["errno"], os.strerror(answer["errno"]), str(page))
            beside.replace(page)
        finally:
            beside.unlink(missing_ok=True)
        return str(answer["level"])

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        connection = self._free.get()
        try:
            for _ in range(3):  # were the process killed, by whomever, another takes over
                if connection is None:
                    (connection,) = self._started(1)
                try:
                    send_message(connection, request)
                    return receive_message(connection)[0]
                except (EOFError, OSError):
                    connection.close()
                    connection = None
            raise RuntimeError("The process that makes feedback pages was ended three times. Run this again.")
        finally:
            self._free.put(connection)

    def _started(self, at_once: int) -> list[Connection]:
        pairs = [socket.socketpair() for _ in range(at_once)]
        theirs = [theirs.fileno() for _, theirs in pairs]
        command = [sys.executable, "-P", "-m", "shapewise.grading.pages", *map(str, theirs)]
        # A session of its own: an interrupt from the terminal ends the command, and the closed sockets end this.
        process = subprocess.Popen(command, pass_fds=theirs, stdin=subprocess.DEVNULL, start_new_session=True)
        self._processes.append(process)
        for _, end in pairs:
            end.close()
        return [Connection(ours.detach()) for ours, _ in pairs]
