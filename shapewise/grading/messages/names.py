"""The text of a cell -> the names that it leaves behind, and its imports. Nothing is run."""

from __future__ import annotations

import ast
import re

__all__ = ["assigned_names", "imports_of"]

_MAGIC = re.compile(r"^[%!].*$", re.MULTILINE)  # as ``%matplotlib inline``, which often stands among imports




def imports_of(code: str) -> dict[str, str]:
    """The names that a lesson's cell imports at its top level -> the statement that imports each."""
    try:
        body = ast.parse(_MAGIC.sub("", code)).body
    except SyntaxError:
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


def assigned_names(code: str) -> set[str]:
    """The names that a student's cell would leave behind, as far as they can be told."""
    for text in (code, _MAGIC.sub("", code)):
        try:
            return _bound_names(ast.parse(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    found = re.findall(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *(?::[^=\n]+)?=(?!=)", code, re.MULTILINE)
    return {name for either in found for name in either if name}  # it is no Python, at least not all of it


def _bound_names(tree: ast.Module) -> set[str]:
    """The names that a cell binds at its top level, functions' and classes' insides left aside."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
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
