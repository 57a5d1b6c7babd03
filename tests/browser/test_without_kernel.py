"""A notebook that was run and is only looked at now: trusted or not, as a page with and without the widgets' state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbconvert
import nbformat
import pytest

from tests.browser.jupyter import Server
from tests.explorers.test_stored import CALLS, SHOWN, notebook, without_state

__all__ = ["notebook"]  # the fixture: a notebook that was run, with the widgets' state


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1000, "height": 6000})
    page.set_default_timeout(20_000)
    yield page
    page.close()


def assert_every_stored_picture_is_seen(page: Any) -> None:
    seen = page.locator("body").inner_text()
    for call in CALLS:
        for phrase in SHOWN[call]:
            assert phrase in seen, (call, phrase)
    images = page.locator("img[alt]:visible").evaluate_all(
        "found => found.filter(image => image.src.startsWith('data:image/svg')).map(image => image.naturalWidth)"
    )
    assert len(images) >= 10 and min(images) > 100
    assert page.locator(".shapewise-live").count() == 0


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "untrusted"])
def test_jupyterlab_shows_the_stored_pictures_of_a_notebook_that_nobody_ran(page, lab: Server, notebook, trusted):
    name = f"seen-{trusted}.ipynb"
    source = without_state(notebook)
    source.cells[0].source += f"  # {name}"  # else the signature of one would make the other trusted
    lab.write(name, source, trusted=trusted)
    page.goto(lab.address(name))
    page.locator(".jp-OutputArea img").first.wait_for()
    page.wait_for_timeout(1_500)
    assert_every_stored_picture_is_seen(page)
    sanitized = page.locator(".jp-OutputArea style").count() == 0
    assert sanitized != trusted
    assert "model not found" not in page.locator(".jp-Notebook").inner_text()


@pytest.mark.parametrize("state", ["with", "without"])
def test_an_exported_page_shows_the_stored_pictures_without_a_network(page, tmp_path: Path, notebook, state):
    source = nbformat.from_dict(notebook) if state == "with" else without_state(notebook)
    exported, _ = nbconvert.HTMLExporter().from_notebook_node(source)
    file = tmp_path / "lesson.html"
    file.write_text(exported, encoding="utf-8")
    page.context.set_offline(True)
    page.goto(file.as_uri())
    assert_every_stored_picture_is_seen(page)
