"""A key -> what the judges of a class would otherwise each work out anew: names, imports, and compiled tests.

An engine prepares a key once and hands the result, as JSON, to each judge with the notebook to grade. Only the key is
prepared: whatever a student wrote is looked at where it is graded.
"""

from __future__ import annotations

import ast
import base64
import marshal
from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import CodeType
from typing import Any

from shapewise.grading.messages.names import assigned_names, imports_of
from shapewise.grading.messages.scopes import free_names

__all__ = ["PreparedKey", "PreparedTest", "prepare"]


@dataclass(frozen=True)
class PreparedTest:
    """A test cell: the names that it takes from elsewhere, its statements, and the expression that it ends with.

    ``shared`` are its imports that the lesson has too.
    """

    free: frozenset[str]
    shared: tuple[str, ...]
    statements: CodeType
    last: CodeType | None


@dataclass(frozen=True)
class PreparedKey:
    """What is known of a key's cells before any submission is.

    ``imports`` maps the names that the lesson imports to their statements, ``solution_imports`` those that only the
    reference's answers import; ``stubs`` maps each solution cell to the names that it stands for, ``tests`` the text of
    each test cell to what was made of it. A cell with IPython's own syntax is missing from ``tests``: IPython runs it
    as it is.
    """

    imports: Mapping[str, str]
    solution_imports: Mapping[str, str]
    stubs: Mapping[str, frozenset[str]]
    tests: Mapping[str, PreparedTest]

    def as_data(self) -> dict[str, Any]:
        """The same as a tree for JSON; read by this very Python only, for it holds compiled code."""
        stubs = {name: sorted(names) for name, names in self.stubs.items()}
        tests = {
            text: [sorted(test.free), test.shared, _packed(test.statements), test.last and _packed(test.last)]
            for text, test in self.tests.items()
        }
        return {
            "imports": dict(self.imports), "solution_imports": dict(self.solution_imports), "stubs": stubs,
            "tests": tests,
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PreparedKey:
        """What ``as_data`` was made from."""
        tests = {
            text: PreparedTest(frozenset(free), tuple(shared), _unpacked(statements), last and _unpacked(last))
            for text, (free, shared, statements, last) in data["tests"].items()
        }
        stubs = {name: frozenset(names) for name, names in data["stubs"].items()}
        return cls(data["imports"], data["solution_imports"], stubs, tests)


def prepare(key: Mapping[str, Any]) -> PreparedKey:
    """Prepare a key (see ``key.answer_key``)."""
    stubs: dict[str, frozenset[str]] = {}
    lesson: dict[str, str] = {}
    tests: dict[str, dict[str, str]] = {}
    for cell in key["cells"]:
        marks, text = cell["metadata"].get("nbgrader") or {}, cell["source"]
        if cell["cell_type"] != "code":
            continue
        if marks.get("solution"):
            stubs[marks["grade_id"]] = frozenset(assigned_names(text))
        elif marks.get("grade"):
            tests[text] = imports_of(text)
        else:
            lesson |= imports_of(text)
    imports = {name: statement for found in (lesson, *tests.values()) for name, statement in found.items()}
    compiled = {text: _test(text, lesson.items() & found.items()) for text, found in tests.items()}
    solutions = key.get("metadata", {}).get("shapewise", {}).get("imports", {})
    return PreparedKey(imports, solutions, stubs, {text: test for text, test in compiled.items() if test is not None})


def _test(code: str, shared: Set[tuple[str, str]]) -> PreparedTest | None:
    """None where only IPython understands the cell."""
    if code.rstrip().endswith(";"):
        return None  # IPython shows no value then
    try:
        tree = ast.parse(code)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        return PreparedTest(
            frozenset(free_names(code)),
            tuple(sorted(statement for _, statement in shared)),
            compile(tree, "<test>", "exec", dont_inherit=True),
            compile(ast.Interactive([last]), "<test>", "single", dont_inherit=True) if last is not None else None,
        )
    except (SyntaxError, ValueError):  # magics, or ``await`` outside of a function
        return None


def _packed(code: CodeType) -> str:
    return base64.b64encode(marshal.dumps(code)).decode()


def _unpacked(text: str) -> CodeType:
    code = marshal.loads(base64.b64decode(text))
    assert isinstance(code, CodeType)
    return code
