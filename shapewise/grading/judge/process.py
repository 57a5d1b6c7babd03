"""The judge's end of a student's process: ask, with a limit on time, size and memory, or learn how it died."""

from __future__ import annotations

import contextlib
import math
import select
import signal
import socket
import struct
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shapewise.grading.judge.family import family, has_ended, memory_of, processor_seconds, step_back
from shapewise.grading.messages.verdicts import KILLED_FOR_MEMORY, Limits, Verdict
from shapewise.grading.messages.wire import MAX_BYTES, WireError, decode, encode, send_message

__all__ = ["Died", "NoSandboxError", "StudentProcess"]

_PID = struct.Struct("<q")
_LOOK_EVERY = 0.05  # seconds between looks at the memory of a student's process that has not answered yet
_LONG = 0.005  # seconds: a look costs as much as a short call, and in a short call no memory can be filled
_MOMENT = 0.5  # seconds, between an end and the sight of it
_FULL = "It took more memory than allowed and was stopped."
_SPENT = "It used more processor time than allowed and was stopped."


class Died(BaseException):
    """The student's process gave no answer. Not an Exception: no test may take it for one and go on."""

    def __init__(self, verdict: Verdict, detail: str) -> None:
        """Say how it ended, and in words for the student what happened."""
        super().__init__(detail)
        self.verdict, self.detail = verdict, detail


class NoSandboxError(RuntimeError):
    """The machine failed, not the student: no verdict may follow from it."""


class StudentProcess:
    """One sandboxed process, forked by the warm server for this judge."""

    def __init__(self, server: socket.socket, limits: Limits, files: Mapping[str, bytes]) -> None:
        """Have ``server`` fork it, and lay ``files`` into its working folder."""
        self._server, self._limits = server, limits
        self._connection, theirs = socket.socketpair()
        with _undisturbed():
            socket.send_fds(server, [b"S"], [theirs.fileno()])
            theirs.close()
            (self._pid,) = _PID.unpack(_exactly(server, _PID.size))
        self.alive = True
        self._ahead: deque[tuple[bytes, bytes]] = deque()
        self._inherited = memory_of([self._pid])
        self._used_before = 0.0
        self._next_look = time.monotonic() + _LOOK_EVERY
        self.cpu_seconds = 0.0
        self.uses_compiler = False
        try:
            deadline = time.monotonic() + 30.0
            answer = decode(self._message(deadline), deadline)
        except (TimeoutError, EOFError, OSError, WireError):
            answer = {"refused": "it gave no sign of life"}
        if answer:
            self._connection.close()
            raise NoSandboxError(f"A student's process could not enter its sandbox: {answer['refused']}.")
        if files:
            self.ask({"do": "files", "files": dict(files)}, time.monotonic() + limits.cell_seconds)

    def ask(self, request: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        """The answer to a request; raises ``Died`` (and ends the process) when there is none by ``deadline``."""
        message = encode(dict(request))
        asked, known = self._ahead.popleft() if self._ahead else (b"", b"")
        if asked != message:
            self._ahead.clear()
        try:
            answer = decode(known if asked == message else self._exchanged(message, deadline), deadline)
        except TimeoutError:
            raise self._dead(Verdict.TIMED_OUT, "It ran longer than allowed and was stopped.") from None
        except (EOFError, OSError):
            raise self._dead(Verdict.EXITED, "It ended the process it ran in.") from None
        except WireError as error:
            raise self._dead(Verdict.TOO_LARGE, f"Its answer cannot be taken: {error}.") from None
        if not isinstance(answer, dict):
            raise self._dead(Verdict.EXITED, "Its process answered with something else than agreed.")
        if "too_large" in answer:
            said = answer["too_large"]
            reason = said[:200] if isinstance(said, str) else "it is too large"
            raise Died(Verdict.TOO_LARGE, f"Its answer cannot be taken: {reason}.")
        self.uses_compiler |= answer.get("compiler") is True
        cpu = answer.get("cpu")
        self.cpu_seconds += min(cpu, self._limits.notebook_seconds) if isinstance(cpu, float) and cpu > 0 else 0.0
        return answer

    def ask_ahead(self, requests: Sequence[bytes], deadline: float) -> None:
        """Have all of these requests done in one go.

        ``ask`` then takes their answers from here for as long as it is asked the very same, in this order. Raises
        ``Died`` where the process does not get through all of them by ``deadline``.
        """
        answers: Any = None
        with contextlib.suppress(TimeoutError, EOFError, OSError, WireError):
            told = decode(self._exchanged(encode({"do": "ahead", "requests": list(requests)}), deadline), deadline)
            answers = told.get("answers") if isinstance(told, dict) else None
        as_agreed = isinstance(answers, list) and len(answers) == len(requests)
        if not as_agreed or not all(isinstance(answer, bytes) for answer in answers):
            raise self._dead(Verdict.EXITED, "Its process did not answer as agreed.")
        self._ahead.extend(zip(requests, answers, strict=True))

    def _exchanged(self, message: bytes, deadline: float) -> bytes:
        """The process's answer to a message."""
        began = time.monotonic()
        self._used_before = math.inf  # until the first look, which most calls are over before
        self._connection.settimeout(max(0.001, deadline - began))
        send_message(self._connection, message)
        answer = self._message(deadline)
        if time.monotonic() - began > _LONG:
            self._look()  # now: what this one has left behind must not end the process under the next one
        return answer

    def end(self) -> int:
        """End the process and all it started; returns the wait status it had ended with already, or -1."""
        self.alive = False
        self._connection.close()
        with _undisturbed():
            self._server.sendall(b"K" + _PID.pack(self._pid))
            (status,) = _PID.unpack(_exactly(self._server, _PID.size))
        return int(status)

    def _dead(self, verdict: Verdict, detail: str) -> Died:
        if verdict is Verdict.EXITED:
            self._await_end()
        status = self.end()
        if verdict is Verdict.EXITED and status >= KILLED_FOR_MEMORY:
            return Died(Verdict.OUT_OF_MEMORY, _FULL)
        if verdict is Verdict.EXITED and status >= 0 and status & 0x7F == signal.SIGXCPU:
            return Died(Verdict.TIMED_OUT, _SPENT)
        return Died(verdict, detail)

    def _await_end(self) -> None:
        """Its end of the connection closes a moment before it can be waited for; a longer one where much else runs.

        A process that has only closed the connection does not end.
        """
        until = time.monotonic() + _MOMENT
        while not has_ended(self._pid) and time.monotonic() < until:
            time.sleep(0.002)

    def _message(self, deadline: float) -> bytes:
        (size,) = struct.unpack("<Q", self._bytes(8, deadline))
        if size > MAX_BYTES:
            raise WireError(f"it has {size} bytes, at most {MAX_BYTES} are taken")
        return self._bytes(size, deadline)

    def _bytes(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            ready = select.select([self._connection], [], [], min(left, _LOOK_EVERY))[0]
            if not ready or time.monotonic() > self._next_look:  # an answer that drips may hide what grows meanwhile
                self._look()
            if not ready:
                continue
            got = self._connection.recv(min(size - len(parts), 2**20))
            if not got:
                raise EOFError
            parts += got
        return bytes(parts)

    def _look(self) -> None:
        # The kernel's limits bind each process; this look binds all that one of them has started together.
        self._next_look = time.monotonic() + _LOOK_EVERY
        processes = family(self._pid)
        if memory_of(processes, beyond=self._inherited) > self._limits.memory_bytes:
            raise self._dead(Verdict.OUT_OF_MEMORY, _FULL)
        used = processor_seconds(processes)
        self._used_before = min(self._used_before, used)
        if used - self._used_before > self._limits.cell_seconds:
            raise self._dead(Verdict.TIMED_OUT, _SPENT)
        step_back(processes)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No alarm in the middle of a question to the warm server: its answer would be taken for the next one's."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        got = connection.recv(size - len(parts))
        if not got:
            raise EOFError("the warm server is gone")
        parts += got
    return parts
