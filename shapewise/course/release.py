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


class ToRepair(NbGraderPreprocessor):
    """Hands out the broken code that follows the solution in a cell tagged ``repair``, in place of an empty stub."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Called by ``nbgrader generate_assignment`` for each notebook, once the solutions are stubs."""
        for cell in nb.cells:
            if _REPAIR in cell.metadata.get("tags", []):
                cell.source = _STUB.sub("", cell.source, count=1)
        return nb, resources


class ForStudents(NbGraderPreprocessor):
    """Drops what is the instructor's from a student's notebook, and puts the explorers' pictures in.

    Dropped are tags, widget state, and the asserts of ungraded cells: they would tell what the text above them asks.
    With the pictures a notebook that nobody ran, or that is only looked at, shows the explorers too; running the cell
    replaces them.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Called by ``nbgrader generate_assignment`` for each notebook."""
        nb.metadata.pop("widgets", None)
        ungraded = [cell for cell in nb.cells if cell.cell_type == "code" and "nbgrader" not in cell.metadata]
        for cell in ungraded:
            cell.source = without_asserts(cell.source)
        nb.cells = [cell for cell in nb.cells if cell not in ungraded or cell.source.strip()]
        for cell in nb.cells:
            kept = [tag for tag in cell.metadata.pop("tags", []) if tag in _STUDENT_TAGS]
            if kept:
                cell.metadata.tags = kept
            picture = picture_of(cell.source) if cell.cell_type == "code" else None
            if picture is not None:
                cell.outputs = [nbformat.v4.new_output("display_data", data=picture)]
        return nb, resources


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
