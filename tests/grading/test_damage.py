"""Honest notebooks that broke: one of each kind here, thousands by ``python -m tests.grading.damage``."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from shapewise.grading.command.engine import Engine
from shapewise.grading.messages.verdicts import Verdict
from tests.grading import small_course
from tests.grading.damage.honest import Earned, honest_notebook
from tests.grading.damage.run import KINDS, Case, case, checked

NAMES = [kind.name for kind in KINDS]


@pytest.fixture(scope="session")
def earned() -> Earned:
    return Earned()


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_broken_notebook_gets_a_fair_verdict_for_each_test(engine: Engine, earned: Earned, number: int) -> None:
    assert checked(case(1, number), engine, earned).broken == ()


def test_there_are_at_least_sixty_kinds_of_damage_each_with_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 60


def test_right_answers_can_earn_everything_and_blanks_nothing(earned: Earned) -> None:
    right = [cell["source"] for cell in small_course.submission()["cells"]]
    blank = [cell["source"] for cell in small_course.release()["cells"]]
    assert sum(earned.most(right).values()) == 10
    assert sum(earned.most(blank).values()) == 0


def test_an_answer_whose_helper_stands_in_another_cell_can_earn_its_points(earned: Earned) -> None:
    texts = ["def twice(a):\n    return a * 2", "def doubled(x):\n    return twice(x)"]
    assert earned.most(texts)["doubled_test"] == 3
    assert earned.most(texts[1:])["doubled_test"] == 0


class _Generous:
    """An engine that pays everything for whatever comes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def grade_notebook(self, key: Any, submission: bytes) -> Any:
        graded = self._engine.grade_notebook(key, submission)
        paid = {n: replace(t, verdict=Verdict.PASSED, score=t.points) for n, t in graded.tests.items()}
        return replace(graded, tests=paid)


def test_an_engine_that_pays_for_blanks_would_be_noticed(engine: Engine, earned: Earned) -> None:
    blank = small_course.as_bytes(small_course.release())
    whole = small_course.as_bytes(honest_notebook(Random(0)))
    given = Case(0, "", (), False, whole, blank, tuple(c["source"] for c in small_course.release()["cells"]))
    generous: Any = _Generous(engine)
    assert checked(given, engine, earned).broken == ()
    assert any("the code earns" in promise for promise in checked(given, generous, earned).broken)


def test_the_same_seed_breaks_the_same_notebooks() -> None:
    assert [case(3, n) for n in range(12)] == [case(3, n) for n in range(12)]
