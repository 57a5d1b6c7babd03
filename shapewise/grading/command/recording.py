"""The course's folders -> jobs for the engine, and what it found -> ``autograded/`` and the gradebook.

What is written is what ``nbgrader autograde`` writes. One submission after the other: its folder is laid beside its
place, the gradebook takes its scores in one transaction, then the folder moves into its place. So a run that is killed
leaves every submission either done or not begun, and the next run does the rest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files, parse_utc

from shapewise.course import nbgrader_config
from shapewise.grading.command.engine import stamp_of
from shapewise.grading.command.gradebook import GradebookWriter
from shapewise.grading.command.handed import laid_out
from shapewise.grading.command.key import answer_key
from shapewise.grading.command.schedule import GradedSubmission, Job
from shapewise.grading.command.submissions import Problem, Submission

__all__ = ["Recording", "answer_keys", "data_files", "key_bytes"]

_NOT_READ = {Problem.UNREADABLE, Problem.TOO_LARGE}
_MOST_BYTES = 64 * 2**20


class Recording:
    """One assignment of one course: what is to be graded, and where the results go."""

    def __init__(self, course: Path, assignment: str, *, sandboxed: bool = True) -> None:
        """Read the keys; raises ``LookupError`` for an assignment that the gradebook does not know."""
        self._config = nbgrader_config(course)
        self._folders = CourseDirectory(config=self._config)
        self._course, self._assignment, self._sandboxed = course, assignment, sandboxed
        self._source = course / self._folders.source_directory / assignment
        self._keys = answer_keys(self._source, self._config)
        self._files = data_files(self._source)
        self._gradebook = GradebookWriter(course, assignment, self._config)

    def close(self) -> None:
        """Let go of the gradebook."""
        self._gradebook.close()

    def pending(self, submissions: Iterable[Submission], *, regrade: bool) -> list[Submission]:
        """The submissions still to be graded: all with ``regrade``, else those that changed or were never done."""
        known = self._gradebook.graded_students()
        return [
            submission
            for submission in submissions
            if regrade or submission.student not in known or not self._up_to_date(self.job(submission))
        ]

    def references(self) -> Iterator[Job]:
        """The instructor's own notebooks, to be graded like a student's: a job for each."""
        for name, key in self._keys.items():
            yield Job(name, {name: (self._source / f"{name}.ipynb").read_bytes()}, {name: key}, self._files)

    def job(self, submission: Submission) -> Job:
        """What there is to do for a submission; its files are read now."""
        return Job(submission.student, _contents(submission), self._keys, laid_out(self._files, submission.folder))

    def record(self, graded: GradedSubmission, submitted: Path) -> None:
        """Keep one submission's verdicts and notebooks."""
        final = self._autograded(graded.student)
        partial = final.with_name(f".{final.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        self._copy_files(submitted, partial)
        for name, notebook in graded.notebooks.items():
            if notebook.notebook:
                (partial / f"{name}.ipynb").write_text(notebook.notebook, "utf-8")
        for path in partial.rglob("*"):
            if path.is_file():
                path.chmod(0o444)
        timestamp = _handed_in(submitted / "timestamp.txt")
        self._gradebook.record(graded.student, timestamp, graded.notebooks)
        if final.exists():
            shutil.rmtree(final)
        partial.replace(final)

    def _autograded(self, student: str) -> Path:
        return Path(self._course, self._folders.autograded_directory, student, self._assignment)

    def _up_to_date(self, job: Job) -> bool:
        for name, content in job.notebooks.items():
            path = self._autograded(job.student) / f"{name}.ipynb"
            if content is None:
                if path.exists():
                    return False
                continue
            wanted = {**stamp_of(job.keys[name], content, job.files), "sandboxed": self._sandboxed}
            found = _stamp(path)
            if any(found.get(mark) != value for mark, value in wanted.items()):
                return False
        return self._autograded(job.student).exists()

    def _copy_files(self, submitted: Path, to: Path) -> None:
        """The submission's other files, then the source's over them, as nbgrader does; a link is never followed."""
        for folder in (submitted, self._source):
            for found in map(Path, find_all_files(str(folder), [*self._folders.ignore, "*.ipynb"])):
                if found.is_symlink() or not found.is_file() or found.stat().st_size > _MOST_BYTES:
                    continue
                target = to / found.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copy(found, target)


def answer_keys(source: Path, config: Any) -> dict[str, bytes]:
    """The key of each notebook of an assignment's source folder, as JSON."""
    return {path.stem: key_bytes(path, config) for path in sorted(source.glob("*.ipynb"))}


def key_bytes(notebook: Path, config: Any) -> bytes:
    """The key of one notebook of the source, as JSON."""
    return json.dumps(answer_key(json.loads(notebook.read_text("utf-8")), config), sort_keys=True).encode()


def data_files(source: Path) -> dict[str, bytes]:
    """What lies in an assignment's source folder beside its notebooks, by relative path."""
    files = (path for path in sorted(source.rglob("*")) if path.is_file() and path.suffix != ".ipynb")
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in files
        if not any(part.startswith((".", "__pycache__")) for part in path.relative_to(source).parts)
    }


def _contents(submission: Submission) -> Mapping[str, bytes | None]:
    return {notebook.name: _content(notebook.path, notebook.problem) for notebook in submission.notebooks}


def _content(path: Path, problem: Problem | None) -> bytes | None:
    if problem is Problem.MISSING:
        return None
    return b"" if problem in _NOT_READ else path.read_bytes()


def _handed_in(path: Path) -> Any:
    """When it was handed in, if the file says so legibly; nbgrader would stop at one that does not."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 1000:
        return None
    try:
        return parse_utc(path.read_text("utf-8").strip())
    except (ValueError, OverflowError):
        return None


def _stamp(path: Path) -> dict[str, Any]:
    try:
        stamp = json.loads(path.read_text("utf-8"))["metadata"]["shapewise"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return stamp if isinstance(stamp, dict) else {}
