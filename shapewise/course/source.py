"""Lesson text -> the instructor's notebooks: ``lessons/*.py`` becomes ``source/*.ipynb`` through jupytext.

Pages that are no notebook (``lessons/*/*.md``, such as the glossary) are copied; nbgrader copies them on for students.

The same text gives the same bytes: cell ids come from the grade id or the content, and the only outputs kept are those
that nbval compares (cells tagged ``nbval-check-output``), stored when a build is asked to execute.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from jupytext.config import find_jupytext_configuration_file, load_jupytext_configuration_file
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from shapewise.course.notebook_file import write_notebook

__all__ = ["CHECKED", "EditedNotebookError", "build_source"]

CHECKED = "nbval-check-output"
"""The tag of a cell whose printed result the lesson's text relies on."""

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}


class EditedNotebookError(RuntimeError):
    """A notebook in ``source/`` holds edits that its text in ``lessons/`` does not."""


def build_source(course: Path, execute: bool = False) -> list[Path]:
    """Write ``source/`` from ``lessons/`` in the folder ``course``; return the notebooks written.

    Checked outputs are taken over from the notebook that stands there; with ``execute`` they are made anew.
    """
    written = []
    for text, notebook in _pairs(course):
        built = _with_stable_ids(_read_text(course, text))
        if notebook.exists():
            old = nbformat.reads(notebook.read_text("utf-8-sig"), as_version=4)
            _refuse_to_lose_edits(text, notebook, built, old)
            _take_outputs(built, old)
        if execute:
            _execute(built, notebook.parent)
        notebook.parent.mkdir(parents=True, exist_ok=True)
        write_notebook(_numbered(built), notebook)
        made = text.stat()  # JupyterLab opens no notebook that is newer than the text it is paired with
        os.utime(notebook, ns=(made.st_atime_ns, made.st_mtime_ns))
        written.append(notebook)
    for page in sorted((course / "lessons").glob("*/[!.]*.md")):
        (course / "source" / page.parent.name / page.name).write_bytes(page.read_bytes().replace(b"\r\n", b"\n"))
    return written


def _pairs(course: Path) -> Iterator[tuple[Path, Path]]:
    for text in sorted((course / "lessons").glob("*/*.py")):
        if text.name.startswith("."):  # macOS lays a "._1_shapes.py" beside a file that it copies to another disk
            continue
        yield text, course / "source" / text.parent.name / f"{text.stem}.ipynb"


def _read_text(course: Path, text: Path) -> NotebookNode:
    settings = load_jupytext_configuration_file(find_jupytext_configuration_file(str(course)))
    try:
        lesson = text.read_text("utf-8-sig")  # some editors begin a file with a mark that is no part of its text
    except UnicodeDecodeError as error:
        raise RuntimeError(f"{text} is not UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8.") from None
    notebook: NotebookNode = jupytext.reads(lesson, fmt="py:percent", config=settings)
    notebook.metadata = NotebookNode(kernelspec=_KERNEL, language_info=_LANGUAGE)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _with_stable_ids(notebook: NotebookNode) -> NotebookNode:
    """An id per cell that says the same for the same text: its grade id, or a hash of what stands in it."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        content = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        name = cell.metadata.get("nbgrader", {}).get("grade_id", content)
        seen[name] = seen.get(name, 0) + 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
    return notebook


def _refuse_to_lose_edits(text: Path, notebook: Path, built: NotebookNode, old: NotebookNode) -> None:
    if notebook.stat().st_mtime <= text.stat().st_mtime or _edited_parts(built) == _edited_parts(old):
        return
    raise EditedNotebookError(
        f"{notebook} was edited after {text}, and building would lose that. Carry the edit over with "
        f"`jupytext --to py:percent --update {notebook} --output {text}`, or throw it away with `touch {text}`."
    )


def _edited_parts(notebook: NotebookNode) -> list[Any]:
    kept = ("nbgrader", "tags", "jupyter")
    return [(c.cell_type, c.source, {k: c.metadata[k] for k in kept if k in c.metadata}) for c in notebook.cells]


def _is_checked(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and CHECKED in cell.metadata.get("tags", [])


def _take_outputs(built: NotebookNode, old: NotebookNode) -> None:
    outputs = {cell.id: cell.outputs for cell in old.cells if _is_checked(cell)}
    for cell in built.cells:
        if _is_checked(cell):
            cell.outputs = outputs.get(cell.id, [])


def _execute(notebook: NotebookNode, folder: Path) -> None:
    """Run all cells; keep the outputs of the checked ones, without timings."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise RuntimeError(f"A cell of a notebook for {folder} failed:\n{error}") from None
    notebook.metadata = NotebookNode(kernelspec=_KERNEL, language_info=_LANGUAGE)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs) if _is_checked(cell) else []


def _numbered(notebook: NotebookNode) -> NotebookNode:
    """With the counts that a run from top to bottom gives: nbval refuses outputs of a cell that has none."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count if cell.outputs else None
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    return notebook


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Text that a kernel happened to send in several messages, as one."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined
