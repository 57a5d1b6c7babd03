"""Where a student's code runs: namespaces, mounts, limits. Linux only; what is missing is told in a sentence.

Two layers. ``enter_world`` is called once, by the warm server: user, pid, mount, network and IPC namespaces of its own,
and a root that holds the system and the packages, read-only, and nothing else. ``enter_cell`` is called by each child
forked from it: again namespaces of its own, an empty scratch folder, limits, no privileges, a filter on system calls.

Its parts: ``ids`` (whose user ids), ``mounts`` (what is seen), ``limits`` and ``cgroups`` (how much), ``seccomp``
(which system calls). Sources: namespaces(7), user_namespaces(7), capabilities(7), prctl(2), proc(5).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Limits
from shapewise.grading.server import cgroups, libc, seccomp
from shapewise.grading.server.ids import Ids, enter_user_namespace, plan, write_single_map
from shapewise.grading.server.libc import NEW_CGROUP, NEW_IPC, NEW_MOUNTS, NEW_NET, NEW_PID, NEW_USER, NEW_UTS, call
from shapewise.grading.server.limits import limit_resources
from shapewise.grading.server.mounts import (
    SCRATCH,
    build_root,
    mount_nothing,
    mount_proc,
    mount_scratch,
    open_to_others,
)

__all__ = ["World", "enter_cell", "enter_world", "forget_the_beginning", "limit_resources", "new_pid_namespace"]

_STUDENT = 1000
_MOST_EXPENDABLE = "1000"
_STAT_FIELDS_BEFORE_ARGUMENTS = 45  # of proc(5)'s stat, after the name: then come the ends of arguments and environment


@dataclass(frozen=True)
class World:
    """What the warm server found out while it shut itself in: ids to hand out, and cgroups, where there are any."""

    ids: Ids | None
    groups: cgroups.Cgroups | None

    def __str__(self) -> str:
        """In words, for whoever asks what keeps students' processes apart and small."""
        apart = "each with a user id of its own" if self.ids else "all with one user id, each in a user namespace"
        small = f"a cgroup for each ({', '.join(self.groups.controllers)})" if self.groups else "limits of each process"
        return f"{apart}; {small}"


def enter_world(hidden: int | None) -> World:
    """Go on in namespaces of its own with a read-only root; returns, in a child, what it has come to.

    The caller goes on as process 1 of a fresh pid namespace: the original process stays behind, waits and passes the
    exit code on. ``hidden`` is a descriptor to read paths from that are covered even inside the packages.
    """
    if sys.platform != "linux" or not seccomp.SUPPORTED:
        raise SandboxUnavailableError(f"{sys.platform} on this processor has no user namespaces for this engine.")
    ids = plan()
    if ids is not None and ids.by_tool and not open_to_others():
        ids = None  # packages that only their owner may read are read with the owner's id
    groups = cgroups.prepare()
    if groups is not None and ids is not None and not ids.by_tool:
        groups.give_to(ids.server)
    ids = enter_user_namespace(ids, NEW_PID | NEW_MOUNTS | NEW_NET | NEW_IPC | NEW_UTS)
    child = os.fork()
    if child:
        _wait_behind(child, groups)
    libc.die_with_parent()
    socket.sethostname("grading")
    build_root(ids is not None, hidden)
    return World(ids, groups)


def _wait_behind(child: int, groups: cgroups.Cgroups | None) -> NoReturn:
    kept = sorted(groups.descriptors) if groups else []
    low = 3
    for descriptor in kept:  # the server's end shows by the end of its connection, so that may not be left here
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, 4096)
    _, status = os.waitpid(child, 0)
    if groups is not None:
        groups.remove()
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def forget_the_beginning() -> None:
    """Blank the words and the environment that this process was started with: each fork of it could read them.

    What lies on the stack since then is in no variable's hands, and in /proc/self/environ all the same.
    """
    import posix

    posix.environ.clear()
    platform._uname_cache = None  # type: ignore[attr-defined]  # the machine's name
    sys.argv[:], sys.orig_argv[:] = [""], [""]
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    numbers = list(map(int, fields[_STAT_FIELDS_BEFORE_ARGUMENTS : _STAT_FIELDS_BEFORE_ARGUMENTS + 4]))
    for start, end in (numbers[:2], numbers[2:]):
        if 0 < start < end:
            ctypes.memset(start, 0, end - start)


def new_pid_namespace() -> int:
    """Let the next fork be process 1 of a fresh pid namespace; returns a descriptor for ``os.close`` after it."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    call("unshare", NEW_PID)
    return own


def back_to_own_pid_namespace(own: int) -> None:
    """Undo ``new_pid_namespace`` for the forks to come."""
    call("setns", own, NEW_PID)
    os.close(own)


def enter_cell(slot: int, ids: Ids | None, limits: Limits) -> None:
    """Shut this freshly forked child into its own sandbox, for good."""
    os.setsid()
    limit_resources(limits)
    # When memory is short, this process goes first. It cannot take that back: from inside, /proc is read-only.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_MOST_EXPENDABLE)
    call("unshare", NEW_MOUNTS | NEW_NET | NEW_IPC | NEW_UTS | (NEW_CGROUP if _has_cgroups() else 0))
    itself = os.open("/proc/self", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    uid = ids.of_slot(slot) if ids is not None else 0
    try:
        mount_proc("/proc", read_only=True)
    except OSError:  # inside another sandbox a fresh /proc can be refused: then there is none
        mount_nothing("/proc")
    mount_scratch(uid, limits.scratch_bytes)
    if ids is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        call("unshare", NEW_USER)  # so that the limit on processes counts this child's alone
        write_single_map(_STUDENT, 0, 0, itself)
    os.close(itself)
    for folder in ("work", "tmp", "shm"):
        Path(SCRATCH, folder).mkdir()
    os.chdir(f"{SCRATCH}/work")
    _drop_privileges()
    seccomp.install()


def _has_cgroups() -> bool:
    return Path("/proc/self/ns/cgroup").exists()


def _drop_privileges() -> None:
    call("prctl", libc.PR_CAP_AMBIENT, 4, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    call("capset", header, ctypes.create_string_buffer(24))
    call("prctl", libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Its own files in /proc may be opened: the judge counts there what it holds. Tracing is refused by the filter.
    call("prctl", libc.PR_SET_DUMPABLE, 1, 0, 0, 0)
    libc.die_with_parent()
