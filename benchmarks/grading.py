"""Submissions per minute: unmodified nbgrader, this engine one at a time and in parallel, and the cells alone.

    python benchmarks/grading.py                       sample class and 200 generated submissions: about 20 minutes
    python benchmarks/grading.py --quick               8 generated submissions, nbgrader on 2 of them
    python benchmarks/grading.py --flat 10 100 1000    cost per submission as a class grows
    python benchmarks/grading.py --dask                two Dask workers on this machine

nbgrader takes minutes for what the engine does in seconds, so it grades the whole sample class but only ``--sample`` of
the generated ones; its rate is per submission all the same, for it does one after the other. Scores are compared test
by test on every submission that both have graded.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from shapewise.build import build_release
from shapewise.grading.gradebook import read_scores
from shapewise.grading.recording import Recording
from shapewise.grading.schedule import dask_executor, default_jobs, grade_all, local_executor, shared_engine
from shapewise.grading.submissions import find_submissions
from shapewise.grading.verdicts import Limits

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = "m01_tensors"
PLAIN_CONFIG = re.compile(r"^c\.(?:Autograde|GenerateFeedback)\..*?(?=^[^\s\]]|\Z)", re.DOTALL | re.MULTILINE)
WRONG = "    raise ValueError('not like this')"


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


def new_course(folder: Path) -> Path:
    """A course without submissions, its release and gradebook built."""
    folder.mkdir()
    for name in ("source", "lessons", "nbgrader_config.py", "jupytext.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    build_release(folder)
    return folder


def hand_in_sample_class(course: Path) -> None:
    sys.path.insert(0, str(ROOT))
    from tests.sample_class.__main__ import hand_in

    hand_in(course)


def hand_in_generated(course: Path, count: int) -> None:
    """``count`` honest submissions: each solves most exercises, gets some wrong, leaves some as they were."""
    paths = (course / "source" / ASSIGNMENT).glob("*.ipynb")
    sources = {path.name: json.loads(path.read_text("utf-8")) for path in paths}
    solutions = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for notebook in sources.values()
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    for number in range(count):
        folder = course / "submitted" / f"generated{number:04d}" / ASSIGNMENT
        folder.mkdir(parents=True)
        chance = random.Random(number)
        for name in sources:
            notebook = json.loads((course / "release" / ASSIGNMENT / name).read_text("utf-8"))
            for cell in notebook["cells"]:
                grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
                if grade_id in solutions:
                    cell["source"] = answer(solutions[grade_id], "".join(cell["source"]), chance)
            (folder / name).write_text(json.dumps(notebook), "utf-8")


def answer(solution: str, stub: str, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.1:
        return stub
    right = re.sub(r"^[ \t]*### (?:BEGIN|END) SOLUTION\n?", "", solution, flags=re.MULTILINE)
    if kind > 0.25:
        return f"{right}\n# attempt {chance.randrange(10**6)}"
    head = re.search(r"^def .*?:\n", right, re.DOTALL | re.MULTILINE)
    return right if head is None else f"{right[: head.end()]}{WRONG}\n"


def with_nbgrader(course: Path, students: list[str]) -> Measured:
    """Unmodified nbgrader, its own preprocessors and kernels, on the submissions of ``students``."""
    config = course / "nbgrader_config.py"
    config.write_text(PLAIN_CONFIG.sub("", config.read_text("utf-8")), "utf-8")
    here = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": os.pathsep.join([here, os.environ.get("PATH", "")])}
    command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    for submission in find_submissions(course, ASSIGNMENT):
        if submission.student not in students:
            shutil.rmtree(submission.folder.parent)
    began, cpu = time.perf_counter(), cpu_so_far()
    subprocess.run(command, cwd=course, env=environment, capture_output=True, check=False)
    seconds = time.perf_counter() - began
    return Measured("nbgrader autograde, unmodified", len(students), seconds, cpu_so_far() - cpu)


def cpu_so_far() -> float:
    """CPU seconds of this process and of all its children that have ended."""
    return sum(os.times()[:4])


def with_engine(course: Path, way: str, jobs: int, scheduler: str | None = None) -> Measured:
    """This engine, from a cold start: the warm server's start is in the time."""
    limits, hidden = Limits(), (str(course),)
    began, cpu = time.perf_counter(), cpu_so_far()
    submissions = find_submissions(course, ASSIGNMENT)
    folders = {submission.student: submission.folder for submission in submissions}
    client = None
    # What a cluster's workers use is not this process's to know.
    if scheduler is None:
        engine, executor, at_once = shared_engine(limits, True, hidden), local_executor(jobs), jobs
    else:
        client, executor, at_once = dask_executor(scheduler)
    recording = Recording(course, ASSIGNMENT)
    cells = 0.0
    jobs = map(recording.job, submissions)
    for graded in grade_all(jobs, executor, at_once=at_once, limits=limits, hidden=hidden):
        recording.record(graded, folders[graded.student])
        cells += sum(notebook.cpu_seconds for notebook in graded.notebooks.values())
    seconds = time.perf_counter() - began
    recording.close()
    if client is None:
        executor.shutdown()
        engine.close()
    else:
        client.close()
    used = cpu_so_far() - cpu if client is None else math.nan
    return Measured(way, len(submissions), seconds, used, cells)


def compare(course: Path, other: Path) -> tuple[int, list[Any]]:
    """(how many scores both gradebooks hold, those that differ)."""
    ours, theirs = read_scores(course, ASSIGNMENT), read_scores(other, ASSIGNMENT)
    both = ours.keys() & theirs.keys()
    return len(both), sorted((key, ours[key], theirs[key]) for key in both if ours[key] != theirs[key])


def table(title: str, rows: list[Measured], floor: Measured) -> Table:
    shown = Table("", "submissions", "seconds", "CPU s each", "per minute", "times nbgrader", title=title)
    base = next((row.per_minute for row in rows if row.way.startswith("nbgrader")), None)
    for row in [*rows, floor]:
        times = f"{row.per_minute / base:.1f}" if base else ""
        each = f"{row.cpu / row.submissions:.2f}"
        shown.add_row(row.way, str(row.submissions), f"{row.seconds:.1f}", each, f"{row.per_minute:.1f}", times)
    return shown


def run(title: str, hand_in: Any, sample: int | None, folder: Path, console: Console) -> None:
    """Measure all ways on one class; ``sample`` is how many of it nbgrader grades (all: None)."""
    course = new_course(folder / "engine")
    hand_in(course)
    plain = folder / "nbgrader"
    shutil.copytree(course, plain)
    names = [submission.student for submission in find_submissions(plain, ASSIGNMENT)]
    chosen = names if sample is None else names[:: max(1, len(names) // sample)][:sample]
    jobs = default_jobs()
    with console.status(f"{title}: the engine"):
        parallel = with_engine(course, f"this engine, {jobs} at once", jobs)
        serial = with_engine(course, "this engine, one at a time", 1)
    with console.status(f"{title}: nbgrader, {len(chosen)} submissions, some 20 s each"):
        base = with_nbgrader(plain, chosen)
    way = f"floor: the cells' own CPU time on {jobs} cores"
    floor = Measured(way, serial.submissions, serial.cells_cpu / jobs, serial.cells_cpu)
    console.print(table(title, [base, serial, parallel], floor))
    count, different = compare(course, plain)
    console.print(f"Scores compared: {count}; different: {len(different)}", *different[:10], sep="\n")


def flat(sizes: list[int], folder: Path, console: Console) -> None:
    """Cost per submission as a class grows."""
    shown = Table("submissions", "seconds", "seconds per submission", title="Cost as a class grows")
    for size in sizes:
        course = new_course(folder / f"flat{size}")
        hand_in_generated(course, size)
        with console.status(f"{size} submissions"):
            measured = with_engine(course, "", default_jobs())
        shown.add_row(str(size), f"{measured.seconds:.1f}", f"{measured.seconds / size:.3f}")
        shutil.rmtree(course, ignore_errors=True)
    console.print(shown)


def dask(count: int, folder: Path, console: Console) -> None:
    """The same class on two Dask workers, each a process with one thread and a warm server of its own."""
    from distributed import LocalCluster

    course = new_course(folder / "dask")
    hand_in_generated(course, count)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        measured = with_engine(course, "two Dask workers", 2, cluster.scheduler_address)
    floor = Measured("floor", count, measured.cells_cpu / 2, measured.cells_cpu)
    console.print(table("Two Dask workers", [measured], floor))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", type=int, default=200, help="how many submissions to generate (default 200)")
    parser.add_argument("--sample", type=int, default=10, help="how many of those nbgrader grades (default 10)")
    parser.add_argument("--quick", action="store_true", help="8 generated submissions only, nbgrader on 2 of them")
    parser.add_argument("--flat", type=int, nargs="+", metavar="N", help="only: cost per submission at these sizes")
    parser.add_argument("--dask", action="store_true", help="only: two Dask workers on 20 submissions")
    chosen = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.flat:
            flat(chosen.flat, folder, console)
        elif chosen.dask:
            dask(20, folder, console)
        elif chosen.quick:
            run("8 generated submissions", lambda course: hand_in_generated(course, 8), 2, folder, console)
        else:
            (folder / "sample").mkdir()
            run("The sample class", hand_in_sample_class, None, folder / "sample", console)
            (folder / "generated").mkdir()
            run(
                f"{chosen.generated} generated submissions",
                lambda course: hand_in_generated(course, chosen.generated),
                chosen.sample, folder / "generated", console,
            )  # fmt: skip


if __name__ == "__main__":
    main()
