"""A cell's code -> the same without its ``assert`` statements.

In a lesson they prove to CI what the text says. Under a question that a learner is to answer first, they would be the
answer. They are found in the syntax tree, so one that runs over several lines, or stands within a loop, goes as well.
"""

from __future__ import annotations

import ast
import re

__all__ = ["without_asserts"]

_NOT_PYTHON = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)  # a magic or a shell command
_BLOCKS = ("body", "handlers", "orelse", "finalbody")


def without_asserts(source: str) -> str:
    """The source of a cell without its asserts, and without a loop or a block that held nothing else.

    Code that Python cannot read is given back as it is.
    """
    try:
        tree = ast.parse(_NOT_PYTHON.sub(r"\1pass", source))
    except SyntaxError:
        return source
    gone = _gone(tree)
    if not gone:
        return source
    lines = source.splitlines()
    for node, instead in sorted(gone, key=lambda pair: (pair[0].lineno, pair[0].col_offset), reverse=True):
        _cut(lines, node, instead)
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).strip("\n")


def _gone(node: ast.AST) -> list[tuple[ast.stmt, str]]:
    """The statements to take out, each with what stands there instead: asserts, and what would hold nothing else."""
    gone: list[tuple[ast.stmt, str]] = []
    for _, part in ast.iter_fields(node):
        block = [child for child in part if isinstance(child, ast.stmt)] if isinstance(part, list) else []
        whole = [child for child in block if _only_asserts(child)]
        if block and whole == block and not isinstance(node, ast.Module):
            gone += [(block[0], "pass"), *((child, "") for child in block[1:])]
            continue
        gone += [(child, "") for child in whole]
        for child in part if isinstance(part, list) else []:
            if isinstance(child, ast.AST) and child not in whole:
                gone += _gone(child)
    return gone


def _only_asserts(statement: ast.stmt) -> bool:
    """Whether it is an assert, or a loop or a block of nothing else."""
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False  # somebody may ask for its name
    blocks = [part for name in _BLOCKS for part in getattr(statement, name, [])]
    return bool(blocks) and all(isinstance(part, ast.stmt) and _only_asserts(part) for part in blocks)


def _cut(lines: list[str], node: ast.stmt, instead: str) -> None:
    """Take the statement out of the lines, and the comment behind it."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first].encode()[: node.col_offset].decode()  # columns count bytes
    after = lines[last].encode()[node.end_col_offset :].decode().lstrip().removeprefix(";").lstrip()
    kept = [part for part in (instead, "" if after.startswith("#") else after) if part]
    line = before + "; ".join(kept)
    lines[first : last + 1] = [line if kept else line.rstrip().removesuffix(";").rstrip()] if line.strip() else []
