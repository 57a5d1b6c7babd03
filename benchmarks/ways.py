"""A course with submissions -> how long one way of grading them took: nbgrader, this engine, or ``shapewise grade``."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from classes import ASSIGNMENT
from rich.table import Table

from shapewise.grading.command.submissions import find_submissions

__all__ = ["Measured", "decimals", "table", "with_command", "with_engine", "with_nbgrader", "without_engine"]

_OURS = re.compile(r"^(?:from shapewise import grading|grading\.configure\(c\))$\n?", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """How long a way of grading took over so many submissions; ``cpu`` is that of all its processes."""

    way: str
    submissions: int
    seconds: float
    cpu: float
    cells_cpu: float = 0.0

    @property
    def per_minute(self) -> float:
        return 60 * self.submissions / self.seconds


def without_engine(course: Path) -> None:
    """Take this engine out of a course's configuration: what is left is unmodified nbgrader."""
    config = course / "nbgrader_config.py"
    config.write_text(_OURS.sub("", config.read_text("utf-8")), "utf-8")
    if re.search(r"(?m)^[^#\n]*(?:\bgrading\b|shapewise\.report|formgrader)", config.read_text("utf-8")):
        raise RuntimeError(f"This is not unmodified nbgrader: {config} still names what is ours.")


def with_nbgrader(course: Path, students: list[str], *commands: str) -> Measured:
    """Unmodified nbgrader, its own preprocessors and kernels, on ``students``' submissions, one after the other."""
    without_engine(course)
    for submission in find_submissions(course, ASSIGNMENT):
        if submission.student not in students:
            shutil.rmtree(submission.folder.parent)
    began, cpu = time.perf_counter(), _cpu_so_far()
    for command in commands:
        ran = _run(["nbgrader", command, ASSIGNMENT], course)
        if "sandbox" in ran.stderr:
            raise RuntimeError("This was not unmodified nbgrader.")
    seconds = time.perf_counter() - began
    if "generate_feedback" in commands:
        _check_pages(course, len(students))
    way = f"nbgrader {' + '.join(commands)}, unmodified"
    return Measured(way, len(students), seconds, _cpu_so_far() - cpu)


def with_engine(course: Path, way: str, jobs: int, scheduler: str | None = None) -> Measured:
    """This engine, from a cold start: a Python of its own, its imports and the warm server's start are in the time."""
    command = [sys.executable, str(Path(__file__).with_name("grade_once.py")), str(course), ASSIGNMENT, str(jobs)]
    began, cpu = time.perf_counter(), _cpu_so_far()
    ran = subprocess.run([*command, *([scheduler] if scheduler else [])], stdout=subprocess.PIPE, text=True, check=True)
    seconds = time.perf_counter() - began
    done = json.loads(ran.stdout)
    used = math.nan if scheduler else _cpu_so_far() - cpu  # what a cluster's workers use is not known
    return Measured(way, done["submissions"], seconds, used, done["cells"])


def with_command(course: Path, count: int) -> Measured:
    """``shapewise grade``, as an instructor types it: scores, feedback pages, table, CSV and class report."""
    shutil.rmtree(course / "feedback", ignore_errors=True)
    began, cpu = time.perf_counter(), _cpu_so_far()
    ran = _run(["shapewise", "grade", ASSIGNMENT, "--regrade"], course)
    seconds = time.perf_counter() - began
    if ran.returncode:
        raise RuntimeError(f"shapewise grade failed: {ran.stderr[-2000:]}")
    _check_pages(course, count)
    return Measured("shapewise grade", count, seconds, _cpu_so_far() - cpu)


def table(title: str, rows: list[Measured]) -> Table:
    """Rates side by side: as times nbgrader's, and CPU time as times that of the cells alone."""
    heads = ("submissions", "seconds", "CPU s each", "per minute", "times nbgrader")
    with_cells = any(row.cells_cpu for row in rows)
    shown = Table("", *heads, *(["times cells' CPU"] if with_cells else []), title=title)
    base = next((row.per_minute for row in rows if row.way.startswith("nbgrader")), None)
    for row in rows:
        times = f"{row.per_minute / base:.1f}" if base else ""
        cells = decimals(row.cpu / row.cells_cpu) if row.cells_cpu else ""
        each = decimals(row.cpu / row.submissions)
        shown.add_row(
            row.way, str(row.submissions), f"{row.seconds:.1f}", each, f"{row.per_minute:.1f}", times,
            *([cells] if with_cells else []),
        )  # fmt: skip
    return shown


def decimals(seconds: float) -> str:
    """With two places; nothing where it is not known."""
    return "" if math.isnan(seconds) else f"{seconds:.2f}"


def _run(module: list[str], course: Path) -> subprocess.CompletedProcess[str]:
    here = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": os.pathsep.join([here, os.environ.get("PATH", "")])}
    command = [sys.executable, "-m", *module]
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)


def _check_pages(course: Path, count: int) -> None:
    """A way that left out somebody's pages was not as quick as it looks."""
    wanted = count * len(list((course / "source" / ASSIGNMENT).glob("*.ipynb")))
    pages = len(list((course / "feedback").glob(f"*/{ASSIGNMENT}/*.html")))
    if pages != wanted:
        raise RuntimeError(f"{pages} feedback pages were written, and {wanted} were to be.")


def _cpu_so_far() -> float:
    return sum(os.times()[:4])  # of this process and of all its children that have ended
