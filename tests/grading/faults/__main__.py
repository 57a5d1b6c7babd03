"""Kill the grading command at random moments, run it again, and look for anything lost, doubled or left over.

Every class goes through several kills before it is graded to the end; in between, what was graded must stay as it is.
Last come a disk that is full and a database that is locked. Exit code 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.grading.faults.classes import Left, command, copied, debris, environment, left_behind, make_class
from tests.grading.faults.killing import PHASES, VICTIMS, Round, adopt_orphans, graded_so_far, killed_and_run_again
from tests.grading.faults.trouble import full_disk, locked_database

_EXAMPLES = """examples:
  python -m tests.grading.faults --kills 50
  python -m tests.grading.faults --kills 5 --students 4 --seed 3
  python -m tests.grading.faults --kills 0          the full disk and the locked database alone
"""


def main() -> int:
    """Run what was asked for; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(
        "python -m tests.grading.faults", description=__doc__, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--kills", type=int, default=50, help="how often to kill (default: 50)")
    parser.add_argument("--students", type=int, default=12, help="how large the class is (default: 12)")
    parser.add_argument("--each", type=int, default=5, help="kills that one class goes through (default: 5)")
    parser.add_argument("--seed", type=int, default=0, help="of the random moments and victims (default: 0)")
    parser.add_argument("--no-trouble", action="store_true", help="leave out the full disk and the locked database")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        return _run(Path(name), chosen)


def _run(folder: Path, chosen: argparse.Namespace) -> int:
    log = Console(file=sys.stderr)
    adopt_orphans()
    untouched = folder / "untouched"
    with log.status("Making a class and grading it undisturbed"):
        make_class(untouched, chosen.students)
        undisturbed, starting = _undisturbed(untouched, folder)
    expected = left_behind(undisturbed)
    rounds = _kill_rounds(untouched, folder, expected, starting, chosen, log)
    broken = [promise for found in rounds for promise in found.broken]
    console = Console()
    size = f"{chosen.students} students, {len(expected.scores)} scores"
    console.print(f"{size}; the first one was graded after {starting:.1f} s", highlight=False)
    console.print(_table(rounds))
    if not chosen.no_trouble:
        broken += _trouble(untouched, undisturbed, expected, folder, console)
    for promise in broken:
        console.print(f"BROKEN: {promise}", markup=False, highlight=False)
    kills = sum(len(found.kills) for found in rounds)
    console.print(f"{kills} kills in {len(rounds)} classes, {len(broken)} broken promises.", highlight=False)
    return 1 if broken else 0


def _undisturbed(untouched: Path, folder: Path) -> tuple[Path, float]:
    """Grade the class once, with nothing in the way; and how long it takes until the first submission is graded."""
    course, scratch, begin = copied(untouched, folder / "undisturbed"), folder / "scratch", time.monotonic()
    process = subprocess.Popen(
        command(course), env=environment(scratch), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not graded_so_far(course):
        time.sleep(0.01)
    starting = time.monotonic() - begin
    said = process.communicate()[1]
    if process.returncode != 0:
        raise RuntimeError(f"An undisturbed run ended with {process.returncode}: {said}")
    if debris(course, scratch):
        raise RuntimeError(f"An undisturbed run left things lying about: {debris(course, scratch)}")
    return course, starting


def _kill_rounds(
    untouched: Path, folder: Path, expected: Left, starting: float, chosen: argparse.Namespace, log: Console
) -> list[Round]:
    random, rounds, done = Random(chosen.seed), [], 0
    with Progress(console=log) as progress:
        task = progress.add_task("Killing and running again", total=chosen.kills)
        while done < chosen.kills:
            most = min(chosen.kills - done, chosen.each)
            found = killed_and_run_again(untouched, folder / f"round{len(rounds)}", expected, starting, most, random)
            rounds.append(found)
            done += len(found.kills)
            progress.update(task, completed=done)
            if found.broken:
                progress.console.print(f"broken: {found.broken[0]}", markup=False, highlight=False)
            if not log.is_terminal:
                progress.console.print(f"{done} of {chosen.kills} kills", highlight=False)
    return rounds


def _trouble(untouched: Path, undisturbed: Path, expected: Left, folder: Path, console: Console) -> list[str]:
    disk = full_disk(untouched, undisturbed)
    console.print(f"A full disk:\n{disk.stdout}", markup=False, highlight=False, end="")
    broken = [f"a full disk: {disk.stdout}{disk.stderr}"] if disk.returncode else []
    for after in (0, 2):
        found = locked_database(untouched, folder / f"locked{after}", expected, after=after)
        console.print(f"A database locked after {after} students: {len(found)} broken promises", highlight=False)
        broken += found
    return broken


def _table(rounds: list[Round]) -> Table:
    """Whom the kills hit, when, and how the command ended."""
    table = Table(title="Kills", expand=False)
    columns = ("killed", "times", *PHASES, "done nevertheless", "gave up or gone")
    for column in columns:
        table.add_column(column, justify="left" if column == "killed" else "right")
    for victim in VICTIMS:
        kills = [kill for found in rounds for kill in found.kills if kill.victim == victim]
        phases = Counter(kill.phase for kill in kills)
        ended = sum(kill.code == 0 for kill in kills)
        numbers = (len(kills), *(phases[phase] for phase in PHASES), ended, len(kills) - ended)
        table.add_row(victim, *map(str, numbers))
    return table


if __name__ == "__main__":
    sys.exit(main())
