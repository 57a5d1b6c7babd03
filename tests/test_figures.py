"""A figure in a notebook: in the colors of the page, light or dark, and an image where no SVG is taken."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import matplotlib as mpl
import nh3
import pytest
from matplotlib.figure import Figure as MplFigure

from shapewise.figures import Figure, show_figure
from shapewise.grading.pages.reading import _outputs
from shapewise.themed_svg import themed_svg

mpl.use("agg")


@pytest.fixture
def axes() -> Any:
    return MplFigure(figsize=(4, 3)).add_subplot()


def _colors(axes: Any) -> list[str]:
    """The colors in the SVG, in order; what has none is black."""
    return re.findall(r"(?:fill|stroke): (#[0-9a-f]{6}|currentColor|none)", themed_svg(axes.figure))


def test_what_has_matplotlib_s_own_color_takes_the_page_s(axes: Any) -> None:
    axes.set(title="a title", xlabel="x")
    axes.plot([0, 1], [0, 1], color="black")
    axes.annotate("here", (0, 1), (0.5, 0.5), arrowprops={"arrowstyle": "->"})
    axes.grid(True)
    axes.legend(["a line"])
    assert set(_colors(axes)) <= {"currentColor", "none", "#cccccc"}  # a legend's frame is gray on both


def test_a_color_that_was_chosen_stays(axes: Any) -> None:
    axes.set_title("red", color="#aa1122")
    axes.bar([0], [1], color="#3b6fb6")
    assert {"#aa1122", "#3b6fb6"} <= set(_colors(axes))


def test_text_on_a_bar_or_a_heatmap_keeps_its_color_and_beside_it_follows_the_page(axes: Any) -> None:
    axes.axis("off")
    axes.imshow([[0, 1], [1, 0]])
    axes.text(0, 0, "on", color="black")
    on_it = themed_svg(axes.figure)
    axes.texts[0].set_position((0, -0.9))
    assert "currentColor" not in on_it
    assert "currentColor" in themed_svg(axes.figure)


def test_drawing_changes_nothing_of_the_figure(axes: Any) -> None:
    axes.set_title("a title")
    axes.grid(True)
    before = Figure(axes.figure, "").png
    themed_svg(axes.figure)
    assert Figure(axes.figure, "").png == before


def test_the_same_figure_is_the_same_bytes(axes: Any) -> None:
    axes.plot([0, 1], [0, 1])
    assert themed_svg(axes.figure) == themed_svg(axes.figure)


def test_the_picture_is_well_formed_and_has_its_text_alternative(axes: Any) -> None:
    shown = show_figure(axes, 'Lines <"1"> & more')
    tree = ElementTree.fromstring(re.sub("<style>.*?</style>", "", shown.html()).replace('px"></div>', 'px"/></div>'))
    assert tree.get("aria-label") == 'Lines <"1"> & more'
    image = tree.find("img")
    assert image is not None
    assert image.get("alt") == 'Lines <"1"> & more'


def test_a_feedback_page_shows_the_image_with_its_text_alternative(axes: Any) -> None:
    shown = show_figure(axes, "An empty plot.")
    data = shown._repr_mimebundle_()
    (output,) = _outputs({"output_type": "display_data", "data": data})
    assert (output.kind, base64.b64decode(output.content), output.description) == (
        "image/png", shown.png, "An empty plot.",
    )  # fmt: skip


def test_where_neither_style_nor_svg_is_taken_the_image_is_left(axes: Any) -> None:
    cleaned = nh3.clean(show_figure(axes, "").html(), url_schemes={"data"})
    assert "<svg" not in cleaned
    assert 'src="data:image/png' in cleaned
