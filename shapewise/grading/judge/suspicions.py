"""The text of a student's cells -> what in it reaches into the grader, for a person to look at. Nothing is run.

A few things only the student's own process sees: whether inputs changed, which operations ran, what the gradients are.
Code that changes that process could make it lie, and no look from outside can prove it. But such code has to reach for
something that no exercise needs: modules behind ``shapewise``'s names, frames, other objects' globals, descriptors,
functions of torch's or Python's that it replaces. That is what is named here, by the syntax tree, through aliases,
imports by name and text that is run. It is a reason to look, no verdict: it costs nobody a point.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from shapewise.grading.judge.reaching import (
    ATTRIBUTES,
    IMPORTS,
    MODULES,
    ONLY_LOOK,
    OTHERS,
    PRYING,
    RUN,
    TEXT,
    reaches,
    replaced,
)  # fmt: skip

__all__ = ["suspicions"]

_UNPRINTABLE = re.compile(r"[^\w .()/'-]")
_MOST, _MOST_DEPTH = 12, 4
# A lesson's cell that could give a module another name: by an import, or by a path that stands alone on a right side.
_MAY_RENAME = re.compile(
    r"\b(?:import|get_ipython|getattr|type)\b|=[\s(]*[A-Za-z_][\w.]*[\s)]*(?:$|[;#,])", re.MULTILINE
)

Found = tuple[int, str]
"""A line of a cell, and what stands there."""


def suspicions(
    cells: Iterable[tuple[str, str]], given: Iterable[str] = (), python: Callable[[str], str] = str
) -> list[str]:
    """A sentence for each cell of (name, text) that reaches for what no exercise needs.

    What stands in the ``given`` text of the lesson is nobody's suspicion. ``python`` makes Python of IPython's syntax.
    """
    trees = [(name, text, _parsed(text, python)) for name, text in cells]
    lesson = list(given)
    renaming = [_parsed(text, python) for text in lesson if _MAY_RENAME.search(text)]
    aliases: dict[str, str] = {}
    for _ in range(2):  # an alias of an alias may come first
        for tree in (*renaming, *(tree for _, _, tree in trees)):
            _learn_aliases(tree, aliases)
    said, allowed = list[str](), set[str]()
    for name, text, tree in trees:
        found = list(_found(tree, aliases, python)) if tree is not None else list(_in_text(text, 0))
        if found and lesson:  # rare: of most notebooks, the lesson need not be searched
            allowed = {what for one in lesson for _, what in _found(_parsed(one, python), aliases, python)}
            lesson = []
        new = dict[str, int]()
        for line, what in sorted(found):
            if what not in allowed:
                new.setdefault(what, line)
        if new:
            uses = (f"{_UNPRINTABLE.sub('?', what)[:80]} (line {line})" for what, line in [*new.items()][:_MOST])
            said.append(f"{_UNPRINTABLE.sub('?', name)[:80]} uses {', '.join(uses)}.")
    return said[:_MOST]


def _parsed(text: str, python: Callable[[str], str]) -> ast.Module | None:
    for made in (str, python):
        try:
            return ast.parse(made(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _learn_aliases(tree: ast.Module | None, aliases: dict[str, str]) -> None:
    """Note which names stand for which modules and what is in them."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    aliases[alias.asname or alias.name] = alias.name
                else:
                    aliases[alias.name.partition(".")[0]] = alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign | ast.NamedExpr):
            try:
                path = _path(node.value, aliases)
            except RecursionError:  # that is told of where it is looked for what it reaches
                continue
            if isinstance(node.value, ast.Name) and node.value.id in RUN - aliases.keys():
                path = f"builtins.{node.value.id}"
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if path is not None and path.partition(".")[0] in OTHERS:
                aliases.update({target.id: path for target in targets if isinstance(target, ast.Name)})


def _path(node: ast.AST, aliases: dict[str, str]) -> str | None:
    """What an expression stands for, as ``module.name``; None where that cannot be told."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        root = aliases.get(node.id, node.id if node.id in MODULES else "")
    elif isinstance(node, ast.Call):
        root = _what_comes_of(node, aliases)
    else:
        return None
    return ".".join([root, *reversed(parts)]) if root else None


def _what_comes_of(node: ast.Call, aliases: dict[str, str]) -> str:
    """What a call gives, where that can be told: a module, a name of one, IPython's shell."""
    called, given = _called(node, aliases), node.args
    if called in ("get_ipython", "IPython.get_ipython"):
        return "get_ipython"
    if called in IMPORTS and given:
        return _constant(given[0]) or ""
    if called == "type" and len(given) == 1:
        return _path(given[0], aliases) or ""
    if called == "getattr" and len(given) > 1:
        before, name = _path(given[0], aliases), _constant(given[1])
        return f"{before}.{name}" if before and name else ""
    return ""


def _called(node: ast.Call, aliases: dict[str, str]) -> str:
    function = node.func
    if isinstance(function, ast.Name) and function.id not in aliases:
        return function.id
    if isinstance(function, ast.Attribute) and function.attr in ("__setattr__", "__delattr__"):
        return f".{function.attr}"
    return (_path(function, aliases) or "").removeprefix("builtins.")


def _constant(node: ast.AST) -> str | None:
    """A text that stands in the code, also in pieces."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value if isinstance(node.value, str) else node.value.decode("latin-1")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _constant(node.left), _constant(node.right)
        return left + right if left is not None and right is not None else None
    if isinstance(node, ast.FormattedValue):
        return _constant(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_constant(part) or "" for part in node.values)
    return None


def _stands_there(node: ast.AST) -> bool:
    inserted = [part for part in ast.walk(node) if isinstance(part, ast.FormattedValue)]
    return _constant(node) is not None and all(_constant(part) is not None for part in inserted)


def _found(
    tree: ast.Module | None, aliases: dict[str, str], python: Callable[[str], str], depth: int = 0
) -> Iterator[Found]:
    seen: set[ast.AST] = set()  # what is no module handed on: those before a dot come first, and are looked at there
    for node in ast.walk(tree) if tree is not None else ():
        line = getattr(node, "lineno", 0)
        try:
            seen.update(_only_looked_at(node, aliases))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in seen:
                module = aliases.get(node.id)
                yield from ((line, f"{module} handed on"),) if module in PRYING else ()
            for what in _of_node(node, aliases):
                yield line, what
            text = _constant(node)
            if text is not None:
                yield from _in_text(text, line - 1)
            if isinstance(node, ast.Call) and depth < _MOST_DEPTH:
                for code in _code_in(node, aliases):
                    inner = _parsed(code, python)
                    yield from ((line, what) for _, what in _found(inner, aliases, python, depth + 1))
        except RecursionError:
            yield line, "an expression too long to be read"


def _only_looked_at(node: ast.AST, aliases: dict[str, str]) -> list[ast.expr]:
    """Of a node's parts those that may well be modules: what is taken of them by its name is seen there."""
    if isinstance(node, ast.Attribute | ast.Assign | ast.NamedExpr):
        return [node.value]
    return node.args if isinstance(node, ast.Call) and _called(node, aliases) in ONLY_LOOK else []


def _in_text(text: str, before: int) -> Iterator[Found]:
    for match in TEXT.finditer(text):
        yield before + text.count("\n", 0, match.start()) + 1, match[0].replace("\n", " ")


def _of_node(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if reaches(alias.name))
    elif isinstance(node, ast.ImportFrom):
        yield from _of_import(node)
    elif isinstance(node, ast.Attribute):
        path = _path(node, aliases)
        if node.attr in ATTRIBUTES or node.attr.startswith("__shapewise"):
            yield node.attr
        elif path is not None and (reaches(path) or (node.attr == "__dict__" and path.partition(".")[0] in OTHERS)):
            yield path
        if isinstance(node.ctx, ast.Store | ast.Del):
            yield from replaced(path, node.attr)
    elif isinstance(node, ast.Name):
        if node.id in ("__builtins__", "__loader__", "__spec__") or node.id.startswith("__shapewise"):
            yield node.id
        elif isinstance(node.ctx, ast.Load) and reaches(aliases.get(node.id, "")):
            yield aliases[node.id]
    elif isinstance(node, ast.FunctionDef | ast.ClassDef) and (
        node.name.startswith("__shapewise") or node.name in ATTRIBUTES
    ):
        yield node.name
    elif isinstance(node, ast.Call):
        yield from _of_call(node, aliases)


def _of_import(node: ast.ImportFrom) -> Iterator[str]:
    for alias in node.names:
        path = f"{node.module}.{alias.name}"
        if reaches(path) or (alias.name == "*" and node.module in PRYING - {"shapewise"}):
            yield path


def _of_call(node: ast.Call, aliases: dict[str, str]) -> Iterator[str]:
    called = _called(node, aliases)
    first = _path(node.args[0], aliases) if node.args else None
    root = (first or "").partition(".")[0]
    named = _constant(node.args[1]) if len(node.args) > 1 and _stands_there(node.args[1]) else None
    if called in (".__setattr__", ".__delattr__") and isinstance(node.func, ast.Attribute) and (
        _path(node.func.value, aliases)
    ):
        yield from replaced(f"{_path(node.func.value, aliases)}.{_constant(node.args[0]) if node.args else ''}", "")
    elif called in ("setattr", "delattr") or called.endswith((".__setattr__", ".__delattr__")):
        yield from replaced(f"{first}.{named or '...'}" if first else None, named or "")
    elif called == "getattr" and named is None and root in PRYING:
        yield f"getattr of {first} by a computed name"
    elif called == "getattr" and named is not None and first and reaches(f"{first}.{named}"):
        yield f"{first}.{named}"
    elif called == "vars" and root in OTHERS:
        yield f"vars({first})"
    elif called in IMPORTS and node.args:
        module = _constant(node.args[0]) if _stands_there(node.args[0]) else None
        if module is None or reaches(module):
            yield module or "an import by a computed name"
    elif called in ("eval", "exec", "compile") and node.args and not _stands_there(node.args[0]):
        yield f"{called} of text that does not stand there"
    elif called in ("open", "io.open", "io.FileIO", "mmap.mmap") and node.args and (
        isinstance(node.args[0], ast.Constant) and type(node.args[0].value) is int
    ):
        yield f"{called}({node.args[0].value})"
    elif any(keyword.arg == "fileno" for keyword in node.keywords):
        yield f"{called or 'a call'} by descriptor"


def _code_in(node: ast.Call, aliases: dict[str, str]) -> Iterator[str]:
    """Text that a call runs, or writes to a file that can be run."""
    called = _called(node, aliases)
    at = {"eval": 0, "exec": 0, "compile": 0, "get_ipython.run_cell": 0, "get_ipython.run_cell_magic": 2}.get(called)
    if at is not None and len(node.args) > at:
        text = _constant(node.args[at])
        if text is not None:
            yield text
