"""A reference with one small change loses points, or a reason says why it is as right as the reference."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.exercises.answers import exercises
from tests.exercises.equivalent import EQUIVALENT
from tests.exercises.lessons import lessons
from tests.exercises.mutants import Fate, fate_of
from tests.exercises.mutating import mutants_of


@cache
def _fate(name: str) -> Fate:
    return fate_of(name)


@pytest.mark.parametrize("name", exercises())
def test_no_mutant_survives_the_hidden_tests_unexplained(name: str) -> None:
    fate = _fate(name)
    assert fate.killed
    assert [mutant.label for mutant in fate.survived] == []
    assert fate.stale == ()


@pytest.mark.parametrize("name", exercises())
def test_the_visible_check_passes_just_the_mutants_that_keep_all_points(name: str) -> None:
    fate = _fate(name)
    assert [mutant.label for mutant in fate.green] == []
    assert [mutant.label for mutant in fate.red] == []


@pytest.mark.parametrize("name", exercises())
def test_a_label_means_one_mutant(name: str) -> None:
    labels = [mutant.label for mutant in mutants_of(lessons()[name].reference_source())]
    repeated = {label for label in labels if labels.count(label) > 1}
    assert repeated & set(EQUIVALENT.get(name, {})) == set()


@pytest.mark.parametrize(
    ("body", "mutant"),
    [
        ("return a - b", "return a + b"),
        ("return a - b", "return b - a"),
        ("return a - b", "return a"),
        ("return -a", "return a"),
        ("return a < b", "return a <= b"),
        ("return a.sum(dim=-1)", "return a.sum(dim=1)"),
        ("return a.sum(dim=-1)", "return a.mean(dim=-1)"),
        ("return a.sum(dim=-1, keepdim=True)", "return a.sum(dim=-1)"),
        ("return a.sum(dim=-1, keepdim=True)", "return a.sum(dim=-1, keepdim=False)"),
        ("return a[:b]", "return a[:b - 1]"),
        ("return a.transpose(1, 2)", "return a"),
        ("return a.view(a, b)", "return a.view(b, a)"),
        ("c = a\nreturn c", "pass\nreturn c"),
        ("if a:\n    return b\nreturn a", "if not a:\n    return b\nreturn a"),
    ],
)
def test_a_slip_of_each_kind_is_made(body: str, mutant: str) -> None:
    def function(lines: str) -> str:
        return "def f(a, b):\n" + "\n".join(f"    {line}" for line in lines.splitlines())

    wanted = ast.unparse(ast.parse(function(mutant)))
    assert wanted in {made.source for made in mutants_of(function(body))}


def test_words_annotations_and_the_docstring_are_left_alone() -> None:
    source = 'def f(a: int) -> int:\n    """Add 1."""\n    raise ValueError(f"not {a + 1}")'
    changes = [mutant.change for mutant in mutants_of(source)]
    assert changes
    assert not [change for change in changes if "Add" in change or "a + 2" in change or "a - 1" in change]
