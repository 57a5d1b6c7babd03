"""A course's gradebook -> a copy of it in a file, to try something with."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import Base
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.engine import make_url

from shapewise.grading.command.gradebook.opening import open_gradebook
from shapewise.grading.command.trouble import MachineError

__all__ = ["copy_gradebook"]

_ROWS = 1000


def copy_gradebook(course: Path, address: str, to: Path) -> None:
    """Copy the gradebook at an address, on whatever kind of database, to a file; LookupError where there is none."""
    url = make_url(address)
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
