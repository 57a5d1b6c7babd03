"""The web edition opened as files, without a network: every page, every explorer, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from shapewise.explorers.catalogue import names
from tests.browser.jupyter import Notes

PATIENCE = 30_000  # milliseconds, on a slow and busy machine
AXE = {"preload": False, "resultTypes": ["violations"]}  # preloading asks for stylesheets again, which a file may not
LOOKS = [("light", 390), ("dark", 1280), ("dark", 390), ("light", 1280)]


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    # With less motion, so that no place is measured while the page still scrolls to it
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture
def first_lesson(site: Path) -> Path:
    return min(site.glob("*/[0-9]*.html"))


def changed(page: Any, picture: Any, before: str) -> None:
    page.wait_for_function("([one, before]) => one.innerHTML !== before", arg=[picture.element_handle(), before])


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_page_is_whole_in_its_theme_and_width(browser: Any, site: Path, theme: str, width: int) -> None:
    # What unfolds would fade in, and axe would find it too faint
    still = {"reduced_motion": "reduce", "offline": True}
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **still)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    notes = Notes(page)
    for file in sorted(site.rglob("*.html")):
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('article details').forEach(one => { one.open = true; })")
        assert page.locator("h1").count() == 1, file.name
        assert page.locator(".shapewise-explorer").count() == page.locator("[data-explorer]").count()
        themes = page.locator(".shapewise-live").evaluate_all("all => all.map(one => one.dataset.swTheme)")
        assert set(themes) <= {theme}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{file.name} is too wide"
        assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)"), file.name
        if (theme, width) in LOOKS[:2]:  # axe takes its time, and sees no more in the other two
            found = Axe().run(page, options=AXE).response["violations"]
            assert [f"{file}: {rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]] == []
    assert notes.console == []
    assert all(url.startswith(("file:", "data:")) for url in notes.requests)
    context.close()


@pytest.mark.parametrize("name", names())
def test_every_explorer_answers_to_the_keyboard_and_to_the_mouse(page: Any, site: Path, name: str) -> None:
    page.goto(f"{(site / 'gallery.html').as_uri()}#{name}")
    root = page.locator(f".sw-root-{name}")
    picture = root.locator(".sw-frame-of")
    before = picture.inner_html()
    control = root.locator(".sw-boxes :is(input, select)").first
    control.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight") if control.get_attribute("type") == "range" else page.keyboard.type("1, ")
    changed(page, picture, before)
    page.goto("about:blank")  # the address keeps what was typed: begin anew
    page.goto(f"{(site / 'gallery.html').as_uri()}#{name}")
    before = picture.inner_html()
    if (handle := root.locator("[data-drag]").first).count():
        middle = "one => { const box = (one.querySelector('circle') ?? one).getBoundingClientRect();"
        handle.evaluate("one => one.scrollIntoView({block: 'center'})")
        x, y = handle.evaluate(f"{middle} return [box.x + box.width / 2, box.y + box.height / 2]; }}")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 25, y - 25, steps=3)
        page.mouse.up()
    else:
        root.locator(".sw-frame-of [data-set]:not([aria-pressed=true], [aria-current])").nth(2).click()
    changed(page, picture, before)


def test_the_gallery_s_address_keeps_what_is_shown_and_opens_it_again(page: Any, site: Path) -> None:
    gallery = (site / "gallery.html").as_uri()
    page.goto(f"{gallery}#broadcast?a=7%2C%201")
    box = page.locator(".sw-root-broadcast .sw-control-a input")
    assert box.input_value() == "7, 1"
    assert page.evaluate("scrollY") > 0
    box.fill("9, 1")
    page.wait_for_function("decodeURIComponent(location.hash) === '#broadcast?a=9, 1'")
    page.goto(page.url)
    page.reload()
    assert box.input_value() == "9, 1"
    page.evaluate("location.hash = '#broadcast?a=5'")
    page.wait_for_function("document.querySelector('.sw-root-broadcast .sw-control-a input').value === '5'")


def test_a_picture_in_a_lesson_is_linked_to_in_the_gallery(page: Any, first_lesson: Path) -> None:
    page.goto(first_lesson.as_uri())
    explorer = page.locator(".sw-root-dimensions")
    explorer.get_by_role("button", name="Copy link").click()
    copied = explorer.locator(".sw-copied").input_value()
    assert copied.startswith((first_lesson.parents[1] / "gallery.html").as_uri() + "#dimensions")


def test_a_prediction_locks_and_only_then_shows_what_comes_out(page: Any, first_lesson: Path) -> None:
    page.goto(first_lesson.as_uri())
    prediction = page.locator(".prediction").first
    choices = prediction.locator("details.choice")
    outcome = page.locator(".prediction + .tag_hide-output details").first
    outcome.locator("summary").click(force=True)
    assert not outcome.evaluate("one => one.open")
    wrong = choices.filter(has_text="Tempting:").first
    wrong.locator("summary").focus()
    page.keyboard.press("Enter")
    assert wrong.evaluate("one => one.open") and outcome.evaluate("one => one.open")
    assert "something else" in prediction.get_by_role("status").inner_text()
    right = choices.filter(has_text="Right.").first
    right.locator("summary").focus()
    page.keyboard.press("Enter")
    assert not right.evaluate("one => one.open")  # it was chosen already
    prediction.get_by_role("button", name="Open the others").press("Enter")
    assert choices.evaluate_all("all => all.every(one => one.open)")


def test_questions_are_answered_by_keyboard_alone_without_end(page: Any, first_lesson: Path) -> None:
    page.goto(f"{first_lesson.as_uri()}?seed=5")
    questions = page.locator(".questions")
    questions.locator("input").focus()
    page.keyboard.type("nonsense")
    page.keyboard.press("Enter")
    assert questions.locator(".is-unread").inner_text()
    for k in range(1, 4):
        page.keyboard.press("Control+a")
        page.keyboard.type("7, 7, 7, 7")
        page.keyboard.press("Enter")  # answers
        assert "Not this time" in questions.get_by_role("status").inner_text()
        assert questions.locator(".question-score").inner_text() == f"0 of {k} right"
        asked = questions.locator(".question-code").inner_text()
        page.keyboard.press("Enter")  # goes on
        assert questions.locator(".question-code").inner_text() != asked


def test_the_search_finds_a_word_s_page(page: Any, site: Path) -> None:
    notes = Notes(page)
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").or_(page.locator("input.sidebar-search")).first.fill("contiguous")
    page.keyboard.press("Enter")
    found = page.locator("#search-results ul.search a").first
    found.wait_for()
    found.click()
    page.locator("article", has_text="contiguous").wait_for(state="attached")  # it may stand in what is folded
    assert notes.console == []


def test_the_reader_s_choice_of_light_or_dark_stays_on_the_next_page(page: Any, site: Path, first_lesson: Path) -> None:
    page.goto((site / "index.html").as_uri())
    toggle = page.locator("button.theme-toggle:visible")
    while page.locator("body").get_attribute("data-theme") != "dark":
        toggle.click()
    page.goto(first_lesson.as_uri())
    assert page.locator(".shapewise-live").first.get_attribute("data-sw-theme") == "dark"


def test_on_a_phone_the_contents_open_by_keyboard(page: Any, first_lesson: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(first_lesson.as_uri())
    opener = page.get_by_role("button", name="All pages")
    opener.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.closest('.sidebar-drawer') !== null")
    page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"


def test_without_a_script_pictures_choices_and_formulas_are_there(browser: Any, site: Path, first_lesson: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((site / "gallery.html").as_uri())
    assert page.locator(".explorer-still").count() == len(names())
    page.goto(first_lesson.as_uri())
    choice = page.locator("details.choice").first
    choice.locator("summary").click()
    assert choice.locator("p").is_visible()
    context.close()
