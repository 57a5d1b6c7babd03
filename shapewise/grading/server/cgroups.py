"""A cgroup that this machine lets us divide -> one cgroup for each student's process and all that it starts.

Then memory of every kind counts (sockets, pipes, files in memory, the kernel's own), processes are counted together,
and no cell takes more of the processors than one of them. Only version 2 is used, and only where it is delegated:
where this process may make cgroups below one that has the controllers. Elsewhere ``prepare`` returns None.
Sources: cgroups(7), Documentation/admin-guide/cgroup-v2.rst of Linux, systemd's CGROUP_DELEGATION.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from shapewise.grading.messages.verdicts import Limits

__all__ = ["Cgroups", "prepare"]

_NEEDED = {"memory", "pids"}
_PREFIX = "shapewise-"
_PERIOD = 100_000  # microseconds


class Cgroups:
    """The cgroup of one warm server, and those of its students' processes below it."""

    def __init__(self, folder: Path, home: Path, controllers: set[str]) -> None:
        """``folder`` exists, and has these controllers for what lies below it. The caller moves into a part of it.

        ``home`` is where it was, and is again before ``folder`` goes.
        """
        self.controllers = sorted(controllers)
        self._folder, self._parent, self._home = (
            os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) for path in (folder, folder.parent, home)
        )
        self._name = folder.name
        self._made = 0
        self._ended: list[str] = []
        os.mkdir("server", dir_fd=self._folder)
        self._write("server/cgroup.procs", "0")

    def give_to(self, owner: int) -> None:
        """Let this user (and group) make cgroups here, and move processes between them."""
        for name in (".", "cgroup.procs", "cgroup.subtree_control", "server", "server/cgroup.procs"):
            os.chown(name, owner, owner, dir_fd=self._folder)

    def make(self, limits: Limits) -> str:
        """A cgroup for one student's process, by name."""
        name = f"cell-{self._made}"
        self._made += 1
        os.mkdir(name, dir_fd=self._folder)
        wanted = {
            "memory.max": str(limits.memory_bytes + limits.scratch_bytes),
            "memory.oom.group": "1",
            "pids.max": str(limits.processes),
        }
        for file, text in wanted.items():
            self._write(f"{name}/{file}", text)
        with contextlib.suppress(OSError):  # where nothing is swapped there is no such file
            self._write(f"{name}/memory.swap.max", "0")
        if "cpu" in self.controllers:
            self._write(f"{name}/cpu.max", f"{_PERIOD} {_PERIOD}")
        return name

    def join(self, name: str) -> None:
        """Move the calling process there, for good: inside its sandbox it sees no cgroup."""
        self._write(f"{name}/cgroup.procs", "0")

    def end(self, name: str) -> bool:
        """Kill what is left in it; returns whether the kernel has ended something there for want of memory."""
        out_of_memory = False
        with contextlib.suppress(OSError, ValueError):
            events = dict(line.split() for line in self._read(f"{name}/memory.events").splitlines())
            out_of_memory = int(events.get("oom_kill", 0)) > 0
        with contextlib.suppress(OSError):
            self._write(f"{name}/cgroup.kill", "1")
        self._ended.append(name)
        return out_of_memory

    def sweep(self) -> None:
        """Remove those whose last process is gone by now."""
        for name in list(self._ended):
            with contextlib.suppress(OSError):
                os.rmdir(name, dir_fd=self._folder)
                self._ended.remove(name)

    def remove(self) -> None:
        """Take the whole down, once everything else in it has ended; for the process that made it."""
        with contextlib.suppress(OSError):
            _write("cgroup.procs", "0", self._home)
        _remove(self._name, self._parent)

    @property
    def descriptors(self) -> tuple[int, int, int]:
        """What a process has to keep open to use this."""
        return self._folder, self._parent, self._home

    def _write(self, file: str, text: str) -> None:
        _write(file, text, self._folder)

    def _read(self, file: str) -> str:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder)
        with os.fdopen(descriptor) as opened:
            return opened.read()


def prepare() -> Cgroups | None:
    """A cgroup of this process's own to divide, if there is one to be had; this process moves into it."""
    own = _own_folder()
    if own is None:
        return None
    mount, inside = own
    for folder in (mount / inside, *(mount / inside).parents):
        if not folder.is_relative_to(mount):
            break
        with contextlib.suppress(OSError):
            found = _made_below(folder, mount / inside)
            if found is not None:
                return found
    return None


def _made_below(folder: Path, home: Path) -> Cgroups | None:
    available = _words(folder / "cgroup.controllers")
    if not available >= _NEEDED or not os.access(folder, os.W_OK):
        return None
    if not _words(folder / "cgroup.subtree_control") >= _NEEDED:
        if folder == home and _is_delegated(folder):
            home = _move_down(folder)
        elif (folder / "cgroup.type").exists():  # somebody else's, who has processes in it
            return None
        _enable(folder, available)
    _remove_left_over(folder)
    made = folder / f"{_PREFIX}{os.getpid()}"
    made.mkdir()
    try:
        _enable(made, available)
        return Cgroups(made, home, _words(made / "cgroup.subtree_control"))
    except OSError:
        _remove(made.name, folder)
        raise


def _enable(folder: Path, available: set[str]) -> None:
    _write(str(folder / "cgroup.subtree_control"), "+memory +pids")
    if "cpu" in available:
        with contextlib.suppress(OSError):
            _write(str(folder / "cgroup.subtree_control"), "+cpu")


def _is_delegated(folder: Path) -> bool:
    """Whether this cgroup's inside is ours to arrange: systemd says so, or it is the root that a container sees."""
    with contextlib.suppress(OSError):
        marks = {os.getxattr(folder, name) for name in os.listxattr(folder) if name.endswith(".delegate")}
        if b"1" in marks:
            return True
    return Path("/proc/self/cgroup").read_text().strip().endswith("0::/") and (folder / "cgroup.type").exists()


def _move_down(folder: Path) -> Path:
    """Processes may live only where no controller is handed on: move all of them one down."""
    below = folder / f"{_PREFIX}others"
    below.mkdir(exist_ok=True)
    for pid in (folder / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            _write(str(below / "cgroup.procs"), pid)
    return below


def _own_folder() -> tuple[Path, str] | None:
    """(where version 2 is mounted, the path of this process's cgroup below it)."""
    try:
        mounts = [line.split(" - ") for line in Path("/proc/self/mountinfo").read_text().splitlines()]
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None
    path = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), None)
    for left, right in mounts:
        _, _, _, root, place, *_ = left.split()
        if right.startswith("cgroup2 ") and path is not None and path.startswith(root.rstrip("/")):
            return Path(place), path.removeprefix(root.rstrip("/")).strip("/")
    return None


def _remove_left_over(folder: Path) -> None:
    """What servers that were killed have left behind; one that still runs cannot be removed."""
    for left in folder.glob(f"{_PREFIX}*[0-9]"):
        if not Path("/proc", left.name.removeprefix(_PREFIX)).exists():
            with contextlib.suppress(OSError):
                _write(str(left / "cgroup.kill"), "1")
            _remove(left.name, folder)


def _remove(name: str, parent: int | Path) -> None:
    folder = parent if isinstance(parent, int) else os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with contextlib.suppress(OSError):
        inside = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
        for entry in os.scandir(inside):
            if entry.is_dir():
                with contextlib.suppress(OSError):
                    os.rmdir(entry.name, dir_fd=inside)
        os.close(inside)
        os.rmdir(name, dir_fd=folder)
    if folder is not parent:
        os.close(folder)


def _words(file: Path) -> set[str]:
    return set(file.read_text().split())


def _write(file: str, text: str, folder: int | None = None) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
