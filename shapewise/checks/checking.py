"""A learner's function -> a panel that says whether it is right and, if not, what is wrong first."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks.asking import Asked, asked
from shapewise.checks.diagnosing import diagnose
from shapewise.checks.listening import tell
from shapewise.checks.panel import verdict_html
from shapewise.checks.progress_panel import remember
from shapewise.checks.showing import show
from shapewise.checks.unrun import never_ran
from shapewise.checks.verdict import Stage, Verdict, as_text
from shapewise.checks.watching import Watch, watched
from shapewise.explorers.from_check import offer
from shapewise.library.keeping import keep
from shapewise.library.place import cells_run, library_file

__all__ = ["NotPassedError", "check"]

_WIDTH = 80  # nbgrader cuts longer lines


class NotPassedError(AssertionError):
    """An exercise that its check does not pass, where nbgrader validates: its message is one sentence."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback, and so do nbgrader's command and JupyterLab's dialog.
        return textwrap.wrap(str(self), _WIDTH)


def check(answer: Any = "") -> None:
    """Show what the course's check makes of an answer: ``check("split_heads")``.

    ``answer`` is the name of an exercise, whose answer is what stands under that name in the notebook, or the answer
    itself; where it is left out, the panel asks for it. Only the first thing that is wrong is shown. Raises nothing
    but, under nbgrader's validation and for an answer that does not pass, ``NotPassedError``.
    """
    scope = sys._getframe(1).f_globals
    question = asked(answer, scope)
    failed = never_ran(question.name, question.answer, cells_run())
    question = replace(question, problem=failed or question.problem)
    watch = Watch()
    verdict = question.problem or _judged(question, watch)
    tell(verdict)
    elsewhere = hasattr(question.answer, "__shapewise_call__")  # nobody looks into an explorer while a class is graded
    if verdict.passed and not elsewhere:
        verdict = replace(verdict, paragraphs=(*verdict.paragraphs, *_kept(question.name, scope)))
    panel = verdict_html(verdict), as_text(verdict)
    if watch.shown is None:
        show(*panel)
    else:
        watch.shown.update(*panel)
    if not verdict.passed and not elsewhere:
        offer(verdict.exercise, verdict.arguments)
    if question.problem is None:  # what is not there, as after a restart, says nothing of the answer
        remember(verdict.exercise, verdict.state)
    # nbgrader sets this where a learner validates a notebook; where it grades, hidden tests speak for themselves.
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not verdict.passed:
        raise NotPassedError(_sentence(verdict))


def _judged(question: Asked, watch: Watch) -> Verdict:
    try:
        if hasattr(question.answer, "__shapewise_call__"):  # it runs elsewhere, with an eye on the time
            return diagnose(question.answer, question.name)
        with watched(question.name) as seen:
            try:
                return diagnose(question.answer, question.name)
            finally:
                watch.shown = seen.shown
    except KeyboardInterrupt:
        return _stopped(question.name, "You stopped the check while the function was running.",
                        "If it ran for more than a second, look for a loop that never ends.")
    except Exception as error:
        return _stopped(question.name, f"The check itself failed ({type(error).__name__}: {error}).",
                        "That is not your mistake: please show it to your instructor.")


def _kept(name: str, scope: Mapping[str, Any]) -> tuple[str, ...]:
    """What is said of the learner's library, where an answer that passed belongs into it."""
    file = library_file()
    if file is None:
        return ()
    told = keep(file, name, scope, cells_run(), catalogue.names(), lambda function: diagnose(function, name).passed)
    return (told,) if told else ()


def _stopped(name: str, headline: str, advice: str) -> Verdict:
    return Verdict(name, Stage.RUNS, Stage.RUNS, headline, paragraphs=(advice,))


def _sentence(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    told = " ".join(verdict.headline.replace("`", "").split())
    if not verdict.started:
        return f"{verdict.exercise} is not started. {told}"
    where = f" for {verdict.case.replace('`', '')}" if verdict.case else ""
    return f"{verdict.exercise} is not right yet{where}: {told}"
