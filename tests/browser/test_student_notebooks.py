"""The notebooks that students get: JupyterLab opens each that has explorers, runs all of it, and they are alive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.browser.jupyter import Notes, Server, open_notebook, run_all

WITH_EXPLORERS = {"1_shapes": 3, "2_operations": 3, "3_pytorch": 1, "4_layout": 1, "5_attention": 3}


@pytest.mark.parametrize(("name", "live"), WITH_EXPLORERS.items())
def test_the_explorers_of_a_student_s_notebook_take_the_place_of_their_pictures(
    browser: Any, lab: Server, course: Path, name: str, live: int
):
    released = nbformat.read(course / "release" / "m01_tensors" / f"{name}.ipynb", as_version=4)
    assert sum(cell.source.startswith("explore_") for cell in released.cells) == live
    lab.write(f"{name}.ipynb", released)
    page = browser.new_page(viewport={"width": 1200, "height": 1200})
    notes = Notes(page)
    open_notebook(page, lab.address(f"{name}.ipynb"))
    run_all(page, live)
    assert page.locator(".shapewise-live").evaluate_all("views => views.every(view => view.offsetHeight > 200)")
    assert page.locator(".sw-stored:visible").count() == 0
    assert notes.console == []
    page.close()
    lab.kill_kernels()
