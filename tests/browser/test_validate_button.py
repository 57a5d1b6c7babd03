"""JupyterLab's Validate button, which nbgrader brings: its dialog says what is true of the notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from tests.browser.jupyter import Server, open_notebook
from tests.sample_class.answers import reference


def _dialog(browser: Any, lab: Server, name: str) -> str:
    """The text of the dialog that the button of a notebook opens."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    open_notebook(page, lab.address(name))
    page.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog-content")
    dialog.wait_for(timeout=120_000)
    said: str = dialog.inner_text()
    page.close()
    lab.kill_kernels()
    return said


def test_the_dialog_says_what_is_not_started_and_what_is_right(browser: Any, lab: Server, course: Path) -> None:
    notebook = nbformat.read(course / "release" / "m01_tensors" / "1_shapes.ipynb", as_version=4)
    lab.write("1_shapes.ipynb", notebook)
    untouched = _dialog(browser, lab, "1_shapes.ipynb")
    assert "describe is not started" in untouched
    assert "last_valid is not started" in untouched

    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = reference(cell.metadata.nbgrader.grade_id)
    lab.write("1_shapes_solved.ipynb", notebook)
    assert "Success" in _dialog(browser, lab, "1_shapes_solved.ipynb")
