"""What holds for every explorer of the bundle, and for the files that were made from it."""

import html
import re

import pytest
import torch

from shapewise.explorers.explorer import explorer as in_a_notebook
from tests.explorers.bundle import explorer, names
from tests.explorers.markup import elements
from tests.explorers.record import contents

STATES = [(name, k) for name in names() for k in range(len(explorer(name).pictured))]


def state_of(name, k):
    return explorer(name).pictured[k]


def test_catalogue_stored_and_reviewed_pictures_are_what_the_bundle_draws():
    for path, text in contents().items():
        now = path.read_text(encoding="utf-8") if path.exists() else ""
        if now != text:
            changed = path.with_suffix(f".changed{path.suffix}")
            changed.write_text(text, encoding="utf-8")
            pytest.fail(f"{path} is not what the bundle draws: look at {changed}, and if it is right, "
                        "`python -m tests.explorers.record`")  # fmt: skip


@pytest.mark.parametrize(("name", "k"), STATES)
def test_a_picture_is_well_formed_and_the_same_every_time(name, k):
    picture = explorer(name).frame(**state_of(name, k))
    assert elements(picture)
    assert picture == explorer(name).frame(**state_of(name, k))
    keys = re.findall(r'data-key="([^"]*)"', picture)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("name", "k"), STATES)
def test_a_number_that_can_be_asked_names_cells_that_are_drawn_and_has_a_formula(name, k):
    found = elements(explorer(name).frame(**state_of(name, k)))
    drawn = {element.attributes["data-cell"] for element in found if "data-cell" in element.attributes}
    asked = [element for element in found if "data-from" in element.attributes]
    for element in asked:
        assert element.attributes["data-formula"] and element.attributes["aria-label"]
        missing = set(element.attributes["data-from"].split()) - drawn
        assert not missing, f"{element.attributes['data-formula']} comes from {missing}, which are not drawn"
    lines = [element for element in found if "data-formula-line" in element.attributes]
    assert len(lines) == (1 if asked else 0), "one formula line where there are numbers to ask"


@pytest.mark.parametrize(("name", "k"), STATES)
def test_words_are_one_line_of_plain_text(name, k):
    words = explorer(name).words(**state_of(name, k))
    assert words and "\n" not in words and "<" not in words


@pytest.mark.parametrize(("name", "k"), STATES)
def test_the_line_of_torch_runs_or_torch_says_what_the_picture_says(name, k):
    line = explorer(name).torch(**state_of(name, k))
    try:
        exec(line, {"torch": torch})
    except (RuntimeError, IndexError) as error:
        assert html.escape(str(error), quote=False) in explorer(name).frame(**state_of(name, k))


@pytest.mark.parametrize(("name", "k"), STATES)
def test_an_address_brings_the_state_back(name, k):
    address = explorer(name).ask("address", state_of(name, k))
    assert explorer(name).ask("read", address) == state_of(name, k)


@pytest.mark.parametrize("name", names())
def test_an_address_of_something_else_is_not_taken_and_what_is_unknown_in_it_is_left_out(name):
    assert explorer(name).ask("read", "#another?a=1") is None
    assert explorer(name).ask("read", "#7") is None
    assert explorer(name).ask("read", f"#{name}?nonsense=%E0%A4%A&also") == explorer(name).initial


@pytest.mark.parametrize("name", names())
def test_a_control_holds_a_value_of_the_state_and_its_slider_stays_within_its_limits(name):
    known = explorer(name)
    for control in known.controls:
        assert control["name"] in known.initial
        assert control.get("when", control["name"]) in known.initial
        if control["kind"] == "slider":
            for wild in (control["min"] - 100, control["max"] + 100, control["max"] * 10 + 1):
                state, says = known.set(known.initial, **{control["name"]: wild})
                assert control["min"] <= state[control["name"]] <= control["max"]
                assert says, f"{name} does not say why {control['name']} stops"


@pytest.mark.parametrize("name", names())
def test_it_can_be_shown_in_a_notebook_with_a_control_for_each_that_is_declared(name):
    controls, picture = in_a_notebook(name).live_view().children
    assert [control.description for control in controls.children] == [c["label"] for c in explorer(name).controls]
    assert picture.state == explorer(name).initial
