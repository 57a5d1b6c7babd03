"""Submissions per minute: unmodified nbgrader, this engine one at a time and in parallel, and the cells alone.

The part ``whole`` compares what an instructor waits for: nbgrader's ``autograde`` and ``generate_feedback`` with
``shapewise grade``, which writes feedback pages, table, CSV and class report, too.

nbgrader takes minutes for what the engine does in seconds, so it grades the whole sample class but only ``--sample`` of
the generated ones, chosen at random; its rate is per submission all the same, for it does one after the other. Scores
are compared test by test on every submission that both have graded. Starting nbgrader and the warm server is in the
times. The floor is the processor time that the students' and the lesson's cells and functions take.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classes import ASSIGNMENT, hand_in_generated, hand_in_sample_class, new_course
from rich.console import Console
from rich.table import Table
from ways import Measured, decimals, table, with_command, with_engine, with_nbgrader

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.engine import Engine
from shapewise.grading.command.gradebook import read_scores
from shapewise.grading.command.recording import Pending, Recording
from shapewise.grading.command.schedule import GradedSubmission, default_jobs
from shapewise.grading.command.submissions import find_submissions
from shapewise.grading.command.trial import given_with
from shapewise.grading.judge.rebuild import rebuild
from shapewise.grading.messages.verdicts import Limits

EXAMPLES = """examples:
  python benchmarks/grading.py                                  sample class, 200 generated, where the time goes: 15 min
  python benchmarks/grading.py generated --generated 8 --sample 2     a quick look
  python benchmarks/grading.py generated --full                 nbgrader on every generated submission: an hour or two
  python benchmarks/grading.py whole --whole 20 --sample 3      with feedback pages and report, as an instructor waits
  python benchmarks/grading.py flat --sizes 10 100 1000         cost per submission as a class grows, and with pages
  python benchmarks/grading.py dask                             two Dask workers on this machine
"""
LOG = Console(stderr=True)
OUT = Console(width=None if sys.stdout.isatty() else 110)


@dataclass
class Stopwatch:
    """Seconds by name."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def over(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began


def compare(title: str, hand_in: Callable[[Path], None], sample: int | None, folder: Path) -> None:
    """Measure all ways on one class; ``sample`` is how many of it nbgrader grades (all: None)."""
    with LOG.status(f"{title}: handing in"):
        course = new_course(folder / "engine")
        hand_in(course)
        plain = folder / "nbgrader"
        shutil.copytree(course, plain)
    names = [submission.student for submission in find_submissions(plain, ASSIGNMENT)]
    chosen = names if sample is None else sorted(random.Random(0).sample(names, min(sample, len(names))))
    jobs = default_jobs()
    serial = with_engine(course, "this engine, one at a time", 1)
    one_by_one = read_scores(course, ASSIGNMENT)
    parallel = with_engine(course, f"this engine, {jobs} at once", jobs)
    at_once = read_scores(course, ASSIGNMENT)
    with LOG.status(f"{title}: nbgrader on {len(chosen)} submissions, some 20 s each"):
        base = with_nbgrader(plain, chosen, "autograde")
    floor = Measured(f"floor: the cells alone, on {jobs} cores", len(names), serial.cells_cpu / jobs, serial.cells_cpu)
    OUT.print(table(title, [base, serial, parallel, floor]))
    if sample is not None:
        OUT.print(
            f"nbgrader graded {len(chosen)} of them, chosen at random (seed 0): {', '.join(chosen)}.", highlight=False
        )
    same_scores("one at a time and at once", one_by_one, at_once)
    same_scores("nbgrader and the engine", read_scores(plain, ASSIGNMENT), at_once)


def same_scores(what: str, one: dict[Any, float | None], other: dict[Any, float | None]) -> None:
    """Print how many scores both have, those that differ, and whom only one has graded."""
    graded = {key: score for key, score in one.items() if score is not None and other.get(key) is not None}
    different = sorted(key for key in graded if one[key] != other[key])
    left_out = sorted({key[0] for key in one if one[key] is None})
    students = len({key[0] for key in graded})
    OUT.print(
        f"Scores, {what}: {len(graded)} scores of {students} submissions compared, {len(different)} differ.",
        highlight=False,
    )
    for key in different[:20]:
        OUT.print(f"  {key}: {one[key]} and {other[key]}", highlight=False, markup=False)
    if left_out:
        OUT.print(f"  without a score in the first: {', '.join(left_out)}", highlight=False)


def whole(count: int, sample: int, folder: Path) -> None:
    """From submissions to grades, pages and report; nbgrader does it for ``sample`` of them."""
    with LOG.status("End to end: handing in"):
        course = new_course(folder / "whole")
        hand_in_generated(course, count)
        plain = folder / "whole_nbgrader"
        shutil.copytree(course, plain)
    names = [submission.student for submission in find_submissions(plain, ASSIGNMENT)]
    chosen = sorted(random.Random(0).sample(names, min(sample, count)))
    with LOG.status("End to end: shapewise grade"):
        ours = with_command(course, count)
    with LOG.status(f"End to end: nbgrader on {len(chosen)} submissions, some 20 s each"):
        theirs = with_nbgrader(plain, chosen, "autograde", "generate_feedback")
    OUT.print(table(f"End to end, {count} generated submissions: scores, pages and report", [theirs, ours]))
    same_scores("nbgrader and shapewise grade", read_scores(plain, ASSIGNMENT), read_scores(course, ASSIGNMENT))


def flat(sizes: list[int], folder: Path) -> None:
    """Cost per submission as a class grows: of the scores alone, and with pages and report."""
    ways = ("scores", "with pages and report")
    heads = ("", "submissions", "seconds", "seconds each", "seconds each further", "CPU s each")
    shown = Table(*heads, title="Cost as a class grows")
    before = dict.fromkeys(ways, Measured("", 0, 0.0, 0.0))
    for size in sizes:
        course = new_course(folder / f"flat{size}")
        hand_in_generated(course, size)
        scores = with_engine(course, f"{size} submissions", default_jobs())
        with LOG.status(f"{size} submissions, with pages and report"):
            everything = with_command(course, size)
        for way, measured in zip(ways, (scores, everything), strict=True):
            last = before[way]
            more = measured.submissions - last.submissions
            further = (measured.seconds - last.seconds) / more if last.submissions else math.nan
            each = (measured.seconds / size, further, measured.cpu / size)
            shown.add_row(way, str(size), f"{measured.seconds:.1f}", *map(decimals, each))
            before[way] = measured
        shutil.rmtree(course, ignore_errors=True)
    OUT.print(shown)


def profile(folder: Path) -> None:
    """Where a notebook's time goes, one after the other, as milliseconds per notebook of 20 generated submissions."""
    course = new_course(folder / "profile")
    hand_in_generated(course, 20)
    whole = with_engine(course, "Where the time goes", 1)
    submissions = find_submissions(course, ASSIGNMENT)
    watch = Stopwatch()
    with watch.over("reading the keys"):
        given = given_with(course / "source" / ASSIGNMENT, nbgrader_config(course), course)
        recording = Recording(course, ASSIGNMENT, given)
    jobs = [recording.job(Pending(submission, submission.notebooks)) for submission in submissions]
    notebooks = [(job.keys[name], job.notebooks[name] or b"") for job in jobs for name in job.keys]
    with watch.over("rebuilding the notebook"):
        for key, submission in notebooks:
            rebuild(json.loads(key), submission)
    first = json.loads(notebooks[0][0])
    empty = {**first, "cells": []}
    trivial = {**first, "cells": [{"cell_type": "code", "id": "a", "metadata": {}, "source": "0"}]}
    with Engine(Limits(), hidden=[str(course)]) as engine:
        with watch.over("starting the warm server"):
            engine.wait_until_ready()
        for name, key in (("a judge", empty), ("a judge and a sandbox", trivial)):
            engine.grade_notebook(key, b'{"cells": []}')
            with watch.over(name):
                for _ in range(30):
                    engine.grade_notebook(key, b'{"cells": []}')
        for job, submission in zip(jobs, submissions, strict=True):
            verdicts = {
                name: engine.grade_notebook(job.keys[name], job.notebooks[name], job.files) for name in job.keys
            }
            with watch.over("writing notebooks and database"):
                recording.record(GradedSubmission(job.student, verdicts), submission)
    recording.close()
    print_profile(whole, watch.seconds, len(notebooks))


def print_profile(whole: Measured, seconds: dict[str, float], count: int) -> None:
    judge, both = seconds["a judge"] / 30, seconds["a judge and a sandbox"] / 30
    once = seconds["starting the warm server"] + seconds["reading the keys"]
    parts = {
        "fork a judge, hand it the notebook": judge,
        "fork a student's process into its sandbox": both - judge,
        "rebuild the notebook": seconds["rebuilding the notebook"] / count,
        "run the cells (the floor)": whole.cells_cpu / count,
        "write notebooks and database": seconds["writing notebooks and database"] / count,
        "start the warm server, read the keys": once / count,
    }
    parts["the tests, carrying calls and answers, the rest"] = whole.seconds / count - sum(parts.values())
    shown = Table("milliseconds per notebook", "", title=f"Where the time goes: {count} notebooks, one after the other")
    for what, each in [*parts.items(), ("all", whole.seconds / count)]:
        shown.add_row(what, f"{1000 * each:.1f}")
    OUT.print(shown)


def dask(count: int, folder: Path) -> None:
    """A class on two Dask workers, each a process with one thread and a warm server of its own; and without Dask."""
    try:
        from distributed import LocalCluster
    except ImportError:
        raise SystemExit("This part needs Dask. Install it: pip install 'shapewise[dask]'.") from None

    course = new_course(folder / "dask")
    hand_in_generated(course, count)
    without = with_engine(course, "no Dask, 2 at once", 2)
    scores = read_scores(course, ASSIGNMENT)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        measured = with_engine(course, "two Dask workers", 2, cluster.scheduler_address)
    OUT.print(table("Two Dask workers", [without, measured]))
    same_scores("without and with Dask", scores, read_scores(course, ASSIGNMENT))


def main() -> None:
    keep_lines = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=keep_lines)
    known = ("sample", "generated", "whole", "profile", "flat", "dask")
    usual = ["sample", "generated", "whole", "profile"]
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(known)} (default: {' '.join(usual)})")
    parser.add_argument("--generated", type=int, default=200, help="how many submissions to generate (default: 200)")
    parser.add_argument("--sample", type=int, default=10, help="how many of those nbgrader grades (default: 10)")
    parser.add_argument("--full", action="store_true", help="have nbgrader grade all of them")
    parser.add_argument("--whole", type=int, default=20, help="how many submissions go end to end (default: 20)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000], help="of the classes of flat")
    chosen = parser.parse_args()
    wrong = sorted(set(chosen.parts) - set(known))
    if wrong:
        parser.error(f"no part {wrong[0]!r}; there are {', '.join(known)}")
    OUT.print(f"{default_jobs()} cores, load {os.getloadavg()[0]:.1f} before the start", highlight=False)
    generated: Callable[[Path], None] = lambda course: hand_in_generated(course, chosen.generated)  # noqa: E731
    sample = None if chosen.full else chosen.sample
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: dict[str, Callable[[], None]] = {
            "sample": lambda: compare("The sample class", hand_in_sample_class, None, folder / "sample"),
            "generated": lambda: compare(
                f"{chosen.generated} generated submissions", generated, sample, folder / "generated"
            ),
            "whole": lambda: whole(chosen.whole, chosen.whole if chosen.full else chosen.sample, folder),
            "profile": lambda: profile(folder),
            "flat": lambda: flat(chosen.sizes, folder),
            "dask": lambda: dask(20, folder),
        }
        for part in chosen.parts or usual:
            parts[part]()


if __name__ == "__main__":
    main()
