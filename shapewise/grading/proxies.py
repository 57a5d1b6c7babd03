"""A test cell -> the names it takes from the notebook, and proxies for what stands there.

A proxy looks like the student's function to ``call``, ``check`` and ``inspect``; calling it sends the arguments to the
student's process and rebuilds the answer here. Nothing of the student's runs where the test runs.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable
from typing import Any

from shapewise.checks.calling import Outcome, Parameter, Request

__all__ = ["Proxy", "assigned_names", "free_names", "imports_of"]


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


def free_names(code: str) -> set[str]:
    """The names that a cell reads and neither defines at its top level nor finds among the built-ins."""
    tree = ast.parse(code)
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return read - _bound_names(code) - set(dir(builtins)) - {"get_ipython", "display"}


def imports_of(code: str) -> dict[str, str]:
    """The names that a lesson's cell imports at its top level -> the statement that imports each."""
    try:
        body = ast.parse(code).body
    except SyntaxError:  # magics
        return {}
    found = {}
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                one: ast.stmt = ast.Import([alias])
                if isinstance(node, ast.ImportFrom):
                    one = ast.ImportFrom(node.module, [alias], node.level)
                found[alias.asname or alias.name.partition(".")[0]] = ast.unparse(one)
    return found


def _bound_names(code: str) -> set[str]:
    """The names that a cell binds at its top level, functions' and classes' insides left aside."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(ast.parse(code).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        waiting += ast.iter_child_nodes(node)
    return names




def assigned_names(code: str) -> set[str]:
    """The names that a student's cell would leave behind, as far as they can be told."""
    try:
        return _bound_names(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a magic, or not Python
        return set(re.findall(r"^(?:def|class)\s+(\w+)", code, re.MULTILINE))
