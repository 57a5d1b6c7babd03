"""Every explorer in a real JupyterLab: mouse and keyboard, both themes, wide and narrow, kernel busy and dead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from shapewise.explorers.catalogue import names
from tests.browser.jupyter import EXPLORERS, Notes, Server, open_notebook, run_all, use_theme

SLIDERS = {"dimensions": 4, "pipeline": 7}
SIZES = {"wide": {"width": 1200, "height": 9000}, "narrow": {"width": 480, "height": 14000}}
WIDTHS = (1200, 900, 700, 480)
LOOKS = [("light", "wide"), ("dark", "narrow")]


@pytest.fixture(scope="module")
def opened(browser: Any, lab: Server) -> Iterator[tuple[Any, Notes]]:
    page = browser.new_page(viewport=SIZES["wide"])
    notes = Notes(page)
    open_notebook(page, lab.address("explorers.ipynb"))
    run_all(page, live=len(EXPLORERS))
    page.set_default_timeout(10_000)
    yield page, notes
    page.close()


@pytest.fixture
def page(opened: tuple[Any, Notes]) -> Any:
    """The page with every explorer as it was at first."""
    page = opened[0]
    page.set_viewport_size(SIZES["wide"])
    for name in SLIDERS:
        explorer(page, name).locator("[role=slider]").focus()
        page.keyboard.press("Home")
    broadcast = explorer(page, "broadcast")
    broadcast.locator(".sw-control-predict input").uncheck()
    retype(broadcast, a="4, 1, 3", b="5, 3")
    retype(explorer(page, "layout"), shape="3, 4", chain=".transpose(0, 1)")
    return page


def explorer(page: Any, name: str) -> Any:
    return page.locator(f".sw-root-{name}")


def retype(view: Any, **texts: str) -> None:
    for box, text in texts.items():
        view.locator(f".sw-control-{box} input").fill(text)


def title(view: Any) -> str:
    return view.locator(".sw-title").inner_text()


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there; fails if no number of tabs gets it there."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {selector}")


def start_at_cell_of(page: Any, name: str) -> None:
    """Put the focus on the explorer's cell, as somebody who just ran it has it."""
    page.evaluate("root => root.closest('.jp-Cell').focus()", explorer(page, name).element_handle())


def test_the_live_views_are_there_and_the_stored_pictures_are_not_seen(page):
    assert page.locator(".shapewise-live:visible").count() == len(EXPLORERS)
    assert page.locator(".sw-stored").count() == len(EXPLORERS)
    assert page.locator(".sw-stored:visible").count() == 0
    assert page.locator(".sw-pending").count() == 0


@pytest.mark.parametrize(("theme", "size"), LOOKS)
@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_explorer_is_walked_from_end_to_end_by_keyboard_alone(page, name, theme, size):
    use_theme(page, theme)
    page.set_viewport_size(SIZES[size])
    view = explorer(page, name)
    start_at_cell_of(page, name)
    tab_to(page, f".sw-root-{name} [role=slider]")
    seen = [title(view)]
    for _ in range(SLIDERS[name] - 1):
        page.keyboard.press("ArrowRight")
        view.locator(".sw-title", has_not_text=seen[-1]).wait_for()
        seen.append(title(view))
        spoken = view.locator("[role=slider]").get_attribute("aria-valuetext")
        assert seen[-1].startswith(spoken.split(",")[0])
    assert len(set(seen)) == SLIDERS[name]
    page.keyboard.press("Home")
    view.locator(".sw-title", has_text=seen[0]).wait_for()


@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_follows_the_mouse(page, name):
    view = explorer(page, name)
    first, track = title(view), view.locator(".noUi-target").bounding_box()
    page.mouse.click(track["x"] + track["width"] - 2, track["y"] + track["height"] / 2)
    view.locator(".sw-title", has_not_text=first).wait_for()
    assert view.locator("[role=slider]").get_attribute("aria-valuenow").startswith(str(SLIDERS[name] - 1))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SLIDERS)
def test_the_canvas_does_not_jump_from_one_frame_to_the_next(page, name, width):
    page.set_viewport_size({"width": width, "height": 9000})
    view = explorer(page, name)
    view.locator("[role=slider]").focus()
    heights = {title(view): view.bounding_box()["height"]}
    for _ in range(SLIDERS[name] - 1):
        page.keyboard.press("ArrowRight")
        view.locator(".sw-title", has_not_text=list(heights)[-1]).wait_for()
        heights[title(view)] = view.bounding_box()["height"]
    assert max(heights.values()) - min(heights.values()) <= 1, heights


def test_jupyterlab_takes_no_plain_key_from_an_explorer(page):
    cells = page.locator(".jp-Cell").count()
    for focus in ("[role=slider]", ".sw-sum[tabindex='0']", ".sw-control-predict input", ".sw-button"):
        page.locator(f".shapewise-live {focus}").first.focus()
        for key in ("b", "a", "x", "m", "1", "j", "k"):
            page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells
    assert page.locator(".jp-MarkdownCell").count() == 0
    assert page.locator(".shapewise-live").count() == len(EXPLORERS)


def test_escape_and_shift_enter_stay_jupyterlab_s(page):
    keys = page.evaluate(
        """root => { const seen = []; document.body.addEventListener('keydown', e => seen.push(e.key));
        for (const [key, options] of [['b', {}], ['Escape', {}], ['Enter', {shiftKey: true}], ['s', {ctrlKey: true}]])
          root.querySelector('[role=slider]').dispatchEvent(
            new KeyboardEvent('keydown', {key, bubbles: true, ...options, isComposing: true}));
        return seen; }""",
        explorer(page, "dimensions").element_handle(),
    )
    assert keys == ["Escape", "Enter", "s"]


@pytest.mark.parametrize(("theme", "size"), LOOKS)
def test_the_broadcast_explorer_is_used_from_end_to_end_by_keyboard_alone(page, theme, size):
    use_theme(page, theme)
    page.set_viewport_size(SIZES[size])
    view, here = explorer(page, "broadcast"), ".sw-root-broadcast"
    start_at_cell_of(page, "broadcast")
    tab_to(page, f"{here} .sw-control-a input")
    page.keyboard.press("Control+a")
    page.keyboard.type("3, 4")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("2, 4")
    view.locator(".sw-shapes", has_text=re.compile(r"\(3, 4\).*\(2, 4\)", re.DOTALL)).wait_for()
    tab_to(page, f"{here} [data-key=repair-0]")
    page.keyboard.press("Enter")
    view.locator(".sw-outcome", has_text="(3, 2, 4)").wait_for()
    assert page.evaluate("selector => document.querySelector(selector).contains(document.activeElement)", here)
    tab_to(page, f"{here} .sw-sum")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert lit(view) == page.evaluate("document.activeElement.dataset.from.split(' ').sort()") == ["a1", "b5"]


def lit(view: Any) -> list[str]:
    return sorted(view.locator(".sw-lit").evaluate_all("found => found.map(cell => cell.dataset.cell)"))


def test_no_change_is_taken_back_by_the_kernel_s_echo_of_the_one_before(page):
    view = explorer(page, "broadcast")
    shown = page.evaluate(
        """async root => {
        const shown = [], outcome = () => root.querySelector('.sw-shapes').textContent.trim();
        const seen = new MutationObserver(() => { if (shown.at(-1) !== outcome()) shown.push(outcome()); });
        seen.observe(root, {subtree: true, childList: true, characterData: true});
        for (let k = 0; k < 12; k++) {  // an echo comes back some 5 to 50 ms after what it answers
          root.querySelector(`[data-key=try-${[0, 1, 2, 4][k % 4]}]`).click();
          await new Promise(done => setTimeout(done, 104 + 2 * k));
        }
        seen.disconnect();
        return shown; }""",
        view.element_handle(),
    )
    assert shown == shown[:4] * 3


def test_each_pair_to_try_is_one_click_away(page):
    view = explorer(page, "broadcast")
    for k, result in enumerate(("(4, 3)", "(3, 4)", "(2, 3)", None, "(32, 10, 64)")):
        view.locator(f"[data-key=try-{k}]").click()
        if result:
            view.locator(".sw-outcome", has_text=f"shape {result}").wait_for()
        else:
            view.locator(".sw-torch", has_text="must match the size of tensor b (2)").wait_for()


def test_a_result_cell_lights_up_its_sources_while_the_pointer_is_on_it(page):
    view = explorer(page, "broadcast")
    cell = view.locator(".sw-sum").nth(20)
    cell.hover()
    assert lit(view) == sorted(cell.get_attribute("data-from").split())
    page.mouse.move(0, 0)
    assert lit(view) == []


def test_an_attention_weight_lights_up_its_query_and_its_keys(page):
    view = explorer(page, "pipeline")
    view.locator("[role=slider]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    view.locator(".sw-weights", has_text="–").first.wait_for()
    view.locator(".sw-weights .sw-cell").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert lit(view) == ["h0c0", "h0c1", "h0c2", "h0r2"]


def test_a_refused_shape_is_said_beside_the_box_and_tied_to_it(page):
    view = explorer(page, "broadcast")
    retype(view, a="4, x")
    box = view.locator(".sw-control-a input[aria-invalid=true]")
    box.wait_for()
    sentence = page.locator(f"#{box.get_attribute('aria-describedby')}")
    assert "x" in sentence.locator("mark").inner_text()
    retype(view, a="4, 5, 3")
    view.locator(".sw-control-a input[aria-invalid=false]").wait_for()
    assert view.locator(".sw-control-a input").get_attribute("aria-describedby") is None


def test_what_changes_is_read_aloud_from_one_element_that_stays(page):
    view = explorer(page, "broadcast")
    region = view.locator(".sw-only-read[role=status]").element_handle()
    for a, result in (("4, 5, 3", "(4, 5, 3)"), ("2, 1, 3", "(2, 5, 3)")):
        retype(view, a=a)
        view.locator(".sw-only-read[role=status]", has_text=result).wait_for(state="attached")
        assert region.evaluate("one => one.isConnected")


def test_predict_first_hides_the_result_until_a_shape_is_entered_by_keyboard(page):
    view = explorer(page, "broadcast")
    view.locator(".sw-control-predict input").focus()
    page.keyboard.press("Space")
    view.locator(".sw-unknown").first.wait_for()
    assert "(4, 5, 3)" not in view.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.type("4, 5")
    assert "(4, 5, 3)" not in view.inner_text()
    page.keyboard.press("Enter")
    view.locator(".sw-verdict .sw-conflict").wait_for()
    page.keyboard.type(", 3")
    page.keyboard.press("Enter")
    view.locator(".sw-verdict .sw-good").wait_for()


@pytest.mark.parametrize(("theme", "size"), LOOKS)
def test_the_layout_explorer_is_used_from_end_to_end_by_keyboard_alone(page, theme, size):
    use_theme(page, theme)
    page.set_viewport_size(SIZES[size])
    view, here = explorer(page, "layout"), ".sw-root-layout"
    start_at_cell_of(page, "layout")
    tab_to(page, f"{here} .sw-control-shape input")
    page.keyboard.press("Control+a")
    page.keyboard.type("2, 3, 4")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(".permute(2, 0, 1)[1:]")
    view.locator(".sw-steps", has_text=re.compile(r"\[1:\].*\(1, 12, 4\).*1.*no.*shared", re.DOTALL)).wait_for()
    tab_to(page, f"{here} [data-key=undo]")
    page.keyboard.press("Enter")
    view.locator(".sw-steps tbody tr").nth(2).wait_for(state="detached")
    assert view.locator(".sw-control-chain input").input_value() == ".permute(2, 0, 1)"
    tab_to(page, f"{here} .sw-sum")
    page.keyboard.press("ArrowRight")
    assert lit(view) == ["s4"] or lit(view) == ["s12"]
    assert lit(view) == [page.evaluate("document.activeElement.dataset.from")]


@pytest.mark.parametrize(("theme", "size"), LOOKS)
def test_axe_finds_nothing_in_any_explorer(page, theme, size):
    use_theme(page, theme)
    page.set_viewport_size(SIZES[size])
    page.wait_for_timeout(300)  # the theme's colours fade in
    found = axe(page)
    retype(explorer(page, "broadcast"), a="3, 4", b="2, 4")
    explorer(page, "broadcast").locator(".sw-torch").wait_for()
    retype(explorer(page, "layout"), chain=".frob(")
    explorer(page, "layout").locator(".sw-error").wait_for()
    for name in SLIDERS:
        explorer(page, name).locator("[role=slider]").focus()
        page.keyboard.press("End")
    page.wait_for_timeout(300)
    found += axe(page)
    assert found == []


def axe(page: Any) -> list[str]:
    results = Axe().run(page, context={"include": [[".shapewise-live"]]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}" for rule in results for node in rule["nodes"]
    ]


def test_nothing_is_wider_than_a_narrow_page(page):
    page.set_viewport_size(SIZES["narrow"])
    for name in names():
        wide = explorer(page, name).evaluate("root => root.scrollWidth - root.clientWidth")
        assert wide <= 0, name


def test_cells_move_only_for_readers_who_have_not_asked_for_less_motion(page):
    cell = explorer(page, "broadcast").locator(".sw-sum").first
    duration = "cell => parseFloat(getComputedStyle(cell).transitionDuration)"
    assert 0.15 <= cell.evaluate(duration) <= 0.2
    page.emulate_media(reduced_motion="reduce")
    assert cell.evaluate(duration) == 0
    page.emulate_media(reduced_motion="no-preference")


def test_forced_colours_are_the_reader_s_own(page):
    page.emulate_media(forced_colors="active")
    picture = explorer(page, "dimensions").locator(".sw-picture text").first
    paper = page.evaluate(
        "() => { document.body.style.color = 'CanvasText'; return getComputedStyle(document.body).color }"
    )
    text = explorer(page, "dimensions").locator(".sw-picture text").last.evaluate("t => getComputedStyle(t).fill")
    assert text == paper
    assert picture.is_visible()
    page.emulate_media(forced_colors="none")


@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_works_while_the_kernel_is_busy(page, name):
    page.evaluate(
        """code => { const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
        session.kernel.requestExecute({code}); }""",
        "import time\nfor _ in range(80): time.sleep(0.05)",
    )
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=busy]").first.wait_for()
    view = explorer(page, name)
    before = title(view)
    view.locator("[role=slider]").focus()
    page.keyboard.press("End")
    view.locator(".sw-title", has_not_text=before).wait_for(timeout=2_000)
    assert page.locator(".jp-Notebook-ExecutionIndicator[data-status=busy]").count()


def test_the_console_is_clean_and_no_request_leaves_the_machine(opened, lab):
    _, notes = opened
    assert notes.console == []
    elsewhere = [
        url for url in notes.requests if not url.startswith((lab.url, "data:", "blob:", f"ws://127.0.0.1:{lab.port}"))
    ]
    assert elsewhere == []
    assert len(notes.requests) > 20


@pytest.mark.parametrize("name", names())
def test_each_explorer_is_reached_by_keyboard_and_each_grid_in_it_is_one_tab_stop(page, name):
    start_at_cell_of(page, name)
    tab_to(page, f".sw-root-{name} :is([role=slider], input, select)")
    stops = explorer(page, name).locator("[data-walk]").evaluate_all(
        "grids => grids.map(grid => grid.querySelectorAll('[data-from][tabindex=\"0\"]').length)"
    )
    assert all(count == 1 for count in stops), stops


@pytest.mark.parametrize("name", names())
def test_a_number_tells_its_formula_when_it_is_walked_to(page, name):
    view = explorer(page, name)
    number = view.locator("[data-from][tabindex='0']").first
    if number.count() == 0:
        pytest.skip("nothing to ask in this state")
    number.focus()
    assert view.locator("[data-formula-line]").text_content() == number.get_attribute("data-formula")


def test_the_state_is_copied_as_torch_and_as_an_address_that_opens_it_again(page):
    view = explorer(page, "broadcast")
    retype(view, a="7, 1")
    view.locator("text=Copy as torch").click()
    assert view.locator(".sw-copied").input_value() == "(torch.ones(7, 1) + torch.ones(5, 3)).shape"
    view.locator("text=Copy link").click()
    address = view.locator(".sw-copied").input_value()
    assert address.endswith("#broadcast?a=7%2C%201") and "token" not in address


def test_a_wrong_shape_keeps_the_picture_and_says_that_it_is_the_last_one(page):
    view = explorer(page, "broadcast")
    height = view.bounding_box()["height"]
    retype(view, a="4, x")
    view.locator(".sw-problems", has_text="Still shown: (4, 1, 3) with (5, 3)").wait_for()
    view.locator(".sw-stale .sw-shapes").wait_for()
    assert view.bounding_box()["height"] >= height - 5


def test_python_sets_what_is_shown_and_hears_what_was_typed(page):
    execute(page, "from shapewise.explorers.explorer import Explorer; import ipywidgets")
    all_widgets = "ipywidgets.widgets.widget._instances.values()"
    execute(page, f"shown = [w for w in {all_widgets} if getattr(w, 'explorer', '') == 'broadcast']")
    execute(page, "shown[-1].a = '9, 3'")
    view = explorer(page, "broadcast")
    view.locator(".sw-shapes", has_text="(9, 3)").first.wait_for()
    assert view.locator(".sw-control-a input").input_value() == "9, 3"
    retype(view, b="3")
    page.wait_for_timeout(400)
    assert execute(page, "print(shown[-1].b)").strip() == "3"


def execute(page: Any, code: str) -> str:
    """Run code in the notebook's kernel; return what it printed."""
    return page.evaluate(
        """async code => { const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
        const future = kernel.requestExecute({code}); let said = "";
        future.onIOPub = message => { said += message.content.text ?? ""; };
        await future.done; return said; }""",
        code,
    )


def test_after_a_restart_one_sentence_at_the_top_says_what_to_run_and_everything_goes_on(page, lab):
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    for name in names():
        line = explorer(page, name).locator(".sw-lost")
        line.filter(has_text="first cell").wait_for(timeout=20_000)
        assert line.bounding_box()["y"] - explorer(page, name).bounding_box()["y"] < 40
    assert page.locator(".shapewise-live .jupyter-widgets-disconnected").first.evaluate(
        "one => getComputedStyle(one, '::before').display"
    ) == "none"
    goes_on(page)


def test_every_explorer_works_after_the_kernel_died(page, lab):
    lab.kill_kernels()
    goes_on(page)


def goes_on(page: Any) -> None:
    for name in SLIDERS:
        view = explorer(page, name)
        before = title(view)
        view.locator("[role=slider]").focus()
        page.keyboard.press("End")
        view.locator(".sw-title", has_not_text=before).wait_for()
        page.keyboard.press("Home")
    view = explorer(page, "broadcast")
    retype(view, a="4, 1, 3")
    view.locator(".sw-control-a input").focus()
    page.keyboard.press("Home")
    page.keyboard.type("7, ")
    view.locator(".sw-outcome", has_text="(7, 4, 5, 3)").wait_for()
    retype(explorer(page, "layout"), shape="3, 4", chain=".T[1:]")
    explorer(page, "layout").locator(".sw-steps", has_text="[1:]").wait_for()
