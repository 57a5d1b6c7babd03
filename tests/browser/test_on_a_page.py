"""Every explorer on a page without Python, opened as a file: mouse, touch, both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from shapewise.explorers.catalogue import STATIC, names
from tests.browser.jupyter import Notes
from tests.explorers.bundle import explorer

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>Explorers</title>
<body style="margin:12px;background:{ground}"><main><h1 style="color:gray">Explorers</h1>{explorers}</main>
<script src="{script}"></script></body></html>"""
WIDTHS = (1200, 480)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("page")

    def write(theme: str = "light", only: str | None = None, state: str = "{}") -> str:
        shown = [only] if only else names()
        explorers = "".join(f"<div data-explorer='{name}' data-state='{state}'></div>" for name in shown)
        file = folder / f"{theme}-{only}.html"
        script = (STATIC / "explorers.js").as_uri()
        ground = {"light": "#fff", "dark": "#111"}[theme]
        file.write_text(PAGE.format(theme=theme, explorers=explorers, script=script, ground=ground), encoding="utf-8")
        return file.as_uri()

    return write


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, has_touch=True, offline=True)
    page = context.new_page()
    page.set_default_timeout(8_000)
    yield page
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_explorer_lives_there_in_its_theme_with_nothing_to_complain_about(page, address, theme, width):
    notes = Notes(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address(theme))
    assert page.locator(".shapewise-live").count() == len(names())
    assert set(page.locator(".shapewise-live").evaluate_all("all => all.map(one => one.dataset.swTheme)")) == {theme}
    too_wide = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.className)"
    assert page.locator(".shapewise-live").evaluate_all(too_wide) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]] == []
    assert notes.console == []
    assert all(url.startswith("file:") for url in notes.requests)


@pytest.mark.parametrize("name", names())
def test_on_a_phone_every_state_stays_within_its_card(page, address, name):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address(only=name))
    for state in explorer(name).pictured:
        page.evaluate("([name, state]) => shapewise.open(document.querySelector('[data-explorer]'), "
                      "shapewise.explorers.get(name), state)", [name, state])  # fmt: skip
        assert page.locator(".shapewise-live").evaluate("one => one.scrollWidth - one.clientWidth") <= 0, state


@pytest.mark.parametrize("name", names())
def test_the_first_control_changes_the_picture(page, address, name):
    page.goto(address(only=name))
    picture = page.locator(".sw-frame-of")
    before = picture.inner_html()
    control = page.locator(".sw-boxes :is(input, select)").first
    control.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight") if control.get_attribute("type") == "range" else page.keyboard.type("1, ")
    page.wait_for_function("before => document.querySelector('.sw-frame-of').innerHTML !== before", arg=before)


@pytest.mark.parametrize("name", names())
def test_a_finger_presses_a_button_and_drags_what_can_be_dragged(page, address, name):
    page.goto(address(only=name))
    picture = page.locator(".sw-frame-of")
    before = picture.inner_html()
    if (handle := page.locator("[data-drag]").first).count():
        handle.evaluate("one => one.scrollIntoView({block: 'center'})")
        middle = "one => { const box = (one.querySelector('circle') ?? one).getBoundingClientRect();"
        at = handle.evaluate(f"{middle} return [box.x + box.width / 2, box.y + box.height / 2]; }}")
        finger = page.context.new_cdp_session(page)
        for kind, dx in (("touchStart", 0), ("touchMove", 12), ("touchMove", 25), ("touchEnd", None)):
            points = [] if dx is None else [{"x": at[0] + dx, "y": at[1] - dx}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    else:
        page.locator(".sw-frame-of [data-set]:not([aria-pressed=true], [aria-current])").nth(2).tap()
    page.wait_for_function("before => document.querySelector('.sw-frame-of').innerHTML !== before", arg=before)


def test_an_address_opens_the_state_that_it_names(page, address):
    page.goto(address(only="broadcast") + "#broadcast?a=7%2C%201")
    assert page.locator(".sw-control-a input").input_value() == "7, 1"
    assert "(7, 1)" in page.locator(".sw-shapes").inner_text()


def test_a_control_cannot_leave_what_is_valid(page, address):
    page.goto(address(only="dimensions", state='{"ndim": 99}'))
    assert page.locator(".sw-title").inner_text() == "3D: 3D tensor"


STEP_BY_STEP = """async name => {
  const explorer = shapewise.explorers.get(name);
  const place = document.createElement("div");
  place.dataset.follow = "";
  document.querySelector("main").append(place);
  shapewise.open(place, explorer);
  const plain = html => {
    const box = document.createElement("div");
    box.innerHTML = html;
    for (const one of box.querySelectorAll("*")) {
      const given = [...one.attributes].map(({name, value}) => [name, value]).sort();
      for (const [name] of given) one.removeAttribute(name);
      const scrolls = given.some(([name, value]) => name === "class" && value.includes("sw-scroll"));
      for (const [name, value] of given) // what makes a wide table reachable is added later, in any order
        if (!scrolls || !["tabindex", "role", "aria-label"].includes(name)) one.setAttribute(name, value);
    }
    return box.innerHTML;
  };
  const found = [];
  for (const state of [...explorer.pictured, ...explorer.pictured.toReversed()]) {
    const named = new Promise(done => addEventListener("hashchange", done, {once: true}));
    const address = shapewise.toAddress(explorer, state);
    if (location.hash !== address) { location.hash = address; await named; }
    found.push([plain(place.querySelector(".sw-drawn").innerHTML), plain(explorer.render(state, true))]);
  }
  return found;
}"""


@pytest.mark.parametrize("name", names())
def test_a_picture_that_was_changed_step_by_step_is_the_one_that_is_drawn_anew(page, address, name):
    page.goto(address(only=name))
    shown = page.evaluate(STEP_BY_STEP, name)
    assert len({now for now, _ in shown}) > 1
    for now, anew in shown:
        assert now == anew


def test_a_table_that_lost_the_cell_one_had_walked_to_can_still_be_reached_with_tab(page, address):
    page.goto(address(only="matmul", state='{"a": "2, 3", "b": "3, 4"}'))
    last = page.locator(".sw-drawn [data-walk]").last
    last.locator("[data-from]").first.focus()
    page.keyboard.press("End")
    assert last.locator("[data-from]").first.get_attribute("tabindex") == "-1"
    page.locator(".sw-control-b input").fill("3, 1")
    stops = page.locator(".sw-drawn [data-walk]").evaluate_all(
        "all => all.map(grid => grid.querySelectorAll(`[data-from][tabindex='0']`).length)"
    )
    assert set(stops) == {1}
