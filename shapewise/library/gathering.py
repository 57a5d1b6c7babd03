"""A name in a notebook, and the cells that were run -> the source of what stands under it, with all that it needs.

Needed are the imports, helpers and constants that it reads, and what those read, each as the last cell that gave the
name wrote it. Nothing is gathered that the library has already: the course's functions, and the stand-ins.
"""

from __future__ import annotations

import ast
import builtins
import dis
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, ModuleType
from typing import Any, cast

from shapewise.library.place import MODULE

__all__ = ["Piece", "gather"]


@dataclass(frozen=True)
class Piece:
    """Source by the name that it gives, in the order in which it has to run: imports, helpers, what was asked for."""

    imports: Mapping[str, str]
    definitions: Mapping[str, str]


def gather(name: str, cells: Iterable[str], scope: Mapping[str, Any], known: Collection[str]) -> Piece | None:
    """The source of what stands under ``name``; None where no cell gave it.

    ``cells`` are the sources of the cells that were run, in that order; ``scope`` holds the notebook's names;
    ``known`` are the names that the library gives already.
    """
    given = {bound: statement for cell in cells for bound, statement in _given_by(cell)}
    if name not in given:
        return None
    piece = Piece({}, {})
    _collect(name, given, scope, set(known) - {name}, piece)
    return None if piece.imports.get(name, "").startswith(f"from {MODULE} ") else piece


def _collect(
    name: str, given: Mapping[str, str], scope: Mapping[str, Any], known: set[str], piece: Piece
) -> None:
    """Put the statement that gave the name into the piece, after those that it needs."""
    statement = given.get(name) or _import_of(name, scope.get(name)) or given.get("*")
    if statement is None:
        return
    imports = cast(dict[str, str], piece.imports)
    if _gives_the_library(name, scope):
        imports[name] = f"import {MODULE} as {name}  # the functions of this file"
    elif statement.startswith(("import ", "from ")):
        imports[name] = statement
    else:
        waiting = known | {name}
        for needed in sorted(_reads(statement) - waiting - set(vars(builtins))):
            if needed not in piece.definitions and needed not in imports and needed in scope:
                _collect(needed, given, scope, waiting, piece)
        cast(dict[str, str], piece.definitions)[name] = statement


def _gives_the_library(name: str, scope: Mapping[str, Any]) -> bool:
    return type(scope.get(name)).__module__ == "shapewise.library.parts"


def _import_of(name: str, value: Any) -> str | None:
    """An import for a name that no cell gave, as where a startup file did."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" if value.__name__ == name else f"import {value.__name__} as {name}"
    return None


@lru_cache(maxsize=1024)
def _given_by(cell: str) -> tuple[tuple[str, str], ...]:
    """The names that a cell gives, each with the source of the statement that does; none if it does not parse."""
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return ()
    return tuple(pair for node in tree.body for pair in _bindings(node, cell))


def _bindings(node: ast.stmt, cell: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            single = type(node)(**{**vars(node), "names": [alias]})
            yield alias.asname or alias.name.partition(".")[0], ast.unparse(single)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, _source(node, cell)
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for part in (part for target in targets for part in ast.walk(target)):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id, _source(node, cell)


def _source(node: ast.stmt, cell: str) -> str:
    """The statement as it was written, with its decorators and comments; alone, where others share its lines."""
    decorators = getattr(node, "decorator_list", [])
    first = decorators[0].lineno if decorators else node.lineno
    lines = "\n".join(cell.split("\n")[first - 1 : node.end_lineno])
    try:
        whole = len(ast.parse(lines).body) == 1
    except SyntaxError:
        whole = False
    return lines if whole else ast.get_source_segment(cell, node) or ast.unparse(node)


def _reads(source: str) -> set[str]:
    """The names that code reads from the module around it, in functions within it, too."""
    return set(_read_by(compile(source, "<piece>", "exec", dont_inherit=True)))


def _read_by(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(step.argval)
        elif isinstance(step.argval, CodeType):
            yield from _read_by(step.argval)
