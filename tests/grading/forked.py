"""A warm server forked from the tests' own process: the real one, but for its sandbox and the two seconds of its start.

Where a judge is to be tried piece by piece, the test is the judge: it has the server start real students' processes.
These run what the test says, and nothing that a student wrote.
"""

from __future__ import annotations

import os
import selectors
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import torch
from IPython.core.interactiveshell import InteractiveShell

from shapewise.grading.kernel.cells import make_shell
from shapewise.grading.messages.verdicts import Limits
from shapewise.grading.server.forking import Server, _Judge

__all__ = ["connected", "forked_server"]

_LIMITS = Limits(notebook_seconds=60.0, processes=10_000)  # an ordinary user's own processes count as well


class _TestIsJudge(Server):
    """Forks no judge: what it is given is a line to one."""

    def _start_judge(self, descriptor: int) -> None:
        judge = socket.socket(fileno=descriptor)
        self._judges[judge.fileno()] = _Judge(judge)
        self._selector.register(judge, selectors.EVENT_READ)


@contextmanager
def forked_server(folder: Path, *, judges: bool = False) -> Iterator[socket.socket]:
    """The owner's end of a server whose children work in ``folder``; with ``judges`` it forks these, too."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            _serve(theirs, folder, judges)
        finally:
            os._exit(0)
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        os.waitpid(pid, 0)


def _serve(owner: socket.socket, folder: Path, judges: bool) -> None:
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    torch.set_num_threads(1)
    with suppress(AttributeError):
        InteractiveShell.clear_instance()  # another test's
    (Server if judges else _TestIsJudge)(owner, make_shell(), _LIMITS, None).serve()


@contextmanager
def connected(owner: socket.socket) -> Iterator[socket.socket]:
    """A judge's line to the server; what was started over it ends with it."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            socket.send_fds(owner, [b"J"], [theirs.fileno()])
        yield ours
