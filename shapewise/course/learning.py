"""The students' notebooks -> a learner's own folder.

What a learner has written is never overwritten: a notebook that is there already stays as it is. Beside the notebooks
lies what they were when they were copied (``.released``), so that a newer version of the course can be told, and an
exercise can begin again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["RELEASED", "copy_notebooks", "find_assignment", "learners_work", "newer_notebooks", "release_of"]

RELEASED = ".released"
"""The folder of the notebooks as they were copied."""

_WORK = "work"


def learners_work(course: Path, assignment: str) -> Path:
    """Where a learner's notebooks of an assignment lie; git ignores it."""
    return course / _WORK / assignment


def release_of(course: Path) -> Path:
    """Where released assignments lie. nbgrader, slow to import, is asked only where that is not ``release/``."""
    usual = course / "release"
    if usual.is_dir():
        return usual
    from shapewise.course.nbgrader import course_folders

    return course_folders(course).release


def find_assignment(course: Path, named: str | None, here: Path) -> str:
    """The assignment that is meant: the named one, the one whose folder this is, or the only one there is."""
    known = sorted(path.name for path in release_of(course).glob("[!.]*/"))
    if named is not None:
        if named not in known:
            there = ", ".join(known) or "none"
            raise FileNotFoundError(f"No assignment {named!r} in {release_of(course)} (there: {there}).")
        return named
    if here.resolve().is_relative_to(course.resolve()):
        inside = here.resolve().relative_to(course.resolve()).parts[1:2]
        if inside and inside[0] in known:
            return inside[0]
    if len(known) != 1:
        raise LookupError(f"Which assignment? Name one of: {', '.join(known) or 'none was released yet'}.")
    return known[0]


def copy_notebooks(course: Path, assignment: str) -> tuple[Path, list[Path]]:
    """Copy ``release/<assignment>`` to ``work/<assignment>``; return that folder and the files that were new there."""
    assignment = find_assignment(course, assignment, course)
    work = learners_work(course, assignment)
    copied = []
    for path, name in _released(course, assignment):
        own, kept = work / name, work / RELEASED / name
        if not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, own)
            copied.append(own)
        if own in copied or not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, kept)
    return work, copied


def newer_notebooks(course: Path, assignment: str) -> list[Path]:
    """The notebooks of a learner's folder that the course has changed since they were copied."""
    work = learners_work(course, assignment)
    return [
        work / name
        for path, name in _released(course, assignment)
        if (work / RELEASED / name).exists() and path.read_bytes() != (work / RELEASED / name).read_bytes()
    ]


def _released(course: Path, assignment: str) -> list[tuple[Path, Path]]:
    release = release_of(course) / assignment
    files = sorted(path for path in release.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return [(path, path.relative_to(release)) for path in files]
