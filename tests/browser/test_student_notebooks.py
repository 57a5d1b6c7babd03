"""The explorers of the notebooks that students get: JupyterLab runs all their cells, and they are alive."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from tests.browser.jupyter import Notes, Server, open_notebook, run_all


@pytest.fixture(scope="module")
def explorers_of_the_course(course: Any) -> Any:
    """A notebook of the imports and the explorers of every released notebook."""
    notebooks = [nbformat.read(path, as_version=4) for path in sorted((course / "release").glob("*/*.ipynb"))]
    cells = []
    for notebook in notebooks:
        imports = next(cell for cell in notebook.cells if cell.cell_type == "code")
        cells += [imports, *(cell for cell in notebook.cells if cell.source.startswith("explore_"))]
    for k, cell in enumerate(cells):
        cell.id = f"cell-{k}"
    return nbformat.v4.new_notebook(cells=cells, metadata=notebooks[0].metadata)


def test_each_explorer_of_the_course_takes_the_place_of_its_stored_picture(
    browser: Any, lab: Server, explorers_of_the_course: Any
):
    live = sum(cell.source.startswith("explore_") for cell in explorers_of_the_course.cells)
    assert live > 9
    lab.write("course.ipynb", explorers_of_the_course)
    page = browser.new_page(viewport={"width": 1200, "height": 1200})
    notes = Notes(page)
    open_notebook(page, lab.address("course.ipynb"))
    run_all(page, live)
    assert page.locator(".shapewise-live").evaluate_all("views => views.every(view => view.offsetHeight > 200)")
    assert page.locator(".sw-stored:visible").count() == 0
    assert notes.console == []
    page.close()
    lab.kill_kernels()
