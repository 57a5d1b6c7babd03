"""A passed answer is written into mine.py with all that it needs, and nothing that stands there is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shapewise.library.keeping import keep, module_of
from shapewise.library.place import library_file

_ORDER = ("first", "second", "third")


def _keep(file: Path, name: str, *cells: str, passes: Callable[[Any], bool] = lambda function: function(2) == 4) -> str:
    """Run the cells as a notebook would, then keep what stands under the name."""
    scope: dict[str, Any] = {}
    for cell in cells:
        exec(cell, scope)
    return keep(file, name, scope, cells, _ORDER, passes) or ""


def _loaded(file: Path) -> Any:
    return module_of(file.read_text("utf-8"), file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.py"


@pytest.mark.parametrize(
    "cells",
    [
        ("def first(x):\n    # doubled\n    return 2 * x",),
        ("import math", "def first(x):\n    return math.prod([2, x])"),
        ("from math import prod as p\nTWO = 2", "def helper(x): return p([TWO, x])", "def first(x): return helper(x)"),
        ("from math import *", "def first(x): return prod([2, x])"),
        ("first = lambda x: x + x",),
        ("first = lambda x: x + x; print('done')  # on one line",),
        ("from functools import partial", "def times(n, x): return n * x", "first = partial(times, 2)"),
        ("class Double:\n    def __call__(self, x):\n        return 2 * x", "first = Double()"),
        ("from functools import cache", "@cache\ndef first(x):\n    return 2 * x"),
        ("def down(n, x): return x if n == 0 else up(n - 1, x)\ndef up(n, x): return x + down(n, x)",
         "def first(x): return up(0, x)"),
        ("import torch", "def first(x: torch.Tensor) -> torch.Tensor:\n    return 2 * x"),
        ("def first(x): return 0", "this is no Python", "def first(x): return 2 * x"),
    ],
)  # fmt: skip
def test_what_an_answer_needs_is_written_with_it(file: Path, cells: tuple[str, ...]) -> None:
    scope: dict[str, Any] = {}
    for cell in cells:
        if "no Python" not in cell:
            exec(cell, scope)
    assert keep(file, "first", scope, cells, _ORDER, lambda function: bool(function(2) == 4))
    assert _loaded(file).first(21) == 42


def test_the_text_is_the_learners_own_comments_included(file: Path) -> None:
    answer = "def first(x):\n    # twice,  as  asked\n    return 2 * x  # here"
    _keep(file, "first", answer)
    assert answer in file.read_text("utf-8")


def test_functions_stand_in_the_order_of_the_course(file: Path) -> None:
    for name in ("third", "first", "second"):
        _keep(file, name, f"def {name}(x): return 2 * x")
    text = file.read_text("utf-8")
    assert sorted(_ORDER, key=lambda name: text.index(f"def {name}")) == list(_ORDER)


def test_a_newer_answer_replaces_the_older_one_and_the_same_one_changes_nothing(file: Path) -> None:
    _keep(file, "first", "def first(x): return 2 * x")
    _keep(file, "second", "def second(x): return 2 * x")
    _keep(file, "first", "def first(x): return x + x")
    text, changed = file.read_text("utf-8"), file.stat().st_mtime_ns
    _keep(file, "first", "def first(x): return x + x")
    assert "return x + x" in text
    assert text.count("return 2 * x") == 1
    assert file.stat().st_mtime_ns == changed
    assert [path.name for path in file.parent.iterdir()] == ["mine.py"]


def test_two_helpers_of_one_name_do_not_disturb_each_other(file: Path) -> None:
    _keep(file, "first", "BY = 2\ndef helper(x): return BY * x\ndef first(x): return helper(x)")
    _keep(file, "second", "BY = 3\ndef helper(x): return BY * x - x\ndef second(x): return helper(x)")
    assert (_loaded(file).first(5), _loaded(file).second(5)) == (10, 10)


def test_an_answer_may_call_another_one_before_and_after_that_one_passes(file: Path) -> None:
    _keep(file, "second", "def first(x): return x + x", "def second(x): return first(x)")
    assert not hasattr(_loaded(file), "first")
    _keep(file, "first", "def first(x): return 2 * x")
    assert (_loaded(file).first(5), _loaded(file).second(5)) == (10, 10)


def test_nothing_is_written_that_would_not_pass_from_the_file(file: Path) -> None:
    told = _keep(file, "first", "if True:\n    def first(x): return 2 * x")
    assert told
    assert not file.exists()


def test_an_instructors_notebook_writes_nothing(file: Path) -> None:
    cell = "def first(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    assert _keep(file, "first", cell) == ""
    assert not file.exists()


@pytest.mark.parametrize(
    "broken", [b"def first(x: return", b"1 / 0", b"raise SystemExit", "# caf\u00e9".encode("latin-1"), b"a = 0\0"]
)
def test_a_file_that_does_not_run_is_kept_beside_and_its_sound_sections_are_saved(file: Path, broken: bytes) -> None:
    _keep(file, "first", "def first(x): return 2 * x")
    damaged = file.read_bytes() + b"\n\n# %% second [00000000]\n" + broken
    file.write_bytes(damaged)
    assert "mine_1.py" in _keep(file, "third", "def third(x): return 2 * x")
    assert (file.parent / "mine_1.py").read_bytes() == damaged
    assert (_loaded(file).first(5), _loaded(file).third(5)) == (10, 10)


def test_a_file_of_somebody_elses_stays_in_front(file: Path) -> None:
    file.write_text("own = 1\n", "utf-8")
    _keep(file, "first", "def first(x): return 2 * x")
    assert (_loaded(file).own, _loaded(file).first(5)) == (1, 10)


def test_what_was_changed_by_hand_stays_until_a_newer_answer_passes_and_is_kept_beside_then(file: Path) -> None:
    _keep(file, "first", "def first(x): return 2 * x")
    edited = file.read_text("utf-8").replace("2 * x", "x * 2") + "\nextra = 7\n"
    file.write_text(edited, "utf-8")
    _keep(file, "first", "def first(x): return 2 * x")
    _keep(file, "second", "def second(x): return 2 * x")
    assert "x * 2" in file.read_text("utf-8")
    assert _loaded(file).extra == 7
    before = file.read_text("utf-8")
    assert "mine_1.py" in _keep(file, "first", "def first(x): return x + x")
    assert (file.parent / "mine_1.py").read_text("utf-8") == before
    assert "x * 2" not in file.read_text("utf-8")


def test_what_was_broken_by_hand_is_mended_by_the_answer_that_passed_before(file: Path) -> None:
    _keep(file, "first", "def first(x): return 2 * x")
    file.write_text(file.read_text("utf-8").replace("2 * x", "3 * x"), "utf-8")
    _keep(file, "first", "def first(x): return 2 * x")
    assert _loaded(file).first(5) == 10
    assert "3 * x" in (file.parent / "mine_1.py").read_text("utf-8")


def test_two_notebooks_that_check_at_once_both_keep_their_answer(file: Path) -> None:
    others = iter(["def second(x): return 2 * x"])

    def passes(function: Any) -> bool:
        for other in others:  # while this answer is looked at, another notebook keeps one
            _keep(file, "second", other)
        return bool(function(2) == 4)

    _keep(file, "first", "def first(x): return 2 * x", passes=passes)
    assert (_loaded(file).first(5), _loaded(file).second(5)) == (10, 10)


def test_a_folder_that_cannot_be_written_to_is_told_and_stops_nothing(file: Path) -> None:
    file.mkdir()
    assert "could not be written" in _keep(file, "first", "def first(x): return 2 * x")


@pytest.mark.parametrize("name", ["NBGRADER_EXECUTION", "PYTEST_CURRENT_TEST"])
def test_there_is_no_library_where_no_learner_works(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shapewise.library import place

    class Shell:
        kernel = object()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(place, "_shell", Shell)
    for variable in ("NBGRADER_EXECUTION", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(variable, raising=False)
    assert library_file() is not None
    monkeypatch.setenv(name, "autograde")
    assert library_file() is None
