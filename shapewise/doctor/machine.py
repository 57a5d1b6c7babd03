"""This machine -> what of it makes grading unsafe, unfair or slow: Python, packages, memory, clock, disk, browser.

Sources: proc_meminfo(5), adjtimex(2), statvfs(3).
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from shapewise.doctor.line import Line, State

__all__ = [
    "browser", "clock", "kernel", "memory", "on_systemd", "packages", "processors", "python", "swap", "temporary",
]  # fmt: skip

_OLDEST_PYTHON, _OLDEST_KERNEL = (3, 11), (5, 12)
_GIB = 2**30
_BESIDE = 2 * _GIB  # for the warm server, its judges and this command
_TIME_ERROR, _LIBC_TIMEX_BYTES = 5, 512  # of adjtimex(2); struct timex is shorter than that everywhere
_PATIENCE = 30  # seconds
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def python() -> Line:
    """Python itself."""
    said = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info[:2] < _OLDEST_PYTHON:
        return Line("Python", State.MISSING, f"{said}; 3.11 or newer is needed", "sudo apt install python3.11-venv")
    return Line("Python", State.GOOD, said)


def packages() -> Line:
    """What the package asks for, against what is installed."""
    wanted = [Requirement(text) for text in requires("shapewise") or ()]
    wanted = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong = list(_not_as_wanted(wanted))
    if wrong:
        named = " ".join(f"'{name}{specifier}'" for name, specifier, _ in wrong)
        said = "; ".join(f"{name}: {there}, wanted {specifier or 'any'}" for name, specifier, there in wrong)
        return Line("Packages", State.MISSING, said, f"{sys.executable} -m pip install {named}")
    return Line("Packages", State.GOOD, f"all {len(wanted)} are installed, torch {version('torch')} among them")


def _not_as_wanted(wanted: list[Requirement]) -> Iterator[tuple[str, str, str]]:
    for one in wanted:
        try:
            there = version(one.name)
        except PackageNotFoundError:
            yield one.name, str(one.specifier), "not installed"
            continue
        if not one.specifier.contains(there, prereleases=True):
            yield one.name, str(one.specifier), there


def kernel() -> Line:
    """The operating system's kernel."""
    said = f"{platform.system()} {platform.release()}"
    if sys.platform != "linux":
        return Line("System", State.MISSING, f"{said}; students' code is shut in on Linux only: use one, or WSL 2")
    numbers = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2] if part.isdecimal())
    if numbers < _OLDEST_KERNEL:
        return Line("System", State.MISSING, f"{said}; Linux 5.12 or newer is needed", "sudo apt full-upgrade")
    return Line("System", State.GOOD, said)


def processors(jobs: int) -> Line:
    """How many processors there are for ``jobs`` notebooks at once, and whether others want them."""
    load, there = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0, os.cpu_count() or 1
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    said = f"{own} for this process" + (f" of {there}" if own != there else "") + f", load {load:.1f}"
    if jobs > own:
        crowded = f"{said}; {jobs} notebooks at once take turns on them, and may run into a limit of time"
        return Line("Processors", State.WEAK, crowded, f"shapewise grade ASSIGNMENT --jobs {own}")
    if load > 1.5 * there:  # the load is the whole machine's
        busy = f"{said}; others use them, and what is slow may run into a limit of time"
        return Line("Processors", State.WEAK, busy, "ps -eo pcpu,pid,args --sort=-pcpu | head")
    return Line("Processors", State.GOOD, said)


def memory(jobs: int, each: int) -> Line:
    """Whether ``jobs`` notebooks at once may each take ``each`` bytes."""
    known = meminfo()
    if "MemAvailable" not in known:
        return Line("Memory", State.WEAK, "this system does not say how much is free")
    free = min(known["MemAvailable"], _room_in_cgroup())
    said = f"{free / _GIB:.1f} GiB free; {jobs} notebooks at once may take {each / _GIB:.0f} GiB each"
    fit = int((free - _BESIDE) // each)
    if fit >= jobs:
        return Line("Memory", State.GOOD, said)
    advice = f"shapewise grade ASSIGNMENT --jobs {max(fit, 1)}"
    return Line("Memory", State.MISSING if free < _BESIDE else State.WEAK, said, advice)


def _room_in_cgroup() -> float:
    """What the cgroup that this process is in, and those above it, let it take yet; of either version."""
    folders = [Path("/sys/fs/cgroup")]
    for line in _lines(Path("/proc/self/cgroup")):
        number, names, path = line.split(":", 2)
        if number == "0" or "memory" in names.split(","):
            top = folders[0] if number == "0" else folders[0] / "memory"
            folders += [top, *(top / part for part in (path[1:], *map(str, Path(path[1:]).parents)))]
    return min(map(_room_in, folders))


def _room_in(folder: Path) -> float:
    """What one cgroup lets its processes take yet. Files that it only remembers it gives up when memory is short."""
    for most, used, kept in (("memory.max", "memory.current", "inactive_file"),
                             ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")):  # fmt: skip
        try:
            limit, now = int((folder / most).read_text()), int((folder / used).read_text())
        except (OSError, ValueError):  # there is none, or it is "max"
            continue
        known = dict(line.partition(" ")[::2] for line in _lines(folder / "memory.stat"))
        return limit - now + int(known.get(kept, "0"))
    return float("inf")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def swap(each_has_a_cgroup: bool) -> Line:
    """Whether memory is swapped out, which makes times unfair; a cgroup keeps students' processes from it."""
    total = meminfo().get("SwapTotal", 0)
    if not total:
        return Line("Swap", State.GOOD, "none")
    said = f"{total / _GIB:.1f} GiB"
    if each_has_a_cgroup:
        return Line("Swap", State.GOOD, f"{said}, which no notebook may use")
    return Line("Swap", State.WEAK, f"{said}; one notebook that is swapped out slows all others", "sudo swapoff --all")


def clock() -> Line:
    """Whether the clock is kept right: the date of what is handed in on this machine is read from it."""
    now = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    if time.time() < Path(__file__).stat().st_mtime - 86_400:
        return Line("Clock", State.WEAK, f"{now}, and that is before this program was installed", _set_clock())
    synchronized = _synchronized()
    if synchronized is None:
        return Line("Clock", State.WEAK, f"{now}; whether it is kept right cannot be told here", _set_clock())
    if not synchronized:
        said = f"{now}; the kernel knows of nothing that keeps it right, and lateness is counted by it"
        return Line("Clock", State.WEAK, said, _set_clock())
    return Line("Clock", State.GOOD, f"{now}, kept right")


def _set_clock() -> str:
    """What keeps the clock right: systemd, where it runs, and else a program of its own."""
    if sys.platform != "linux":
        return "set the date to be kept right in the system's settings"
    return "sudo timedatectl set-ntp true" if on_systemd() else "sudo apt install chrony && sudo chronyd"


def on_systemd() -> bool:
    """Whether systemd runs this machine, as ``sd_booted(3)`` tells it."""
    return Path("/run/systemd/system").is_dir()


def _synchronized() -> bool | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    state = libc.adjtimex(ctypes.create_string_buffer(_LIBC_TIMEX_BYTES))  # all zero: it only asks
    return None if state < 0 else state != _TIME_ERROR


def temporary() -> Line:
    """The folder for temporary files: the warm server's list of fonts, previews, pages in the making."""
    elsewhere = "mkdir -p ~/tmp && export TMPDIR=~/tmp"
    wanted = os.environ.get("TMPDIR", "")
    try:
        folder = tempfile.gettempdir()
        with tempfile.TemporaryFile() as file:
            file.write(b".")
    except OSError as error:
        return Line("Temporary", State.MISSING, f"{error.strerror}", elsewhere)
    free = shutil.disk_usage(folder).free
    said = f"{folder}, {free / _GIB:.1f} GiB free"
    if wanted and Path(wanted) != Path(folder):
        return Line("Temporary", State.WEAK, f"{said}; TMPDIR is {wanted}, which takes no files", "unset TMPDIR")
    if free < _GIB:
        return Line("Temporary", State.WEAK, f"{said}, and less than 1 GiB may fill up", elsewhere)
    return Line("Temporary", State.GOOD, said)


def browser() -> Line:
    """A browser, which the tests of the course drive; grading needs none."""
    only = "only the browser tests of `make test` need it"
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        return Line("Chromium", State.WEAK, f"not there; {only}", "sudo apt install chromium")
    try:
        ran = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):  # Ubuntu's stub for a snap, a library that is missing
        return Line("Chromium", State.WEAK, f"{found} does not run; {only}", f"{found} --version")
    return Line("Chromium", State.GOOD, f"{found}, {ran.stdout.strip() or 'which runs'}")


def meminfo() -> dict[str, int]:
    """The kernel's figures on memory, in bytes; none on another system than Linux."""
    pairs = (line.partition(":") for line in _lines(Path("/proc/meminfo")))
    return {name: int(rest.split()[0]) * 1024 for name, _, rest in pairs}
