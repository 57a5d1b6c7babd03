"""A course's folder -> nbgrader, configured by that folder's ``nbgrader_config.py``."""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

# nbformat brings a checker of schemas, and that builds a parser for international addresses (RFC 3987) when it is
# imported, if it finds one: 1.5 seconds at the start of each command. No notebook's schema has such addresses.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from nbgrader.apps import NbGraderAPI  # noqa: E402
from nbgrader.coursedir import CourseDirectory  # noqa: E402
from sqlalchemy.exc import SAWarning  # noqa: E402
from tornado.log import app_log  # noqa: E402
from traitlets.config import Config  # noqa: E402
from traitlets.config.loader import PyFileConfigLoader  # noqa: E402

__all__ = ["Folders", "course_folders", "nbgrader_api", "nbgrader_config"]

_CONFIG = "nbgrader_config.py"
_STRUCTURE = Path("{nbgrader_step}/{student_id}/{assignment_id}")


@dataclass(frozen=True)
class Folders:
    """Where a course keeps what, as its configuration names it."""

    root: Path
    source: Path
    release: Path
    submitted: Path
    autograded: Path
    feedback: Path


def nbgrader_config(course: Path) -> Config:
    """The course's settings, with every path relative to its folder; RuntimeError that says where they are wrong."""
    path = course / _CONFIG
    try:
        config: Config = PyFileConfigLoader(_CONFIG, path=str(course)).load_config() if path.is_file() else Config()
        config.CourseDirectory.root = str(course)
        CourseDirectory(config=config)
    except Exception as error:  # it is Python, and may raise anything
        raise RuntimeError(f"{path}{_line_of(error, path)} cannot be used: {_told(error)}. Mend it there.") from error
    return config


def _line_of(error: Exception, path: Path) -> str:
    """``, line 3`` where an error tells which line of a file it comes from."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    if isinstance(error, SyntaxError):
        lines.append(error.lineno)
    return f", line {lines[-1]}" if lines else ""


def _told(error: Exception) -> str:
    said = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split()).rstrip(".")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def course_folders(course: Path) -> Folders:
    """The course's folders; RuntimeError where they are laid out in another order than nbgrader's own."""
    told = CourseDirectory(config=nbgrader_config(course))
    if Path(told.directory_structure) != _STRUCTURE:
        raise RuntimeError(
            f"CourseDirectory.directory_structure is {told.directory_structure!r} in {course / _CONFIG}. Only "
            f"{_STRUCTURE} is graded: take the line out, and put the folders in that order."
        )
    steps = ("source", "release", "submitted", "autograded", "feedback")
    return Folders(course, *(course / getattr(told, f"{step}_directory") for step in steps))


def nbgrader_api(course: Path) -> NbGraderAPI:
    """nbgrader as a library, quiet but for errors."""
    # nbgrader starts `alembic`, which stands beside this Python
    here = str(Path(sys.executable).parent)
    if here not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([here, os.environ.get("PATH", "")])
    # nbgrader 0.9 says by autoflush what it could say itself; with SQLAlchemy 2.1 that works, and warns at length
    warnings.filterwarnings("ignore", category=SAWarning, module=r"nbgrader\.api")
    # A database error reaches the caller, who says it in a sentence; nbgrader's log of it is a traceback on the screen
    app_log.addHandler(logging.NullHandler())
    config = nbgrader_config(course)
    return NbGraderAPI(CourseDirectory(config=config), config=config)
