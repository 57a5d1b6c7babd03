"""A course -> a folder to grade it in as if it counted: everything is read from the course, nothing is written there.

The folder has a copy of the gradebook (SQLite, whatever the course's own is), and of what is graded already it has
links, which grading replaces and never writes through.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import Base
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.engine import URL, make_url

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.gradebook import open_gradebook
from shapewise.grading.command.trouble import MachineError

__all__ = ["rehearsal"]

_FOLDERS = ("source", "submitted", "autograded", "feedback", "release")
_ROWS = 1000
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
        _copy_gradebook(course, make_url(folders.db_url), copy / "gradebook.db")
        settings = _CONFIG.format(course=str(course), address=address)
        settings += "".join(f"c.CourseDirectory.{name}_directory = {name!r}\n" for name in _FOLDERS)
        (copy / "nbgrader_config.py").write_text(settings, "utf-8")
        for name in ("source", "submitted"):
            (copy / name).symlink_to(places[name].resolve())
        _link_graded(places["autograded"], copy / "autograded", assignment)
        yield copy


def _copy_gradebook(course: Path, url: URL, to: Path) -> None:
    if url.get_backend_name() != "sqlite":
        _copy_rows(course, to)
        return
    path = course / (url.database or "gradebook.db")
    if not path.is_file():
        raise LookupError(f"There is no gradebook yet ({path}). Build the assignment first: shapewise build.")
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise MachineError(f"The gradebook {path} cannot be read: {error}. `shapewise doctor` says more.") from None


def _copy_rows(course: Path, to: Path) -> None:
    """All rows of a server's gradebook, in one transaction that reads."""
    copy = create_engine(f"sqlite:///{to}")
    try:
        with open_gradebook(course) as gradebook, gradebook.engine.connect() as reading, copy.begin() as writing:
            Base.metadata.create_all(writing)
            for table in Base.metadata.sorted_tables:
                for rows in reading.execute(select(table)).mappings().partitions(_ROWS):
                    writing.execute(insert(table), [dict(row) for row in rows])
            version = reading.execute(text("select version_num from alembic_version")).scalar()
            writing.execute(text("create table alembic_version (version_num varchar(32) not null)"))
            writing.execute(text("insert into alembic_version values (:version)"), {"version": version})
    finally:
        copy.dispose()


def _link_graded(graded: Path, to: Path, assignment: str) -> None:
    """Folders of the copy's own, with a link for each file: who replaces a link leaves the file alone."""
    to.mkdir()
    for folder in graded.glob(f"*/{assignment}"):
        for path in folder.rglob("*"):
            if path.is_file():
                link = to / folder.parent.name / assignment / path.relative_to(folder)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path.resolve())
