"""What is handed in -> lines that say it: whose it is, which exercises are solved, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from shapewise.course.handing_in import Answer, Contents
from shapewise.results import day_and_time

__all__ = ["lines"]

_SAID = {
    "passed": "✓ passes its check",
    "not yet": "✗ does not pass its check yet",
    "not started": "○ not started",
    "not checked": "? answered, and not checked",
    "changed": "? not the code that was checked: save the notebook, or check again",
    "missing": "✗ its cell is gone from the notebook",
}


def lines(contents: Contents, student: str, assignment: str, file: Path | None, today: date) -> Iterator[str]:
    """The report; ``file`` is None where none was written."""
    yield f"{assignment} of {student}" + (f": {file}" if file is not None else ", nothing written yet")
    for notebook in contents.notebooks:
        yield f"  {notebook}"
        yield from (_answer(answer, today) for answer in contents.answers if answer.notebook == notebook)
    yield from (f"  {name} (your own file)" for name in contents.files)
    yield from (f"Missing: {name}. `shapewise learn` copies it anew." for name in contents.missing)
    yield from (f"Not in it: {name}, no notebook: {reason}." for name, reason in contents.broken)
    yield from (f"Not in it: {name}, {reason}." for name, reason in contents.left_out)
    yield _summary(contents)


def _answer(answer: Answer, today: date) -> str:
    when = f" ({day_and_time(answer.at, today)})" if answer.at is not None else ""
    return f"    {answer.exercise:24} {_SAID[answer.state]}{when}"


def _summary(contents: Contents) -> str:
    counted = Counter(answer.state for answer in contents.answers)
    passed, of = counted["passed"], len(contents.answers)
    if not of:
        return "These notebooks hold no exercise."
    told = {"not started": "not started", "not yet": "not right yet", "not checked": "not checked"}
    told |= {"changed": "not saved or not checked again", "missing": "missing"}
    rest = ", ".join(f"{counted[state]} {words}" for state, words in told.items() if counted[state])
    return f"{passed} of {of} exercises pass their check" + (f"; {rest}." if rest else ".")
