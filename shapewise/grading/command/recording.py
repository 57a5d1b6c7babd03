"""The course's folders -> jobs for the engine, and what it found -> ``autograded/`` and the gradebook.

What is written is what ``nbgrader autograde`` writes. One submission after the other: its folder is laid beside its
place, the gradebook takes its scores in one transaction, then the folder moves into its place. So a run that is killed
leaves every submission either done or not begun, and the next run does the rest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapewise.course.nbgrader import course_folders, nbgrader_config
from shapewise.grading.command.assigned import Assigned
from shapewise.grading.command.engine import stamp_of
from shapewise.grading.command.gradebook import GradebookWriter
from shapewise.grading.command.handed import laid_out
from shapewise.grading.command.kept_files import TIMESTAMP
from shapewise.grading.command.reading import NotReadError
from shapewise.grading.command.schedule import GradedSubmission, Job
from shapewise.grading.command.submissions import Submission, read_notebook
from shapewise.grading.command.trouble import Remarks, is_the_machines

__all__ = ["Pending", "Recording", "copy_files", "said_before", "to_look_at"]

_SAID = ("repairs", "suspicions")


@dataclass(frozen=True)
class Pending:
    """What of a submission is still to be graded: the names of its notebooks."""

    submission: Submission
    notebooks: tuple[str, ...]


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

    def pending(self, submissions: Iterable[Submission], remarks: Remarks, *, regrade: bool) -> list[Pending]:
        """The notebooks still to be graded: all with ``regrade``, else those of which key or submission has changed.

        What was said of the others when they were graded is said again.
        """
        known = self._gradebook.graded()
        pending = []
        for submission in submissions:
            changed = self._changed(submission, known) if not regrade else submission.notebooks
            if changed:
                pending.append(Pending(submission, changed))
            kept = tuple(name for name in submission.notebooks if name not in changed)
            remarks.add(submission.student, *said_before(self._course, submission, kept))
        return pending

    def job(self, pending: Pending) -> Job:
        """What there is to do for a submission; its files are read now."""
        submission = pending.submission
        contents = {name: read_notebook(submission, name) for name in pending.notebooks}
        keys = {name: self._keys[name] for name in pending.notebooks}
        files = laid_out(self._files, submission.folder)
        return Job(submission.student, contents, keys, files, own=frozenset(self._files))

    def record(self, graded: GradedSubmission, submission: Submission) -> None:
        """Keep one submission's verdicts and notebooks; notebooks that were not graded now stay as they are."""
        final = self._autograded(submission)
        partial = final.with_name(f".{final.name}.partial")
        _remove(partial)
        partial.mkdir(parents=True)
        copy_files(submission, self._files, partial)
        unchanged = set()
        for name in submission.notebooks:
            before, now = final / f"{name}.ipynb", graded.notebooks.get(name)
            if now is None and before.is_file():
                shutil.copyfile(before, partial / before.name)
            elif now is not None and now.notebook:
                (partial / before.name).write_text(now.notebook, "utf-8")
                unchanged |= {(name, cell) for cell in _same_answers(before, now.notebook)}
        for path in partial.rglob("*"):
            if path.is_file():
                path.chmod(0o444)
        self._gradebook.record(graded.student, submission.handed_in, graded.notebooks, unchanged)
        _remove(final)
        partial.replace(final)

    def settle(self, submissions: Iterable[Submission]) -> None:
        """Keep when each of these was handed in, and the penalties by the dates and rules that hold now."""
        self._gradebook.settle({one.student: one.handed_in for one in submissions if one.notebooks})
        for one in submissions:  # nbgrader looks for the date beside the graded notebooks, too
            folder = self._autograded(one)
            if one.notebooks and folder.is_dir():
                _copy_date(one, folder / TIMESTAMP)

    def _autograded(self, submission: Submission) -> Path:
        return _autograded(self._course, submission)

    def _changed(self, submission: Submission, known: Set[tuple[str, str]]) -> tuple[str, ...]:
        """The notebooks whose graded ones are not of what lies there now."""
        if not self._autograded(submission).exists():
            return submission.notebooks
        try:
            job = self.job(Pending(submission, submission.notebooks))
        except Exception as error:  # it is graded, and says what is wrong
            if is_the_machines(error):
                raise
            return submission.notebooks
        changed = []
        for name, content in job.notebooks.items():
            path = self._autograded(submission) / f"{name}.ipynb"
            wanted: dict[str, Any] = {}
            if content is not None:
                wanted = {**stamp_of(job.keys[name], content, job.files), "sandboxed": self._sandboxed}
            found = _stamp(path)
            same = all(found.get(mark) == value for mark, value in wanted.items())
            if (submission.student, name) not in known or not same or path.exists() != (content is not None):
                changed.append(name)
        return tuple(changed)


def said_before(course: Path, submission: Submission, notebooks: Iterable[str] | None = None) -> list[str]:
    """What was repaired in a student's notebooks, or found wrong, as the graded ones say."""
    names = submission.notebooks if notebooks is None else notebooks
    stamps = {name: _stamp(_autograded(course, submission) / f"{name}.ipynb") for name in names}
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


def _copy_date(submission: Submission, to: Path) -> None:
    """The file that says when it was handed in, as it lies there now; nothing where it does not say so legibly."""
    now = submission.read(TIMESTAMP) if submission.handed_in is not None else None
    before = to.read_bytes() if to.is_file() else None
    if now != before:
        to.unlink(missing_ok=True)  # it is read-only
        if now is not None:
            to.write_bytes(now)
            to.chmod(0o444)


def _same_answers(before: Path, now: str) -> set[str]:
    """The cells whose text is the same in two graded notebooks; a task's is that of all that a student handed in."""
    try:
        old = json.loads(before.read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    new = json.loads(now)
    texts = [
        {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell["source"] for cell in notebook["cells"]}
        for notebook in (old, new)
    ]
    same = {name for name, text in texts[1].items() if texts[0].get(name) == text}
    submitted = [notebook["metadata"].get("shapewise", {}).get("submission") for notebook in (old, new)]
    tasks = {
        mark["grade_id"] for cell in new["cells"] if (mark := cell["metadata"].get("nbgrader", {})).get("task")
    }
    return same - tasks if submitted[0] != submitted[1] else same


def _stamp(path: Path) -> dict[str, Any]:
    try:
        stamp = json.loads(path.read_text("utf-8"))["metadata"]["shapewise"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return stamp if isinstance(stamp, dict) else {}
