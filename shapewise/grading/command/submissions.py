"""A class's ``submitted/`` folder -> what each student handed in, and what is wrong with it.

Nothing here runs, changes or reads a notebook: what cannot be graded is named with its reason, so that the rest of
the class can be. What is inside a file, the judge says.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath

from shapewise.course.nbgrader import course_folders
from shapewise.course.timestamps import MOST_BYTES, handed_in_at
from shapewise.grading.command.kept_files import TIMESTAMP, kept_files
from shapewise.grading.command.reading import (
    Found,
    NotReadError,
    kind_of,
    listed,
    names_in,
    read_file,
    shown,
    unreadable,
)
from shapewise.grading.command.strays import misplaced, strays

__all__ = ["Submission", "find_submissions", "look_at", "read_notebook"]

_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    ``notebooks`` holds the name of each notebook of the assignment; it is empty where the folder cannot be graded at
    all. ``files`` are the other files to copy on, by their path in the folder. ``remarks`` says what is wrong.
    """

    student: str
    assignment: str
    folder: Path
    notebooks: tuple[str, ...] = ()
    files: tuple[PurePath, ...] = ()
    handed_in: datetime | None = None
    remarks: tuple[str, ...] = field(default=())

    def read(self, path: PurePath | str, most: int = _MOST_BYTES) -> bytes:
        """A file of the folder; ``NotReadError`` where there is something else, FileNotFoundError where nothing is."""
        return read_file(self.folder.parents[1], PurePath(self.folder.parent.name, self.assignment, path), most)


def find_submissions(course: Path, assignment: str) -> list[Submission]:
    """Every student of ``submitted/`` who handed in something for the assignment, by name.

    The assignment's notebooks are those in ``source/<assignment>``. FileNotFoundError if there are none.
    """
    folders = course_folders(course)
    source = folders.source / assignment
    notebooks = tuple(sorted(path.stem for path in source.glob("*.ipynb") if not path.name.startswith(".")))
    if not notebooks:
        known = ", ".join(sorted(path.name for path in folders.source.glob("*/"))) or "none"
        raise FileNotFoundError(f"No assignment {assignment!r} in {folders.source} (there: {known}).")
    own = frozenset(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    try:
        students = names_in(folders.submitted)
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = []
    others = frozenset(path.name for path in folders.source.glob("*/"))
    for student in students:
        folder = folders.submitted / student / assignment
        if student.startswith(".") or (student.casefold().startswith("readme") and folder.parent.is_file()):
            continue
        try:
            submission = look_at(folder, notebooks, own, others)
        except Exception as error:  # whatever it is, it is this student's
            why = f"the folder could not be looked through ({type(error).__name__}: {shown(error)})"
            submission = Submission(shown(student), assignment, folder, remarks=(why,))
        if submission is not None:
            found.append(submission)
    return found


def look_at(
    folder: Path, notebooks: tuple[str, ...], own: frozenset[PurePath] = frozenset(),
    others: frozenset[str] = frozenset(),
) -> Submission | None:  # fmt: skip
    """One student's folder; None where nothing was handed in for the assignment.

    ``own`` are the assignment's own files, ``others`` the names of all assignments.
    """
    top, student, assignment = folder.parents[1], folder.parent.name, folder.name
    refused = _refusal(top, student, assignment, notebooks, others)
    if refused is None:
        return None
    if refused:
        return Submission(shown(student), assignment, folder, remarks=(refused,))
    try:
        found = listed(top, PurePath(student, assignment))
    except NotReadError as reason:
        return Submission(student, assignment, folder, remarks=(f"the folder {reason}",))
    files, left = kept_files(found, own)
    handed_in, undated = _handed_in(top, PurePath(student, assignment, TIMESTAMP))
    remarks = [*_about_notebooks(top, student, assignment, notebooks, found), *undated]
    if left:
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""
        remarks.append(f"not copied on: {', '.join(left[:3])}{more}")
    if handed_in is not None:
        files.append(TIMESTAMP)  # nbgrader looks for it beside the graded notebooks; an illegible one would stop it
    return Submission(student, assignment, folder, notebooks, tuple(files), handed_in, tuple(remarks))


def read_notebook(submission: Submission, name: str) -> bytes | None:
    """What was handed in as a notebook: None where nothing was, nothing where there is no file that can be read."""
    try:
        return submission.read(f"{name}.ipynb")
    except FileNotFoundError:
        return None
    except NotReadError:
        return b""


def _refusal(
    top: Path, student: str, assignment: str, notebooks: tuple[str, ...], others: frozenset[str]
) -> str | None:
    """Why the folder is not graded; empty where it is; None where the student handed in nothing for the assignment."""
    if not student.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in student):
        return "the folder's name is no name that can be stored (not UTF-8, or with control characters): rename it"
    kind = kind_of(top, student)
    if kind != "folder":
        return f"{top.name}/{shown(student)} is a {kind}, and links are never followed" if kind == "link" else (
            f"{top.name}/{shown(student)} is a {kind}, where a folder named like the student was expected"
        )  # fmt: skip
    kind = kind_of(top, PurePath(student, assignment))
    if kind == "link":
        return f"the folder {assignment} is a link, and links are never followed"
    if kind not in ("", "folder"):
        return f"{assignment} is a {kind}, where a folder was expected"
    if kind == "folder":
        return ""
    try:
        found = listed(top, student)
    except NotReadError as reason:
        return f"the folder {reason}"
    there = misplaced([one for one in found if one.path.parts[0] not in others], notebooks, assignment)
    return f"no folder {assignment}, but {there} lies there" if there else None


def _about_notebooks(
    top: Path, student: str, assignment: str, notebooks: tuple[str, ...], found: list[Found]
) -> list[str]:
    """A remark for each notebook that is not there, or is there and is no file that can be read."""
    remarks = []
    for name in notebooks:
        try:
            why = unreadable(top, PurePath(student, assignment, f"{name}.ipynb"), _MOST_BYTES)
        except FileNotFoundError:
            there = strays(found, name, notebooks)
            why = f"missing, but {there} lies there" if there else "missing"
        if why:
            remarks.append(f"{name}: {why}")
    return remarks


def _handed_in(top: Path, path: PurePath) -> tuple[datetime | None, list[str]]:
    """When it was handed in, and a remark where the file does not say so legibly."""
    try:
        text = read_file(top, path, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        return None, []
    except NotReadError as reason:
        return None, [f"timestamp.txt {reason}; no lateness is counted"]
    except UnicodeDecodeError:
        text = "not UTF-8"
    moment = handed_in_at(text)
    if moment is None and text.strip():
        return None, ["timestamp.txt holds no date of the form 2026-09-30 23:59:00 UTC; no lateness is counted"]
    return moment, []
