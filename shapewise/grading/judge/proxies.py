"""What a test takes from the notebook -> proxies for it.

A proxy looks like the student's function to ``call``, ``check`` and ``inspect``; calling it sends the arguments to the
student's process and rebuilds the answer here. Nothing of the student's runs where the test runs.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable
from typing import Any

from shapewise.checks.outcomes import Outcome, Parameter, Request

__all__ = ["Proxy"]


class Proxy:
    """Stands for a student's function. ``ask`` carries a request to it and returns the outcome."""

    def __init__(
        self, name: str, parameters: tuple[Parameter, ...] | None, doc: str, ask: Callable[[str, Request], Outcome]
    ) -> None:
        """Carry the function's name, signature and docstring; its code stays where it is."""
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc
        self.__shapewise_signature__ = parameters
        self._ask = ask
        signature = _signature(parameters)
        if signature is not None:
            self.__signature__ = signature

    def __shapewise_call__(self, request: Request) -> Outcome:
        """What ``call`` does with a function that runs elsewhere."""
        return self._ask(self.__name__, request)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it plainly: its value as plain data, or an exception of the nearest built-in kind."""
        outcome = self._ask(self.__name__, Request(args, kwargs))
        if outcome.error is None:
            return outcome.value
        for base in outcome.error.bases:
            kind = getattr(builtins, base, None)
            if isinstance(kind, type) and issubclass(kind, Exception):
                raise _built(kind, f"{outcome.error.message}")
        raise RuntimeError(f"{outcome.error.kind}: {outcome.error.message}")


def _built(kind: type[Exception], message: str) -> Exception:
    try:
        return kind(message)
    except TypeError:  # some, as UnicodeDecodeError, want more than a message
        return RuntimeError(f"{kind.__name__}: {message}")


def _signature(parameters: tuple[Parameter, ...] | None) -> inspect.Signature | None:
    try:
        return inspect.Signature([
            inspect.Parameter(
                p.name, getattr(inspect.Parameter, p.kind), default=None if p.has_default else inspect.Parameter.empty
            )
            for p in parameters or ()
        ]) if parameters is not None else None
    except (ValueError, AttributeError, TypeError):
        return None
