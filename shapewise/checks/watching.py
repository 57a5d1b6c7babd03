"""A check that runs for long -> a panel that says so, and how to stop it."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shapewise.checks.panel import verdict_html
from shapewise.checks.showing import Shown, show
from shapewise.checks.verdict import Stage, Verdict, as_text

__all__ = ["Watch", "watched"]

SECONDS = 5.0


@dataclass
class Watch:
    """What was shown while a check ran: nothing, where it was quick."""

    shown: Shown | None = None


@contextmanager
def watched(name: str, seconds: float = SECONDS) -> Iterator[Watch]:
    """Tell after some seconds that the check of exercise ``name`` is running still."""
    watch = Watch()
    # The panel belongs to the cell that runs now: IPython knows that by a variable of this context. And what a function
    # prints is kept from the screen meanwhile, which the panel must not be.
    context, screen = contextvars.copy_context(), sys.stdout
    timer = threading.Timer(seconds, context.run, (_tell, watch, name, seconds, screen))
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()


def _tell(watch: Watch, name: str, seconds: float, screen: object) -> None:
    verdict = Verdict(
        name, Stage.RUNS, Stage.RUNS,
        f"Your function is still running, after {seconds:.0f} seconds.",
        paragraphs=(
            "The check's inputs are small, so this is most likely a loop that never ends.",
            "To stop it, press the square (■) in the toolbar above, or choose Kernel, then Interrupt Kernel. In a "
            "terminal, press Ctrl-C.",
        ),
        running=True,
    )
    watch.shown = show(verdict_html(verdict), as_text(verdict), keep=True, stream=screen)
