"""A learner's function -> a panel that says whether it is right and, if not, what is wrong first."""

from __future__ import annotations

from typing import Any

from shapewise.checks.diagnosing import diagnose
from shapewise.checks.panel import verdict_html
from shapewise.checks.progress_panel import remember
from shapewise.checks.showing import show
from shapewise.checks.verdict import Stage, Verdict, as_text

__all__ = ["check"]


def check(function: Any) -> None:
    """Show what the course's check makes of an answer: ``check(split_heads)``.

    The exercise is the one of the function's name. Only the first thing that is wrong is shown. Never raises.
    """
    try:
        verdict = diagnose(function)
    except KeyboardInterrupt:
        verdict = _stopped(function, "You stopped the check while the function was running.",
                           "If it ran for more than a second, look for a loop that never ends.")
    except Exception as error:
        verdict = _stopped(function, f"The check itself failed ({type(error).__name__}: {error}).",
                           "That is not your mistake: please show it to your instructor.")
    show(verdict_html(verdict), as_text(verdict))
    remember(verdict.exercise, verdict.state)


def _stopped(function: Any, headline: str, advice: str) -> Verdict:
    name = str(getattr(function, "__name__", type(function).__name__))
    return Verdict(name, Stage.RUNS, Stage.RUNS, headline, paragraphs=(advice,))
