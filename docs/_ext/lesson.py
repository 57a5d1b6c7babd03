"""A student's notebook with its outputs -> the notebook that a page is made of.

What only works in JupyterLab (checks, progress) becomes a line that says where it works; an explorer becomes its place
in the page; a prediction's choices lock, and what the next cell prints stays folded until one is chosen.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode

from _ext.executed import outputs_of
from _ext.places import place
from _ext.predictions import count_predictions, ends_with_prediction, marked_predictions
from shapewise.explorers.calls import explorer_of

__all__ = ["Lesson", "page_of", "shows_outputs"]

_GALLERY = "../gallery.html"
_ASKED_BY = {  # the questions that an explorer's subject suggests
    "dimensions": "reduce",
    "indexing": "index",
    "broadcast": "broadcast",
    "matmul": "matmul",
    "layout": "reshape",
}
_ENDINGS = ("## Recap", "## Summary", "# Recap")
_PROGRESS = "In JupyterLab, a panel stands here that says which exercises pass."
_ONLY_IN_NOTEBOOKS = (
    (
        re.compile(r"^> \*\*How it works\.\*\* .*?wait for you\.$", re.MULTILINE | re.DOTALL),
        "> **How it works.** Where a question asks you to predict, choose, and the page says why. Pictures answer to\n"
        "> the mouse, to touch and to the arrow keys. To run and change the code, take the notebook.",
    ),
    (re.compile(r"Click the three dots to read it\."), "Unfold it to read it."),
    (re.compile(r"^\*\*Done for now\?\*\* .*?what is in it\.$", re.MULTILINE | re.DOTALL), ""),
)
_METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
_TO_NOTEBOOK = re.compile(r'href="(\w+)\.ipynb(?=[#"])')


@dataclass(frozen=True)
class Lesson:
    """One notebook of an assignment: which it is, what was run, and which of its outputs were measured once."""

    assignment: str
    name: str
    number: int
    of: int
    executed: NotebookNode
    measured: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    machine: str = ""


def page_of(lesson: Lesson) -> NotebookNode:
    """What Sphinx reads. Nothing of the instructor's is in it, and nothing that the next build would have otherwise."""
    cells: list[NotebookNode] = []
    kinds: list[str] = []
    predictions, hidden = 1, False
    for cell in lesson.executed.cells:
        if cell.cell_type == "markdown":
            cells.append(_markdown(marked_predictions(_on_a_page(cell.source), predictions)))
            predictions += count_predictions(cell.source)
            hidden = ends_with_prediction(cell.source)
        else:
            made = _code(lesson, cell, hidden)
            kinds += [_ASKED_BY[name] for name in _explorers_in(made) if name in _ASKED_BY]
            cells += made
            hidden = False
    cells[0:1] = _opened(lesson, cells[0])
    at = next((k for k, cell in enumerate(cells) if cell.source.startswith(_ENDINGS)), len(cells))
    cells.insert(at, _questions(sorted(set(kinds))))
    return _stable(nbformat.v4.new_notebook(cells=cells, metadata=_METADATA))


def _on_a_page(text: str) -> str:
    """Without what only holds where cells can be run."""
    for what, by in _ONLY_IN_NOTEBOOKS:
        text = what.sub(by, text)
    return text


def shows_outputs(cell: NotebookNode) -> bool:
    """Whether a page shows what this cell prints and draws."""
    if cell.cell_type != "code" or _is_test(cell) or _calls(cell.source, "progress"):
        return False
    return explorer_of(cell.source) is None


def _is_test(cell: NotebookNode) -> bool:
    role = cell.metadata.get("nbgrader", {})
    return bool(role.get("grade") and not role.get("solution"))


def _code(lesson: Lesson, cell: NotebookNode, hidden: bool) -> list[NotebookNode]:
    role = cell.metadata.get("nbgrader", {})
    explorer = explorer_of(cell.source)
    if explorer is not None:
        return [_markdown(place(explorer.declared.name, explorer.state, gallery=_GALLERY))]
    if _calls(cell.source, "progress"):
        return [_markdown(f'<p class="in-notebook">{_PROGRESS}</p>')]
    if _is_test(cell):
        return []
    shown = _shown(lesson, cell)
    if hidden and shown.outputs:
        shown.metadata = NotebookNode(tags=["hide-output"], mystnb=_folded("What comes out"))
    if role.get("solution"):
        return [shown, _markdown(_how_to(lesson, str(role["grade_id"])))]
    if cell.id in lesson.measured:
        return [shown, _markdown(f'<p class="measured">Measured once, {lesson.machine}. Yours will differ.</p>')]
    return [shown]


def _shown(lesson: Lesson, cell: NotebookNode) -> NotebookNode:
    code: NotebookNode = nbformat.v4.new_code_cell(cell.source.rstrip())
    code.outputs = [nbformat.from_dict(o) for o in lesson.measured.get(cell.id, ())] or outputs_of(cell)
    for output in code.outputs:
        if "text/html" in output.get("data", {}):
            html = "".join(output.data["text/html"])
            output.data["text/html"] = _TO_NOTEBOOK.sub(r'href="\1.html', html)  # Sphinx mends links in text alone
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    if folded:
        code.metadata = NotebookNode(tags=["hide-input"], mystnb=_folded("The code that draws this"))
    elif not code.outputs and _only_imports(cell.source):
        code.metadata = NotebookNode(tags=["hide-input"], mystnb=_folded("What is imported"))
    return code


def _folded(title: str) -> dict[str, str]:
    """The line that unfolds and folds a part of a cell."""
    return {"code_prompt_show": title, "code_prompt_hide": title}


def _opened(lesson: Lesson, first: NotebookNode) -> list[NotebookNode]:
    """The title, then where this page belongs and how to get its notebook, then the rest of the first cell."""
    title, _, rest = first.source.partition("\n")
    file = f"../notebooks/{lesson.assignment}/{lesson.name}.ipynb"
    bar = (
        f'<p class="lesson-bar">Notebook {lesson.number} of {lesson.of} · '
        f'<a href="{file}" download>Download this notebook</a> · '
        f'<a href="../index.html#run-it">Run it in JupyterLab</a></p>'
    )
    return [_markdown(f"{title}\n\n{bar}\n\n{rest.strip()}")]


def _how_to(lesson: Lesson, exercise: str) -> str:
    name = re.sub(r"[^\w ]", "", exercise)
    return (
        f'<p class="in-notebook">Do this in JupyterLab: <a href="../index.html#run-it">make learn</a>, open '
        f"<code>{lesson.name}</code>, write <code>{name}</code>, and run the cell below it. The check says what is "
        f"wrong, and if it knows the mistake, which one it is.</p>"
    )


def _questions(kinds: Sequence[str]) -> NotebookNode:
    asked = " ".join(kinds)
    return _markdown(
        "## Which shape comes out?\n\n"
        "Quick questions, as many as you like. Say the shape before you look.\n\n"
        f'<div class="questions" data-questions="{asked}" data-gallery="{_GALLERY}">'
        "<p>These questions are made in your browser, by a script. None is running here.</p></div>"
    )


def _explorers_in(cells: Sequence[NotebookNode]) -> list[str]:
    return [name for cell in cells for name in re.findall(r'data-explorer="(\w+)"', cell.source)]


def _calls(source: str, function: str) -> bool:
    """Whether the cell is one call of this function, and no more."""
    try:
        body = ast.parse(source.strip(), mode="eval").body
    except SyntaxError:
        return False
    return isinstance(body, ast.Call) and isinstance(body.func, ast.Name) and body.func.id == function


def _only_imports(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return bool(body) and all(isinstance(one, ast.Import | ast.ImportFrom) for one in body)


def _markdown(source: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source)
    return cell


def _stable(notebook: NotebookNode) -> NotebookNode:
    """Ids from place and content: nbformat would draw random ones."""
    for k, cell in enumerate(notebook.cells):
        cell.id = f"{k:03}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
        if cell.cell_type == "code":
            cell.execution_count = None
    return notebook
