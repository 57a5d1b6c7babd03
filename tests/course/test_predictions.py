"""Predictions: the answer is not to be seen, nor guessed from its place, before a learner has chosen."""

from __future__ import annotations

import pytest

from tests.course.predictions import RIGHT, WRONG, Choice, Prediction, place_evenly, released, uneven

QUESTION = "What is the shape of `torch.zeros(3, 2) @ torch.zeros(2, 5)`?"


def asked(below: str, right: str = "<code>(3, 5)</code>") -> Prediction:
    choices = (Choice("<code>(2, 2)</code>", "Tempting: ..."), Choice(right, "Right. ..."))
    return Prediction("a notebook", QUESTION, choices, below)


@pytest.mark.parametrize("one", released(), ids=lambda one: f"{one.notebook}: {one.question[:40]}")
def test_the_cell_below_a_question_does_not_hold_its_answer(one: Prediction) -> None:
    assert one.spoilers() == []


@pytest.mark.parametrize("one", released(), ids=lambda one: f"{one.notebook}: {one.question[:40]}")
def test_one_choice_is_right_and_every_other_one_says_why_it_tempts(one: Prediction) -> None:
    openings = [RIGHT if choice.text.startswith(f"{RIGHT} ") else choice.text[: len(WRONG)] for choice in one.choices]
    assert sorted(openings) == sorted([RIGHT] + [WRONG] * (len(one.choices) - 1))


def test_the_right_choice_stands_at_each_place_equally_often() -> None:
    assert uneven(released()) == {}, "run `python -m tests.course.predictions --place`, then `make build`"


@pytest.mark.parametrize(
    "below",
    [
        "y = torch.zeros(3, 2) @ torch.zeros(2, 5)\nprint(y.shape == (3,5))",
        "y = torch.zeros(3, 2) @ torch.zeros(2, 5)  # (3, 5)",
        "y = torch.zeros(3, 2) @ torch.zeros(2, 5)  # not (2, 2)",
        "print('it is (3, 5)')",
        "wrong_guess = 1",
        "right = torch.zeros(3, 2) @ torch.zeros(2, 5)",
    ],
)
def test_an_answer_that_stands_below_is_seen(below: str) -> None:
    assert asked(below).spoilers()


def test_code_that_computes_the_answer_gives_nothing_away() -> None:
    assert asked("y = torch.zeros(3, 2) @ torch.zeros(2, 5)\nprint(y.shape)  # batch, seq").spoilers() == []


def test_a_lone_try_below_gives_away_that_an_error_comes() -> None:
    assert asked("try:\n    f()\nexcept RuntimeError:\n    pass", right="An error").spoilers()
    several = "for f in (len, abs):\n    try:\n        f(x)\n    except RuntimeError:\n        pass"
    assert asked(several, right="An error").spoilers() == []


def test_right_choices_are_moved_until_their_places_are_even_and_nothing_else_changes() -> None:
    choice = "# <details><summary>{}</summary>\n#\n# {}\n#\n# </details>\n"
    question = "# **Predict.** Which?\n#\n" + choice.format("a", "Right. Yes.") + choice.format("b", "Tempting: no.")
    hint = choice.format("Hint 1", "Not a choice.")
    texts = [(question + "\n" + hint + "\n") * 3, question]
    placed = place_evenly(texts)
    assert "".join(placed).count("Right.") == 4
    swapped = choice.format("b", "Tempting: no.") + choice.format("a", "Right. Yes.")
    assert "".join(placed).count(swapped) == 2
    assert sorted("".join(placed)) == sorted("".join(texts))
    assert place_evenly(placed) == placed
