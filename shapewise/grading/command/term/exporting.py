"""The gradebook -> files that Canvas and Moodle import: points as CSV, feedback pages as a zip.

Both are nbgrader's export plugins, so ``nbgrader export --exporter=...`` makes the same tables. Left out are students
of whom nothing is to be imported: who handed in nothing, and whose work waits for a person.
"""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from nbgrader.plugins import ExportPlugin
from traitlets import List, Unicode

from shapewise.course.nbgrader import course_folders, nbgrader_config
from shapewise.grading.command.gradebook import find_assignment, open_gradebook, read_people
from shapewise.grading.command.term.collecting import HANDED_OUT, handed_out
from shapewise.report.grades import Person
from shapewise.report.table import plain_text

__all__ = ["CanvasExport", "Exported", "MoodleExport", "export", "pack_feedback"]


class _PlatformExport(ExportPlugin):
    """What both platforms share: who is in the table, and how many points."""

    title = Unicode("", help="the name of the column; by default the assignment's").tag(config=True)
    left_out: Any = List([], help="the students that are not in the table, each with the reason")
    written: Any = List([], help="the students that are")

    def export(self, gradebook: Any) -> None:
        """Called by nbgrader with its gradebook; writes ``to``, by default ``<assignment>.csv``."""
        names = [str(name) for name in self.assignment] or [known.name for known in gradebook.assignments]
        if len(names) != 1:
            raise LookupError(f"Name the one assignment to export (there: {', '.join(names) or 'none'}).")
        assignment = find_assignment(gradebook, names[0])
        self.left_out, self.written = [], []
        rows = [*self._head(self.title or assignment.name, assignment.max_score)]
        for student, points in self._points(gradebook, assignment.name):
            rows.append(self._row(student, f"{points:.10g}"))
            self.written = [*self.written, student.id]
        with Path(self.to or f"{assignment.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    def _points(self, gradebook: Any, assignment: str) -> Iterator[tuple[Any, float]]:
        """(student, points that count), by id, of those of whom there are points to import."""
        handed_in = {submission.student.id: submission for submission in gradebook.assignment_submissions(assignment)}
        wanted = {str(student) for student in self.student}
        for student in sorted(gradebook.students, key=lambda student: student.id):
            submission = handed_in.get(student.id)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades] if submission else []
            known = [grade.auto_score is not None or grade.manual_score is not None for grade in grades]
            if wanted and student.id not in wanted:
                continue
            if submission is None or not any(known):
                self.left_out = [*self.left_out, (student.id, "handed in nothing")]
            elif not all(known):
                self.left_out = [*self.left_out, (student.id, f"{known.count(False)} waiting for a person")]
            else:
                yield student, max(0.0, submission.score - submission.late_submission_penalty)

    def _head(self, title: str, most: float) -> Iterator[list[str]]:
        raise NotImplementedError

    def _row(self, student: Any, points: str) -> list[str]:
        raise NotImplementedError


class CanvasExport(_PlatformExport):
    """The columns of Canvas's gradebook. ``title`` as ``Homework 1 (4711)`` meets the assignment of that id."""

    def _head(self, title: str, most: float) -> Iterator[list[str]]:
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
        yield ["    Points Possible", "", "", "", "", f"{most:.10g}"]

    def _row(self, student: Any, points: str) -> list[str]:
        name = ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
        return [plain_text(name), student.lms_user_id or "", "", student.id, "", points]


class MoodleExport(_PlatformExport):
    """The columns that Moodle's import of grades maps: by user name, ID number or e-mail address."""

    def _head(self, title: str, most: float) -> Iterator[list[str]]:
        yield ["Username", "ID number", "First name", "Last name", "Email address", title]

    def _row(self, student: Any, points: str) -> list[str]:
        named = (plain_text(value or "") for value in (student.first_name, student.last_name))
        return [student.id, student.lms_user_id or "", *named, student.email or "", points]


_EXPORTS: Mapping[str, type[_PlatformExport]] = {"canvas": CanvasExport, "moodle": MoodleExport}


@dataclass(frozen=True)
class Exported:
    """What was written where, of whom, and who was left out for what reason."""

    path: Path
    students: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = field(default=())


def export(course: Path, assignment: str, platform: str, to: Path, title: str = "") -> Exported:
    """Write the table that a platform imports; ``platform`` is canvas or moodle."""
    plugin = _EXPORTS[platform](config=nbgrader_config(course))
    partial = _beside(to)
    plugin.to, plugin.assignment, plugin.title = str(partial), [assignment], title
    with open_gradebook(course) as gradebook:
        plugin.export(gradebook)
    _keep(partial, to, bool(plugin.written))
    return Exported(to, tuple(plugin.written), tuple(plugin.left_out))


def pack_feedback(course: Path, assignment: str, platform: str, to: Path) -> Exported:
    """Zip the feedback pages under the names that a platform expects; it shows each to its student.

    Canvas knows a page by the id of the file that the student uploaded: ``shapewise collect`` has noted it. Moodle
    knows it by the participant's id, which is noted, or the roster's LMS id.
    """
    feedback = course_folders(course).feedback
    noted = handed_out(course / "downloaded" / assignment / HANDED_OUT)
    with open_gradebook(course) as gradebook:
        people = read_people(gradebook)
    students, left_out = [], []
    partial = _beside(to)
    with ZipFile(partial, "w", ZIP_DEFLATED) as archive:
        for who, person in people.items():
            found = (feedback / who / assignment).glob("*.html")
            pages = sorted(path for path in found if path.is_file() and not path.is_symlink())
            known = _known_names(noted.get(who, {}), platform, person)
            if not pages:
                left_out.append((who, "no feedback page: shapewise grade writes them"))
            elif not known:
                left_out.append((who, f"{platform.capitalize()} has not given out a file of this student"))
            else:
                for page in pages:
                    begin = known.get(page.stem) or known.get("") or next(iter(known.values()))
                    archive.write(page, f"{begin}{page.name}")
                students.append(who)
    _keep(partial, to, bool(students))
    return Exported(to, tuple(students), tuple(left_out))


def _beside(to: Path) -> Path:
    """Where a file is written before it takes its place; RuntimeError where it can take none."""
    if to.is_dir():
        raise RuntimeError(f"{to} is a folder. Name the file to write: --to {to / 'grades.csv'}")
    to.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(to.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(to.parent))
    return to.with_name(f".{to.name}.partial")


def _keep(partial: Path, to: Path, holds_something: bool) -> None:
    """A file of nobody would be imported as one: an older one stays, too, for it is somebody's."""
    if holds_something:
        partial.replace(to)
    else:
        partial.unlink()


def _known_names(noted: Mapping[str, str], platform: str, person: Person) -> dict[str, str]:
    """How the names of a student's feedback begin, by notebook; Moodle's are folders."""
    known = {name: begin for name, begin in noted.items() if begin.endswith("/") == (platform == "moodle")}
    if platform == "moodle" and not known and person.lms_id.isdecimal():
        full = f"{person.first_name} {person.last_name}".strip().replace("_", " ")
        known = {"": f"{full}_{person.lms_id}_assignsubmission_file_/"}
    return known
