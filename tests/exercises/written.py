"""An answer among many in a file -> the cell in which a learner would have written it alone."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module

from tests.exercises.answers import Answer

__all__ = ["cell_of"]

_Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.Import | ast.ImportFrom


def cell_of(answer: Answer) -> str:
    """The answer under its exercise's name, with whatever of its file it needs, and without the marks."""
    module = import_module(f"tests.exercises.{answer.exercise}")
    found: dict[str, _Definition] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, _Definition) and getattr(node, "module", None) != "tests.exercises.answers":
            found.update(dict.fromkeys(_names_given(node), node))
    needed = _needed(answer.name, found)
    cell = "\n\n".join(ast.unparse(node) for node in dict.fromkeys(found.values()) if node in needed)
    made = "()" if getattr(answer.function, "made", False) else ""
    return f"{cell}\n\n{answer.exercise} = {answer.name}{made}"


def _names_given(node: _Definition) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [alias.asname or alias.name.partition(".")[0] for alias in node.names]


def _needed(name: str, found: dict[str, _Definition]) -> set[_Definition]:
    """The definition of the name, and all that it reads, and all that those read."""
    needed, waiting = set[_Definition](), [name]
    while waiting:
        node = found.get(waiting.pop())
        if node is None or node in needed:
            continue
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = []
        needed.add(node)
        waiting += [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return needed
