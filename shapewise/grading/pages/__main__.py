"""Requests for pages -> pages, a child each: ``python -m shapewise.grading.pages FD...`` serves a socket per number.

What all pages share is imported once, here. Then each page is made by a fork of this process, with limits on time,
memory and the size of what it writes. A child that reaches one of them dies, and a second writes the page without
colors and Markdown. If that one dies too, the page is made from the gradebook's row alone: nothing of a student's.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from shapewise.grading.messages.channel import receive_message, send_message
from shapewise.grading.pages.reading import bare_page, page_of
from shapewise.report.feedback import FeedbackPage, feedback_html

__all__ = ["main"]

_MOST_BYTES, _MOST_MEMORY = 64 * 2**20, 2**30
_EXITS = {0: "", 3: "took too much memory", 4: "failed", 5: "could not be read"}
_SIGNALS = {signal.SIGALRM: "took too long", signal.SIGXCPU: "took too long", signal.SIGKILL: "took too much memory"}


def main(descriptors: list[int]) -> None:
    """Serve each of the sockets until its other end is closed."""
    feedback_html(FeedbackPage("", "", ""), "0" * 64)  # so that every child finds the template compiled
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


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def serve(owner: Connection) -> None:
    """Make the pages that ``owner`` asks for, one after the other; answer what came of each."""
    while True:
        try:
            request, _ = receive_message(owner)
        except (EOFError, OSError):
            return
        answer: dict[str, Any] = {"level": "rich", "why": _tried(request, owner, rich=True)}
        if answer["why"]:
            again = _tried(request, owner, rich=False)
            answer["level"] = "bare" if again else "plain"
        if answer["level"] == "bare":
            answer["errno"] = _written(request, bare_page(request["about"]), rich=False)
        send_message(owner, answer)


def _tried(request: Mapping[str, Any], owner: Connection, *, rich: bool) -> str:
    """Make the page in a child; why it could not be made, or an empty string."""
    child = os.fork()
    if child == 0:
        code = 4
        try:
            owner.close()
            _limit(request["seconds"])
            code = _made(request, rich=rich)
        except MemoryError:
            code = 3
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return _SIGNALS.get(signal.Signals(os.WTERMSIG(status)), "failed")
    return _EXITS.get(os.WEXITSTATUS(status), "failed")


def _limit(seconds: int) -> None:
    limits = {resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: _MOST_BYTES}
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    if pages:
        most = pages * resource.getpagesize() + _MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(3 * seconds)


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
