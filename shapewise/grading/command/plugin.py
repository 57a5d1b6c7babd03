"""nbgrader's own commands -> this engine: what ``nbgrader_config.py`` names so that ``nbgrader autograde`` uses it.

``SubmissionExporter`` reads a submission whatever it holds, ``GradeNotebook`` takes the place of all of nbgrader's
sanitizing and executing. ``feedback_exporter`` does the same for ``nbgrader generate_feedback``.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import from_dict, v4
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from shapewise.grading.command.assigned import Assigned
from shapewise.grading.command.autograding import submission_of, take_over
from shapewise.grading.command.handed import laid_out
from shapewise.grading.command.recording import to_look_at
from shapewise.grading.command.schedule import shared_engine
from shapewise.grading.command.submissions import read_notebook
from shapewise.grading.command.trial import given_with
from shapewise.grading.messages.verdicts import Limits

__all__ = ["GradeNotebook", "SubmissionExporter"]

_GIVEN: dict[tuple[str, int, int], Assigned] = {}


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
        given = self._given(source, root)
        submission = submission_of(converter, about["assignment"], about["student"])
        if self.unsafe_no_sandbox:
            self.log.warning("Grading WITHOUT a sandbox: students' code may do on this machine whatever you may do.")
        engine = shared_engine(Limits(), not self.unsafe_no_sandbox, (str(root),))
        content = read_notebook(submission, about["notebook"]) or b""
        files = laid_out(given.files, submission.folder)
        graded = engine.grade_notebook(given.keys[about["notebook"]], content, files, own=frozenset(given.files))
        for said in (*graded.repairs, *to_look_at(about["notebook"], graded.suspicions)):
            self.log.warning("%s: %s", about["notebook"], said)
        return from_dict(json.loads(graded.notebook)), resources

    def _given(self, source: Path, root: Path) -> Assigned:
        """Keys and files, tried once for a class: nbgrader makes a new preprocessor for every submission."""
        paths = [source, *source.rglob("*")]
        version = (str(source), max(path.stat().st_mtime_ns for path in paths), len(paths))
        if version not in _GIVEN:
            config = copy.deepcopy(self.config)
            config.CourseDirectory.root = str(root)
            _GIVEN[version] = given_with(source, config, root, sandboxed=not self.unsafe_no_sandbox)
            for fault in _GIVEN[version].faults:
                self.log.error("To mend: %s", fault)
            for test in _GIVEN[version].where:
                self.log.warning("Runs in the students' own processes, sandboxed: %s", test)
        return _GIVEN[version]
