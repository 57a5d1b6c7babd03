"""The explorers as objects in a notebook: what code can ask them, and what a cell shows."""

import subprocess
import sys

import pytest
import traitlets

import shapewise
from shapewise import explore_broadcast, explore_dimensions, explore_layout, explore_pipeline
from shapewise.explorers import catalogue
from shapewise.explorers.explorer import explorer

EXPLORERS = {
    "Dimension explorer": explore_dimensions,
    "LLM pipeline explorer": explore_pipeline,
    "Broadcast explorer": explore_broadcast,
    "Layout explorer": explore_layout,
}


@pytest.fixture
def shown(monkeypatch):
    """What a view displays, as the mime bundles that a notebook would store."""
    bundles = []
    monkeypatch.setattr("shapewise.explorers.explorer.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


@pytest.mark.parametrize(("name", "explore"), EXPLORERS.items())
def test_a_view_shows_a_stored_picture_and_then_the_live_one(name, explore, shown):
    explore()._ipython_display_()
    still, live = shown
    assert set(still) == {"text/html", "text/plain"}
    assert set(live) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert still["text/plain"].startswith(name)


@pytest.mark.parametrize(("name", "explore"), EXPLORERS.items())
def test_plain_text_is_readable_and_holds_no_object_s_address(name, explore, shown):
    view = explore()
    view._ipython_display_()
    for text in [bundle["text/plain"] for bundle in shown] + [repr(view)]:
        assert name in text
        assert " object at 0x" not in text and "<" not in text
    assert len(repr(view).splitlines()) >= 4


def test_its_state_can_be_read_and_set_as_traits():
    view = explore_layout((2, 6), "[1:]")
    assert (view.shape, view.chain) == ("2, 6", "[1:]")
    view.chain = ".T"
    assert view.state == {"shape": "2, 6", "chain": ".T"}


def test_each_control_starts_where_the_state_is_and_is_linked_to_it_in_the_browser():
    view = explore_broadcast((2, 3), (3,), predict=True)
    row = view.live_view().children[0]
    assert [control.value for control in row.children] == ["2, 3", "3", True, ""]
    assert [(link.source[0], link.target) for link in row.links] == [
        (control, (view, name)) for control, name in zip(row.children, ("a", "b", "predict", "prediction"), strict=True)
    ]


@pytest.mark.parametrize("name", catalogue.names())
def test_every_explorer_has_its_controls(name):
    made = explorer(name)
    row = made.live_view().children[0]
    assert [control.description for control in row.children] == [c["label"] for c in made.declared.controls]
    assert len(row.links) == len(row.children)


def test_a_slider_has_its_limits_and_so_has_the_trait():
    view = explore_dimensions(2)
    slider = view.live_view().children[0].children[0]
    assert (slider.min, slider.max, slider.value) == (0, 3, 2)
    with pytest.raises(traitlets.TraitError):
        view.ndim = 4


def test_a_state_of_which_no_picture_is_stored_shows_its_words():
    assert "Shape A: 7, 1; Shape B: 3" in explore_broadcast((7, 1), (3,)).still_picture()
    assert "Shape A: 7, 1; Shape B: 3" in repr(explore_broadcast((7, 1), (3,)))


def test_a_value_that_an_explorer_does_not_have_is_refused():
    with pytest.raises(TypeError, match="c"):
        explorer("broadcast", c="3")


def test_tuples_and_text_are_taken_for_shapes():
    assert explore_broadcast((), (5,)).a == "()"
    assert explore_pipeline(stage=1).stage == 1


@pytest.mark.parametrize("start", [-1, 4])
def test_a_start_outside_the_slider_is_refused(start):
    with pytest.raises(Exception, match="ndim"):
        explore_dimensions(start)


def test_importing_shapewise_does_not_import_widgets_which_grading_has_no_use_for():
    code = "import sys, shapewise; print(*[name for name in ('ipywidgets', 'anywidget') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_each_explorer_is_one_of_the_package_s_public_names():
    assert {explore.__name__ for explore in EXPLORERS.values()} <= set(shapewise.__all__)
