"""The explorers as objects in a notebook: what code can ask them, and what a cell shows."""

import subprocess
import sys

import pytest

import shapewise
from shapewise import explore_broadcast, explore_dimensions, explore_layout, explore_pipeline

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
    for module in ("view", "explorer"):
        monkeypatch.setattr(f"shapewise.explorers.{module}.display", lambda bundle, raw: bundles.append(bundle))
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


def test_the_slider_s_place_can_be_read_and_set_as_a_trait():
    for view, trait, last in ((explore_dimensions(), "ndim", 3), (explore_pipeline(), "stage", 2)):
        slider = view._build().children[0]
        slider.value = last
        assert getattr(view, trait) == last and getattr(view.state, trait) == last
        setattr(view, trait, 1)
        assert slider.value == 1


def test_an_explorer_can_start_elsewhere():
    assert explore_dimensions(2)._build().children[0].value == 2
    assert explore_pipeline(stage=1).state.stage == 1
    assert explore_broadcast((2, 3), (3,)).state == {"a": "2, 3", "b": "3", "predict": False, "prediction": ""}
    assert explore_broadcast(()).a == "()"
    assert explore_layout((2, 6), "[1:]").steps[-1].offset == 6


@pytest.mark.parametrize("start", [-1, 4])
def test_a_start_outside_the_slider_is_refused(start):
    with pytest.raises(Exception, match="ndim"):
        explore_dimensions(start)


def test_a_box_that_is_not_understood_is_reported_to_the_page_until_it_is():
    view = explore_layout()
    view._build()
    view.chain = ".frob()"
    assert "frob" in view._companion.problems["sw-chain"]
    view.chain = ".contiguous()"
    assert not any(view._companion.problems.values())


def test_importing_shapewise_does_not_import_widgets_which_grading_has_no_use_for():
    code = "import sys, shapewise; print(*[name for name in ('ipywidgets', 'anywidget') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_each_explorer_is_one_of_the_package_s_public_names():
    assert {explore.__name__ for explore in EXPLORERS.values()} <= set(shapewise.__all__)
