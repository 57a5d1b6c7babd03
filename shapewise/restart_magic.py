"""``%%restart`` above an answer -> the exercise as it was handed out, in that very cell; the answer is kept aside.

The new text reaches the cell through the notebook itself, as a kernel may ask for it. So the file on disk and the open
document do not come to differ, and Ctrl-Z brings the answer back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from shapewise.answer_code import binds
from shapewise.course.starting_again import keep_answer, stubs

__all__ = ["register"]


def register(shell: Any, folder: Path, restarted: Callable[[str], None]) -> None:
    """Let ``shell`` know the magic; ``restarted`` is told the name of each exercise that begins again."""

    def restart(line: str, cell: str) -> None:
        """Begin this exercise again: put %%restart above your answer and run the cell."""
        print(_restart(shell, folder, line.strip().strip("\"'"), cell, restarted))

    shell.register_magic_function(restart, "cell", "restart")


def _restart(shell: Any, folder: Path, named: str, answer: str, restarted: Callable[[str], None]) -> str:
    try:
        known = stubs(folder)
    except (OSError, ValueError) as error:
        return f"This cannot begin again: {error}"
    name = named or next((each for each in known if binds(answer, each)), "")
    if name not in known:
        asked = f"No exercise is called {name!r}." if name else "Which exercise this cell answers cannot be told."
        return f"{asked} Write its name behind the two words, as in %%restart {next(iter(known))}. Nothing was changed."
    _, stub = known[name]
    told = f"{name} begins again."
    if answer.strip() and answer.strip() != stub.strip():
        kept = keep_answer(folder, name, answer)
        told += f" Your answer is kept: {kept.relative_to(folder)}"
    shell.set_next_input(stub, replace=True)
    restarted(name)
    return told
