"""What a hostile submission and its twin are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shapewise.grading.messages.verdicts import Verdict
from tests.grading import small_course

__all__ = ["NOTHING", "RIGHT", "Attack", "as_submission"]

Notebook = dict[str, Any]
Submission = Mapping[str, str] | Callable[[Notebook], Notebook | bytes]
"""The texts of solution cells by grade_id, or a function that changes a whole notebook."""

RIGHT = small_course.RIGHT["doubled"]
NOTHING = "def doubled(x):\n    return x\n"
_STUBS: dict[str, Any] = dict.fromkeys(small_course.RIGHT)


@dataclass(frozen=True)
class Attack:
    """``hostile`` solves the exercises named in ``solved`` and no other; ``twin`` solves all of them.

    ``aim`` is what it goes for. ``ends`` is the verdict of the first test, where only one shows that a limit held.
    ``after`` is a submission graded just before the hostile one.
    """

    name: str
    aim: str
    hostile: Submission
    twin: Submission
    solved: tuple[str, ...] = ()
    ends: Verdict | None = None
    after: Submission | None = None


def as_submission(given: Submission, *, otherwise_right: bool, solved: tuple[str, ...] = ()) -> bytes:
    """The submitted file. Exercises not given are right, or stubs but for those ``solved``."""
    base = {} if otherwise_right else {**_STUBS, **{name: small_course.RIGHT[name] for name in solved}}
    if not callable(given):
        return small_course.as_bytes(small_course.submission({**base, **given}))
    notebook = given(small_course.submission(base))
    return notebook if isinstance(notebook, bytes) else small_course.as_bytes(notebook)
