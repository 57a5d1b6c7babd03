"""Change each reference solution in every small way, and see whether hidden tests and visible check notice.

    python -m tests.exercises.mutants                     the table of all exercises
    python -m tests.exercises.mutants split_heads         one exercise, with every mutant that was not killed
    python -m tests.exercises.mutants --markdown          the table as Markdown, for the README

A mutant that keeps all points is either equivalent, for a reason that ``equivalent.py`` gives, or has survived. The
visible check must agree: it passes those that keep all points ("red but keeps all" counts the others) and refuses those
that lose some ("green but loses points"). Exits with 1 where a mutant has survived or the two disagree.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from dataclasses import dataclass

import matplotlib
import torch
from rich.console import Console
from rich.table import Table

from shapewise.checks import diagnose
from tests.exercises.answers import exercises
from tests.exercises.equivalent import EQUIVALENT
from tests.exercises.lessons import defined, lessons, run_hidden
from tests.exercises.mutating import Mutant, mutants_of

__all__ = ["Fate", "fate_of"]


@dataclass(frozen=True)
class Fate:
    """What became of the mutants of one exercise; ``stale`` are reasons given for mutants that do not survive.

    ``green`` are mutants that lose points although the visible check passes them, ``red`` those that keep all points
    although it does not.
    """

    killed: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    stale: tuple[str, ...]
    green: tuple[Mutant, ...]
    red: tuple[Mutant, ...]

    @property
    def fine(self) -> bool:
        return not (self.survived or self.stale or self.green or self.red)


def fate_of(name: str) -> Fate:
    """Run the hidden tests and the visible check of an exercise on every mutant of its reference."""
    reasons = EQUIVALENT.get(name, {})
    killed, equivalent, survived, green, red = [], [], [], [], []
    for mutant in mutants_of(lessons()[name].reference_source()):
        function = defined(mutant.source, name)
        passes = diagnose(function, name).passed
        if any(run_hidden(cell, name, function) is not None for cell in lessons()[name].tests):
            killed.append(mutant)
            green += [mutant] * passes
            continue
        (equivalent if mutant.label in reasons else survived).append(mutant)
        red += [mutant] * (not passes)
    stale = set(reasons) - {mutant.label for mutant in equivalent}
    return Fate(
        tuple(killed), tuple(equivalent), tuple(survived), tuple(sorted(stale)), tuple(green), tuple(red)
    )


_HEADINGS = (
    "exercise", "mutants", "killed", "equivalent", "survived", "green but loses points", "red but keeps all"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercises", nargs="*", metavar="exercise", help="names of functions; all if none is given")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args()
    unknown = sorted(set(options.exercises) - set(exercises()))
    if unknown:
        parser.error(f"no exercise is called {', '.join(unknown)}; there are {', '.join(exercises())}")
    torch.set_num_threads(1)
    matplotlib.use("Agg")
    console = Console(stderr=options.markdown)
    fates: dict[str, Fate] = {}
    with console.status("") if console.is_terminal else contextlib.nullcontext() as status:
        for name in options.exercises or exercises():
            if status is not None:
                status.update(f"Hidden tests on the mutants of {name}")
            fates[name] = fate_of(name)
    for name, fate in fates.items():
        _tell(console, name, fate, everything=bool(options.exercises))
    rows = _rows(fates)
    if options.markdown:
        lines = [list(_HEADINGS), ["---", *["---:"] * (len(_HEADINGS) - 1)], *rows]
        print("\n".join(f"| {' | '.join(line)} |" for line in lines))
    else:
        console.print(_table(rows))
    return 0 if all(fate.fine for fate in fates.values()) else 1


def _tell(console: Console, name: str, fate: Fate, *, everything: bool) -> None:
    lines = [f"survived: {mutant.label}" for mutant in fate.survived]
    lines += [f"green but loses points: {mutant.label}" for mutant in fate.green]
    lines += [f"red but keeps all: {mutant.label}" for mutant in fate.red]
    lines += [f"equivalent, says equivalent.py, but no such mutant keeps its points: {label}" for label in fate.stale]
    if everything:
        lines += [f"equivalent: {mutant.label}\n    {EQUIVALENT[name][mutant.label]}" for mutant in fate.equivalent]
    for line in lines:
        console.print(f"{name}: {line}", markup=False, highlight=False, soft_wrap=True)


def _rows(fates: dict[str, Fate]) -> list[list[str]]:
    """One row of text an exercise, and one for all."""
    counts = []
    for fate in fates.values():
        parts = [len(fate.killed), len(fate.equivalent), len(fate.survived)]
        counts.append([sum(parts), *parts, len(fate.green), len(fate.red)])
    counts.append([sum(column) for column in zip(*counts, strict=True)])
    return [[name, *map(str, row)] for name, row in zip([*fates, "all"], counts, strict=True)]


def _table(rows: list[list[str]]) -> Table:
    table = Table(title="References with one small change, through the hidden tests")
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading == "exercise" else "right", no_wrap=heading == "exercise")
    for row in rows[:-1]:
        table.add_row(*row)
    table.add_section()
    table.add_row(*rows[-1])
    return table


if __name__ == "__main__":
    sys.exit(main())
