"""A course's folder -> nbgrader, configured by that folder's ``nbgrader_config.py``."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from tornado.log import app_log
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

__all__ = ["find_course", "nbgrader_api", "nbgrader_config"]

_CONFIG = "nbgrader_config.py"


def find_course(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds an ``nbgrader_config.py``; FileNotFoundError if none does."""
    for folder in [start.resolve(), *start.resolve().parents]:
        if (folder / _CONFIG).is_file():
            return folder
    raise FileNotFoundError(
        f"No {_CONFIG} in {start.resolve()} or above it. Run this inside the course's folder, or name it with --course."
    )


def nbgrader_config(course: Path) -> Config:
    """The course's settings, with every path relative to its folder."""
    config: Config = PyFileConfigLoader(_CONFIG, path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    return config


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
