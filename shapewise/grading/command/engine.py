"""One submitted notebook -> its verdicts, by way of a warm server kept for as many notebooks as there are.

    with Engine() as engine:
        graded = engine.grade_notebook(source, submission)

An engine may be used from several threads at once: each submission gets a judge, each notebook a sandboxed process of
its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from shapewise.grading.command.line import Line
from shapewise.grading.command.trouble import MachineError
from shapewise.grading.messages.prepared import prepare
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Limits, NotebookVerdict, TestVerdict, Verdict

__all__ = ["Engine", "stamp_of"]

_MOST_JUDGES_PER_NOTEBOOK = 4


class Engine:
    """The warm server and the way to it.

    Starting it takes about two seconds, nearly all of it torch's import; it is started when first needed.
    """

    def __init__(self, limits: Limits | None = None, *, sandboxed: bool = True, hidden: Sequence[str] = ()) -> None:
        """``hidden`` folders stay out of sight even where they lie inside the system's or the packages' folders."""
        self.limits, self.sandboxed = limits or Limits(), sandboxed
        self._hidden = [os.path.realpath(path) for path in hidden]
        self.resources = ""
        self._server: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._ready = False
        self._lock = threading.Lock()

    def __enter__(self) -> Engine:
        """Start at once: what is started early is warm when it is needed."""
        with self._lock:
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server and all that it has started."""
        self.close()

    def close(self) -> None:
        """End the server and all that it has started."""
        if self._connection is not None and self._server is not None:
            self._connection.close()
            if not self._ready:
                self._server.kill()  # it is still importing, and has started nothing
            self._server.wait()
        self._connection = self._server = None
        self._ready = False

    def wait_until_ready(self) -> object:
        """Return once a notebook could be graded, with a mark of the server that is running.

        Raises ``SandboxUnavailableError`` where there can be no sandbox.
        """
        with self._lock:
            if self._ready and self._gone():
                self.close()  # it was killed from outside; a new one takes over
            self._start()
            if not self._ready:
                self._take_greeting()
            return self._server

    def grade_notebook(
        self,
        source: Mapping[str, Any] | bytes,
        submission: bytes | None,
        files: Mapping[str, bytes] | None = None,
        *,
        own: Set[str] = frozenset(),
        line: Line | None = None,
        foretold: bytes = b"",
        foretells: bool = False,
    ) -> NotebookVerdict:
        """Grade one notebook against its key (see ``key.answer_key``; both nbformat 4, the key as a dict or JSON).

        ``submission`` is the submitted file's content, whatever it is; None when nothing was submitted. ``files`` are
        what lies beside the notebook, by relative path; those named in ``own`` are the assignment's, and its tests find
        them too. Whatever is submitted, each test gets a verdict.

        Notebooks that are given one ``line`` share a judge, as those of one submission do. The tests of a class ask all
        notebooks for the same: with ``foretells`` the verdict notes what they asked, and given as ``foretold`` with
        other notebooks it lets each of them answer a whole test in one go.
        """
        key = source if isinstance(source, bytes) else json.dumps(source).encode()
        if submission is None:
            points = {grade_id: points for grade_id, points, _ in _graded(key)}
            missing = {name: TestVerdict(name, Verdict.MISSING, 0.0, worth) for name, worth in points.items()}
            return NotebookVerdict(missing, "", sandboxed=self.sandboxed)
        stamp = {**stamp_of(key, submission, files or {}), "sandboxed": self.sandboxed}
        if line is None:
            with Line(self) as line:
                return self.grade_notebook(
                    key, submission, files, own=own, line=line, foretold=foretold, foretells=foretells
                )
        given: dict[str, str] = {}
        lost, suspect = 0, None
        for _ in range(2 * _MOST_JUDGES_PER_NOTEBOOK):
            if lost >= _MOST_JUDGES_PER_NOTEBOOK:  # no judge survives it: its tests get verdicts without being read
                submission, given = b'{"cells": []}', dict.fromkeys(_tested(key), str(Verdict.TIMED_OUT))
            tests: dict[str, TestVerdict] = {}
            server = self.wait_until_ready()
            contents = {"key": key, "prepared": _prepared(key), "submission": submission}
            contents |= {"foretold": foretold} if foretold else {}
            contents |= {f"files/{name}": content for name, content in (files or {}).items()}
            job = {"given": given, "stamp": stamp, "foretells": foretells, "own": sorted(own)}
            end = line.judged(job, contents, tests)
            if end is not None:
                return NotebookVerdict(
                    tests, end["notebook"], tuple(end["repairs"]), tuple(end["untouched"]), self.sandboxed,
                    tuple(end["suspicions"]), end["cpu"], end["foretold"],
                )  # fmt: skip
            if self._server is not server or self._gone():
                continue  # the whole server was killed from outside; no test is to blame
            # The judge itself was ended while on a test. When that happens twice, the test is lost and a fresh judge
            # does the others; once, somebody may have killed it from outside.
            lost += 1
            open_tests = [name for name in _tested(key) if name not in tests and name not in given]
            if open_tests[:1] == [suspect]:
                given = {**given, **dict.fromkeys(open_tests[:1], str(Verdict.TIMED_OUT))}
            suspect = open_tests[0] if open_tests else None
        raise RuntimeError("The judge ended several times on one notebook; is the machine out of memory?")

    def start_judge(self) -> Connection | None:
        """A line to a freshly forked judge; None where the server is gone."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            with self._lock:
                assert self._connection is not None
                try:
                    socket.send_fds(self._connection, [b"J"], [theirs.fileno()])
                except OSError:
                    return None
            return Connection(ours.detach())

    def _gone(self) -> bool:
        """Whether the server has ended: its end of the connection is the first thing that it lets go of."""
        try:
            return self._connection is None or self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _start(self) -> None:
        if self._server is not None:
            return
        if not hasattr(os, "fork"):
            raise SandboxUnavailableError(f"Grading needs processes that fork, and {sys.platform} has none.")
        ours, theirs = socket.socketpair()
        hidden, tell = os.pipe()  # not in the command's words: those are there to read for all that it starts
        with theirs, os.fdopen(hidden, "rb"), os.fdopen(tell, "wb") as writing:
            command = [sys.executable, "-P", "-m", "shapewise.grading.server.zygote", str(theirs.fileno())]
            command += [str(hidden if self.sandboxed else -1), json.dumps(asdict(self.limits))]
            writing.write(json.dumps(self._hidden).encode())
            self._server = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno(), hidden],
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # Ctrl-C is this process's to handle; the server ends when this one does
            )
        self._connection = ours

    def _take_greeting(self) -> None:
        assert self._connection is not None
        said = bytearray()
        while not said.endswith(b"\n"):
            part = self._connection.recv(4096)
            if not part:
                self.close()
                raise MachineError("The warm server ended before it was ready; its message stands above.")
            said += part
        if not said.startswith(b"."):
            self.close()
            raise SandboxUnavailableError(said[1:].decode().strip())
        self._ready = True
        self.resources = said[1:].decode().strip()


def stamp_of(key: bytes, submission: bytes, files: Mapping[str, bytes]) -> dict[str, str]:
    """What tells whether a notebook has to be graded again: digests of what was submitted and of what it met."""
    met = hashlib.sha256(key)
    for name in sorted(files):
        met.update(name.encode() + files[name])
    return {"submission": hashlib.sha256(submission).hexdigest(), "key": met.hexdigest()}


def _graded(key: bytes) -> list[tuple[str, float, bool]]:
    """(grade_id, points, whether a test decides) of each graded cell of a key."""
    marks = [cell["metadata"].get("nbgrader") or {} for cell in json.loads(key)["cells"]]
    return [(mark["grade_id"], float(mark["points"]), not mark.get("solution")) for mark in marks if mark.get("grade")]


@lru_cache(maxsize=64)
def _prepared(key: bytes) -> bytes:
    """A key prepared for its judges, as JSON; once for a class."""
    return json.dumps(prepare(json.loads(key)).as_data()).encode()


def _tested(key: bytes) -> list[str]:
    return [name for name, _, tested in _graded(key) if tested]


def _clean_environment() -> dict[str, str]:
    """What the server may know of the instructor's environment: nearly nothing, for students' code inherits it.

    It has no home. Where Matplotlib keeps its list of fonts lies with the packages.
    """
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    fonts = Path(sys.prefix, "var", "matplotlib")
    with suppress(OSError):
        fonts.mkdir(parents=True, exist_ok=True)
    if os.access(fonts, os.W_OK):
        kept["MPLCONFIGDIR"] = str(fonts)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**kept, **threads, "HOME": "/scratch", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
