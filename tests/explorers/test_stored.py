"""The stored picture: what a reader sees with no kernel, no script, no stylesheet and no network."""

import base64
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbclient
import nbconvert
import nbformat
import nbgrader
import pytest

from shapewise import explore_broadcast, explore_dimensions, explore_layout, explore_pipeline
from tests.explorers.markup import elements

CALLS = ("explore_dimensions()", "explore_pipeline()", "explore_broadcast()", "explore_layout()")
SHOWN = {  # per explorer, words that only its own stored picture holds, one for each of several states
    "explore_dimensions()": ("0D: Scalar", "1D: Vector", "2D: Matrix", "3D: 3D tensor"),
    "explore_pipeline()": ("Token IDs", "Embeddings", "Causal mask"),
    "explore_broadcast()": ("(4, 5, 3)", "(32, 10, 64)", "must match the size of tensor b (2)"),
    "explore_layout()": (".transpose(0, 1)", "permute(2, 0, 1)", "no one stride"),
}


def pictures():
    views = (explore_dimensions(), explore_pipeline(), explore_broadcast(), explore_layout())
    return {call: view.still_picture() for call, view in zip(CALLS, views, strict=True)}


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook with the four explorers, run by a kernel that is gone now, with the widgets' state in it."""
    cells = [nbformat.v4.new_code_cell("from shapewise import *"), *map(nbformat.v4.new_code_cell, CALLS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    folder = tmp_path_factory.mktemp("run")
    nbclient.NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        store_widget_state=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return notebook


def without_state(notebook):
    copy = nbformat.from_dict(notebook)
    copy = nbformat.reads(nbformat.writes(copy), as_version=4)
    copy.metadata.pop("widgets", None)
    return copy


def visible_words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)).split())


@pytest.mark.parametrize("call", CALLS)
def test_a_stored_picture_needs_no_class_script_or_drawing_of_the_page_it_is_in(call):
    picture = pictures()[call]
    body = picture[picture.index("</style>") + len("</style>") :]
    tags = {element.tag for element in elements(body)}
    texts = {"div", "p", "b", "br", "code", "span", "img"}
    assert tags <= texts | {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    classes = {element.attributes["class"] for element in elements(body) if "class" in element.attributes}
    assert classes == {"sw-stored"}
    assert "var(--" not in body and not re.search(r"\s(role|tabindex|data-[a-z]+|on[a-z]+)=", body)


@pytest.mark.parametrize("call", CALLS)
def test_each_drawing_has_words_for_it_an_opaque_ground_and_is_whole_by_itself(call):
    images = [element for element in elements(pictures()[call]) if element.tag == "img"]
    assert bool(images) == (call != "explore_broadcast()")
    for image in images:
        assert len(image.attributes["alt"]) > 20
        assert "background-color:#ffffff" in image.attributes["style"]
        kind, data = image.attributes["src"].split(",", 1)
        assert kind == "data:image/svg+xml;base64"
        drawing = base64.b64decode(data).decode()
        assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
        assert "href" not in drawing and "url(" not in drawing


def test_colours_and_borders_of_the_sizes_survive_as_inline_styles():
    styles = [element.attributes.get("style", "") for element in elements(pictures()["explore_broadcast()"])]
    for border in ("solid", "dashed", "double"):
        assert any(re.search(rf"background-color:#\w+;border:\dpx {border} #\w+", style) for style in styles)


def test_every_explorer_is_shown_as_two_outputs_and_no_object_s_repr(notebook):
    for cell in notebook.cells[1:]:
        still, live = cell.outputs
        assert still.output_type == live.output_type == "display_data"
        assert "text/html" in still.data
        assert "application/vnd.jupyter.widget-view+json" in live.data
        assert " object at 0x" not in still.data["text/plain"] + live.data["text/plain"]


@pytest.mark.parametrize("state", ["with", "without"])
def test_an_exported_page_shows_every_stored_picture_with_and_without_the_widgets_state(notebook, state):
    source = notebook if state == "with" else without_state(notebook)
    page, _ = nbconvert.HTMLExporter().from_notebook_node(source)
    assert ("application/vnd.jupyter.widget-state+json" in page) == (state == "with")
    words = visible_words(page)
    for call in CALLS:
        for phrase in SHOWN[call]:
            assert phrase in words, (call, phrase)


def test_a_feedback_page_shows_every_stored_picture(notebook):
    formgrader = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
    exporter = nbconvert.HTMLExporter(
        template_name="feedback",
        extra_template_basedirs=[str(formgrader / "templates")],
        extra_template_paths=[str(formgrader / "static" / "node_modules" / "bootstrap" / "dist" / "css")],
    )
    graded = {"score": 0, "max_score": 0, "notebook": "1_shapes", "late_penalty": 0}
    page, _ = exporter.from_notebook_node(without_state(notebook), resources={"nbgrader": graded})
    words = visible_words(page)
    for call in CALLS:
        for phrase in SHOWN[call]:
            assert phrase in words, (call, phrase)
