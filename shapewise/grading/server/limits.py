"""What one student's process may take -> the kernel's limits on it, and on each process that it starts.

They bind each process alone. What all of a cell's processes take together is counted by its cgroup (``cgroups``),
and where there is none by the judge, which looks at them (``judge.process``).
Sources: getrlimit(2), proc(5).
"""

from __future__ import annotations

import sys
from pathlib import Path

from shapewise.grading.messages.verdicts import Limits

__all__ = ["limit_resources"]


def limit_resources(limits: Limits) -> None:
    """Bound what this process and each one it starts may take."""
    import resource  # which Windows has not; there an engine comes no further than to say so

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    wanted = {
        "RLIMIT_AS": pages * resource.getpagesize() + limits.memory_bytes if pages else None,
        "RLIMIT_FSIZE": limits.scratch_bytes,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 1024,  # timers count here: each is memory of the kernel's
        "RLIMIT_NICE": 0,
        "RLIMIT_RTPRIO": 0,
        "RLIMIT_CPU": int(limits.notebook_seconds) + 5,
    }
    for name, most in wanted.items():
        if most is not None and hasattr(resource, name):
            _, hard = resource.getrlimit(getattr(resource, name))
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(getattr(resource, name), (most, most))
