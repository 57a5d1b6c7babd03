"""Attention, softmax, matmul, indexing and bits on a page opened from a file, offline: mouse, keyboard alone, touch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from shapewise.explorers.catalogue import STATIC
from tests.browser.jupyter import Notes

FIVE = ("attention", "softmax", "matmul", "indexing", "bits")
SIZES = {"wide": {"width": 1200, "height": 1400}, "narrow": {"width": 480, "height": 2400}}
LOOKS = [("light", "wide"), ("dark", "narrow")]


class Opened:
    """One explorer, alone on a page without a network, and what the page complained of or asked for."""

    def __init__(self, page: Any, name: str) -> None:
        self.page, self.name, self.notes = page, name, Notes(page)
        self.root = page.locator(".shapewise-explorer")

    def find(self, selector: str) -> Any:
        return self.root.locator(selector)

    def box(self, control: str) -> Any:
        return self.find(f".sw-control-{control} :is(input, select)")

    def outcome(self) -> str:
        return self.find("[data-key=outcome]").inner_text()

    def formula(self) -> str:
        return self.find("[data-formula-line]").inner_text()

    def lit(self) -> list[str]:
        return sorted(set(self.find(".sw-lit").evaluate_all("all => all.map(one => one.dataset.cell)")))

    def tab_to(self, selector: str) -> None:
        for _ in range(120):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab never reaches {selector}")

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def retype(self, control: str, text: str) -> None:
        self.tab_to(f".sw-control-{control} input")
        self.keys("Control+a")
        self.page.keyboard.type(text)

    def middle(self, selector: str) -> tuple[float, float]:
        box = self.find(selector).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, selector: str, dx: float, dy: float) -> None:
        x, y = self.middle(selector)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for part in (0.3, 0.7, 1):
            self.page.mouse.move(x + part * dx, y + part * dy)
        self.page.mouse.up()

    def touch(self, selector: str, dx: float, dy: float) -> None:
        """One finger down, along, and up, as a screen reports it."""
        x, y = self.middle(selector)
        fingers = self.page.context.new_cdp_session(self.page)
        places = [(x + part * dx, y + part * dy) for part in (0, 0.3, 0.7, 1)]
        for kind, place in zip(("touchStart", *["touchMove"] * 3), places, strict=True):
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.fixture
def opened(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Opens explorers. At the end the console must be clean, and nothing but files may have been asked for."""
    pages: list[Opened] = []

    def open_one(name: str, theme: str = "light", size: str = "wide", touch: bool = False) -> Opened:
        back, ink = ("#111", "#ddd") if theme == "dark" else ("#fff", "#222")
        file = tmp_path / f"{name}.html"
        file.write_text(
            f'<!doctype html><html lang="en" theme="{theme}"><meta charset="utf-8"><title>{name}</title>'
            f'<body style="background:{back};color:{ink}"><main><h1 style="font-size:12px">{name}</h1>'
            f'<div data-explorer="{name}"></div></main><script src="{(STATIC / "explorers.js").as_uri()}"></script>',
            encoding="utf-8",
        )
        context = browser.new_context(viewport=SIZES[size], has_touch=touch, offline=True, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(10_000)
        opened = Opened(page, name)
        page.goto(file.as_uri())
        opened.root.wait_for()
        pages.append(opened)
        return opened

    yield open_one
    for one in pages:
        assert one.notes.console == []
        assert [address for address in one.notes.requests if not address.startswith("file:")] == []
        one.page.context.close()


def by_mouse_attention(view: Opened) -> None:
    assert "0.47" in view.outcome()
    view.drag("[data-key=drag-token-1]", -120, 120)
    assert view.box("vectors").input_value() != "0.3, 0.5; 1.2, 0.8; 0.7, 0.8"
    assert "cat" not in view.outcome()
    view.box("causal").check()
    view.box("scaled").check()
    view.find("[data-key=query-0]").click()
    assert view.find(".sw-att-row").first.locator(".sw-masked").count() == 2
    view.find(".sw-att-out").nth(1).hover()
    assert {"w0-0", "w0-1", "w0-2", "v1-1"} <= set(view.lit()) and "output y of the" in view.formula()


def by_mouse_softmax(view: Opened) -> None:
    view.drag("[data-key=drag-z-0-2] rect >> nth=2", 0, -60)
    assert float(view.box("logits").input_value().split(",")[2]) > 2
    view.find("[data-key=try-1]").click()
    assert view.find(".sw-soft-broken").count() == 3 and view.box("add").input_value() == "100"
    view.find("[data-key=try-2]").click()
    view.find("[data-key=dim0]").click()
    assert view.find(".sw-soft-s .sw-soft-one").all_inner_texts() == ["1.00"] * 3
    view.find(".sw-soft-share").first.hover()
    assert view.lit() == ["r0-0", "r1-0"] and "e^" in view.formula()


def by_mouse_matmul(view: Opened) -> None:
    view.find(".sw-sum").nth(5).hover()
    assert view.lit() == ["a3", "a4", "a5", "b1", "b5", "b9"] and "= 68" in view.formula()
    view.find("[data-key=try-4]").click()
    assert "do not fit" in view.outcome()
    view.find("[data-key=mend-0]").click()
    assert view.box("b").input_value() == "2, 2, 3, 4" and "(2, 2, 4, 4)" in view.outcome()


def by_mouse_indexing(view: Opened) -> None:
    view.find("[data-key=try-7]").click()
    assert "(13,)" in view.outcome() and view.find(".sw-picked").count() == 13
    view.find(".sw-sum").first.hover()
    assert view.lit() == ["x11"] and view.formula() == "result[0] = x[0, 2, 3] = 11"
    view.box("index").fill("x[0, :, 1")
    view.find(".sw-error").wait_for()
    assert view.find(".sw-stale .sw-picked").count() == 13
    view.box("index").fill("x[0, :, 1]")
    assert "(3,)" in view.outcome()


def by_mouse_bits(view: Opened) -> None:
    view.find("[data-key=float16-0]").click()
    assert view.box("value").input_value() == "-0.0999755859375"
    view.find("[data-key=try-4]").click()
    before = view.box("value").input_value()
    view.drag("[data-key=drag-value]", 200, 0)
    assert float(view.box("value").input_value()) > float(before)
    view.find("[data-key=line-bfloat16]").click()
    view.find(".sw-bit-stored").first.hover()
    assert view.lit() == ["float32-exponent", "float32-mantissa", "float32-sign"] and "2^" in view.formula()


def by_keyboard_attention(view: Opened) -> None:
    view.tab_to(".sw-control-causal input")
    view.keys("Space")
    view.tab_to("[data-key=query-1]")
    view.keys("Enter")
    view.tab_to(".sw-att-steps .sw-cell")
    view.keys("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    assert "weight of cat for cat" in view.formula() and "m1" in view.lit()
    view.keys("Home", "Shift+Tab")
    view.retype("vectors", "1, 1; -1, 1; 1, -1")
    assert view.find(".sw-att-table").nth(1).locator(".sw-cell").all_inner_texts()[2:4] == ["-1.00", "1.00"]


def by_keyboard_softmax(view: Opened) -> None:
    view.retype("logits", "1, 2; 3, 4")
    view.tab_to(".sw-control-temperature input")
    view.keys("ArrowLeft", "ArrowLeft")
    assert "/ 0.8" in view.find(".sw-soft-math").inner_text().replace("\n", "")
    view.tab_to("[data-key=dim0]")
    view.keys("Space")
    assert view.find(".sw-soft-s .sw-soft-one").all_inner_texts() == ["1.00"] * 2
    view.tab_to("[data-key=drag-z-0-0]")
    view.keys("ArrowUp", "Shift+ArrowUp")
    assert view.box("logits").input_value() == "2.1, 2; 3, 4"
    view.tab_to(".sw-soft-steps .sw-cell")
    view.keys("ArrowDown", "ArrowDown")
    assert "e^" in view.formula() and view.lit()


def by_keyboard_matmul(view: Opened) -> None:
    view.retype("a", "3, 4")
    view.retype("b", "2, 4")
    assert "do not fit" in view.outcome()
    view.tab_to("[data-key=mend-0]")
    view.keys("Enter")
    assert "(3, 2)" in view.outcome()
    view.tab_to(".sw-sum")
    view.keys("ArrowDown", "ArrowRight")
    assert view.formula().startswith("(A @ B)[1, 1]") and len(view.lit()) == 8


def by_keyboard_indexing(view: Opened) -> None:
    view.retype("index", "x[:, -1]")
    view.tab_to(".sw-sum")
    view.keys("ArrowRight", "ArrowDown")
    assert view.formula() == "result[1, 1] = x[1, 2, 1] = 21" and view.lit() == ["x21"]
    view.keys("End")
    assert view.lit() == ["x23"]


def by_keyboard_bits(view: Opened) -> None:
    view.retype("value", "2049")
    view.tab_to("[data-key=float16-15]")
    view.keys("Enter")
    assert view.box("value").input_value() == "2050"  # float16 had stored 2048
    assert view.page.evaluate("document.activeElement.dataset.key") == "float16-15"
    view.tab_to("[data-key=drag-value]")
    view.keys("Shift+ArrowRight", "ArrowLeft")
    assert view.box("value").input_value() == "2051.75"
    view.tab_to(".sw-bit-table .sw-cell")
    view.keys("ArrowDown")  # in the table of sums, which comes next
    assert view.lit() == ["float16-stored"]


def by_touch_attention(view: Opened) -> None:
    view.touch("[data-key=drag-token-1]", -100, 100)
    assert view.box("vectors").input_value() != "0.3, 0.5; 1.2, 0.8; 0.7, 0.8"
    view.find("[data-key=query-0]").tap()
    assert view.outcome().startswith("the gives")
    view.find(".sw-att-weight").first.tap()
    assert view.lit() and "weight of the" in view.formula()


def by_touch_softmax(view: Opened) -> None:
    view.touch("[data-key=drag-z-0-2] rect >> nth=2", 0, -50)
    assert float(view.box("logits").input_value().split(",")[2]) > 1
    view.find("[data-key=try-2]").tap()
    view.find(".sw-soft-share").first.tap()
    assert view.lit() == ["r0-0", "r0-1", "r0-2"]


def by_touch_matmul(view: Opened) -> None:
    view.find("[data-key=try-2]").tap()
    assert "(4, 3, 5)" in view.outcome()
    view.find(".sw-sum").nth(15).tap()
    assert view.lit() and "running sum" in view.formula()


def by_touch_indexing(view: Opened) -> None:
    view.find("[data-key=try-6]").tap()
    assert "(2, 4)" in view.outcome()
    view.find(".sw-sum").nth(4).tap()
    assert view.lit() == ["x16"]


def by_touch_bits(view: Opened) -> None:
    view.find("[data-key=float16-0]").tap()
    assert view.box("value").input_value().startswith("-0.09")
    view.touch("[data-key=drag-value]", 60, 0)
    assert view.box("value").input_value() != "-0.0999755859375"


WAYS = ("mouse", "keyboard")


@pytest.mark.parametrize(("theme", "size"), LOOKS)
@pytest.mark.parametrize(("name", "way"), [*itertools.product(FIVE, WAYS)])
def test_an_explorer_is_used_from_end_to_end_by_mouse_and_by_keyboard_alone(opened, name, way, theme, size):
    globals()[f"by_{way}_{name}"](opened(name, theme, size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", FIVE)
def test_an_explorer_is_used_with_a_finger(opened, name, size):
    globals()[f"by_touch_{name}"](opened(name, size=size, touch=True))


@pytest.mark.parametrize(("theme", "size"), LOOKS)
@pytest.mark.parametrize("name", FIVE)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(opened, name, theme, size):
    view = opened(name, theme, size)
    for predicting in (False, True):
        if predicting:
            view.box("predict").check()
        found = Axe().run(view.page).response["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found] == []
        assert view.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", FIVE)
def test_its_state_is_copied_as_torch_and_as_an_address_that_opens_it_again(opened, name):
    view = opened(name)
    view.find(".sw-tries button, [data-key^=query]").first.click()
    before = view.find(".sw-frame-of").inner_text()
    view.find(".sw-copies button").nth(0).click()
    assert "torch." in view.find(".sw-copied").input_value()
    view.find(".sw-copies button").nth(1).click()
    address = view.find(".sw-copied").input_value()
    view.page.goto("about:blank")
    view.page.goto(address)
    view.root.wait_for()
    assert view.find(".sw-frame-of").inner_text() == before


@pytest.mark.parametrize("name", FIVE)
def test_a_change_is_read_aloud_in_the_same_region(opened, name):
    view = opened(name)
    region = view.find(".sw-only-read[role=status]").element_handle()
    view.box("predict").check()
    view.page.wait_for_function("region => region.textContent.includes('redict')", arg=region)
    assert region.evaluate("region => region.isConnected")
