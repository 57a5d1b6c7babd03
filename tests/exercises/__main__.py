"""Grade every right and wrong answer, and print what was caught.

    python -m tests.exercises                     the table of all exercises
    python -m tests.exercises split_heads         one exercise, with every answer and what is said of it
    python -m tests.exercises --markdown          the table as Markdown, for the README
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

import torch
from rich.console import Console
from rich.table import Table

from shapewise.checks.verdict import as_text
from tests.exercises.answers import answers, exercises
from tests.exercises.harness import Result, grade


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercises", nargs="*", help="names of functions; all if none is given")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args()
    chosen = options.exercises
    torch.set_num_threads(1)  # as in a notebook on a busy machine; the tensors are small
    console = Console()
    console.width = max(console.width, 150)  # the columns are many, and a table that wraps cannot be read
    results = {name: [grade(answer) for answer in answers(name)] for name in chosen or exercises()}
    if chosen:
        for found in results.values():
            for result in found:
                _tell(console, result)
    rows = _rows(results)
    if options.markdown:
        print(_markdown(rows))
    else:
        console.print(_table(rows))
    _times(console, results)
    return 0 if all(result.fine for found in results.values() for result in found) else 1


def _tell(console: Console, result: Result) -> None:
    kind = "right" if result.answer.right else f"wrong: {result.answer.reason}"
    console.rule(f"{result.answer.exercise}: {result.answer.name}", align="left")
    console.print(f"{kind}\n{result.points:g} of {result.out_of:g} points", markup=False, highlight=False)
    for complaint in result.complaints:
        console.print(f"  hidden: {complaint}", markup=False, highlight=False)
    console.print(as_text(result.verdict), markup=False, highlight=False)
    console.print(f"  -> named: {result.verdict.mistake or 'no'}", markup=False, highlight=False)


_HEADINGS = (
    "exercise", "wrong, caught", "wrong, named", "not named", "wrongly named", "green but loses points",
    "red but keeps all", "right, accepted", "check",
)


def _rows(results: dict[str, list[Result]]) -> list[list[str]]:
    """One row of text an exercise, and one for all."""
    everything = [result for found in results.values() for result in found]
    return [_row(name, found) for name, found in [*results.items(), ("all", everything)]]


def _row(name: str, found: list[Result]) -> list[str]:
    wrong = [result for result in found if not result.answer.right]
    right = [result for result in found if result.answer.right]
    return [
        name,
        f"{sum(not result.full for result in wrong)} / {len(wrong)}",
        f"{sum(result.named for result in wrong)} / {len(wrong)}",
        str(sum(result.verdict.mistake is None for result in wrong)),
        str(sum(result.wrongly_named for result in found)),
        str(sum(result.green_but_loses for result in found)),
        str(sum(result.red_but_keeps for result in found)),
        f"{sum(result.full and result.verdict.passed for result in right)} / {len(right)}",
        f"{1000 * median(result.check_seconds for result in found):.0f} ms",
    ]


def _table(rows: list[list[str]]) -> Table:
    table = Table(title="Answers through the visible check and the hidden tests")
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading == "exercise" else "right", no_wrap=True)
    for row in rows[:-1]:
        table.add_row(*row)
    table.add_section()
    table.add_row(*rows[-1])
    return table


def _markdown(rows: list[list[str]]) -> str:
    lines = [list(_HEADINGS), ["---", *["---:"] * (len(_HEADINGS) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _times(console: Console, results: dict[str, list[Result]]) -> None:
    firsts = [next(result for result in found if result.answer.right) for found in results.values()]
    hidden = sum(result.hidden_seconds for result in firsts)
    slowest = max((result for found in results.values() for result in found), key=lambda result: result.check_seconds)
    console.print(f"Hidden tests of one right answer to each exercise: {hidden:.2f} s together.")
    console.print(
        f"Check: the median of an exercise's answers; the slowest of all took {1000 * slowest.check_seconds:.0f} ms "
        f"({slowest.answer.exercise}, {slowest.answer.name})."
    )


if __name__ == "__main__":
    sys.exit(main())
