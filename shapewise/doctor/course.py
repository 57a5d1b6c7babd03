"""A course's settings -> whether its gradebook can be reached and written, and its exchange used. Writes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote as quoted
from urllib.parse import quote

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default.exchange import Exchange
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from shapewise.course.nbgrader import nbgrader_config
from shapewise.doctor.line import Line, State

__all__ = ["exchange", "gradebook"]


def gradebook(course: Path) -> Line:
    """Whether the gradebook takes scores."""
    address = CourseDirectory(config=nbgrader_config(course)).db_url
    try:
        url = make_url(address)
        return _sqlite(course, url) if url.get_backend_name() == "sqlite" else _server(address, url)
    except ModuleNotFoundError as error:
        return Line("Gradebook", State.MISSING, f"the driver {error.name!r} is not installed",
                    "pip install 'shapewise[postgresql]'")  # fmt: skip
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        said = f"{_without_password(address)} cannot be used: {why}"
        return Line("Gradebook", State.MISSING, said, _mended(address, why))


def _sqlite(course: Path, url: URL) -> Line:
    path = course / (url.database or "gradebook.db")
    if not path.exists():
        if os.access(path.parent, os.W_OK):
            return Line("Gradebook", State.GOOD, f"{path} is made by the first `shapewise build`")
        return Line("Gradebook", State.MISSING, f"{path} cannot be made", _opened(path.parent))
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return Line("Gradebook", State.MISSING, f"{path} cannot be written", _opened(path, path.parent))
    engine = create_engine(f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            said = str(connection.execute(text("pragma quick_check(1)")).scalar())
    finally:
        engine.dispose()
    if said != "ok":
        return Line("Gradebook", State.MISSING, f"{path} is damaged: {said}", _recovered(path))
    kind = _file_system(path)
    if kind in ("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"):
        return Line("Gradebook", State.WEAK, f"{path} lies on a network's disk ({kind}), where SQLite's locks may fail")
    return Line("Gradebook", State.GOOD, f"SQLite, {path}")


def _server(address: str, url: URL) -> Line:
    name = url.get_backend_name()
    engine = create_engine(url, connect_args={"connect_timeout": 5} if name == "postgresql" else {})
    try:
        with engine.connect() as connection:
            version = ".".join(map(str, engine.dialect.server_version_info or ()))
            write = connection.execute(text("select current_schema()")) if name == "postgresql" else None
            if write is not None and write.scalar() is None:
                return Line("Gradebook", State.MISSING, f"{_without_password(address)} has no schema to write to",
                            "CREATE SCHEMA public; -- in psql")  # fmt: skip
    finally:
        engine.dispose()
    return Line("Gradebook", State.GOOD, f"{name} {version} at {url.host or 'this machine'}, database {url.database}")


def _opened(*paths: Path) -> str:
    """What lets this user write there: the owner may set the mode, and everybody else needs to be the owner first."""
    named = " ".join(quoted(str(path)) for path in paths)
    mine = all(path.stat().st_uid == os.geteuid() for path in paths)
    return f"chmod u+w {named}" if mine else f"sudo chown {os.geteuid()} {named} && chmod u+w {named}"


def _mended(address: str, why: str) -> str:
    """What may help with a gradebook that does not open."""
    if address.startswith("sqlite:///"):
        return _recovered(Path(address.removeprefix("sqlite:///")))
    if "FATAL" in why:  # so says a server that is there
        return "make that role and database on the server, or mend CourseDirectory.db_url in nbgrader_config.py"
    return "start the database's server, or mend CourseDirectory.db_url in nbgrader_config.py"


def _recovered(path: Path) -> str:
    mended = path.with_name(f"{path.stem}.mended{path.suffix}")
    return f"sqlite3 {quoted(str(path))} .recover | sqlite3 {quoted(str(mended))}"


def _without_password(address: str) -> str:
    try:
        return make_url(address).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "CourseDirectory.db_url"


def _file_system(path: Path) -> str:
    """The kind of the file system that a file lies on; empty where it cannot be told."""
    try:
        lines = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return ""
    there = [(place, kind) for _, place, kind, *_ in lines if path.resolve().is_relative_to(place)]
    return max(there, key=lambda pair: len(pair[0]), default=("", ""))[1]


def exchange(course: Path) -> Line:
    """nbgrader's exchange, by which students of the same machine fetch and submit; not everybody uses it."""
    config = nbgrader_config(course)
    root = Path(Exchange(config=config).root)
    named = quoted(str(root))
    only = "only `nbgrader release_assignment`, `fetch` and `submit` need it"
    if not root.is_dir():
        return Line("Exchange", State.WEAK, f"{root} is not there; {only}",
                    f"sudo mkdir -p {named} && sudo chmod ugo+rwx {named}")  # fmt: skip
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        return Line("Exchange", State.WEAK, f"{root} cannot be written; {only}", f"sudo chmod ugo+rwx {named}")
    if root.stat().st_mode & 0o777 != 0o777:
        return Line("Exchange", State.WEAK, f"{root} is not open to all users; {only}", f"sudo chmod ugo+rwx {named}")
    if not CourseDirectory(config=config).course_id:
        setting = """echo 'c.CourseDirectory.course_id = "course101"' >> nbgrader_config.py"""
        return Line("Exchange", State.WEAK, f"{root} is there, but the course has no name in it; {only}", setting)
    return Line("Exchange", State.GOOD, f"{root}")
