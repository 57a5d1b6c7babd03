"""What ``check`` finds -> whoever listens to it in the same process: the judge, which keeps it beside the score."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shapewise.checks.verdict import Verdict

__all__ = ["heard", "tell"]

_LISTENER: ContextVar[list[Verdict] | None] = ContextVar("listener", default=None)


@contextmanager
def heard() -> Iterator[list[Verdict]]:
    """The verdicts of all checks that run inside, in their order."""
    verdicts: list[Verdict] = []
    token = _LISTENER.set(verdicts)
    try:
        yield verdicts
    finally:
        _LISTENER.reset(token)


def tell(verdict: Verdict) -> None:
    """Let a listener have a verdict; nothing happens where there is none, as in a learner's notebook."""
    listener = _LISTENER.get()
    if listener is not None:
        listener.append(verdict)
