"""Small mistakes made in a module on purpose -> how many of them its own tests notice.

A mutant has one change: a comparison at its edge, ``and`` for ``or``, another constant, another value returned. It is
killed when the module's own tests fail.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from types import ModuleType

__all__ = ["TESTS", "Change", "changes", "main", "mutated"]

_ROOT = Path(__file__).resolve().parents[2]
_CHOSEN = "SHAPEWISE_MUTANT"
_MESSAGES, _JUDGE = "shapewise.grading.messages", "shapewise.grading.judge"
TESTS = {
    f"{_MESSAGES}.wire": ["test_wire.py"],
    f"{_MESSAGES}.bounded": ["test_wire.py"],
    f"{_MESSAGES}.names": ["test_prepared.py"],
    f"{_MESSAGES}.prepared": ["test_prepared.py"],
    f"{_MESSAGES}.channel": ["test_engine.py"],
    f"{_MESSAGES}.verdicts": ["test_engine.py"],
    f"{_JUDGE}.rebuild": ["test_rebuild.py"],
    f"{_JUDGE}.claims": ["test_claims.py"],
    f"{_JUDGE}.family": ["test_family.py"],
    "shapewise.grading.server.ids": ["test_ids.py"],
    "shapewise.grading.server.cgroups": ["test_cgroups.py"],
}
_EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_EXAMPLES = """examples:
  python -m tests.grading.mutants                       twenty mutants of every module
  python -m tests.grading.mutants wire ids --count 40
"""

Change = tuple[int, str]
"""The place of a node in the order of ``ast.walk``, and what is done to it, in words."""


def changes(source: str) -> list[Change]:
    """Every mutant that a module's text has."""
    return [(at, what) for at, node in enumerate(ast.walk(ast.parse(source))) for what in _possible(node)]


def mutated(source: str, change: Change) -> str:
    """The text with one change in it."""
    tree = ast.parse(source)
    for at, node in enumerate(ast.walk(tree)):
        if at == change[0]:
            _alter(node)
    return ast.unparse(tree)


def _possible(node: ast.AST) -> Iterator[str]:
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _EDGES:
        yield f"line {line}: {type(node.ops[0]).__name__} -> {_EDGES[type(node.ops[0])].__name__}"
    elif isinstance(node, ast.BoolOp):
        yield f"line {line}: {'and -> or' if isinstance(node.op, ast.And) else 'or -> and'}"
    elif isinstance(node, ast.Constant) and type(node.value) in (int, bool):
        yield f"line {line}: {node.value} -> {_other(node.value)}"
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield f"line {line}: returns None"


def _alter(node: ast.AST) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = _EDGES[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        node.value = _other(node.value)
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)


def _other(value: int) -> int | bool:
    return (not value) if isinstance(value, bool) else value + 1


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module out with another text."""

    def __init__(self, name: str, source: str, path: str) -> None:
        self._name, self._source, self._path = name, source, path

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        spec = importlib.util.spec_from_loader(name, self, origin=self._path)
        assert spec is not None
        spec.has_location = True
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """The usual one."""

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self._path
        exec(compile(self._source, self._path, "exec"), vars(module))


def pytest_configure() -> None:
    """As a plugin of pytest: put the mutant that the environment names in its module's place."""
    name, _, at = os.environ[_CHOSEN].partition(":")
    path = _file(name)
    sys.meta_path.insert(0, _Finder(name, mutated(path.read_text(), (int(at), "")), str(path)))


def _file(name: str) -> Path:
    return _ROOT.joinpath(*name.split(".")).with_suffix(".py")


def _is_killed(name: str, change: Change) -> bool:
    """Whether the module's tests fail with it, or do not end."""
    tests = [str(_ROOT / "tests" / "grading" / test) for test in TESTS[name]]
    options = ["-q", "-x", "-p", "tests.grading.mutants", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    try:
        ran = subprocess.run(
            command, cwd=_ROOT, env={**os.environ, _CHOSEN: f"{name}:{change[0]}"}, capture_output=True, timeout=120,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    return ran.returncode != 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants and print, module by module, how many were killed and which were not; 1 below the goal."""
    parser = argparse.ArgumentParser(
        "python -m tests.grading.mutants", description=__doc__, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("modules", nargs="*", help="the last word of a module's name (default: all)")
    parser.add_argument("--count", type=int, default=20, help="mutants of each module (default: 20)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other mutants (default: 0)")
    parser.add_argument("--goal", type=float, default=85.0, help="per cent to be killed (default: 85)")
    chosen = parser.parse_args(arguments)
    known = {name.rpartition(".")[2]: name for name in TESTS}
    if unknown := set(chosen.modules) - known.keys():
        parser.error(f"no module is called {sorted(unknown)}; there are {', '.join(known)}")
    low = False
    for short in chosen.modules or known:
        found = changes(_file(known[short]).read_text())
        tried = Random(chosen.seed).sample(found, min(chosen.count, len(found)))
        survived = [change for change in tried if not _is_killed(known[short], change)]
        share = 100 * (1 - len(survived) / max(1, len(tried)))
        low |= share < chosen.goal
        print(f"{short}: {len(tried) - len(survived)} of {len(tried)} killed, {share:.0f} %", flush=True)
        for _, what in survived:
            print(f"  survived: {what}", flush=True)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
