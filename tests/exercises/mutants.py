"""Change each reference solution in every small way, and see whether the hidden tests notice.

    python -m tests.exercises.mutants                     the table of all exercises
    python -m tests.exercises.mutants split_heads         one exercise, with every mutant that was not killed
    python -m tests.exercises.mutants --markdown          the table as Markdown, for the README

A mutant that keeps all points is either equivalent, for a reason that ``equivalent.py`` gives, or has survived. Exits
with 1 if one has survived.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib
import torch
from rich.console import Console
from rich.table import Table

from tests.exercises.answers import exercises
from tests.exercises.equivalent import EQUIVALENT
from tests.exercises.lessons import defined, lessons, run_hidden
from tests.exercises.mutating import Mutant, mutants_of

__all__ = ["Fate", "fate_of"]


@dataclass(frozen=True)
class Fate:
    """What became of the mutants of one exercise; ``stale`` are reasons given for mutants that do not survive."""

    killed: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    stale: tuple[str, ...]

    @property
    def fine(self) -> bool:
        return not self.survived and not self.stale


def fate_of(name: str) -> Fate:
    """Run the hidden tests of an exercise on every mutant of its reference."""
    reasons = EQUIVALENT.get(name, {})
    killed, equivalent, survived = [], [], []
    for mutant in mutants_of(lessons()[name].reference_source()):
        if _loses_points(name, mutant):
            killed.append(mutant)
        elif mutant.label in reasons:
            equivalent.append(mutant)
        else:
            survived.append(mutant)
    stale = set(reasons) - {mutant.label for mutant in equivalent}
    return Fate(tuple(killed), tuple(equivalent), tuple(survived), tuple(sorted(stale)))


def _loses_points(name: str, mutant: Mutant) -> bool:
    try:
        function: Callable[..., Any] = defined(mutant.source, name)
    except SyntaxError:
        return True
    return any(run_hidden(cell, name, function) is not None for cell in lessons()[name].tests)


_HEADINGS = ("exercise", "mutants", "killed", "equivalent", "survived")


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
    lines += [f"equivalent, says equivalent.py, but no such mutant keeps its points: {label}" for label in fate.stale]
    if everything:
        lines += [f"equivalent: {mutant.label}\n    {EQUIVALENT[name][mutant.label]}" for mutant in fate.equivalent]
    for line in lines:
        console.print(f"{name}: {line}", markup=False, highlight=False, soft_wrap=True)


def _rows(fates: dict[str, Fate]) -> list[list[str]]:
    """One row of text an exercise, and one for all."""
    counts = [
        (name, len(fate.killed), len(fate.equivalent), len(fate.survived)) for name, fate in fates.items()
    ]
    counts.append(("all", *(sum(row[at] for row in counts) for at in (1, 2, 3))))
    return [
        [name, str(killed + same + survived), str(killed), str(same), str(survived)]
        for name, killed, same, survived in counts
    ]


def _table(rows: list[list[str]]) -> Table:
    table = Table(title="References with one small change, through the hidden tests")
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading == "exercise" else "right", no_wrap=True)
    for row in rows[:-1]:
        table.add_row(*row)
    table.add_section()
    table.add_row(*rows[-1])
    return table


if __name__ == "__main__":
    sys.exit(main())
