"""The text of a test cell -> the names that it takes from the cells before it, by Python's own scopes.

A name of a function, a comprehension or a lambda is its own, whatever stands elsewhere under it. A name of the cell
itself is taken from elsewhere where it is read before the cell has surely bound it: ``total = total + 1`` reads first.
Sources: the language reference, 4.2 (naming and binding); symtable.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable

__all__ = ["free_names"]

_BUILT_IN = {*dir(builtins), "get_ipython", "display", "__name__", "__file__", "__doc__"}


def free_names(code: str) -> set[str]:
    """The names that a cell reads and has not bound before; what is built in is left out.

    SyntaxError where the text is no Python.
    """
    top = symtable.symtable(code, "<test>", "exec")
    first = _ReadFirst()
    first.all(ast.parse(code).body)
    bound = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    bound |= {name for name, assigned in _of_functions(top) if assigned}
    later = {name for name, _ in _of_functions(top)}  # read when a function is called: then the cell has bound its own
    return (first.found | (later - bound)) - _BUILT_IN


def _of_functions(table: symtable.SymbolTable) -> Iterable[tuple[str, bool]]:
    """(global name, whether it is assigned) for each that a scope within this one uses."""
    for inner in table.get_children():
        for symbol in inner.get_symbols():
            if symbol.is_global():
                yield symbol.get_name(), symbol.is_assigned()
        yield from _of_functions(inner)


class _ReadFirst(ast.NodeVisitor):
    """Goes through a cell in the order in which it runs; ``found`` are the names read before they are surely bound."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._bound: set[str] = set()

    def all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bound.add(node.id)
        elif node.id not in self._bound:
            self.found.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.all([node.value, *node.targets])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.all([node.annotation, node.value])
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.visit(ast.Name(node.target.id, ast.Load()))
        self.all([node.value, node.target])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.all([node.value, node.target])

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self._bound |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.all([node.iter, node.target, *node.body, *node.orelse])  # a test's loop is taken to run once at least

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._either(node.body, node.orelse)

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        before = set(self._bound)
        self.all([*node.body, *node.orelse])
        after, self._bound = self._bound, before
        for handler in node.handlers:
            self.all([handler.type])
            self._inside([ast.Name(handler.name, ast.Store()) if handler.name else None, *handler.body])
        self._bound = after  # where the body fails, most tests do
        self.all(node.finalbody)

    visit_TryStar = visit_Try  # noqa: N815

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        self._either([], *([case.pattern, case.guard, *case.body] for case in node.cases))

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self.generic_visit(node)
        self._bound |= {node.name} if node.name else set()

    visit_MatchStar = visit_MatchAs  # noqa: N815

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        parts = node.args
        marked = [arg.annotation for arg in (*parts.posonlyargs, *parts.args, *parts.kwonlyargs)]
        self.all([*node.decorator_list, *parts.defaults, *parts.kw_defaults, *marked, node.returns])
        self._bound.add(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.all([*node.args.defaults, *node.args.kw_defaults])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.all([*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)])
        self._inside(node.body)
        self._bound.add(node.name)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._inside([*node.generators, node.elt])

    visit_SetComp = visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._inside([*node.generators, node.key, node.value])

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.all([node.iter, node.target, *node.ifs])

    def _inside(self, nodes: Iterable[ast.AST | None]) -> None:
        """In a scope that runs at once: what it binds ends with it."""
        before = set(self._bound)
        self.all(nodes)
        self._bound = before

    def _either(self, *branches: Iterable[ast.AST | None]) -> None:
        """Of branches that may run or not: bound is what each of them binds."""
        before, after = set(self._bound), list[set[str]]()
        for branch in branches:
            self._bound = set(before)
            self.all(branch)
            after.append(self._bound)
        self._bound = set.intersection(*after)
