"""What students install: nothing of a solution, nothing of a hidden test."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

from shapewise.checks import catalogue
from tests.exercises.answers import answers
from tests.exercises.lessons import ROOT, lessons

_TELLING = 30
"""Lines at least this long say something of their own; shorter ones stand in any program."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of every file in the wheel, built from a copy of what the package is made of."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "shapewise", source / "shapewise", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(out), str(source)], check=True, capture_output=True)
    with zipfile.ZipFile(next(Path(out).glob("*.whl"))) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def _telling(lines: list[str]) -> set[str]:
    squeezed = {_squeezed(line) for line in lines if not line.strip().startswith("#")}
    # Taking a shape apart is how every version begins, right or wrong.
    return {line for line in squeezed if len(line) >= _TELLING and not line.endswith(".shape")}


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_wheel_holds_every_spec_with_its_expected_answers(wheel: dict[str, str]) -> None:
    for name in catalogue.names():
        assert f"shapewise/checks/m01/{name}.py" in wheel
        assert f"shapewise/checks/m01/{name}.json" in wheel


@pytest.mark.parametrize("name", list(lessons()))
def test_the_wheel_holds_no_line_of_a_solution_or_of_a_hidden_test(name: str, wheel: dict[str, str]) -> None:
    lesson = lessons()[name]
    asserts = [line for cell in lesson.tests for line in cell.hidden.splitlines() if line.strip().startswith("assert")]
    secret = _telling(lesson.solution_body().splitlines()) | _telling(asserts)
    assert secret
    packed = {path: _squeezed(text) for path, text in wheel.items() if path.endswith(".py")}
    assert {(path, line) for path, text in packed.items() for line in secret if line in text} == set()


@pytest.mark.parametrize("name", list(lessons()))
def test_the_wheel_holds_no_answer_right_or_wrong(name: str, wheel: dict[str, str]) -> None:
    written = {line for answer in answers(name) for line in inspect.getsource(answer.function).splitlines()[1:]}
    code = {line for line in written if not line.strip().startswith(("def ", "@", '"'))}
    packed = {path: _squeezed(text) for path, text in wheel.items() if path.startswith("shapewise/checks/m01/")}
    assert {(path, line) for path, text in packed.items() for line in _telling(list(code)) if line in text} == set()


@pytest.mark.parametrize("name", catalogue.names())
def test_no_function_in_a_spec_takes_an_answer_s_arguments(name: str) -> None:
    spec, exercise = import_module(f"shapewise.checks.m01.{name}"), catalogue.exercise(name)
    assert exercise is not None
    wanted = [parameter.name for parameter in exercise.parameters]
    own = [held for held in vars(spec).values() if isinstance(held, FunctionType) and held.__module__ == spec.__name__]
    assert [held.__name__ for held in own if [*inspect.signature(held).parameters][: len(wanted)] == wanted] == []
