"""nbgrader's own ``generate_feedback``, and formgrader's button -> the same pages as those of ``shapewise grade``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter

from shapewise.grading.command.feedback import about_page, digest_of, only_pages, said_of
from shapewise.grading.command.gradebook import read_marks
from shapewise.grading.command.page_maker import PageMaker

__all__ = ["FeedbackExporter"]


class FeedbackExporter(Exporter):
    """Turns a graded notebook into its feedback page; the notebook is read by a child with limits, never here."""

    def __init__(self, **settings: Any) -> None:
        """Take nbgrader's settings, and no preprocessor: there is no notebook here to work on."""
        super().__init__(**settings)  # type: ignore[no-untyped-call]
        self._marks: dict[str, Any] = {}

    def _file_extension_default(self) -> str:
        return ".html"

    def register_preprocessor(self, preprocessor: Any, enabled: bool = False) -> Any:
        """Called by nbgrader for its own preprocessors, which would read the notebook in this process."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Called by nbgrader for each graded notebook."""
        about = resources["nbgrader"]
        student, assignment, notebook = about["student"], about["assignment"], about["notebook"]
        command: Any = self.parent
        only_pages(Path(command._format_dest(assignment, student)), [Path(path).stem for path in command.notebooks])
        if student not in self._marks:
            self._marks[student] = read_marks(Path(command.coursedir.root), assignment, student).get(student, {})
        said = about_page(student, assignment, notebook, self._marks[student])
        with tempfile.TemporaryDirectory() as folder, PageMaker() as maker:
            page = Path(folder) / "page.html"
            remark = said_of(notebook, maker.make(Path(filename), page, said, digest_of(Path(filename), said)))
            if remark:
                self.log.warning("%s: %s", student, remark)
            return page.read_text("utf-8"), {**resources, "output_extension": ".html"}
