"""The course's folders -> jobs for the engine, and what it found -> ``autograded/`` and the gradebook.

What is written is what ``nbgrader autograde`` writes. One submission after the other: its folder is laid beside its
place, the gradebook takes its scores in one transaction, then the folder moves into its place. So a run that is killed
leaves every submission either done or not begun, and the next run does the rest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from shapewise.course.nbgrader import course_folders, nbgrader_config
from shapewise.grading.command.assigned import Assigned
from shapewise.grading.command.engine import stamp_of
from shapewise.grading.command.gradebook import GradebookWriter
from shapewise.grading.command.handed import laid_out
from shapewise.grading.command.reading import NotReadError
from shapewise.grading.command.schedule import GradedSubmission, Job
from shapewise.grading.command.submissions import Submission, read_notebook
from shapewise.grading.command.trouble import Remarks, is_the_machines

__all__ = ["Recording", "copy_files", "said_before", "to_look_at"]

_SAID = ("repairs", "suspicions")


class Recording:
    """One assignment of one course: what is to be graded, and where the results go."""

    def __init__(self, course: Path, assignment: str, given: Assigned, *, sandboxed: bool = True) -> None:
        """Raises ``LookupError`` for an assignment that the gradebook does not know."""
        self._course, self._sandboxed = course, sandboxed
        self._keys, self._files = given.keys, given.files
        self._gradebook = GradebookWriter(course, assignment, nbgrader_config(course))

    def close(self) -> None:
        """Let go of the gradebook."""
        self._gradebook.close()

    def pending(self, submissions: Iterable[Submission], remarks: Remarks, *, regrade: bool) -> list[Submission]:
        """The submissions still to be graded: all with ``regrade``, else those that changed or were never done.

        What was said of the others when they were graded is said again.
        """
        known = self._gradebook.graded_students()
        pending = []
        for submission in submissions:
            student = submission.student
            if submission.notebooks and (regrade or student not in known or not self._up_to_date(submission)):
                pending.append(submission)
            else:
                remarks.add(student, *said_before(self._course, submission))
        return pending

    def job(self, submission: Submission) -> Job:
        """What there is to do for a submission; its files are read now."""
        contents = {name: read_notebook(submission, name) for name in submission.notebooks}
        files = laid_out(self._files, submission.folder)
        return Job(submission.student, contents, self._keys, files, own=frozenset(self._files))

    def record(self, graded: GradedSubmission, submission: Submission) -> None:
        """Keep one submission's verdicts and notebooks."""
        final = self._autograded(submission)
        partial = final.with_name(f".{final.name}.partial")
        _remove(partial)
        partial.mkdir(parents=True)
        copy_files(submission, self._files, partial)
        for name, notebook in graded.notebooks.items():
            if notebook.notebook:
                (partial / f"{name}.ipynb").write_text(notebook.notebook, "utf-8")
        for path in partial.rglob("*"):
            if path.is_file():
                path.chmod(0o444)
        self._gradebook.record(graded.student, submission.handed_in, graded.notebooks)
        _remove(final)
        partial.replace(final)

    def _autograded(self, submission: Submission) -> Path:
        return _autograded(self._course, submission)

    def _up_to_date(self, submission: Submission) -> bool:
        """Whether the graded notebooks are of what lies there now."""
        try:
            job = self.job(submission)
        except Exception as error:  # it is graded, and says what is wrong
            if is_the_machines(error):
                raise
            return False
        for name, content in job.notebooks.items():
            path = self._autograded(submission) / f"{name}.ipynb"
            if content is None:
                if path.exists():
                    return False
                continue
            wanted = {**stamp_of(job.keys[name], content, job.files), "sandboxed": self._sandboxed}
            found = _stamp(path)
            if any(found.get(mark) != value for mark, value in wanted.items()):
                return False
        return self._autograded(submission).exists()


def said_before(course: Path, submission: Submission) -> list[str]:
    """What was repaired in a student's notebooks, or found wrong, as the graded ones say."""
    stamps = {name: _stamp(_autograded(course, submission) / f"{name}.ipynb") for name in submission.notebooks}
    said = []
    for name, stamp in stamps.items():
        repairs, suspicions = (found if isinstance(found, list) else [] for found in map(stamp.get, _SAID))
        said += [f"{name}: {' '.join(map(str, repairs))}"] if repairs else []
        said += to_look_at(name, suspicions)
    return said


def to_look_at(notebook: str, suspicions: Iterable[str]) -> list[str]:
    """The remark on what in a notebook reaches into the grader, if anything does."""
    said = " ".join(map(str, suspicions))
    return [f"{notebook}, for a person to look at: {said}"] if said else []


def _autograded(course: Path, submission: Submission) -> Path:
    return course_folders(course).autograded / submission.folder.parent.name / submission.folder.name


def copy_files(submission: Submission, own: Mapping[str, bytes], to: Path) -> None:
    """The submission's other files as far as they are of a kind to be copied on, and the assignment's ``own``."""
    for path in submission.files:
        with suppress(NotReadError, FileNotFoundError):  # it was there, and a file, when the folder was looked through
            _write(to / path, submission.read(path))
    for name, content in own.items():
        _write(to / name, content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _remove(path: Path) -> None:
    """Remove a folder, or what else stands in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _stamp(path: Path) -> dict[str, Any]:
    try:
        stamp = json.loads(path.read_text("utf-8"))["metadata"]["shapewise"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return stamp if isinstance(stamp, dict) else {}
