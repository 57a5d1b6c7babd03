"""A class graded while something ends the command's processes -> what was found after each kill and at the end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.grading.faults.classes import ASSIGNMENT, Left, command, copied, debris, environment, left_behind, settled

__all__ = [
    "PHASES",
    "VICTIMS",
    "Kill",
    "Round",
    "adopt_orphans",
    "differences",
    "graded_so_far",
    "killed_and_run_again",
]

PHASES = ("starting", "grading", "writing feedback")
VICTIMS = (
    "the command", "the command and its group", "the warm server", "any process below it",
    "a whole cell", "the warm server's whole cgroup", "the writers of pages",
)  # fmt: skip
_SET_CHILD_SUBREAPER = 36
_PATIENCE = 10.0


@dataclass(frozen=True)
class Kill:
    """One kill: of what, while the command was doing what, and the exit code that followed."""

    victim: str
    phase: str
    code: int


@dataclass
class Round:
    """One class: the kills it went through, and every promise that was broken."""

    kills: list[Kill] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def adopt_orphans() -> None:
    """Make this process the parent of whatever the command leaves running (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    if ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("This kernel cannot give orphaned processes to their grandparent.")


def killed_and_run_again(
    untouched: Path, folder: Path, expected: Left, starting: float, most: int, random: Random
) -> Round:
    """Grade a class with several kills on the way, then to the end; compare with what an undisturbed run left.

    There are ``most`` kills, or fewer where the class is done before. ``starting`` is how many seconds an undisturbed
    run takes until the first submission is graded.
    """
    course, scratch, found = copied(untouched, folder / "course"), folder / "scratch", Round()
    done: dict[str, int] = {}
    while len(found.kills) < most and _kill(course, scratch, starting, random, found):
        _compare_so_far(course, expected, done, found)
    last = settled(course, scratch)
    if last.returncode != 0:
        found.broken.append(f"the last run ended with {last.returncode}: {last.stderr[-500:]}")
    _compare_so_far(course, expected, done, found)
    found.broken += differences(left_behind(course), expected)
    found.broken += [f"left lying about: {path}" for path in debris(course, scratch)]
    found.broken += _left_running()
    shutil.rmtree(folder)
    return found


def _kill(course: Path, scratch: Path, starting: float, random: Random, found: Round) -> bool:
    """Run the command, kill at a random moment, wait until nothing of it runs; False if it was done before."""
    victim, (phase, reached) = random.choice(VICTIMS), _moment(course, starting, random)
    if victim == "the writers of pages":
        phase, reached = "writing feedback", _moments(course, starting, random)["writing feedback"]
    with (scratch.parent / "output.txt").open("w+") as output:
        process = subprocess.Popen(
            command(course), env=environment(scratch), stdout=output, stderr=output, start_new_session=True
        )
        begin = time.monotonic()
        while process.poll() is None and not reached(time.monotonic() - begin):
            time.sleep(0.005)
        time.sleep(0.0 if phase == "starting" else random.uniform(0.0, 0.3))
        struck = process.poll() is None
        if struck:
            _strike(process, victim, random)
        try:
            code = process.wait(300)
        except subprocess.TimeoutExpired:
            found.broken.append(f"five minutes after {victim} was killed, the command still ran")
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
        output.seek(0)
        said = output.read()
    if "Traceback" in said:
        found.broken.append(f"killing {victim} while {phase} ended in a traceback: {said[-700:]}")
    if struck:
        found.kills.append(Kill(victim, phase, code))
    found.broken += _left_running()
    return struck


def _moment(course: Path, starting: float, random: Random) -> tuple[str, Callable[[float], bool]]:
    """What the command shall be doing when it is killed, and whether it has come to that after so many seconds."""
    students, graded = len(list((course / "submitted").iterdir())), len(graded_so_far(course))
    phase = random.choice(["starting", *(["grading"] * 2 if graded < students else []), "writing feedback"])
    return phase, _moments(course, starting, random)[phase]


def _moments(course: Path, starting: float, random: Random) -> dict[str, Callable[[float], bool]]:
    """For each phase, whether the command has come to a random moment of it."""
    students = len(list((course / "submitted").iterdir()))
    graded, pages = len(graded_so_far(course)), len(_with_pages(course))
    after, more = random.uniform(0.0, starting), random.randint(graded + 1, max(graded + 1, students))
    page = random.randint(pages + 1, max(pages + 1, students))
    return {
        "starting": lambda seconds: seconds > after,
        "grading": lambda _: len(graded_so_far(course)) >= more,
        "writing feedback": lambda _: len(_with_pages(course)) >= page,
    }


def _strike(process: subprocess.Popen[bytes], victim: str, random: Random) -> None:
    # Python's own book-keeper of semaphores is left alone: when it is killed, it is the one to print tracebacks.
    below = [pid for pid in _below(process.pid) if b"resource_tracker" not in _command_line(pid)]
    if victim == "the command":
        process.kill()
    elif victim == "the command and its group":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        servers = [pid for pid in below if b"grading.server.zygote" in _command_line(pid)][:1]
        whole = victim.endswith("cgroup") or victim == "a whole cell"
        if whole and _kill_cgroup(servers, random if victim == "a whole cell" else None):
            return
        chosen = {
            "the warm server": servers,
            "the writers of pages": [pid for pid in below if b"grading.pages" in _command_line(pid)],
            "the warm server's whole cgroup": [at for pid in servers for at in [pid, *_below(pid)]],
            "a whole cell": [at for cell in _cells(servers, random) for at in [cell, *_below(cell)]],
        }.get(victim, random.sample(below, min(1, len(below))))
        for pid in chosen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _kill_cgroup(servers: list[int], cell: Random | None) -> bool:
    """Have the kernel kill the server's cgroup, or one of its cells'; False where it has none."""
    for pid in servers:
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
            path = next(line.removeprefix("0::") for line in lines if line.startswith("0::"))
            folder = next(f for f in Path("/sys/fs/cgroup").rglob("shapewise-*[0-9]") if f"/{f.name}/" in f"{path}/")
            cells = sorted(folder.glob("cell-*"))
            chosen = cell.choice(cells) if cell is not None and cells else folder
            (chosen / "cgroup.kill").write_text("1")
            return True
    return False


def _cells(servers: list[int], random: Random) -> list[int]:
    """One of the students' processes, where any runs: process 1 of a pid namespace below the server's own."""
    found = [pid for server in servers for pid in _below(server) if _depth(pid) == _depth(os.getpid()) + 2]
    return random.sample(found, min(1, len(found)))


def _depth(pid: int) -> int:
    """In how many pid namespaces a process has a number."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((len(line.split()) - 1 for line in lines if line.startswith("NSpid:")), 0)


def _below(pid: int) -> list[int]:
    """Every process below this one, parents first."""
    found: list[int] = []
    waiting = [pid]
    for parent in waiting:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                children = [int(child) for child in (task / "children").read_text().split()]
                waiting += children
                found += children
    return found


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _left_running() -> list[str]:
    """What of the command is still there: it has become a child of ours. Ended, so that it harms no later run."""
    until = time.monotonic() + _PATIENCE
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        running = _below(os.getpid())
        if not running:
            return []
        if time.monotonic() > until:
            lines = [f"still running: {_command_line(pid).replace(bytes(1), b' ').decode()[:200]}" for pid in running]
            for pid in running:
                os.kill(pid, signal.SIGKILL)
            return lines
        time.sleep(0.05)


def graded_so_far(course: Path) -> dict[str, int]:
    """The students whose graded notebooks lie in their place -> the folder's inode: grading again makes another."""
    return {path.parent.name: path.stat().st_ino for path in (course / "autograded").glob(f"*/{ASSIGNMENT}")}


def _with_pages(course: Path) -> list[Path]:
    return list((course / "feedback").glob(f"*/{ASSIGNMENT}"))


def _compare_so_far(course: Path, expected: Left, done: dict[str, int], found: Round) -> None:
    """What was there before is there still, was not graded again, and every known score is the right one."""
    now = graded_so_far(course)
    found.broken += [
        f"{student} was graded already and is lost or graded again"
        for student in done
        if now.get(student) != done[student]
    ]
    done.update(now)
    wanted = {row[:3]: row[3] for row in expected.scores}
    for *where, score, _ in left_behind(course).scores:
        if score is not None and score != wanted[tuple(where)]:
            found.broken.append(f"{where} has {score} points instead of {wanted[tuple(where)]}")
        if score is None and where[0] in now:
            found.broken.append(f"{where} counts as graded and has no score")


def differences(found: Left, expected: Left) -> list[str]:
    """How what was left behind differs from what an undisturbed run leaves."""
    broken = []
    if found.scores != expected.scores:
        broken.append("the scores differ from an undisturbed run's")
    if found.rows != expected.rows:
        broken.append(f"the database has {found.rows} rows instead of {expected.rows}")
    changed = [name for name in found.files if found.files[name] != expected.files.get(name, found.files[name])]
    odd = {"lost": expected.files.keys() - found.files.keys(), "too many": found.files.keys() - expected.files.keys()}
    for what, names in {**odd, "changed": set(changed)}.items():
        if names:
            broken.append(f"{len(names)} files {what}: {sorted(names)[:5]}")
    return broken
