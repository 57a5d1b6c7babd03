"""A course of two small notebooks that is released, with nobody enrolled: the term begins."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shapewise.course.nbgrader import nbgrader_api
from shapewise.course.release import build_release
from tests.grading.written_course import ASSIGNMENT, make_course

DUE = "2026-10-01 12:00:00 UTC"


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, built once."""
    course = make_course(tmp_path_factory.mktemp("term") / "course")
    build_release(course)
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
    return course


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A copy of it to write into."""
    shutil.copytree(released, tmp_path / "course")
    return tmp_path / "course"
