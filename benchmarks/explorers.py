"""How fast the explorers answer in a real browser: from the event to the changed page, and to the painted one.

    python benchmarks/explorers.py                 # 30 events each
    python benchmarks/explorers.py --events 100

Prints a table of medians in milliseconds for every explorer: in JupyterLab with the kernel idle, busy, restarted and
dead, and on a page opened as a file, without Python.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shapewise.explorers.catalogue import STATIC, declared, names
from tests.browser.jupyter import CHROMIUM_ARGUMENTS, EXPLORERS, Server, chromium, notebook_of, open_notebook, run_all

FROM_EVENT_TO_PAGE = """([root, target]) => { window.measured = new Promise(done => {
  const element = root.querySelector(target);
  const picture = root.querySelector(".sw-frame-of");
  let start = 0, changed = 0;
  const observer = new MutationObserver(() => {
    if (!start || changed) return;
    changed = performance.now();
    observer.disconnect();
    requestAnimationFrame(() => { const channel = new MessageChannel();
      channel.port1.onmessage = () => done([changed - start, performance.now() - start]);
      channel.port2.postMessage(0); });
  });
  observer.observe(picture, {subtree: true, childList: true, characterData: true, attributes: true});
  element.addEventListener('keydown', () => { if (!start) start = performance.now(); }, {capture: true, once: true});
}); }"""
BUSY = "import time\nend = time.time() + {seconds}\nwhile time.time() < end: sum(range(1000))"
BUSY_FOR = 60
# Where not the first control is used: what has the focus, the text in it at first, the keys that go round.
USED: dict[str, tuple[str, str | None, list[str]]] = {
    "attention": ("[data-drag]", None, ["ArrowRight", "ArrowLeft"]),
    "broadcast": (".sw-control-b input", "5, 3, 1", ["2", "Backspace"]),
    "layout": (".sw-control-chain input", ".transpose(0, 1)[1:", ["]", "Backspace"]),
    "matmul": (".sw-control-b input", "3, 4", ["2", "Backspace"]),
    "indexing": (".sw-control-index input", "x[:, 0", ["]", "Backspace"]),
}


def used(name: str) -> tuple[str, str | None, list[str]]:
    """What has the focus, the text in it at first (None: leave it), and the keys that are pressed in turn."""
    if name in USED:
        return USED[name]
    control = declared(name).controls[0]
    field = f".sw-control-{control['name']} :is([role=slider], input)"
    if control["kind"] == "slider":
        steps = round((control["max"] - control["min"]) / control["step"])
        there = min(steps, 6)
        return field, None, ["ArrowRight"] * there + ["ArrowLeft"] * there
    return field, str(declared(name).initial[control["name"]]), ["1", "Backspace"]


def measure(page: Any, name: str, events: int) -> tuple[float, float]:
    """The medians over so many key presses; milliseconds to the changed page, and to the painted one."""
    target, text, keys = used(name)
    root = page.locator(f".shapewise-live.sw-root-{name}")
    field = root.locator(target).first
    field.scroll_into_view_if_needed()
    field.focus()
    if text is not None:
        field.fill(text)
    elif keys[0] == "ArrowRight" and "drag" not in target:
        page.keyboard.press("Home")
    page.wait_for_timeout(400)
    times = []
    for k in range(events):
        page.evaluate(FROM_EVENT_TO_PAGE, [root.element_handle(), target])
        page.keyboard.press(keys[k % len(keys)])
        times.append(page.evaluate("window.measured"))
        page.wait_for_timeout(40)
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def in_jupyterlab(browser: Any, events: int) -> list[tuple[str, str, float, float]]:
    rows = []
    with tempfile.TemporaryDirectory() as home:
        server = Server(Path(home) / "server")
        try:
            server.write("explorers.ipynb", notebook_of("from shapewise import *", *EXPLORERS))
            page = browser.new_page(viewport={"width": 1200, "height": 1600})
            open_notebook(page, server.address("explorers.ipynb"))
            run_all(page, live=len(EXPLORERS))
            page.wait_for_timeout(1000)
            rows += [(name, "idle", *measure(page, name, events)) for name in names()]
            for name in names():
                kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
                page.evaluate(f"code => {{ {kernel}.requestExecute({{code}}); }}", BUSY.format(seconds=BUSY_FOR))
                page.wait_for_timeout(300)
                rows.append((name, "busy", *measure(page, name, events)))
                page.evaluate(f"() => {kernel}.interrupt()")
            page.evaluate(f"() => {kernel}.restart()")
            page.wait_for_timeout(5000)
            rows += [(name, "restarted", *measure(page, name, events)) for name in names()]
            server.kill_kernels()
            page.wait_for_timeout(1000)
            rows += [(name, "dead", *measure(page, name, events)) for name in names()]
        finally:
            server.stop()
    return rows


def on_a_page(browser: Any, events: int) -> list[tuple[str, str, float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "explorers.html"
        places = "".join(f"<div data-explorer='{name}'></div>" for name in names())
        script = (STATIC / "explorers.js").as_uri()
        file.write_text(f"<!doctype html><meta charset=utf-8><body>{places}<script src='{script}'></script>")
        page = browser.new_page(viewport={"width": 1200, "height": 1600})
        page.goto(file.as_uri())
        return [(name, "page", *measure(page, name, events)) for name in names()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=30, help="key presses per row (30)")
    events = parser.parse_args().events
    executable = chromium()
    if executable is None:
        sys.exit("No Chromium on PATH: install chromium or google-chrome, then run this again.")
    from playwright.sync_api import sync_playwright

    print(f"{events} events a row, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Starting JupyterLab ...")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        try:
            rows = on_a_page(browser, events) + in_jupyterlab(browser, events)
        finally:
            browser.close()
    print(f"{'explorer':<12}{'kernel':<11}{'event to DOM':>14}{'event to paint':>16}   (median, ms)")
    for name, kernel, dom, paint in sorted(rows, key=lambda row: row[0]):
        print(f"{name:<12}{kernel:<11}{dom:>14.1f}{paint:>16.1f}")
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
