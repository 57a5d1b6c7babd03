"""Who runs the engine -> the user ids that students' processes get, so that none has an id of anybody's.

Root hands out ids that no account has. An ordinary user has subordinate ones, where the administrator has given any
(/etc/subuid) and ``newuidmap`` is installed. Everybody else has one id only: then each student's process has the
instructor's own in the kernel's eyes, in a user namespace of its own.
Sources: user_namespaces(7), newuidmap(1), subuid(5).
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shapewise.grading.server.libc import NEW_USER, call

__all__ = ["Ids", "enter_user_namespace", "free_ids", "plan", "subordinate_ids", "write_single_map"]

_NOBODYS_BASE, _NOBODYS_COUNT = 0x70000000, 65536  # ids that no account and no container has
_SIZES = (2048, 256, 32)  # of the range looked for where there are fewer ids
_FIRST_ACCOUNT, _NOBODY = 1000, {65534, 65535}
_STUDENT = 1000
_LEAST_SUBORDINATE = 32


@dataclass(frozen=True)
class Ids:
    """``uids`` and ``gids``: lines of (inside, outside, count). ``students`` ids are there, and 0 for the server."""

    uids: tuple[tuple[int, int, int], ...]
    gids: tuple[tuple[int, int, int], ...]
    students: int
    by_tool: bool = False

    @property
    def server(self) -> int:
        """What stands behind the server's 0, seen from outside."""
        return self.uids[0][1]

    def of_slot(self, slot: int) -> int:
        """The id of the student's process in this slot."""
        first = _STUDENT if self.students > 2 * _STUDENT else 1
        if first + slot > self.students:
            raise OSError(f"there are ids for {self.students} students' processes at once, not for {slot + 1}")
        return first + slot


def plan() -> Ids | None:
    """The ids that this process may hand out; None where it has its own only."""
    if os.geteuid() == 0:
        found = free_ids(_read_map("uid"), _read_map("gid"), _accounts())
        if found is None:
            return None
        lines = ((0, *found),)
        return Ids(lines, lines, found[1] - 1)
    uids, gids = (subordinate_ids(Path(f"/etc/sub{kind}"), own) for kind, own in _own().items())
    if uids is None or gids is None or not all(map(shutil.which, ("newuidmap", "newgidmap"))):
        return None
    count = min(uids[1], gids[1], _NOBODYS_COUNT)
    return Ids(
        ((0, os.geteuid(), 1), (1, uids[0], count)), ((0, os.getegid(), 1), (1, gids[0], count)), count, by_tool=True
    )


def free_ids(
    uid_map: Iterable[tuple[int, int]], gid_map: Iterable[tuple[int, int]], accounts: Iterable[int]
) -> tuple[int, int] | None:
    """(first, count) of ids that are mapped here and that no account has. The maps: (first, count) of each line.

    A rootless container has a map such as ``0 100000 65536``, or ``0 1000 1`` and ``1 100000 65536``: then the
    highest free ids of it.
    """
    both = [
        (max(u, g), min(u + many, g + more))
        for u, many in uid_map
        for g, more in gid_map
        if max(u, g) < min(u + many, g + more)
    ]
    if any(low <= _NOBODYS_BASE and high >= _NOBODYS_BASE + _NOBODYS_COUNT for low, high in both):
        return _NOBODYS_BASE, _NOBODYS_COUNT
    taken = {*accounts, *_NOBODY}
    for size in _SIZES:
        for low, high in sorted(both, reverse=True):
            for first in range(high - size, max(low, _FIRST_ACCOUNT) - 1, -size):
                if not any(first <= account < first + size for account in taken):
                    return first, size
    return None


def subordinate_ids(table: Path, own: set[str]) -> tuple[int, int] | None:
    """(first, count) of the largest range that a table in subuid(5)'s form gives to somebody of these names."""
    found: list[tuple[int, int]] = []
    with contextlib.suppress(OSError):
        for line in table.read_text().splitlines():
            name, _, numbers = line.strip().partition(":")
            first, _, count = numbers.partition(":")
            if name in own and first.isdecimal() and count.isdecimal() and int(count) >= _LEAST_SUBORDINATE:
                found.append((int(first), int(count)))
    return max(found, key=lambda range_: range_[1], default=None)


def enter_user_namespace(ids: Ids | None, others: int) -> Ids | None:
    """Unshare, with ``others`` of the namespaces too, and have the ids mapped; returns the ids that it came to.

    A helper that stays outside writes the maps, for only there are they anybody's to give. Where it may not after all,
    this process maps its own id alone.
    """
    uid, gid = os.geteuid(), os.getegid()  # read before unshare: inside, they read as nobody
    helper = _Helper(ids) if ids is not None else None
    call("unshare", NEW_USER | others)
    if helper is not None and helper.map():
        return ids
    write_single_map(0, uid, gid)
    return None


def write_single_map(inside: int, uid: int, gid: int, process: str | int = "/proc/self") -> None:
    """Map one id. ``process`` is its folder in /proc, or a descriptor of it."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{inside} {uid} 1"), ("gid_map", f"{inside} {gid} 1")):
        if isinstance(process, int):
            file = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=process)
        else:
            file = os.open(f"{process}/{name}", os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)


class _Helper:
    """A process forked before the namespace is there, which writes the maps of the one that forked it."""

    def __init__(self, ids: Ids) -> None:
        told, self._tell = os.pipe()
        self._answer, answer = os.pipe()
        target = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._tell)
            said = b"!"
            try:
                if os.read(told, 1) == b".":
                    _write_maps(target, ids)
                    said = b"."
            except (OSError, subprocess.SubprocessError):
                pass
            finally:
                os.write(answer, said)
                os._exit(0)
        os.close(told)
        os.close(answer)

    def map(self) -> bool:
        """Have it done, and end the helper."""
        os.write(self._tell, b".")
        done = os.read(self._answer, 1) == b"."
        os.close(self._tell)
        os.close(self._answer)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        return done


def _write_maps(target: int, ids: Ids) -> None:
    for kind, lines in (("uid", ids.uids), ("gid", ids.gids)):
        if ids.by_tool:
            numbers = [str(number) for line in lines for number in line]
            subprocess.run([f"new{kind}map", str(target), *numbers], check=True, capture_output=True, timeout=10)
        else:
            text = "\n".join(" ".join(map(str, line)) for line in lines)
            Path(f"/proc/{target}/{kind}_map").write_text(text)


def _read_map(kind: str) -> list[tuple[int, int]]:
    lines = [line.split() for line in Path(f"/proc/self/{kind}_map").read_text().splitlines()]
    return [(int(inside), int(count)) for inside, _, count in lines]


def _accounts() -> set[int]:
    users = {number for user in pwd.getpwall() for number in (user.pw_uid, user.pw_gid)}
    return users | {group.gr_gid for group in grp.getgrall()}


def _own() -> dict[str, set[str]]:
    """By what names the two tables may know this user: subgid(5), too, is by user."""
    own = {str(os.geteuid())}
    with contextlib.suppress(KeyError):
        own.add(pwd.getpwuid(os.geteuid()).pw_name)
    return {"uid": own, "gid": own}
