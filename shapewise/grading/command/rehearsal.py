"""A course -> a folder to grade it in as if it counted: everything is read from the course, nothing is written there.

The folder has a copy of the gradebook (SQLite, whatever the course's own is), and of what is graded already it has
links, which grading replaces and never writes through.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.gradebook import copy_gradebook

__all__ = ["rehearsal"]

_FOLDERS = ("source", "submitted", "autograded", "feedback", "release")
_CONFIG = """from pathlib import Path

from shapewise.course.nbgrader import nbgrader_config

c = get_config()
c.merge(nbgrader_config(Path({course!r})))
c.CourseDirectory.db_url = {address!r}
"""


@contextmanager
def rehearsal(course: Path, assignment: str) -> Iterator[Path]:
    """The folder, while it is needed; LookupError where the course has no gradebook yet."""
    with tempfile.TemporaryDirectory(prefix="shapewise-preview-") as folder:
        copy = Path(folder)
        folders = CourseDirectory(config=nbgrader_config(course))
        places = {name: course / getattr(folders, f"{name}_directory") for name in _FOLDERS}
        address = f"sqlite:///{copy / 'gradebook.db'}"
        copy_gradebook(course, folders.db_url, copy / "gradebook.db")
        settings = _CONFIG.format(course=str(course), address=address)
        settings += "".join(f"c.CourseDirectory.{name}_directory = {name!r}\n" for name in _FOLDERS)
        (copy / "nbgrader_config.py").write_text(settings, "utf-8")
        for name in ("source", "submitted"):
            (copy / name).symlink_to(places[name].resolve())
        _link_graded(places["autograded"], copy / "autograded", assignment)
        yield copy


def _link_graded(graded: Path, to: Path, assignment: str) -> None:
    """Folders of the copy's own, with a link for each file: who replaces a link leaves the file alone."""
    to.mkdir()
    for folder in graded.glob(f"*/{assignment}"):
        for path in folder.rglob("*"):
            if path.is_file():
                link = to / folder.parent.name / assignment / path.relative_to(folder)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path.resolve())
