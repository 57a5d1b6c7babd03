"""Break honest notebooks and grade them; print what became of each kind of damage.

A run counts as failed, with exit code 1, when grading crashed, a test got no verdict, more points were given than the
surviving code earns, or damage that touches no answer cost a point.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shapewise.grading.command.engine import Engine
from shapewise.grading.messages.verdicts import Limits
from tests.grading.damage.honest import Earned
from tests.grading.damage.run import Result, case, checked

_EXAMPLES = """examples:
  python -m tests.grading.damage --count 2000 --seed 0
  python -m tests.grading.damage --seed 0 --only 1234 --show    one case, with the file as it was graded
"""
_OUTCOMES = ("nothing lost", "points lost", "unreadable", "crashed")


def main() -> int:
    """Run the cases asked for; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(
        "python -m tests.grading.damage", description=__doc__, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--count", type=int, default=2000, help="how many notebooks to break (default: 2000)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other notebooks (default: 0)")
    parser.add_argument("--only", type=int, help="only the case of this number")
    parser.add_argument("--show", action="store_true", help="print the broken files")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once (default: every core)")
    chosen = parser.parse_args()
    numbers = range(chosen.count) if chosen.only is None else [chosen.only]
    results = graded(chosen.seed, numbers, chosen.jobs)
    if chosen.show:
        for result in results:
            print(result.case.damages, result.case.file[:20_000].decode("utf-8", "replace"))
    return report(results, chosen.seed)


def graded(seed: int, numbers: range | list[int], jobs: int) -> list[Result]:
    """Grade the cases of these numbers, several at once, with progress on stderr."""
    earned = Earned()
    limits = Limits(cell_seconds=10.0, notebook_seconds=60.0, memory_bytes=2**30)
    console = Console(file=sys.stderr)
    with Engine(limits) as engine, ThreadPoolExecutor(jobs) as pool, Progress(console=console) as progress:
        found = pool.map(lambda number: checked(case(seed, number), engine, earned), numbers)
        results = []
        for result in progress.track(found, total=len(numbers), description="Breaking and grading"):
            results.append(result)
            if result.broken:
                progress.console.print(f"case {result.case.number}: {result.broken[0]}", markup=False, highlight=False)
            if not console.is_terminal and len(results) % 100 == 0:
                progress.console.print(f"{len(results)} of {len(numbers)}", highlight=False)
        return results


def report(results: list[Result], seed: int) -> int:
    """Print the counts by kind of damage and outcome, and each broken promise with how to see it again."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        counts[result.case.kind][result.outcome] += 1
    table = Table(title=f"{len(results)} broken notebooks, seed {seed}")
    table.add_column("first damage")
    for outcome in _OUTCOMES:
        table.add_column(outcome, justify="right")
    for kind, outcomes in counts.items():
        table.add_row(kind, *(str(outcomes[outcome] or "") for outcome in _OUTCOMES))
    total = Counter(result.outcome for result in results)
    table.add_section()
    table.add_row("all", *(str(total[outcome]) for outcome in _OUTCOMES))
    console = Console()
    console.print(table)
    failed = [result for result in results if result.broken]
    for result in failed:
        console.print(f"case {result.case.number} {list(result.case.damages)}:", markup=False, highlight=False)
        for promise in result.broken:
            console.print(f"  {promise}", markup=False, highlight=False)
    harmless = sum(result.case.harmless for result in results)
    console.print(
        f"{harmless} damaged harmlessly, {len(failed)} broken promises"
        + (f"; see one again: python -m tests.grading.damage --seed {seed} --only NUMBER --show" if failed else ".")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
