"""nbgrader's own commands -> this engine: what ``nbgrader_config.py`` names so that ``nbgrader autograde`` uses it.

``SubmissionExporter`` reads a submission whatever it holds, ``GradeNotebook`` takes the place of all of nbgrader's
sanitizing and executing, ``HideTests`` keeps hidden tests out of the feedback pages, and ``ShowExplorers`` puts the
explorers' pictures into them, and the text of other pictures that were not drawn while grading.
"""

from __future__ import annotations

import ast
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import from_dict, v4
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from shapewise import explorers
from shapewise.grading.command.autograding import submission_of, take_over
from shapewise.grading.command.handed import laid_out
from shapewise.grading.command.key import without_hidden_tests
from shapewise.grading.command.recording import data_files, key_bytes
from shapewise.grading.command.schedule import shared_engine
from shapewise.grading.command.submissions import read_notebook
from shapewise.grading.messages.verdicts import DEMONSTRATION, Limits, Verdict

__all__ = ["GradeNotebook", "HideTests", "ShowExplorers", "SubmissionExporter"]

_SHOWING = ("show_figure", "show_grids")
_EXPLORER = re.compile(r"(explore_\w+)\(\)")
_STYLE = (  # nbgrader's page resets what browsers do for these
    "<style>summary{display:list-item;cursor:pointer;margin:.2em 0}"
    ".text_cell_render table{margin:.6em 0}.text_cell_render :is(th,td){padding:.25em .8em .25em 0;text-align:left}"
    ".text_cell_render blockquote{font-size:inherit}</style>"
)
_KEYS: dict[tuple[str, int], bytes] = {}
_SIGNS = {Verdict.PASSED: "\N{CHECK MARK}", Verdict.PARTIAL: "\N{ALMOST EQUAL TO}"}  # a cross for all others


class SubmissionExporter(NotebookExporter):
    """Hands no submitted file to nbgrader's parser: ``GradeNotebook`` looks at it, and what it writes is read here.

    It is the first thing of ours that ``nbgrader autograde`` makes, before it touches any submission: so it takes
    those off its list that cannot be graded, and has the others copied as this engine copies them.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Called by nbgrader once for a class, with the converter as ``parent``."""
        super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]
        if isinstance(self.parent, Autograde):
            take_over(self.parent)

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """Called by ``nbgrader autograde`` for each notebook: with the submitted file, then with the graded one."""
        if getattr(self.parent, "_sanitizing", False):
            empty = v4.new_notebook()
            return self.from_notebook_node(empty, resources=resources, **kwargs)  # type: ignore[no-untyped-call]
        return super().from_filename(filename, resources=resources, **kwargs)


class GradeNotebook(NbGraderPreprocessor):
    """A submitted notebook -> the graded one: rebuilt, run in a sandbox, judged outside of it."""

    unsafe_no_sandbox = Bool(False, help="Run students' code with no sandbox around it. Do not.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Called by ``nbgrader autograde`` for each notebook."""
        about = resources["nbgrader"]
        converter = self.parent.parent
        root = Path(converter.coursedir.root)
        source = root / converter.coursedir.source_directory / about["assignment"]
        submission = submission_of(converter, about["assignment"], about["student"])
        if self.unsafe_no_sandbox:
            self.log.warning("Grading WITHOUT a sandbox: students' code may do on this machine whatever you may do.")
        engine = shared_engine(Limits(), not self.unsafe_no_sandbox, (str(root),))
        key = self._key(source / f"{about['notebook']}.ipynb")
        content = read_notebook(submission, about["notebook"]) or b""
        graded = engine.grade_notebook(key, content, laid_out(data_files(source), submission.folder))
        for repair in graded.repairs:
            self.log.warning("%s: %s", about["notebook"], repair)
        return from_dict(json.loads(graded.notebook)), resources

    def _key(self, notebook: Path) -> bytes:
        """The notebook's key, made once for a class: nbgrader makes a new preprocessor for every submission."""
        version = (str(notebook), notebook.stat().st_mtime_ns)
        if version not in _KEYS:
            _KEYS[version] = key_bytes(notebook, self.config)
        return _KEYS[version]


class HideTests(NbGraderPreprocessor):
    """A graded notebook -> the one that a feedback page shows: no hidden test, each test's verdict in words."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Called by ``nbgrader generate_feedback`` for each cell."""
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and marks.get("grade") and not marks.get("solution"):
            cell.source = without_hidden_tests(cell.source)
            verdict = cell.metadata.get("shapewise", {}).get("verdict")
            if verdict is not None:
                reasons = [f": {output.evalue}" for output in cell.outputs if output.output_type == "error"]
                text = f"{_SIGNS.get(verdict, chr(0x2717))} {verdict}{''.join(reasons)}\n"
                shown = [output for output in cell.outputs if output.output_type != "error"]
                cell.outputs = [v4.new_output("stream", name="stdout", text=text), *shown]
        return cell, resources


class ShowExplorers(NbGraderPreprocessor):
    """A graded notebook -> one whose explorers show their still pictures, and whose tables and hints look like such.

    No HTML of a student's process is kept, since it could hold anything. The pictures do not depend on what a student
    wrote, so they are made here. Other demonstrations were left out while grading, and show the text alternatives of
    their pictures.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Called by ``nbgrader generate_feedback`` for each notebook."""
        nb, resources = super().preprocess(nb, resources)
        nb.cells.insert(0, v4.new_markdown_cell(_STYLE))
        return nb, resources

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Called by ``preprocess`` for each cell."""
        call = _EXPLORER.fullmatch(cell.source.strip()) if cell.cell_type == "code" else None
        if call is not None and call[1] in explorers.__all__:
            picture = getattr(explorers, call[1])().still_picture()
            cell.outputs = [v4.new_output("display_data", data={"text/html": picture})]
        elif cell.cell_type == "code" and DEMONSTRATION in cell.metadata.get("tags", []):
            text = f"<p><em>{escape(_in_its_place(cell.source))}</em></p>"  # as HTML, so that its lines wrap
            cell.outputs = [v4.new_output("display_data", data={"text/html": text})]
        return cell, resources


def _in_its_place(code: str) -> str:
    """What stands under a cell that was not run: its pictures' descriptions, the last argument of what shows them."""
    try:
        found = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # somebody has edited it
        found = []
    shown = [
        [*call.args, *(keyword.value for keyword in call.keywords)][-1:]
        for call in found
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _SHOWING
    ]
    texts = [text.value for last in shown for text in last if isinstance(text, ast.Constant)]
    return " ".join(map(str, texts or ["Not run while grading: nothing that is graded needs it."]))
