"""The explorers in Notebook 7: the same live views, by keyboard, with no error in the console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.jupyter import EXPLORERS, Notes, Server, notebook_of, open_notebook, run_all


@pytest.fixture(scope="module")
def opened(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Notes, Server]]:
    pytest.importorskip("notebook", reason="Notebook 7 is not installed", minversion="7")
    server = Server(tmp_path_factory.mktemp("classic"), "notebook")
    server.write("explorers.ipynb", notebook_of("from shapewise import *", *EXPLORERS))
    page = browser.new_page(viewport={"width": 1200, "height": 9000})
    open_notebook(page, server.address("explorers.ipynb"))
    notes = Notes(page)
    run_all(page, live=len(EXPLORERS))
    page.set_default_timeout(10_000)
    yield page, notes, server
    page.close()
    server.stop()


def test_the_live_views_take_the_place_of_the_stored_pictures(opened):
    page = opened[0]
    assert page.locator(".shapewise-live:visible").count() == len(EXPLORERS)
    assert page.locator(".sw-stored:visible").count() == 0


def test_a_slider_is_moved_by_keyboard_and_says_what_it_shows(opened):
    page = opened[0]
    slider = page.locator(".sw-root-dimensions [role=slider]")
    slider.focus()
    page.keyboard.press("End")
    page.locator(".sw-title", has_text="3D tensor").wait_for()
    assert "3D" in slider.get_attribute("aria-valuetext")


def test_plain_keys_stay_in_the_explorer(opened):
    page = opened[0]
    cells = page.locator(".jp-Cell").count()
    page.locator(".shapewise-live [role=slider]").first.focus()
    for key in ("b", "a", "x"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells


def test_typing_redraws(opened):
    page = opened[0]
    page.locator(".sw-root-broadcast .sw-control-b input").fill("2, 3")
    page.locator(".sw-root-broadcast .sw-outcome", has_text="(4, 2, 3)").wait_for()
    page.locator(".sw-root-layout .sw-control-chain input").fill("[:, ::2]")
    page.locator(".sw-steps", has_text="(4, 2)").wait_for()


def test_the_explorers_bring_no_error_to_the_console_and_ask_for_nothing_from_elsewhere(opened):
    _, notes, server = opened
    assert [note for note in notes.console if note.startswith("error")] == []
    assert [url for url in notes.requests if not url.startswith((server.url, "data:", "blob:"))] == []
