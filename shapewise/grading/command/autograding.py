"""``nbgrader autograde`` -> the same command with this engine's hands: what it opens and copies of a submission.

nbgrader globs for submissions, follows every link, copies every kind of file and stops at a date that it cannot read.
Its converter is given other classes for these steps; the rest of its work stays its own.
"""

from __future__ import annotations

from datetime import datetime
from glob import glob
from pathlib import Path, PurePath

from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

from shapewise.course.timestamps import MOST_BYTES, handed_in_at
from shapewise.grading.command.reading import NotReadError, read_file, shown
from shapewise.grading.command.recording import copy_files
from shapewise.grading.command.submissions import Submission, look_at

__all__ = ["submission_of", "take_over"]


class _CopiesWithCare(BaseConverter):
    """Stands between nbgrader's ``Autograde`` and its base, which copies all that a student handed in."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Called by nbgrader for each submission, before its notebooks are converted."""
        submission = submission_of(self, assignment_id, student_id)
        to = Path(self._format_dest(assignment_id, student_id))
        to.mkdir(parents=True, exist_ok=True)
        copy_files(submission, {}, to)
        for remark in submission.remarks:
            self.log.warning("%s: %s", submission.student, remark)


class _CarefulAutograde(Autograde, _CopiesWithCare):
    """nbgrader's converter, with the copying replaced."""


class _CarefulFolders(CourseDirectory):
    """nbgrader's folders, with dates read by a form and not by a parser that opens files."""

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """When the work in a folder was handed in; None where its ``timestamp.txt`` does not say so legibly."""
        path = Path(dest_path).absolute()
        top = Path(self.root)
        try:
            return handed_in_at(read_file(top, path.relative_to(top) / "timestamp.txt", MOST_BYTES).decode("utf-8-sig"))
        except (OSError, NotReadError, ValueError):
            return None


def take_over(converter: Autograde) -> None:
    """Give a converter that has found its submissions the careful classes, and take off its list what is refused."""
    converter.__class__ = _CarefulAutograde
    converter.coursedir.__class__ = _CarefulFolders
    pattern = converter._format_source(converter.coursedir.assignment_id, converter.coursedir.student_id)
    for path in glob(pattern):  # noqa: PTH207 - as nbgrader does
        if path not in converter.assignments and converter.coursedir.notebook_id == "*":
            notebooks = [Path(path, f"{name}.ipynb") for name in _notebooks(converter, Path(path).name)]
            there = [str(notebook) for notebook in notebooks if notebook.is_file()]
            if there:  # nbgrader takes a bracket in a student's name for a pattern, and finds nothing
                converter.assignments[path] = there
    for path in list(converter.assignments):
        folder = Path(path)
        submission = look_at(folder, _notebooks(converter, folder.name), others=_assignments(converter))
        if submission is None or not submission.notebooks:
            why = "; ".join(submission.remarks) if submission is not None else "nothing was handed in"
            converter.log.error("%s is not graded: %s", shown(folder), why)
            del converter.assignments[path]


def submission_of(converter: BaseConverter, assignment: str, student: str) -> Submission:
    """One student's submission, looked through; ValueError where it is refused."""
    folder = Path(converter.coursedir.format_path(converter.coursedir.submitted_directory, student, assignment))
    source = Path(converter.coursedir.format_path(converter.coursedir.source_directory, ".", assignment))
    own = frozenset(PurePath(path.relative_to(source)) for path in source.rglob("*") if path.is_file())
    submission = look_at(folder, _notebooks(converter, assignment), own, _assignments(converter))
    if submission is None or not submission.notebooks:
        raise ValueError(f"{shown(folder)} is not graded: it has changed since it was looked at")
    return submission


def _assignments(converter: BaseConverter) -> frozenset[str]:
    source = Path(converter.coursedir.format_path(converter.coursedir.source_directory, ".", "."))
    return frozenset(path.name for path in source.glob("*/"))


def _notebooks(converter: BaseConverter, assignment: str) -> tuple[str, ...]:
    source = Path(converter.coursedir.format_path(converter.coursedir.source_directory, ".", assignment))
    return tuple(sorted(path.stem for path in source.glob("*.ipynb") if not path.name.startswith(".")))
