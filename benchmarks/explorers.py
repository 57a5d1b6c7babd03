"""How fast the explorers answer, in a real JupyterLab: from the event to the changed page, and to the painted one.

    python benchmarks/explorers.py                 # 30 events each
    python benchmarks/explorers.py --events 100

Prints a table of medians in milliseconds. The sliders are measured with an idle, a busy and a dead kernel; the two
explorers that are typed into need a kernel, and are measured with an idle one.
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

from tests.browser.jupyter import CHROMIUM_ARGUMENTS, EXPLORERS, Server, chromium, notebook_of, open_notebook, run_all

FROM_EVENT_TO_PAGE = """([root, target, mark]) => { window.measured = new Promise(done => {
  const element = root.querySelector(target);
  const watched = root.querySelector(mark);
  const before = watched.textContent;
  let start = 0, changed = 0;
  const observer = new MutationObserver(() => {
    const now = watched.textContent.trim();  // empty while one frame has gone and the next is not there yet
    if (!start || changed || !now || now === before.trim()) return;
    changed = performance.now();
    observer.disconnect();
    requestAnimationFrame(() => { const channel = new MessageChannel();
      channel.port1.onmessage = () => done([changed - start, performance.now() - start]);
      channel.port2.postMessage(0); });
  });
  observer.observe(watched, {subtree: true, childList: true, characterData: true});
  const begin = event => { if (!start) start = performance.now(); };
  element.addEventListener('keydown', begin, {capture: true, once: true});
}); }"""
BUSY = "import time\nend = time.time() + {seconds}\nwhile time.time() < end: sum(range(1000))"


def measure(page: Any, name: str, target: str, mark: str, keys: list[str], events: int) -> tuple[float, float]:
    """The medians over so many key presses, which go round ``keys``; milliseconds to the page, and to the paint."""
    root = page.locator(f".shapewise-live:has(.sw-{name}-frame)")
    handle = root.element_handle()
    root.locator(target).focus()
    times = []
    for k in range(events):
        page.evaluate(FROM_EVENT_TO_PAGE, [handle, target, mark])
        page.keyboard.press(keys[k % len(keys)])
        times.append(page.evaluate("window.measured"))
        page.wait_for_timeout(60)
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def slider(page: Any, name: str, events: int) -> tuple[float, float]:
    page.locator(f".shapewise-live:has(.sw-{name}-frame) [role=slider]").focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(200)
    there = 3 if name == "dimension" else 2
    return measure(page, name, "[role=slider]", ".sw-stack", ["ArrowRight"] * there + ["ArrowLeft"] * there, events)


def typed(page: Any, name: str, box: str, text: str, events: int) -> tuple[float, float]:
    """Type a character that changes the picture, take it away, and so on."""
    page.locator(f".shapewise-live:has(.sw-{name}-frame) .{box} input").fill(text)
    page.wait_for_timeout(600)
    return measure(page, name, f".{box} input", ".sw-picture-of", ["2", "Backspace"], events)


def make_busy(page: Any, seconds: int) -> None:
    page.evaluate(
        "code => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code}); }",
        BUSY.format(seconds=seconds),
    )
    page.wait_for_timeout(500)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=30, help="key presses per row (30)")
    events = parser.parse_args().events
    executable = chromium()
    if executable is None:
        sys.exit("No Chromium on PATH: install chromium or google-chrome, then run this again.")
    from playwright.sync_api import sync_playwright

    print(f"{events} events a row, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Starting JupyterLab ...")
    rows: list[tuple[str, str, float, float]] = []
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = Server(Path(home) / "server")
        server.write("explorers.ipynb", notebook_of("from shapewise import *", *EXPLORERS))
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        try:
            page = browser.new_page(viewport={"width": 1200, "height": 2600})
            open_notebook(page, server.address("explorers.ipynb"))
            run_all(page, live=4)
            page.wait_for_timeout(1000)
            for name in ("dimension", "pipeline"):
                rows.append((name, "idle", *slider(page, name, events)))
            rows.append(("broadcast", "idle", *typed(page, "broadcast", "sw-b", "5, 3, 1", events)))
            rows.append(("layout", "idle", *typed(page, "layout", "sw-shape", "3, 1", events)))
            make_busy(page, seconds=events)
            for name in ("dimension", "pipeline"):
                rows.append((name, "busy", *slider(page, name, events)))
            server.kill_kernels()
            for name in ("dimension", "pipeline"):
                rows.append((name, "dead", *slider(page, name, events)))
        finally:
            browser.close()
            server.stop()
    print(f"{'explorer':<12}{'kernel':<8}{'event to DOM':>14}{'event to paint':>16}   (median, ms)")
    for name, kernel, dom, paint in rows:
        print(f"{name:<12}{kernel:<8}{dom:>14.1f}{paint:>16.1f}")
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
