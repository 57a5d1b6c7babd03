"""Requests over a socket -> freshly forked processes that have everything imported: what the warm server does.

Two kinds are forked. A *judge* gets a connection to whoever wants a notebook graded. A *student's process* is forked
when a judge asks for it, and shuts itself into a sandbox. The server itself never reads a notebook: descriptors pass
through it, contents do not, so a student's process inherits no test, no solution and no other submission.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import struct
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, NoReturn

__all__ = ["JUDGE", "STUDENT", "Server"]

# Where the rooms begin that it forks into. It knows them by name alone: what they do is none of its business.
JUDGE, STUDENT = "shapewise.grading.judge.work", "shapewise.grading.student.serve"

_PID = struct.Struct("<q")


@dataclass
class _Judge:
    """What the server keeps of a running judge: its connection, and its students' processes by pid.

    Of a student's process: its slot, and the name of its cgroup where there is one.
    """

    connection: socket.socket
    students: dict[int, tuple[int, str | None]] = field(default_factory=dict)


class Server:
    """The warm server, once it is warm."""

    def __init__(self, owner: socket.socket, shell: Any, limits: Any, world: Any) -> None:
        """``world`` is what ``sandbox.enter_world`` returned, None where there is no sandbox."""
        self._owner, self._shell, self._limits, self._world = owner, shell, limits, world
        self._sandboxed, self._groups = world is not None, world.groups if world is not None else None
        self._judges: dict[int, _Judge] = {}
        self._unreaped: set[int] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(owner, selectors.EVENT_READ)

    @property
    def resources(self) -> str:
        """In words, what keeps students' processes apart and small."""
        return str(self._world or "no sandbox")

    def serve(self) -> None:
        """Until the owner hangs up; as process 1, its end takes every process below it along."""
        while True:
            for key, _ in self._selector.select(timeout=0.2 if self._unreaped else 5.0):
                if key.fileobj is self._owner:
                    message, descriptors = _received(self._owner, 1)
                    if not message:
                        self._end_all()
                        return
                    self._start_judge(descriptors[0])
                else:
                    self._hear(self._judges[key.fd])
            self._reap()

    def _start_judge(self, descriptor: int) -> None:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            self._leave_server(keep=(descriptor, theirs.fileno()))
            _end_with(lambda: self._be_judge(Connection(descriptor), theirs))
        os.close(descriptor)
        theirs.close()
        self._judges[ours.fileno()] = _Judge(ours)
        self._unreaped.add(pid)
        self._selector.register(ours, selectors.EVENT_READ)

    def _be_judge(self, owner: Connection, connection: socket.socket) -> None:
        from shapewise.grading.server.judges_folder import JudgesFolder

        folder = JudgesFolder(self._sandboxed, self._limits.scratch_bytes)
        try:
            importlib.import_module(JUDGE).work(owner, connection, self._shell, self._limits, folder.lay_out)
        finally:
            folder.close()

    def _hear(self, judge: _Judge) -> None:
        """``S`` and a descriptor: start a student's process; ``K`` and a pid: end it; nothing: the judge is gone.

        ``W``: the notebook has used torch's compiler. Importing that takes longer than most notebooks do, and most
        never need it; from now on it is there.
        """
        message, descriptors = _received(judge.connection, 1)  # no more: a W may have the next S close behind it
        which, _ = _received(judge.connection, _PID.size) if message == b"K" else (b"", [])
        if message == b"W":
            _import_compiler()
        elif message == b"S" or (message == b"K" and len(which) == _PID.size):
            if message == b"S":
                said = self._start_student(descriptors[0], judge)
            else:
                said = self._end(_PID.unpack(which)[0], judge)
            with contextlib.suppress(OSError):  # a judge that has ended meanwhile is noticed when it is heard next
                judge.connection.sendall(_PID.pack(said))
        else:
            for pid in list(judge.students):
                self._end(pid, judge)
            self._selector.unregister(judge.connection)
            del self._judges[judge.connection.fileno()]
            judge.connection.close()

    def _start_student(self, descriptor: int, judge: _Judge) -> int:
        from shapewise.grading.server import sandbox

        used = {slot for other in self._judges.values() for slot, _ in other.students.values()}
        slot = next(slot for slot in range(len(used) + 1) if slot not in used)
        group = self._groups.make(self._limits) if self._groups else None
        own = sandbox.new_pid_namespace() if self._sandboxed else -1
        pid = os.fork()
        if pid == 0:
            if self._groups:
                self._groups.join(group)
            self._leave_server(keep=(descriptor,))
            _end_with(lambda: self._be_student(socket.socket(fileno=descriptor), slot))
        if self._sandboxed:
            sandbox.back_to_own_pid_namespace(own)
        os.close(descriptor)
        judge.students[pid] = slot, group
        return pid

    def _be_student(self, connection: socket.socket, slot: int) -> None:
        from shapewise.grading.messages import wire
        from shapewise.grading.server import sandbox

        try:
            if self._sandboxed:
                sandbox.enter_cell(slot, self._world.ids, self._limits)
            else:
                os.setsid()
                sandbox.limit_resources(self._limits)
        except (OSError, RuntimeError) as error:
            wire.send_message(connection, wire.encode({"refused": str(error)}))
            return
        wire.send_message(connection, wire.encode({}))  # said before any of the student's code runs
        importlib.import_module(STUDENT).serve(connection, self._shell)

    def _end(self, pid: int, judge: _Judge) -> int:
        """End a student's process; returns the wait status it had ended with before, or -1.

        With ``KILLED_FOR_MEMORY`` added where the kernel has ended it because its cgroup was full.
        """
        from shapewise.grading.messages.verdicts import KILLED_FOR_MEMORY

        known = judge.students.pop(pid, None)
        if known is None:
            return -1
        done, status = os.waitpid(pid, os.WNOHANG)
        if not done or not self._sandboxed:
            with contextlib.suppress(ProcessLookupError):
                (os.kill if self._sandboxed else os.killpg)(pid, signal.SIGKILL)
        if not done:
            self._unreaped.add(pid)  # it ends now, and every process of its namespace with it
        status = status if done else -1
        if self._groups and self._groups.end(known[1]):
            return KILLED_FOR_MEMORY + max(status, 0)
        return status

    def _end_all(self) -> None:
        """Without a pid namespace of its own, the server has to end what it has started itself."""
        for judge in self._judges.values():
            for pid in list(judge.students):
                self._end(pid, judge)
        for pid in list(self._unreaped):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        """Take note of judges that have ended; students' processes are waited for where they are ended."""
        for pid in list(self._unreaped):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self._unreaped.discard(pid)
        if self._groups:
            self._groups.sweep()

    def _leave_server(self, keep: tuple[int, ...]) -> None:
        """In a fresh child: let go of everything of the server's but the few descriptors named."""
        self._selector.close()
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        low = 3
        for descriptor in sorted(keep):
            os.closerange(low, descriptor)
            low = descriptor + 1
        os.closerange(low, 4096)


def _import_compiler() -> None:
    from shapewise.grading.messages.verdicts import COMPILER

    folder = "TORCHINDUCTOR_CACHE_DIR"
    os.environ[folder] = "/"  # it wants a folder for a cache, and finds none where everything is read-only
    with contextlib.suppress(ImportError, OSError):
        importlib.import_module(COMPILER)
    del os.environ[folder]
    gc.freeze()


def _received(connection: socket.socket, size: int) -> tuple[bytes, list[int]]:
    """A message and the descriptors sent with it; an empty one where the other side is gone, however it went."""
    try:
        message, descriptors, _, _ = socket.recv_fds(connection, size, 1)
    except OSError:
        return b"", []
    return message, list(descriptors)


def _end_with(work: Any) -> NoReturn:
    """Run a forked child's work and end it without the server's own clean-up."""
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)
