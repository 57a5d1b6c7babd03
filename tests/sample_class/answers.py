"""An exercise -> the text of an answer, as a learner would have it in the solution cell."""

from __future__ import annotations

import inspect
import re
import textwrap
from importlib import import_module
from types import CodeType, FunctionType, ModuleType

from tests.exercises.answers import answers
from tests.exercises.lessons import lessons


def reference(exercise: str) -> str:
    """The lesson's own solution."""
    return lessons()[exercise].reference_source().rstrip()


def rewritten(exercise: str) -> str:
    """A right answer that is written differently."""
    return _as_cell(exercise, next(answer.name for answer in answers(exercise) if answer.right))


def mistaken(exercise: str, name: str) -> str:
    """The wrong answer of that name in ``tests/exercises``."""
    return _as_cell(exercise, name)


def _as_cell(exercise: str, name: str) -> str:
    module = import_module(f"tests.exercises.{exercise}")
    function = getattr(module, name)
    text = _without_decorators(function)
    if getattr(function, "made", False):
        return "\n\n\n".join([_imports(module), text, f"{exercise} = {name}()"])
    text = re.sub(rf"(?<![.\w]){name}\(", f"{exercise}(", text)  # its own calls of itself, too
    needed = [_without_decorators(part) for part in _private_parts(module, function)]
    return "\n\n\n".join([_imports(module), *needed, text])


def _imports(module: ModuleType) -> str:
    lines = [line for line in inspect.getsource(module).splitlines() if re.match(r"(import|from) ", line)]
    return "\n".join(line for line in lines if not re.match(r"from (tests|__future__)\b", line))


def _without_decorators(function: FunctionType) -> str:
    text = textwrap.dedent(inspect.getsource(function)).rstrip()
    return text[text.index("def ") :]


def _private_parts(module: ModuleType, function: FunctionType) -> list[FunctionType]:
    """The module's own functions that this one needs, without itself."""
    found: list[FunctionType] = [function]
    for known in found:
        called = (vars(module).get(name) for name in _names(known.__code__))
        found += [part for part in called if isinstance(part, FunctionType) and _is_new(part, module, found)]
    return found[1:]


def _names(code: CodeType) -> list[str]:
    """The names that code reads, in functions within it, too."""
    inner = (name for part in code.co_consts if isinstance(part, CodeType) for name in _names(part))
    return [*code.co_names, *inner]


def _is_new(part: FunctionType, module: ModuleType, found: list[FunctionType]) -> bool:
    return part.__module__ == module.__name__ and part not in found
