"""A reference solution -> its mutants: the same function with one small thing changed, as a slip would change it.

Operators, comparisons, signs, constants and axes, keywords such as ``dim`` and ``keepdim``, off by one, arguments in
another order, one name for another, a neighboring function, a dropped step. Annotations, the docstring and the words of
messages stay.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Mutant", "mutants_of"]

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_NEIGHBORS = {
    "amax": ("amin", "mean"),
    "sum": ("mean", "amax"),
    "mean": ("sum", "amax"),
    "exp": ("exp2", "expm1"),
    "sqrt": ("abs",),
    "square": ("abs",),
    "softmax": ("log_softmax", "sigmoid"),
    "any": ("all",),
    "view": ("reshape",),
    "reshape": ("view",),
    "numel": ("dim",),
    "max": ("min",),
    "removeprefix": ("strip", "lstrip"),
    "float32": ("float64", "float16"),
    "from_numpy": ("tensor",),
    "set_xticks": ("set_yticks",),
    "set_yticks": ("set_xticks",),
    "ValueError": ("TypeError",),
    "IndexError": ("ValueError",),
    "inf": ("nan",),
}


@dataclass(frozen=True)
class Mutant:
    """A changed function: what was changed into what, in which of its lines and columns, and its whole text."""

    line: int
    column: int
    change: str
    source: str

    @property
    def label(self) -> str:
        return f"{self.line}.{self.column}: {self.change}"


def mutants_of(source: str) -> list[Mutant]:
    """All mutants of the one function in ``source``, each text once."""
    module = ast.parse(source)
    (function,) = (node for node in module.body if isinstance(node, ast.FunctionDef))
    seen, found, names = {ast.unparse(module)}, [], _own_names(function)
    for parent, name, at, node in _places(function):
        for changed in (*_changes(node), *_of_name(node, names)):
            mutant = _replaced(module, function, (parent, name, at), changed)
            text = ast.unparse(ast.fix_missing_locations(mutant))
            if text not in seen and _compiles(text):
                seen.add(text)
                found.append(Mutant(node.lineno - function.lineno, node.col_offset, _told(node, changed), text))
    return found


def _compiles(text: str) -> bool:
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _own_names(function: ast.FunctionDef) -> list[str]:
    """The parameters, and what the body assigns to."""
    names = [argument.arg for argument in function.args.args]
    names += [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(names))


def _of_name(node: ast.AST, names: list[str]) -> Iterator[ast.expr]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.copy_location(ast.Name(other, ast.Load()), node) for other in names if other != node.id)


_Place = tuple[ast.AST, str, int | None]


def _places(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, int | None, ast.expr | ast.stmt]]:
    """Every statement and expression of the body, with where it hangs."""
    waiting: list[ast.AST] = [function]
    while waiting:
        parent = waiting.pop(0)
        for name, value in ast.iter_fields(parent):
            if parent is function and name != "body":
                continue
            for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(node, ast.AST) or isinstance(node, ast.JoinedStr) or _is_docstring(node):
                    continue
                waiting.append(node)
                if isinstance(node, ast.expr | ast.stmt):
                    yield parent, name, at, node


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _replaced(module: ast.Module, function: ast.FunctionDef, place: _Place, changed: ast.AST) -> ast.Module:
    """A copy of the module with another node at the place."""
    parent, name, at = place
    old = getattr(parent, name) if at is None else getattr(parent, name)[at]
    memo = {id(old): changed}
    return copy.deepcopy(module, memo)


def _told(node: ast.AST, changed: ast.AST) -> str:
    old, new = (ast.unparse(ast.fix_missing_locations(copy.deepcopy(part))) for part in (node, changed))
    return " ".join(f"{old} -> {new}".split())


def _changes(node: ast.expr | ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
        return
    if isinstance(node, ast.BinOp):
        yield from (_with(node, op=other()) for other in _OPERATORS.get(type(node.op), ()))
        yield _with(node, left=node.right, right=node.left)
        yield from (node.left, node.right)
    elif isinstance(node, ast.Compare):
        yield from (_with(node, ops=[other()]) for other in _COMPARISONS.get(type(node.ops[0]), ()))
        if len(node.ops) > 1:
            first, second = node.ops
            yield from (_with(node, ops=[other(), second]) for other in _COMPARISONS.get(type(first), ()))
            yield from (_with(node, ops=[first, other()]) for other in _COMPARISONS.get(type(second), ()))
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)
    elif isinstance(node, ast.Tuple):
        yield from _in_another_order(node, node.elts, "elts")
    else:
        yield from _of_call_or_name(node)


def _of_statement(node: ast.stmt) -> Iterator[ast.stmt]:
    if isinstance(node, ast.Return):
        yield ast.copy_location(ast.Return(ast.Constant(None)), node)
        return
    yield ast.copy_location(ast.Pass(), node)  # a dropped step
    if isinstance(node, ast.If):
        yield from (_with(node, test=ast.Constant(truth)) for truth in (True, False))
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _of_constant(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    others: tuple[object, ...] = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, int | float):
        others = (value + 1, value - 1, 0, -value)
    elif isinstance(value, str):
        others = ("",)
    yield from (ast.copy_location(ast.Constant(other), node) for other in others if other != value)


def _of_call_or_name(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Attribute):
        yield from (_with(node, attr=other) for other in _NEIGHBORS.get(node.attr, ()))
        if node.attr == "T":
            yield node.value
    elif isinstance(node, ast.Name):
        yield from (_with(node, id=other) for other in _NEIGHBORS.get(node.id, ()))
    elif isinstance(node, ast.Subscript):
        yield node.value
        if isinstance(node.slice, ast.Name):
            yield _with(node, value=node.slice, slice=node.value)
            yield from (_with(node, slice=off) for off in _off_by_one(node.slice))
    elif isinstance(node, ast.Slice):
        for side in ("lower", "upper"):
            bound = getattr(node, side)
            if bound is not None:
                yield _with(node, **{side: None})
                yield from (_with(node, **{side: off}) for off in _off_by_one(bound))


def _of_call(node: ast.Call) -> Iterator[ast.expr]:
    for at, argument in enumerate(node.args):
        if isinstance(argument, ast.Name | ast.Call | ast.BinOp):
            for off in _off_by_one(argument):
                yield _with(node, args=[*node.args[:at], off, *node.args[at + 1 :]])
    yield from _in_another_order(node, node.args, "args")
    for at in range(len(node.args)):
        yield _with(node, args=[*node.args[:at], *node.args[at + 1 :]])
    for at in range(len(node.keywords)):
        yield _with(node, keywords=[*node.keywords[:at], *node.keywords[at + 1 :]])
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield node.func.value  # x.step() -> x
    elif len(node.args) > 0:
        yield node.args[0]  # step(x) -> x


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("torch", "np", "math", "plt")


def _off_by_one(node: ast.expr) -> Iterator[ast.expr]:
    for operator in (ast.Add(), ast.Sub()):
        yield ast.copy_location(ast.BinOp(node, operator, ast.Constant(1)), node)


def _in_another_order(node: ast.expr, parts: list[ast.expr], field: str) -> Iterator[ast.expr]:
    for at in range(len(parts) - 1):
        yield _with(node, **{field: [*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]]})


def _with(node: ast.expr | ast.stmt, **fields: object) -> ast.expr | ast.stmt:
    """A copy of the node, some of its fields other ones."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
