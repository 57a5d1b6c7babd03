"""The instructor's notebooks -> the students' notebooks: ``source/`` becomes ``release/`` through nbgrader."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from shapewise.course.nbgrader import course_folders, nbgrader_api
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
_RAISED = re.compile(r"\s*(?:[\w.]*(?:Error|Exception|Exit)): (.+)")  # the last line of a traceback
_TO_DO = """What was released stays as it was. One of these helps:
  - Keep the cells as they are, and put the new tests into a test cell that is there: its points may change.
  - Give what has changed a name of its own: a new folder in the source beside {assignment}.
  - Begin again: `nbgrader db assignment remove {assignment} --force` forgets its grades, those given by hand too.
    Then build and grade again: everything in the folder of submissions is graded anew."""


class ForStudents(NbGraderPreprocessor):
    """Drops what is the instructor's from a student's notebook, and puts in what can be seen unrun.

    Dropped are tags, widget state, and the asserts of ungraded cells: they would tell what the text above them asks.
    Put in are the explorers' pictures and the panel that shows the progress; running the cell replaces them.
    """

    pictures = Bool(True, help="Whether to put in what can be seen unrun.").tag(config=True)

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
            drawn = self.pictures and cell.cell_type == "code"
            seen = (picture_of(cell.source) or _panel_of(cell.source)) if drawn else None
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
    """Write the release from the source with nbgrader, and tell its gradebook what the assignments are.

    RuntimeError, in a sentence, where nbgrader refuses; what was released then stays as it was.
    """
    folders, written = course_folders(course), list[Path]()
    for folder in sorted(path for path in folders.source.glob("[!.]*/") if any(path.glob("*.ipynb"))):
        release = folders.release / folder.name
        with _kept_if_it_fails(release):
            _generate_assignment(course, folder)
        for notebook in sorted(path for path in release.glob("*.ipynb") if not path.name.startswith(".")):
            write_notebook(nbformat.read(notebook, as_version=4), notebook)
            written.append(notebook)
    return written


@contextmanager
def _kept_if_it_fails(release: Path) -> Iterator[None]:
    """nbgrader removes what was released before it begins; put it back where it does not come to its end."""
    before = release.with_name(f".{release.name}.before")
    if before.exists() and not release.exists():
        before.rename(release)  # a build was killed
    shutil.rmtree(before, ignore_errors=True)
    if release.exists():
        release.rename(before)
    try:
        yield
    except BaseException:
        if before.exists():
            shutil.rmtree(release, ignore_errors=True)
            before.rename(release)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _generate_assignment(course: Path, source: Path) -> None:
    api = nbgrader_api(course)
    done = api.generate_assignment(source.name, force=True, create=True)
    if done["success"]:
        return
    log = f"{done['log'] or ''}\n{done['error'] or ''}"
    reasons = [found[1] for line in log.splitlines() if (found := _RAISED.match(line))]
    reason = next((said for said in reversed(reasons) if "above traceback" not in said), log)
    if "submissions associated" in log:
        changed = "".join(f"\n  {said}" for said in _changed_cells(api, source))
        raise RuntimeError(f"{reason}.{changed}\n{_TO_DO.format(assignment=source.name)}")
    raise RuntimeError(f"nbgrader could not make the student version of {source.name}: {reason}")


def _changed_cells(api: Any, source: Path) -> Iterator[str]:
    """What of an assignment's cells and notebooks is new, or gone, since its submissions were graded."""
    cells: dict[str, set[str]] = {}
    for path in source.glob("[!.]*.ipynb"):
        marks = [cell.metadata.get("nbgrader") or {} for cell in nbformat.read(path, as_version=4).cells]
        kept = ("grade", "solution", "locked", "task")
        cells[path.stem] = {str(mark.get("grade_id")) for mark in marks if any(mark.get(kind) for kind in kept)}
    with api.gradebook as gradebook:
        notebooks = gradebook.find_assignment(source.name).notebooks
        known = {notebook.name: {cell.name for cell in notebook.source_cells} for notebook in notebooks}
    for notebook in sorted(cells.keys() | known.keys()):
        now, then = cells.get(notebook), known.get(notebook)
        if now is None or then is None:
            yield f"{notebook}: {'gone' if now is None else 'new'}"
            continue
        for what, names in (("new", now - then), ("gone", then - now)):
            if names:
                yield f"{notebook}: {what}: {', '.join(sorted(names))}"
