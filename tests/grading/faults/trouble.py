"""A class graded on a full disk, or while somebody else holds the database -> what the command said and left.

python -m tests.grading.faults.trouble UNTOUCHED UNDISTURBED    inside namespaces of its own, for the full disk
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.conftest import ROOT
from tests.grading.faults.classes import Left, command, copied, debris, environment, left_behind, settled
from tests.grading.faults.killing import differences, graded_so_far

__all__ = ["full_disk", "locked_database"]

_DISK = 24 * 2**20


def locked_database(untouched: Path, folder: Path, expected: Left, *, after: int) -> list[str]:
    """Lock the database once ``after`` students are graded; then run the command again with the lock gone."""
    course, scratch = copied(untouched, folder / "course"), folder / "scratch"
    process = subprocess.Popen(
        command(course), env=environment(scratch), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) if after else None  # fmt: skip
    while process is not None and process.poll() is None and len(graded_so_far(course)) < after:
        os.sched_yield()
    with closing(sqlite3.connect(course / "gradebook.db", timeout=60, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        if process is None:
            ran = settled(course, scratch)
            code, said = ran.returncode, ran.stderr
        else:
            _, said = process.communicate(timeout=120)
            code = process.returncode
        other.execute("ROLLBACK")
    return [*_not_a_sentence(code, said), *_after(course, scratch, expected)]


def full_disk(
    untouched: Path, undisturbed: Path, free: Sequence[int] = (0, 20_000, 150_000, 300_000, 450_000)
) -> subprocess.CompletedProcess[str]:
    """Grade on a small disk with so many bytes left: run this module where mounting is allowed."""
    here = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-m", "tests.grading.faults.trouble"]
    return subprocess.run(
        [*here, str(untouched), str(undisturbed), *map(str, free)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _on_full_disk(untouched: Path, expected: Left, free: int) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        disk, scratch = Path(name, "disk"), Path(name, "scratch")
        disk.mkdir()
        _mount(disk)
        course = copied(untouched, disk / "course")
        filler = disk / "filler"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - free)))
        ran = settled(course, scratch)
        broken = _not_a_sentence(ran.returncode, ran.stderr)
        done = len(graded_so_far(course))
        filler.unlink()
        broken += _after(course, scratch, expected)
        print(
            f"{free:>9,} bytes free: {done} graded, exit code {ran.returncode}: {' '.join(ran.stderr.split())[-150:]}"
        )
        ctypes.CDLL(None).umount2(os.fsencode(disk), 2)
    return [f"with {free} bytes free: {promise}" for promise in broken]


def _mount(disk: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", os.fsencode(disk), b"tmpfs", 0, f"size={_DISK}".encode()) != 0:
        raise OSError(ctypes.get_errno(), "cannot mount a small disk")


def _not_a_sentence(code: int, said: str) -> list[str]:
    """What is wrong with how the command ended, when it had to give up."""
    lines = [line for line in said.splitlines() if line.strip()]
    broken = [] if code == 1 else [f"exit code {code} instead of 1: {said[-300:]}"]
    if "Traceback" in said or not lines or not lines[-1].startswith("shapewise grade: "):
        broken.append(f"no sentence, but: {said[-700:]}")
    return broken


def _after(course: Path, scratch: Path, expected: Left) -> list[str]:
    """Run again with the trouble gone: everything as if there had been none."""
    before, broken = graded_so_far(course), []
    left_behind(course)  # whole, though not complete
    last = settled(course, scratch)
    if last.returncode != 0:
        broken.append(f"run again, it ended with {last.returncode}: {last.stderr[-700:]}")
    after = graded_so_far(course)
    broken += [f"{name} was graded and is lost or graded again" for name in before if after.get(name) != before[name]]
    broken += [f"left lying about: {path}" for path in debris(course, scratch)]
    return [*broken, *differences(left_behind(course), expected)]


def main(arguments: list[str]) -> int:
    """Try every amount of free space; 0 when each promise was kept."""
    untouched, expected = Path(arguments[0]), left_behind(Path(arguments[1]))
    broken = [promise for free in map(int, arguments[2:]) for promise in _on_full_disk(untouched, expected, free)]
    print(*broken, sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
