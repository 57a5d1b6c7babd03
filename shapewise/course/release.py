"""The instructor's notebooks -> the students' notebooks: ``source/`` becomes ``release/`` through nbgrader."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from shapewise.course.nbgrader import nbgrader_api
from shapewise.course.notebook_file import write_notebook
from shapewise.course.unspoiled import without_asserts
from shapewise.explorers.calls import picture_of

__all__ = ["ForStudents", "ToRepair", "build_release"]

_REPAIR = "repair"
_STUB = re.compile(r"^[ \t]*raise NotImplementedError\(.*\)\n", re.MULTILINE)
_STUDENT_TAGS = {"raises-exception"}  # JupyterLab's "run all" stops at an error without it
_PROGRESS = re.compile(r"""progress\((?:["'](?P<notebook>\w+)["'])?\)""")


class ToRepair(NbGraderPreprocessor):
    """Hands out the broken code that follows the solution in a cell tagged ``repair``, in place of an empty stub."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Called by ``nbgrader generate_assignment`` for each notebook, once the solutions are stubs."""
        for cell in nb.cells:
            if _REPAIR in cell.metadata.get("tags", []):
                cell.source = _STUB.sub("", cell.source, count=1)
        return nb, resources


class ForStudents(NbGraderPreprocessor):
    """Drops what is the instructor's from a student's notebook, and puts in what can be seen unrun.

    Dropped are tags, widget state, and the asserts of ungraded cells: they would tell what the text above them asks.
    Put in are the explorers' pictures and the panel that shows the progress; running the cell replaces them.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Called by ``nbgrader generate_assignment`` for each notebook."""
        nb.metadata.pop("widgets", None)
        ungraded = [cell for cell in nb.cells if cell.cell_type == "code" and "nbgrader" not in cell.metadata]
        for cell in ungraded:
            cell.source = without_asserts(cell.source)
        nb.cells = [cell for cell in nb.cells if cell not in ungraded or cell.source.strip()]
        for cell in nb.cells:
            cell.metadata.pop("lines_to_next_cell", None)  # jupytext's, for the way back to the lesson's text
            kept = [tag for tag in cell.metadata.pop("tags", []) if tag in _STUDENT_TAGS]
            if kept:
                cell.metadata.tags = kept
            seen = (picture_of(cell.source) or _panel_of(cell.source)) if cell.cell_type == "code" else None
            if seen is not None:
                cell.outputs = [nbformat.v4.new_output("display_data", data=seen)]
        return nb, resources


def _panel_of(source: str) -> dict[str, str] | None:
    """The first panel of a cell that is one ``progress(...)``; else None."""
    found = _PROGRESS.fullmatch(source.strip())
    if found is None:
        return None
    from shapewise.checks.progress_panel import first_panel  # it imports torch, which other commands go without

    return first_panel(found["notebook"])


def build_release(course: Path) -> list[Path]:
    """Write ``release/`` from ``source/`` with nbgrader, and tell its gradebook what the assignments are."""
    written = []
    for folder in sorted(path for path in (course / "source").glob("[!.]*/") if path.is_dir()):
        _generate_assignment(course, folder.name)
        release = course / "release" / folder.name
        for notebook in sorted(path for path in release.glob("*.ipynb") if not path.name.startswith(".")):
            write_notebook(nbformat.read(notebook, as_version=4), notebook)
            written.append(notebook)
    return written


def _generate_assignment(course: Path, assignment: str) -> None:
    done = nbgrader_api(course).generate_assignment(assignment, force=True, create=True)
    if not done["success"]:
        raise RuntimeError(f"nbgrader could not build release/{assignment}:\n{done['error'] or done['log']}")
