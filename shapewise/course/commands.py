"""The learner's commands on the command line: learn, hand-in, restart."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

__all__ = ["add_learners_commands"]

_LEARN = """examples:
  shapewise learn m01_tensors                   copy the notebooks to work/m01_tensors/ and open JupyterLab there
  shapewise learn m01_tensors --update          first take what the course changed; your answers go with you
  shapewise learn m01_tensors -- --no-browser   options after -- are JupyterLab's
"""

_HAND_IN = """examples:
  shapewise hand-in --student ada          write work/handed_in/ada__m01_tensors__<time>.zip, and say what is in it
  shapewise hand-in                        the same; your id is remembered
  shapewise hand-in --list                 only say what would be in it
  shapewise hand-in m01_tensors --folder ~/tensors --to ~/Desktop

In a notebook, put an exclamation mark before it: !shapewise hand-in --student ada
You may hand in as often as you like until it is due: the newest counts. Nothing in your folder is changed.
"""

_RESTART = """examples:
  shapewise restart describe               put the exercise back as it was handed out; your answer is kept in kept/

In an open notebook, put %%restart above your answer and run that cell instead.
"""


def add_learners_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add them to the parser's ``commands``."""
    learn = _command(commands, shared, "learn", "copy the student notebooks, open JupyterLab", _LEARN, _learn)
    _add_assignment(learn)
    learn.add_argument("--update", action="store_true", help="take newer versions of the notebooks, with your answers")

    hand_in = _command(commands, shared, "hand-in", "make the zip file that you hand in", _HAND_IN, _hand_in)
    _add_assignment(hand_in)
    hand_in.add_argument("--student", metavar="ID", help="your id, as your instructor knows it")
    hand_in.add_argument("--list", action="store_true", help="say what would be in it, and write nothing")
    hand_in.add_argument("--folder", type=Path, help="where your notebooks are (default: work/ASSIGNMENT)")
    hand_in.add_argument("--to", type=Path, metavar="FOLDER", help="where the zip goes (default: work/handed_in)")
    hand_in.add_argument("--anyway", action="store_true", help="leave out a notebook that cannot be read")

    restart = _command(commands, shared, "restart", "begin an exercise again from its stub", _RESTART, _restart)
    restart.add_argument("exercise", help="the name of its function")
    restart.add_argument("--folder", type=Path, help="where your notebooks are (default: work/ASSIGNMENT)")
    restart.add_argument("--assignment", help="the assignment's folder in release/ (default: the only one)")


def _add_assignment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", nargs="?", help="the assignment's folder in release/ (default: the only one)")


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
    from shapewise.course.updating import update

    say = _printer(console)
    assignment = find_assignment(course, chosen.assignment, Path())
    work, copied = copy_notebooks(course, assignment)
    for notebook in copied:
        if notebook.suffix == ".ipynb":
            signed(notebook, work.parent)
    said = f"{len(copied)} notebooks copied to" if copied else "Your notebooks are in"
    say(f"{said} {work}. They are yours: running this again overwrites nothing, and git ignores that folder.")
    for notebook in newer_notebooks(course, assignment):
        if chosen.update:
            kept = update(course, assignment, notebook)
            signed(notebook, work.parent)
            say(f"{notebook.name} is the newer version now, with your answers. What it was is kept: {kept}")
        else:
            say(f"{notebook.name}: the course has a newer version. Yours stays as it is until you add --update.")
    first = min(path.name for path in work.glob("[!.]*.ipynb"))
    return open_lab(work, first, chosen.options, say)


def _hand_in(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.course.hand_in_report import lines
    from shapewise.course.handing_in import contents_of, write_zip
    from shapewise.course.learning import find_assignment, learners_work, release_of

    assignment = find_assignment(course, chosen.assignment, Path())
    folder = chosen.folder or learners_work(course, assignment)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}. `shapewise learn` makes it; --folder names another.")
    contents = contents_of(folder, release_of(course) / assignment)
    if contents.broken and not (chosen.anyway or chosen.list):
        told = "; ".join(f"{name}: {reason}" for name, reason in contents.broken)
        raise RuntimeError(
            f"Nothing was written, because this is no notebook: {told}. A copy may lie in "
            f"{folder / '.ipynb_checkpoints'}. To hand in the others, add --anyway."
        )
    student = _student(chosen.student, learners_work(course, ".student"), needed=not chosen.list)
    file = None
    if not chosen.list:
        to = chosen.to or learners_work(course, "handed_in")
        file = write_zip(contents, student, assignment, to, datetime.now(UTC))
    say = _printer(console)
    for line in lines(contents, student, assignment, file, datetime.now().date()):
        say(line)
    if file is not None:
        say("Upload that file where your instructor asks for it. You may hand in again: the newest counts.")
    return 0


def _student(named: str | None, remembered: Path, needed: bool) -> str:
    """The learner's id: the one that was named, the one of last time, JupyterHub's, or what is typed."""
    from shapewise.course.hand_in_name import refused_id

    student = named or (remembered.read_text("utf-8").strip() if remembered.is_file() else "")
    student = student or os.environ.get("JUPYTERHUB_USER", "")
    if not student and not needed:
        return "you"
    if not student:
        if not sys.stdin.isatty():
            raise LookupError("Who are you? Add --student and your id, as your instructor knows it.")
        student = input("Your id, as your instructor knows it: ").strip()
    if (reason := refused_id(student)) is not None:
        raise LookupError(reason)
    if named is not None or not remembered.is_file():
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_text(student + "\n", "utf-8")
    return student


def _restart(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.course.learning import find_assignment, learners_work
    from shapewise.course.starting_again import start_again

    folder = chosen.folder or learners_work(course, find_assignment(course, chosen.assignment, Path()))
    kept = start_again(folder, chosen.exercise)
    say = _printer(console)
    if kept is None:
        say(f"{chosen.exercise} is as it was handed out already.")
    else:
        say(f"{chosen.exercise} begins again. Your answer is kept: {kept}")
    return 0


def _printer(console: Console) -> Callable[[str], None]:
    return lambda text: console.print(text, soft_wrap=True, highlight=False, markup=False)
