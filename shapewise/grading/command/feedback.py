"""Graded notebooks and the gradebook -> feedback pages, for whoever has none that shows what is known now.

A page carries a digest of what it was made from: the graded notebook, scores, comments, and the code that writes
pages. So points that a person has given are shown by the next run, and a page that is up to date costs nothing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from rich.console import Console

import shapewise
from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.gradebook import read_marks
from shapewise.grading.command.kept_files import TIMESTAMP
from shapewise.grading.command.page_maker import PageMaker
from shapewise.grading.command.progress import progress_bar
from shapewise.grading.command.schedule import default_jobs
from shapewise.report.feedback import stamp_in

__all__ = ["about_page", "digest_of", "only_pages", "said_of", "write_feedback"]

_SECRET = "submission_secret.txt"
_DATE, _HEXADECIMAL = re.compile(rb"[ -~]{1,60}\s*"), re.compile(rb"[0-9a-f]{16,256}\s*")
_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
_FOREIGN = {".html", ".htm", ".xhtml", ".svg", ".xml", ".mht", ".mhtml", ".shtml"}
_SAID = {
    "plain": "the feedback page of {} is plain, since rendering the notebook took too long or too much memory",
    "bare": "the feedback page of {} shows points only, since the notebook could not be rendered",
}


def write_feedback(
    course: Path, assignment: str, students: Iterable[str], console: Console, jobs: int = 0
) -> dict[str, str]:
    """Write the pages of these students where they are missing or out of date; several at once.

    Returns a remark for each student whose pages are not as they should be; OSError where the disk takes no more.
    """
    folders = CourseDirectory(config=nbgrader_config(course))
    graded, feedback = course / folders.autograded_directory, course / folders.feedback_directory
    marks = read_marks(course, assignment)
    stale = {
        student: _stale(graded / student / assignment, feedback / student / assignment, marks.get(student, {}), student)
        for student in students
    }
    remarks = {student: said for student, (_, said) in stale.items() if said}
    wanted = {student: pages for student, (pages, _) in stale.items() if pages}
    if not wanted:
        return remarks
    jobs = min(jobs if jobs > 0 else default_jobs(), len(wanted))
    with progress_bar(console) as progress, PageMaker(jobs) as maker, ThreadPoolExecutor(jobs) as pool:
        task = progress.add_task("Feedback", total=len(wanted))
        started = {pool.submit(_pages_of, maker, pages): student for student, pages in wanted.items()}
        try:
            for done in as_completed(started):
                said = done.result()
                if said:
                    remarks[started[done]] = "; ".join(filter(None, (remarks.get(started[done], ""), said)))
                progress.advance(task)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return remarks


def about_page(student: str, assignment: str, notebook: str, marks: Mapping[str, Any]) -> dict[str, Any]:
    """What a page says beside the notebook; ``marks`` are the student's, by notebook."""
    row = marks.get(notebook, {"penalty": 0.0, "cells": {}})
    return {"student": student, "assignment": assignment, "notebook": notebook, **row}


def digest_of(notebook: Path, about: Mapping[str, Any]) -> str:
    """What tells a page that shows this from one that shows something else."""
    digest = hashlib.sha256(_code_version())
    digest.update(json.dumps(about, sort_keys=True).encode())
    digest.update(notebook.read_bytes())
    return digest.hexdigest()


def only_pages(folder: Path, notebooks: Iterable[str]) -> None:
    """Remove from a folder of feedback what could be taken for a page, and is none: a file that a student handed in."""
    pages = {f"{name}.html" for name in notebooks}
    for path in folder.iterdir() if folder.is_dir() else ():
        if (path.suffix.lower() in _FOREIGN and path.name not in pages) or path.name.endswith(".partial"):
            _remove(path)
    for page in pages:
        if (folder / page).is_dir() or (folder / page).is_symlink():
            _remove(folder / page)


def said_of(notebook: str, level: str) -> str:
    """A remark on a page that does not show all; an empty string for one that does."""
    return _SAID.get(level, "").format(notebook)


_Page = tuple[Path, Path, dict[str, Any], str]


def _stale(graded: Path, feedback: Path, marks: Mapping[str, Any], student: str) -> tuple[list[_Page], str]:
    """The pages to be made, and what is to be said of those that are there."""
    pages, said = list[_Page](), list[str]()
    try:
        found = sorted(graded.glob("*.ipynb"))
        notebooks = [path for path in found if path.is_file() and not path.name.startswith(".")]
        only_pages(feedback, (path.stem for path in notebooks))
        if notebooks:
            _lay_what_the_exchange_reads(graded, feedback)
        for notebook in notebooks:
            about = about_page(student, graded.name, notebook.stem, marks)
            digest, page = digest_of(notebook, about), feedback / f"{notebook.stem}.html"
            stamp = _stamp(page)
            if stamp is None or stamp[0] != digest:
                pages.append((notebook, page, about, digest))
            else:
                said.append(said_of(notebook.stem, stamp[1]))
    except (OSError, ValueError) as error:
        said.append(_failed(error))
    return pages, "; ".join(filter(None, said))


def _lay_what_the_exchange_reads(graded: Path, feedback: Path) -> None:
    """``nbgrader release_feedback`` stops for all where one has no date and no secret beside the pages.

    The secret, by which only its student finds a page, came with what was submitted through the exchange. For others it
    is drawn here, and nobody learns it.
    """
    for name, form, other in ((TIMESTAMP, _DATE, b""), (_SECRET, _HEXADECIMAL, secrets.token_hex(64).encode())):
        there, source = feedback / name, graded / name
        known = source.read_bytes() if source.is_file() else b""
        before = there.read_bytes() if there.is_file() else None
        wanted = known if form.fullmatch(known) else before if before is not None else other
        if wanted != before:
            feedback.mkdir(parents=True, exist_ok=True)
            there.unlink(missing_ok=True)
            there.write_bytes(wanted)


def _pages_of(maker: PageMaker, pages: list[_Page]) -> str:
    """Make one student's pages; what is to be said of them."""
    said = []
    for notebook, page, about, digest in pages:
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            said.append(said_of(notebook.stem, maker.make(notebook, page, about, digest)))
        except (OSError, ValueError) as error:
            said.append(_failed(error))
    return "; ".join(filter(None, said))


def _failed(error: Exception) -> str:
    """A remark; what the disk refuses to everybody is none, and is raised."""
    if isinstance(error, OSError) and error.errno in _MACHINE:
        raise error
    why = error.strerror if isinstance(error, OSError) else str(error)
    return f"a feedback page could not be written ({why})"


def _stamp(page: Path) -> tuple[str, str] | None:
    """The digest that a page carries, and how it came out."""
    if page.is_symlink() or not page.is_file():
        return None
    with page.open("rb") as file:
        begin = file.read(600)
        file.seek(-min(20, page.stat().st_size), os.SEEK_END)
        return stamp_in(begin, file.read())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


@cache
def _code_version() -> bytes:
    """A digest of the code that pages are made by: with another edition they may look different."""
    package = Path(shapewise.__file__).parent
    digest = hashlib.sha256()
    parts = ("report/*.*", "grading/pages/*.py", "checks/panel.css")
    for path in sorted(path for part in parts for path in package.glob(part)):
        digest.update(path.read_bytes())
    return digest.digest()
