"""The dimension explorer: what each step says, and that its code makes what it draws."""

import json
from html import unescape

import pytest
import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class

DIMENSIONS = explorer("dimensions")


@pytest.mark.parametrize(
    ("ndim", "name", "shape"),
    [(0, "Scalar", ()), (1, "Vector", (5,)), (2, "Matrix", (2, 3)), (3, "3D tensor", (3, 2, 3))],
)
def test_each_number_of_dimensions_shows_one_tensor_its_shape_and_the_code_that_makes_it(ndim, name, shape):
    picture = DIMENSIONS.render(ndim=ndim)
    assert [element.words for element in with_class(picture, "sw-title")] == [f"{ndim}D: {name}"]
    shown, _, code = [element.words for element in elements(picture) if element.tag == "code"]
    made = eval(code, {"torch": torch})
    assert shown == str(tuple(made.shape)) == str(shape)
    for cell in with_class(picture, "sw-asked"):
        index = cell.attributes["data-formula"].split("=")[0].strip()
        value = float(cell.attributes["data-formula"].split("= ")[1].split(":")[0])
        assert eval(index, {"x": made}) == value


def test_the_dots_are_buttons_and_the_line_is_dashed_ahead():
    for ndim in range(4):
        picture = DIMENSIONS.render(ndim=ndim)
        assert picture.count("stroke-dasharray") == 3 - ndim
        dots = with_class(picture, "sw-drawn-button")
        assert [json.loads(unescape(dot.attributes["data-set"]))["ndim"] for dot in dots] == [0, 1, 2, 3]
        assert [k for k, dot in enumerate(dots) if dot.attributes.get("aria-current")] == [ndim]


def test_the_three_axes_of_a_stack_are_named_with_their_sizes():
    words = DIMENSIONS.words(ndim=3)
    for axis in ("batch (3 sequences)", "seq (2 tokens in each)", "embed (3 numbers for each token)"):
        assert axis in words
