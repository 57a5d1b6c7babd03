"""Grade every right and wrong answer, and print what was caught.

    python -m tests.exercises                     the table of all exercises
    python -m tests.exercises split_heads         one exercise, with every answer and what is said of it
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from shapewise.checks.verdict import as_text
from tests.exercises.answers import answers, exercises
from tests.exercises.harness import Result, grade


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercises", nargs="*", help="names of functions; all if none is given")
    chosen = parser.parse_args().exercises
    console = Console()
    results = {name: [grade(answer) for answer in answers(name)] for name in chosen or exercises()}
    if chosen:
        for found in results.values():
            for result in found:
                _tell(console, result)
    console.print(_table(results))
    _times(console, results)
    return 0 if all(_fine(result) for found in results.values() for result in found) else 1


def _fine(result: Result) -> bool:
    return (result.points == result.out_of) == result.answer.right and result.verdict.passed >= result.answer.right


def _tell(console: Console, result: Result) -> None:
    kind = "right" if result.answer.right else f"wrong: {result.answer.reason}"
    console.rule(f"{result.answer.exercise}: {result.answer.name}", align="left")
    console.print(f"{kind}\n{result.points:g} of {result.out_of:g} points", markup=False, highlight=False)
    for complaint in result.complaints:
        console.print(f"  hidden: {complaint}", markup=False, highlight=False)
    console.print(as_text(result.verdict), markup=False, highlight=False)
    console.print(f"  -> named: {result.verdict.mistake or 'no'}", markup=False, highlight=False)


def _table(results: dict[str, list[Result]]) -> Table:
    table = Table(title="Right and wrong answers, through the visible check and the hidden tests")
    table.add_column("exercise")
    for heading in ("wrong answers caught", "named by the check", "right answers accepted", "check, slowest"):
        table.add_column(heading, justify="right")
    sums = [0] * 6
    for name, found in results.items():
        wrong = [result for result in found if not result.answer.right]
        right = [result for result in found if result.answer.right]
        row = [
            sum(result.points < result.out_of for result in wrong), len(wrong),
            sum(result.named for result in wrong), len(wrong),
            sum(result.points == result.out_of and result.verdict.passed for result in right), len(right),
        ]
        sums = [a + b for a, b in zip(sums, row, strict=True)]
        slowest = max(result.check_seconds for result in found)
        table.add_row(name, *_fractions(row), f"{1000 * slowest:.0f} ms")
    table.add_section()
    table.add_row("all", *_fractions(sums), "")
    return table


def _fractions(row: list[int]) -> list[str]:
    return [f"{row[at]} / {row[at + 1]}" for at in (0, 2, 4)]


def _times(console: Console, results: dict[str, list[Result]]) -> None:
    firsts = [next(result for result in found if result.answer.right) for found in results.values()]
    hidden = sum(result.hidden_seconds for result in firsts)
    console.print(f"Hidden tests of one right answer to each exercise: {hidden:.2f} s together.")


if __name__ == "__main__":
    sys.exit(main())
