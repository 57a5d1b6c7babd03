"""Small mistakes made in a module on purpose -> how many of them its own tests notice.

A mutant has one change: a comparison at its edge, ``and`` for ``or``, another constant, another value returned. It is
killed when the module's own tests fail; those that change nothing to be seen (``equivalent.py``) are left out. So are
tests that grade with a whole engine: its server is a process of its own, which knows of no mutant. What every run
imports is imported once, and each mutant runs in a fork.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from tests.grading.equivalent import EQUIVALENT

__all__ = ["TESTS", "Change", "changes", "main", "mutated"]

_ROOT = Path(__file__).resolve().parents[2]
_WARM = ("torch", "numpy", "nbformat", "IPython", "matplotlib.figure")  # nothing of ours: no mutant yet
_PATIENCE = 60.0
_MESSAGES, _JUDGE = "shapewise.grading.messages", "shapewise.grading.judge"
TESTS = {
    f"{_MESSAGES}.wire": ["grading/test_wire.py"],
    f"{_MESSAGES}.instances": ["grading/test_wire.py"],
    f"{_MESSAGES}.bounded": ["grading/test_wire.py"],
    f"{_MESSAGES}.channel": ["grading/test_verdicts.py"],
    f"{_MESSAGES}.verdicts": ["grading/test_verdicts.py"],
    f"{_MESSAGES}.refusal": ["grading/test_verdicts.py"],
    f"{_MESSAGES}.names": ["grading/test_prepared.py"],
    f"{_MESSAGES}.prepared": ["grading/test_prepared.py"],
    f"{_MESSAGES}.scopes": ["grading/test_scopes.py"],
    f"{_JUDGE}.rebuild": ["grading/test_rebuild.py"],
    f"{_JUDGE}.submitted": ["grading/test_rebuild.py"],
    f"{_JUDGE}.claims": ["grading/test_claims.py"],
    f"{_JUDGE}.attachments": ["grading/test_attachments.py"],
    f"{_JUDGE}.writing": ["grading/test_writing.py"],
    f"{_JUDGE}.outputs": ["grading/test_writing.py"],
    f"{_JUDGE}.proxies": ["grading/test_proxies.py"],
    f"{_JUDGE}.suspicions": ["grading/test_suspicions.py"],
    f"{_JUDGE}.reaching": ["grading/test_suspicions.py"],
    f"{_JUDGE}.surroundings": ["grading/test_surroundings.py"],
    f"{_JUDGE}.process": ["grading/test_process.py", "grading/test_process_answers.py"],
    f"{_JUDGE}.session": ["grading/test_session.py"],
    f"{_JUDGE}.testcells": ["grading/test_testcells.py"],
    f"{_JUDGE}.work": ["grading/test_work.py"],
    f"{_JUDGE}.family": ["grading/test_family.py"],
    "shapewise.checks.calling": ["checks/test_calling.py"],
    "shapewise.checks.memory": ["checks/test_calling.py"],
    "shapewise.grading.server.ids": ["grading/test_ids.py"],
    "shapewise.grading.server.cgroups": ["grading/test_cgroups.py"],
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
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield f"line {line}: {node.value} -> {_other(node.value)}"
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield f"line {line}: returns None"


def _is_equivalent(short: str, source: str, change: Change) -> bool:
    """Whether it is known to change nothing that anybody could see."""
    place, _, what = change[1].partition(": ")
    line = source.splitlines()[int(place.removeprefix("line ")) - 1].strip()
    return any(line.startswith(begins) and what == same for begins, same in EQUIVALENT.get(short, {}))


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


class _WithoutEngine:
    """As a plugin of pytest: leaves out what would start a server."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that run in this process."""
        items[:] = [item for item in items if "engine" not in getattr(item, "fixturenames", ())]


def _file(name: str) -> Path:
    return _ROOT.joinpath(*name.split(".")).with_suffix(".py")


def _is_killed(name: str, change: Change | None) -> bool:
    """Whether the module's tests fail with it, or do not end."""
    child = os.fork()
    if child == 0:
        os._exit(_tested(name, change))
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status != 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _tested(name: str, change: Change | None) -> int:
    """Run the module's tests with the mutant in its place, if there is one; pytest's exit code."""
    os.setsid()
    os.chdir(_ROOT)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    path = _file(name)
    text = path.read_text("utf-8")
    sys.meta_path.insert(0, _Finder(name, text if change is None else mutated(text, change), str(path)))
    tests = [str(_ROOT / "tests" / test) for test in TESTS[name]]
    return int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests], plugins=[_WithoutEngine()]))


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
    for name in _WARM:
        importlib.import_module(name)
    low = False
    for short in chosen.modules or known:
        if _is_killed(known[short], None):
            parser.exit(2, f"{short}: its tests fail as it stands; no mutant would be to blame\n")
        source = _file(known[short]).read_text()
        found = [change for change in changes(source) if not _is_equivalent(short, source, change)]
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
