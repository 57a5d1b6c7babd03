"""What the visible check calls right, the hidden tests call right: they try the same kinds of input."""

from __future__ import annotations

import pytest

from tests.exercises.answers import exercises
from tests.exercises.kinds import COINCIDENCES, hidden_calls, kinds_of, visible_calls


@pytest.mark.parametrize("name", exercises())
def test_the_visible_check_tries_every_kind_of_input_that_the_hidden_tests_try(name: str) -> None:
    unseen = kinds_of(name, hidden_calls(name)) - kinds_of(name, visible_calls(name))
    assert unseen == set()


@pytest.mark.parametrize("name", COINCIDENCES)
def test_every_trap_that_is_listed_stands_in_the_hidden_tests(name: str) -> None:
    assert set(COINCIDENCES[name]) - kinds_of(name, hidden_calls(name)) == set()
