"""The learner's commands on the command line: learn, hand-in, restart."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

__all__ = ["add_learners_commands"]

_LEARN = """examples:
  shapewise learn m01_tensors                   copy the notebooks to work/m01_tensors/ and open JupyterLab there
  shapewise learn m01_tensors --update          first take what the course changed; your answers go with you
  shapewise learn m01_tensors -- --no-browser   options after -- are JupyterLab's
"""


def add_learners_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add them to the parser's ``commands``."""
    learn = _command(commands, shared, "learn", "copy the student notebooks, open JupyterLab", _LEARN, _learn)
    learn.add_argument("assignment", nargs="?", help="the assignment's folder in release/ (default: the only one)")


def _command(
    commands: Any, shared: argparse.ArgumentParser, name: str, about: str, examples: str,
    run: Callable[[Path, argparse.Namespace, Console], int],
) -> argparse.ArgumentParser:  # fmt: skip
    parser: argparse.ArgumentParser = commands.add_parser(
        name, parents=[shared], help=about, description=f"{about[0].upper()}{about[1:]}.", epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.set_defaults(run=run)
    return parser


def _learn(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.course.lab import open_lab, signed
    from shapewise.course.learning import copy_notebooks, find_assignment, newer_notebooks

    def say(text: str) -> None:
        console.print(text, soft_wrap=True, highlight=False, markup=False)

    assignment = find_assignment(course, chosen.assignment, Path())
    work, copied = copy_notebooks(course, assignment)
    for notebook in copied:
        if notebook.suffix == ".ipynb":
            signed(notebook, work.parent)
    said = f"{len(copied)} notebooks copied to" if copied else "Your notebooks are in"
    say(f"{said} {work}. They are yours: running this again overwrites nothing, and git ignores that folder.")
    for notebook in newer_notebooks(course, assignment):
        say(f"{notebook.name}: the course has a newer version. Yours stays as it is until you add --update.")
    first = min(path.name for path in work.glob("[!.]*.ipynb"))
    return open_lab(work, first, chosen.options, say)
