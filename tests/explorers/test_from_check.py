"""From a failed check into the picture: the explorer that fits, loaded with the call that failed."""

import pytest
import torch

from shapewise.checks import catalogue
from shapewise.explorers import catalogue as bundled
from shapewise.explorers.from_check import FITTING, offered
from shapewise.explorers.opening import opener
from tests.explorers.bundle import explorer


@pytest.mark.parametrize("exercise", FITTING)
def test_every_call_of_the_check_opens_an_explorer_that_understands_it(exercise):
    assert exercise in catalogue.names()
    for case in catalogue.exercise(exercise).cases:
        found = offered(exercise, tuple(case.inputs()))
        assert found is not None, case
        known = explorer(found.explorer)
        assert set(found.state) <= set(known.initial)
        assert known.problems(**found.state) == {}, (case, found)
        if found.explorer in ("broadcast", "layout", "matmul", "indexing"):
            assert known.facts(**found.state) is not None


def test_the_shapes_are_those_of_the_call():
    assert offered("add_positions", (torch.zeros(2, 6, 8), torch.zeros(6, 8))).state == {"a": "2, 6, 8", "b": "6, 8"}
    assert offered("split_heads", (torch.zeros(2, 6, 8), 4)).state == {"shape": "2, 6, 8", "chain": ""}
    softmax = offered("stable_softmax", (torch.tensor([[1.0, 2.0], [3.0, 4.5]]), 0))
    assert softmax.state == {"logits": "1, 2; 3, 4.5", "dim": "0"}


def test_an_exercise_without_a_picture_offers_none_and_so_does_a_call_that_never_was():
    assert offered("describe", (torch.zeros(2),)) is None
    assert offered("split_heads", ()) is None


def test_the_button_opens_the_explorer_below_it_and_closes_it_again():
    box = opener(offered("add_positions", (torch.zeros(2, 6, 8), torch.zeros(6, 8))))
    (button,) = box.children
    assert bundled.declared("broadcast").title.lower() in button.description
    button.value = True
    view = box.children[1]
    assert view.children[1].a == "2, 6, 8"
    button.value = False
    assert view.layout.display == "none" and len(box.children) == 2
