"""Names of the C library's calls -> calls whose refusal is an error in words. Linux only.

Sources: unshare(2), mount(2), mount_setattr(2), prctl(2), and linux/sched.h for the flags.
"""

from __future__ import annotations

import ctypes
import os
import sys

from shapewise.grading.messages.refusal import SandboxUnavailableError

__all__ = [
    "NEW_CGROUP",
    "NEW_IPC",
    "NEW_MOUNTS",
    "NEW_NET",
    "NEW_PID",
    "NEW_USER",
    "NEW_UTS",
    "PR_CAP_AMBIENT",
    "PR_SET_DUMPABLE",
    "PR_SET_NO_NEW_PRIVS",
    "call",
    "die_with_parent",
]

NEW_USER, NEW_PID, NEW_MOUNTS, NEW_CGROUP = 0x10000000, 0x20000000, 0x00020000, 0x02000000
NEW_NET, NEW_IPC, NEW_UTS = 0x40000000, 0x08000000, 0x04000000
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 4, 38, 47
_PR_SET_PDEATHSIG, _SIGKILL, _ENOSYS = 1, 9, 38
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def call(name: str, *arguments: object) -> None:
    """Call it; OSError where the kernel says no, ``SandboxUnavailableError`` where it has no such thing at all."""
    if _libc is None:
        raise SandboxUnavailableError(f"{sys.platform} has no {name}.")
    if getattr(_libc, name)(*arguments) < 0:
        code = ctypes.get_errno()
        if name == "unshare" or code == _ENOSYS:
            raise SandboxUnavailableError(f"The kernel refused {name} ({os.strerror(code)}).")
        raise OSError(code, f"{name}: {os.strerror(code)}")


def die_with_parent() -> None:
    """Have the kernel end this process when the one that forked it ends."""
    call("prctl", _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
