"""What the benchmarks compare with is what they say it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapewise.course.nbgrader import nbgrader_config
from tests.conftest import ROOT, copy_of_course


def test_the_nbgrader_that_is_compared_with_knows_nothing_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from ways import without_engine

    course = copy_of_course(tmp_path / "course")
    assert "shapewise.grading" in str(nbgrader_config(course))
    without_engine(course)
    left = nbgrader_config(course)
    assert "shapewise.grading" not in str(left)
    assert left.CourseDirectory.source_directory == "source"
