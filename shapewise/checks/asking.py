"""What stands between the parentheses of ``check(...)``, and a notebook's names -> the exercise's name and the answer.

The name that counts is the one in the notebook, not the one that a function carries: a lambda, a partial, a module's
instance, a scripted or compiled function all are answers under the name that the exercise asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks.calling import signature_of
from shapewise.checks.verdict import Stage, Verdict

__all__ = ["Asked", "asked"]

_CLOSE = 0.7


@dataclass(frozen=True)
class Asked:
    """The exercise that is meant, and the answer to it; ``problem`` where there is none of the two."""

    name: str
    answer: Any = None
    problem: Verdict | None = None


def asked(thing: Any, scope: Mapping[str, Any]) -> Asked:
    """What ``check(thing)`` asks for, where ``scope`` holds the names of the notebook."""
    if isinstance(thing, str) and not thing:
        return Asked("?", problem=_nothing_asked())
    if isinstance(thing, str):
        if catalogue.exercise(thing) is None:
            return Asked(thing, problem=_no_exercise(thing, None))
        return Asked(thing, scope[thing]) if thing in scope else Asked(thing, problem=_not_there(thing, scope))
    for name in catalogue.names():
        if scope.get(name) is thing and thing is not None:
            return Asked(name, thing)
    carried = str(getattr(thing, "__name__", type(thing).__name__))
    if catalogue.exercise(carried) is not None:
        return Asked(carried, thing)
    given = next((name for name, held in scope.items() if held is thing and not name.startswith("_")), carried)
    return Asked(given, problem=_no_exercise(given, thing))


def _nothing_asked() -> Verdict:
    """The parentheses are empty."""
    headline = 'Which exercise? Write its name between the parentheses, as in `check("describe")`.'
    return Verdict("?", Stage.CALLABLE, Stage.CALLABLE, headline)


def _not_there(name: str, scope: Mapping[str, Any]) -> Verdict:
    """The notebook has nothing of that name, as after each restart of its kernel."""
    own = [given for given, held in scope.items() if callable(held) and not given.startswith("_")]
    close = get_close_matches(name, own, 1, _CLOSE)
    if close:
        headline = f"There is no `{name}` in this notebook, but a `{close[0]}`: did you mean `{name}`?"
        advice = f"Call the function `{name}`, as its cell asks, run that cell, then this one."
        return Verdict(name, Stage.CALLABLE, Stage.CALLABLE, headline, paragraphs=(advice,))
    headline = f"Python does not know `{name}` yet: run the cell that defines it, then this one."
    advice = "After a restart the kernel knows nothing any more, so run the cells above that one first."
    return Verdict(name, Stage.STARTED, Stage.STARTED, headline, paragraphs=(advice,))


def _no_exercise(name: str, thing: Any) -> Verdict:
    """No exercise is called so."""
    meant = _meant(name, thing)
    told = f" Did you mean `{meant}`?" if meant else ""
    advice = f"Call the function `{meant}`, as its cell asks." if meant else (
        "Pass the name that the exercise's cell asks for."
    )
    headline = f"No exercise is called `{name}`.{told}"
    return Verdict(name, Stage.CALLABLE, Stage.CALLABLE, headline, paragraphs=(advice,))


def _meant(name: str, thing: Any) -> str | None:
    """The exercise of a name much like it, or within it; else the one that asks for the same arguments."""
    names = catalogue.names()
    close = get_close_matches(name, names, 1, _CLOSE)
    within = [known for known in names if known in name or (len(name) > 3 and name in known)]
    if close or within:
        return close[0] if close else max(within, key=len)
    parameters = signature_of(thing) if callable(thing) else None
    wanted = [parameter.name for parameter in parameters or ()]
    for known in names if wanted else ():
        exercise = catalogue.exercise(known)
        if exercise is not None and [parameter.name for parameter in exercise.parameters] == wanted:
            return known
    return None
