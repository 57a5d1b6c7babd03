"""Pictures of small tables."""

import re

import numpy as np
import pytest
import torch

from shapewise import Grid, show_grids


def _cells(html: str) -> list[str]:
    return re.findall(r'text-anchor="middle" style="fill:[^"]*font-weight:\d+">([^<]*)<', html)


def test_every_number_of_a_tensor_stands_in_the_picture_once_and_in_order() -> None:
    sketch = show_grids(Grid(torch.arange(6).reshape(2, 3)), description="six numbers")
    assert _cells(sketch.html) == ["0", "1", "2", "3", "4", "5"]


def test_a_vector_is_one_row() -> None:
    row, table = Grid(np.array([7, 8])), Grid(np.array([[7, 8]]))
    assert show_grids(row, description="d").html == show_grids(table, description="d").html


def test_marked_cells_differ_by_weight_and_frame_and_not_by_color_alone() -> None:
    html = show_grids(Grid([[1, 2]], marked=[[False, True]]), description="two numbers").html
    assert re.findall(r'font-weight:700">([^<]*)<', html) == ["2"]
    assert html.count("stroke-width:2") == 1


def test_the_text_version_has_the_description_the_numbers_and_brackets_around_marked_ones() -> None:
    text = repr(show_grids(Grid([[1, 2], [3, 4]], marked=[[0, 0], [1, 0]]), "@", Grid([5]), description="a product"))
    assert text.splitlines()[0] == "a product"
    assert re.findall(r"\S+", text)[2:] == ["1", "2", "[3]", "4", "@", "5"]


def test_the_description_is_read_out_for_the_whole_picture() -> None:
    html = show_grids(Grid([1]), "+", Grid([2]), description='one "plus" two').html
    assert 'role="img" aria-label="one &quot;plus&quot; two"' in html
    assert html.count("<svg") == 2


def test_text_in_cells_and_captions_cannot_break_the_page() -> None:
    html = show_grids(Grid([["<b>"]], caption="a < b"), description="d").html
    assert "<b>" not in html
    assert "&lt;b&gt;" in html and "a &lt; b" in html


def test_a_known_axis_has_its_letter_and_an_unknown_one_only_its_name() -> None:
    html = show_grids(Grid([[1]], row_axis="seq", column_axis="features"), description="d").html
    assert "seq (T)" in html
    assert "features" in html and "features (" not in html


@pytest.mark.parametrize("marked", [[[True]], [True, False, True]])
def test_a_mask_of_another_shape_is_refused(marked: list[object]) -> None:
    with pytest.raises(ValueError, match="mask"):
        show_grids(Grid([[1, 2]], marked=marked), description="d")


def test_values_with_three_axes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 1, 1\)"):
        show_grids(Grid(np.zeros((2, 1, 1))), description="d")
