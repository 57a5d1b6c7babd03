"""The made-up students: how each one's notebooks came about, and the points that each must get."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tests.exercises.lessons import lessons
from tests.sample_class.answers import mistaken, reference, rewritten

ASSIGNMENT = "m01_tensors"
Notebooks = dict[str, NotebookNode]


@dataclass(frozen=True)
class Student:
    """One student: the answer to each exercise, and what else happened to the notebooks."""

    name: str
    story: str
    answer: Callable[[str], str | None]
    then: Callable[[Notebooks], None] = lambda notebooks: None
    loses: dict[str, float] = field(default_factory=dict)
    """Points lost, by exercise; an exercise that is not named keeps all of them unless it was left blank."""

    def expected(self) -> dict[str, float]:
        """The points that each exercise must get."""
        return {
            name: 0.0 if self.answer(name) is None else points - self.loses.get(name, 0.0)
            for name, points in worth().items()
        }

    def notebooks(self, release: Path) -> Notebooks:
        """This student's notebooks, made from the released ones."""
        made = {path.stem: nbformat.read(path, as_version=4) for path in sorted(release.glob("*.ipynb"))}
        for notebook in made.values():
            for cell in notebook.cells:
                mark = cell.metadata.get("nbgrader", {})
                text = self.answer(mark["grade_id"]) if mark.get("solution") else None
                if text is not None:
                    cell.source = text
        self.then(made)
        return made


def worth() -> dict[str, float]:
    """The points of each exercise."""
    return {name: sum(cell.points for cell in lesson.tests) for name, lesson in lessons().items()}


def in_notebooks(*wanted: str) -> set[str]:
    """The exercises of these notebooks."""
    return {name for name, lesson in lessons().items() if lesson.notebook in wanted}


def students() -> Iterable[Student]:
    """The class, by name."""
    early = in_notebooks("1_shapes", "2_operations", "3_pytorch")
    mistakes = {"split_heads": "one_view", "last_valid": "loop_and_stack", "stable_softmax": "global_maximum"}
    yield Student("ada", "solved everything as the lesson does", reference)
    yield Student("ben", "solved everything, written differently", rewritten)
    yield Student("chen", "stopped after the third notebook", lambda name: reference(name) if name in early else None)
    yield Student(
        "dara",
        "solved most, with one mistake and two answers that fail at the edges",
        lambda name: mistaken(name, mistakes[name]) if name in mistakes else reference(name),
        loses={"split_heads": 5.0, "last_valid": 3.0, "stable_softmax": 2.0},
    )
    yield Student("eli", "handed in what was released", lambda name: None)
    yield Student(
        "fay",
        "left a bracket open in one cell",
        lambda name: "def split_heads(x, heads:\n    return x" if name == "split_heads" else reference(name),
        loses={"split_heads": worth()["split_heads"]},
    )
    # The tests of pairwise_sqdist import torch, as they would in a kernel; what comes after them finds it.
    needs_torch = {"pairwise_sqdist"}
    yield Student(
        "gus",
        "misspelt torch in the imports of the second notebook",
        reference,
        _misspell_torch,
        loses={name: points for name, points in worth().items() if name in needs_torch},
    )
    yield Student("hana", "deleted a test cell", reference, lambda made: _delete(made, "split_heads_test"))
    yield Student("ivo", "copied a cell, answer and test included", reference, _copy_cells)


def _cell(made: Notebooks, grade_id: str) -> tuple[list[NotebookNode], int]:
    for notebook in made.values():
        for place, cell in enumerate(notebook.cells):
            if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
                return notebook.cells, place
    raise LookupError(grade_id)


def _delete(made: Notebooks, grade_id: str) -> None:
    cells, place = _cell(made, grade_id)
    del cells[place]


def _copy_cells(made: Notebooks) -> None:
    for grade_id in ("merge_heads", "merge_heads_test"):
        cells, place = _cell(made, grade_id)
        twin = copy.deepcopy(cells[place])
        twin.id = f"{twin.id}-pasted"
        cells.insert(place + 1, twin)


def _misspell_torch(made: Notebooks) -> None:
    for cell in made["2_operations"].cells:
        if cell.cell_type == "code" and "import torch" in cell.source and "nbgrader" not in cell.metadata:
            cell.source = cell.source.replace("import torch", "import troch")
