"""A learner's notebook, what it was when it was copied, and a newer release -> the newer one with the learner's work.

What the learner wrote is told by the cells' ids, which stay the same while the lesson's text does.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from shapewise.course.keeping import keep
from shapewise.course.learning import RELEASED, learners_work, release_of
from shapewise.course.open_notebooks import refuse_if_open
from shapewise.course.saved_notebook import Cell, cells_of, grade_id, source, write_cells

__all__ = ["update", "with_work"]


def update(course: Path, assignment: str, notebook: Path) -> Path:
    """Bring a learner's notebook up to date; return where the old one is kept.

    ``RuntimeError`` says why a notebook cannot be read, or where it is open; then nothing is changed.
    """
    refuse_if_open(notebook)
    work = learners_work(course, assignment)
    name = notebook.relative_to(work)
    newer, copied = release_of(course) / assignment / name, work / RELEASED / name
    if notebook.suffix != ".ipynb":
        cells = None
    else:
        try:
            cells = with_work(cells_of(newer), cells_of(notebook), cells_of(copied))
        except ValueError as error:
            raise RuntimeError(f"{notebook} stays as it is, because it is no notebook: {error}.") from None
    kept = keep(work, notebook.name, notebook.read_bytes())
    if cells is None:
        shutil.copyfile(newer, notebook)
    else:
        write_cells(newer, cells, notebook)
    shutil.copyfile(newer, copied)
    return kept


def with_work(newer: list[Cell], own: list[Cell], copied: list[Cell]) -> list[Cell]:
    """The cells of the newer version, with what was written into the own ones, and cells that were added."""
    at_first = {_key(cell): source(cell) for cell in copied}
    places = {_key(cell): place for place, cell in enumerate(newer)}
    cells, added = [dict(cell) for cell in newer], dict[int, list[Cell]]()
    place = -1
    for cell in own:
        key, text = _key(cell), source(cell)
        written = key not in at_first or text != at_first[key]
        if key in places:
            place = places[key]
            if written and not _locked(cell):
                cells[place]["source"] = text.splitlines(keepends=True)
        elif written and text.strip():
            added.setdefault(place, []).append(cell)
    merged = list(added.get(-1, ()))
    for number, cell in enumerate(cells):
        merged += [cell, *added.get(number, ())]
    return merged


def _key(cell: Cell) -> str:
    return grade_id(cell) or str(cell.get("id"))


def _locked(cell: Cell) -> bool:
    about = cell["metadata"].get("nbgrader")
    return isinstance(about, dict) and bool(about.get("locked"))
