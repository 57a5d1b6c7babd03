"""The explorers as objects in a notebook: what code can ask them, and what a cell shows."""

import subprocess
import sys

import pytest

import shapewise
from shapewise import explore_broadcast, explore_dimensions, explore_layout, explore_pipeline
from shapewise.explorers.broadcast import State as Pair

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
    monkeypatch.setattr("shapewise.explorers.view.display", lambda bundle, raw: bundles.append(bundle))
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
    assert explore_broadcast((2, 3), (3,)).state == Pair("2, 3", "3")
    assert explore_broadcast((), [5].__str__()).result == (5,)
    assert explore_layout((2, 6), "[1:]").steps[-1].offset == 6


@pytest.mark.parametrize("start", [-1, 4])
def test_a_start_outside_the_slider_is_refused(start):
    with pytest.raises(Exception, match="ndim"):
        explore_dimensions(start)


def test_typing_redraws_and_the_result_can_be_asked_for():
    view = explore_broadcast()
    live = view._build()
    assert view.result == (4, 5, 3)
    view._texts["b"].value = "2, 4"
    view._texts["a"].value = "3, 4"
    assert (view.a, view.b, view.result) == ("3, 4", "2, 4", None)
    assert "torch says" in view._picture.value
    assert live.children[-1].revision == 2


def test_buttons_set_boxes_and_nothing_else():
    view = explore_broadcast()
    view._build()
    view._companion._handle_custom_msg({"a": "3, 4", "b": "2, 4", "predict": True, "name": "x", "_live": 3}, [])
    assert (view.a, view.b, view.predict, view.name) == ("3, 4", "2, 4", False, "Broadcast explorer")
    assert view._texts["a"].value == "3, 4"
    view._companion._handle_custom_msg({"a": 7, "b": ["2"]}, [])
    assert view.a == "3, 4"


def test_other_shapes_forget_the_prediction():
    view = explore_broadcast(predict=True)
    view._build()
    view._texts["prediction"].value = "4, 5, 3"
    assert not view.state.hidden
    view._texts["a"].value = "7, 1, 3"
    assert view.state.hidden and view._texts["prediction"].value == ""


def test_the_live_region_is_told_the_state_and_a_hidden_result_stays_hidden():
    view = explore_broadcast()
    view._build()
    view.a = "2, 5, 3"
    assert "(2, 5, 3)" in view._companion.message
    view.predict = True
    assert "gives" not in view._companion.message


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
