"""A check that runs for long, in JupyterLab: it says so while it runs, and the verdict takes the place of that."""

from __future__ import annotations

from typing import Any

from tests.browser.jupyter import Server, notebook_of, open_notebook

_CELL = """import time
from shapewise import check

def lookup(ids, table):
    time.sleep(9)

check("lookup")"""


def test_a_check_that_runs_for_long_says_so_in_its_cell_until_it_is_done(browser: Any, lab: Server) -> None:
    lab.write("slow.ipynb", notebook_of(_CELL))
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    open_notebook(page, lab.address("slow.ipynb"))
    # Not awaited: the command is done when the cell is.
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.locator(".shapewise-panel.is-running").wait_for(timeout=90_000)
    page.locator(".shapewise-panel.is-not-yet").wait_for(timeout=60_000)
    assert page.locator(".shapewise-panel").count() == 1
    page.close()
    lab.kill_kernels()
