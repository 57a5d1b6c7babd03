"""Broken cells: deleted, copied, split, merged, moved, retyped; their metadata, ids and outputs."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from tests.grading import small_course
from tests.grading.damage.kinds import ODD, SCRATCH, Kinds, Notebook, marks, solutions, some, text_of

__all__ = ["KINDS"]

KINDS = Kinds()
_RELEASED = small_course.release()["cells"]
# Found by their text: earlier damage may have taken the marks away, or put them elsewhere.
_TEST_TEXTS = {cell["source"] for cell in _RELEASED if marks(cell).get("grade")}
_LESSON_TEXTS = {cell["source"] for cell in _RELEASED if not marks(cell)}


def _tests(notebook: Notebook) -> list[Any]:
    return [cell for cell in notebook["cells"] if text_of(cell) in _TEST_TEXTS]


def _lesson(notebook: Notebook) -> list[Any]:
    return [cell for cell in notebook["cells"] if text_of(cell) in _LESSON_TEXTS]


def _remove(notebook: Notebook, cells: list[Any]) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if all(cell is not gone for gone in cells)]


def _insert_after(notebook: Notebook, cell: Any, new: Any) -> None:
    place = next(n for n, other in enumerate(notebook["cells"]) if other is cell)
    notebook["cells"].insert(place + 1, new)


def _place(random: Random, notebook: Notebook) -> int:
    return random.randrange(len(notebook["cells"])) if notebook["cells"] else 0


def _split(random: Random, notebook: Notebook, cell: Any) -> None:
    lines = text_of(cell).splitlines(keepends=True)
    cut = random.randint(0, len(lines))
    twin = copy.deepcopy(cell)
    cell["source"], twin["source"] = "".join(lines[:cut]), "".join(lines[cut:])
    if random.random() < 0.5:  # JupyterLab's own splitting gives the second half a new id
        twin["id"] = f"split-{random.randrange(10**6)}"
    _insert_after(notebook, cell, twin)


@KINDS.named("solution cells deleted")
def _(random: Random, notebook: Notebook) -> None:
    _remove(notebook, some(random, solutions(notebook)))


@KINDS.named("test cells deleted", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    _remove(notebook, some(random, _tests(notebook)))


@KINDS.named("lesson cells deleted", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    _remove(notebook, some(random, _lesson(notebook)))


@KINDS.named("every cell deleted")
def _(random: Random, notebook: Notebook) -> None:
    notebook["cells"] = []


@KINDS.named("cells copied", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"])[:4]:
        _insert_after(notebook, cell, copy.deepcopy(cell))


@KINDS.named("a solution cell copied, one copy changed")
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, solutions(notebook)):
        twin = copy.deepcopy(cell)
        twin["source"] = random.choice([*SCRATCH, text_of(cell)[: random.randint(0, 60)]])
        notebook["cells"].insert(_place(random, notebook), twin)


@KINDS.named("cells split")
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"])[:3]:
        _split(random, notebook, cell)


@KINDS.named("test cells split", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, _tests(notebook)):
        _split(random, notebook, cell)


@KINDS.named("cells merged")
def _(random: Random, notebook: Notebook) -> None:
    for _n in range(random.randint(1, 3)):
        place = _place(random, notebook)
        above, below = notebook["cells"][place : place + 1], notebook["cells"][place + 1 : place + 2]
        if above and below:
            above[0]["source"] = f"{text_of(above[0])}\n\n{text_of(below[0])}"
            _remove(notebook, below)


@KINDS.named("cells reordered", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    random.shuffle(notebook["cells"])


@KINDS.named("cells moved", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for _n in range(random.randint(1, 3)):
        if notebook["cells"]:
            notebook["cells"].insert(_place(random, notebook), notebook["cells"].pop(_place(random, notebook)))


@KINDS.named("cells retyped")
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"])[:4]:
        cell["cell_type"] = random.choice(["markdown", "raw", "code", "heading", "html", "Code", "", *ODD])


@KINDS.named("scratch cells inserted", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for n in range(random.randint(1, 4)):
        cell = {"cell_type": "code", "id": f"s{n}", "metadata": {}, "source": random.choice(SCRATCH)}
        notebook["cells"].insert(_place(random, notebook), {**cell, "outputs": [], "execution_count": None})


@KINDS.named("hundreds of cells")
def _(random: Random, notebook: Notebook) -> None:
    twins = [copy.deepcopy(random.choice(notebook["cells"])) for _n in range(400)] if notebook["cells"] else []
    place = _place(random, notebook)
    notebook["cells"][place:place] = [{**twin, "source": f"# {n}"} for n, twin in enumerate(twins)]


@KINDS.named("things among the cells that are none", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for _n in range(random.randint(1, 4)):
        odd = random.choice([odd for odd in ODD if not isinstance(odd, dict)])
        notebook["cells"].insert(_place(random, notebook), odd)


# metadata and ids


@KINDS.named("cells' metadata dropped", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"]):
        if random.random() < 0.5:
            cell["metadata"] = {}
        else:
            cell.pop("metadata", None)


@KINDS.named("nbgrader's marks edited", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, [cell for cell in notebook["cells"] if marks(cell)]):
        for mark in some(
            random, ["points", "grade", "solution", "locked", "task", "schema_version", "checksum", "cell_type"]
        ):
            cell["metadata"]["nbgrader"][mark] = random.choice([*ODD, 1000, "100"])


@KINDS.named("cells' metadata edited", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"]):
        key = random.choice(["tags", "collapsed", "editable", "deletable", "jupyter", "slideshow", "name", ""])
        if isinstance(cell.get("metadata"), dict):
            cell["metadata"][key] = random.choice([*ODD, ["demonstration"], ["raises-exception"], ["student-process"]])


@KINDS.named("grade ids edited", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, [cell for cell in notebook["cells"] if marks(cell)]):
        cell["metadata"]["nbgrader"]["grade_id"] = random.choice([*ODD, "renamed", "doubled "])


@KINDS.named("grade ids exchanged")
def _(random: Random, notebook: Notebook) -> None:
    marked = [cell for cell in notebook["cells"] if marks(cell)]
    given = [marks(cell) for cell in marked]
    random.shuffle(given)
    for cell, mark in zip(marked, given, strict=True):
        cell["metadata"]["nbgrader"] = mark


@KINDS.named("a grade id given to other cells")
def _(random: Random, notebook: Notebook) -> None:
    marked = [cell for cell in notebook["cells"] if marks(cell)]
    for cell in some(random, notebook["cells"])[:3] if marked else []:
        cell.setdefault("metadata", {})["nbgrader"] = copy.deepcopy(marks(random.choice(marked)))


@KINDS.named("cell ids dropped", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"]):
        cell.pop("id", None)


@KINDS.named("cell ids duplicated or odd", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    ids = [cell.get("id") for cell in notebook["cells"]]
    for cell in some(random, notebook["cells"]):
        cell["id"] = random.choice([*ODD, *ids])


@KINDS.named("the notebook's metadata edited or dropped", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    odd = random.choice(ODD)
    notebook["metadata"] = random.choice([
        {}, odd, {"kernelspec": {"name": "ir", "language": "R"}}, {"kernelspec": odd}, {"language_info": odd},
        {"celltoolbar": "Create Assignment", "nbgrader": odd, "shapewise": {"verdict": "passed"}},
    ])  # fmt: skip


# outputs


@KINDS.named("huge outputs", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    text = random.choice(["9", "line\n", "\U0001f98a"]) * random.choice([10, 10_000, 1_000_000])
    for cell in some(random, notebook["cells"])[:2]:
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]


@KINDS.named("odd outputs", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    number = {"output_type": "execute_result", "data": {"text/plain": "1000"}, "metadata": {}, "execution_count": 1}
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    for cell in some(random, notebook["cells"]):
        cell["outputs"] = random.choice([*ODD, [number], [error], [number, random.choice(ODD)], [{"output_type": "?"}]])
        cell["execution_count"] = random.choice([*ODD, 7])
