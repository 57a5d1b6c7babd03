"""Requests for pages -> pages, a child each: ``python -m shapewise.grading.pages FD...`` serves a socket per number.

What all pages share is imported once, here. Then pages are made by a fork of this process, with limits for each on
time, memory and the size of what it writes. A child that reaches one of them dies, and a second writes the page without
colors and Markdown. If that one dies too, the page is made from the gradebook's row alone: nothing of a student's.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from shapewise.grading.messages.channel import receive_message, send_message
from shapewise.grading.pages.reading import bare_page, page_of
from shapewise.report.feedback import Exercise, FeedbackPage, Output, WrittenCell, feedback_html

__all__ = ["main"]

_MOST_BYTES, _MOST_MEMORY = 64 * 2**20, 2**30
_KILLED = "was killed"
_EXITS = {0: "", 3: "took too much memory", 4: "failed", 5: "could not be read"}
_SIGNALS = {signal.SIGALRM: "took too long", signal.SIGXCPU: "took too long", signal.SIGKILL: _KILLED}


def main(descriptors: list[int]) -> None:
    """Serve each of the sockets until its other end is closed."""
    _warm_up()
    others = []
    for descriptor in descriptors[1:]:
        other = os.fork()
        if other == 0:
            _close([inherited for inherited in descriptors if inherited != descriptor])
            serve(Connection(descriptor))
            os._exit(0)
        others.append(other)
    _close(descriptors[1:])
    serve(Connection(descriptors[0]))
    for other in others:
        os.waitpid(other, 0)


def _warm_up() -> None:
    """Make a page of every kind of text, so that each child finds the template and all patterns compiled."""
    cells = (WrittenCell("code", 'f(1.0)  # "x"'), WrittenCell("markdown", "# a\n\n- *b* `c` $x^2$ <b>d</b> [e](#f)"))
    exercise = Exercise("", panels=(Output("panel", "<p>a</p>"), Output("text", "b")), answers=cells, comments=("c",))
    feedback_html(FeedbackPage("", "", "", exercises=(exercise,), elsewhere=cells), "0" * 64)
    gc.freeze()  # a collection in a child would copy the memory that it shares with this process


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def serve(owner: Connection) -> None:
    """Make the pages that ``owner`` asks for, one after the other; answer what came of each."""
    child = _Child(owner)
    while True:
        try:
            request, _ = receive_message(owner)
        except (EOFError, OSError):
            child.end()
            return
        why = child.tried(request, rich=True)
        if why == _KILLED:  # by somebody, or since others took the machine's memory
            why = child.tried(request, rich=True)
        answer: dict[str, Any] = {"level": "rich" if not why else "plain", "why": why}
        if why and child.tried(request, rich=False):
            answer |= {"level": "bare", "errno": _written(request, bare_page(request["about"]), rich=False)}
        try:
            send_message(owner, answer)
        except OSError:  # it was killed meanwhile, and so nobody waits for an answer
            child.end()
            return


class _Child:
    """The process that reads notebooks. It makes page after page, since a fork takes longer than most; a new one
    takes over when it has died.
    """

    def __init__(self, owner: Connection) -> None:
        self._owner, self._pid = owner, 0
        self._connection: Connection = owner

    def tried(self, request: Mapping[str, Any], *, rich: bool) -> str:
        """Have a page made; why it could not be, or an empty string."""
        if not self._pid:
            self._start()
        try:
            send_message(self._connection, {**request, "rich": rich})
            return _EXITS.get(receive_message(self._connection)[0]["code"], "failed")
        except (EOFError, OSError):
            self._connection.close()
            _, status = os.waitpid(self._pid, 0)
            self._pid = 0
            died = signal.Signals(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else None
            return _SIGNALS.get(died, "failed") if died else _EXITS.get(os.WEXITSTATUS(status), "failed")

    def end(self) -> None:
        """Let it go, and wait for that."""
        if self._pid:
            self._connection.close()
            os.waitpid(self._pid, 0)

    def _start(self) -> None:
        self._connection, theirs = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            code = 4
            try:
                self._owner.close()
                self._connection.close()
                _work(theirs)
            except (EOFError, OSError):
                code = 0
            except MemoryError:
                code = 3
            finally:
                os._exit(code)
        theirs.close()


def _work(asked: Connection) -> None:
    """Make pages; the limits are set anew for each."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: _MOST_BYTES}
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    if pages:
        limits[resource.RLIMIT_AS] = pages * resource.getpagesize() + _MOST_MEMORY
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    while True:
        request, _ = receive_message(asked)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + request["seconds"], hard))
        signal.alarm(3 * request["seconds"])
        code = _made(request, rich=request["rich"])
        signal.alarm(0)
        send_message(asked, {"code": code})


def _made(request: Mapping[str, Any], *, rich: bool) -> int:
    path = Path(request["notebook"])
    if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
        return 5
    try:
        page = page_of(json.loads(path.read_bytes()), request["about"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return 5
    return 4 if _written(request, page, rich=rich) else 0


def _written(request: Mapping[str, Any], page: FeedbackPage, *, rich: bool) -> int:
    """Write the page; the number of what the disk refused, or zero."""
    try:
        Path(request["page"]).write_text(feedback_html(page, request["digest"], rich=rich), "utf-8")
    except OSError as error:
        return error.errno or 1
    return 0


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]])
