"""The web edition on a screen as wide as a phone's: everything can be read and touched."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

_PATIENCE = 30_000  # milliseconds
_TORN = """() => [...document.querySelectorAll('table.docutils td, table.docutils th, code.literal')].flatMap(cell => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const torn = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (const word of text.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) torn.push(word[0]);
    }
  }
  return torn;
})"""
_CUT = """() => [...document.querySelectorAll('.shapewise-figure, .formula')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.trim().slice(0, 60))"""
_BOXES = "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right, box.height])"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    screen = {"width": 390, "height": 844}
    context = browser.new_context(viewport=screen, offline=True, reduced_motion="reduce", has_touch=True)
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    yield page
    context.close()


def _opened(page: Any, file: Path) -> None:
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('article details').forEach(one => { one.open = true; })")


def test_no_word_of_a_table_and_no_name_in_the_text_is_torn_apart(page: Any, site: Path) -> None:
    for file in sorted(site.rglob("*.html")):
        _opened(page, file)
        assert page.evaluate(_TORN) == [], file.name


def test_every_figure_and_formula_is_seen_whole(page: Any, site: Path) -> None:
    for file in sorted(site.glob("*/*.html")):
        _opened(page, file)
        assert page.evaluate(_CUT) == [], file.name


def test_the_buttons_in_the_head_stand_apart(page: Any, site: Path) -> None:
    page.goto(min(site.glob("*/[0-9]*.html")).as_uri())
    boxes = page.locator(".mobile-header :is(.icon, .theme-toggle):visible").evaluate_all(_BOXES)
    assert len(boxes) == 3
    for (_, right, _), (left, _, _) in pairwise(boxes):
        assert left - right >= 12


def test_what_unfolds_has_room_for_a_finger(page: Any, site: Path) -> None:
    for file in sorted(site.glob("*/[0-9]*.html")):
        page.goto(file.as_uri())
        boxes = page.locator("article summary:visible").evaluate_all(_BOXES)
        assert min(height for _, _, height in boxes) >= 32, file.name


def test_links_in_the_drawers_have_room_for_a_finger(page: Any, site: Path) -> None:
    page.goto(min(site.glob("*/[0-9]*.html")).as_uri())
    for drawer, links in (("__navigation", ".sidebar-tree a"), ("__toc", ".toc-tree li li a")):
        page.locator(f'label[for="{drawer}"] .icon:visible').first.tap()
        boxes = page.locator(f"{links}:visible").evaluate_all(_BOXES)
        assert min(height for _, _, height in boxes) >= 28
        page.keyboard.press("Escape")


def test_a_search_that_finds_nothing_says_so_in_plain_words(page: Any, site: Path) -> None:
    page.goto(f"{(site / 'search.html').as_uri()}?q=xyzzy")
    page.locator("#search-results", has_text="No page has all of these words").wait_for()


def test_the_page_of_results_can_be_asked_again(page: Any, site: Path) -> None:
    page.goto(f"{(site / 'search.html').as_uri()}?q=strides")
    box = page.get_by_role("search", name="Search again").get_by_role("searchbox")
    assert box.input_value() == "strides"
    box.fill("softmax")
    page.keyboard.press("Enter")
    page.locator("#search-results ul.search a", has_text="Attention").first.wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_has_the_paper_that_its_pictures_have(page: Any, site: Path, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto((site / "gallery.html").as_uri())
    color = "one => getComputedStyle(one).backgroundColor"
    paper = page.locator(".shapewise-live").first.evaluate(color)
    assert page.locator("body").evaluate(color) == paper


def test_a_page_does_not_tell_how_to_hand_in(page: Any, site: Path) -> None:
    for file in sorted(site.glob("*/[1-5]*.html")):
        page.goto(file.as_uri())
        assert "Done for now?" not in page.locator("article").inner_text(), file.name
