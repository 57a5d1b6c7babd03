"""A learner's folder: filled from release/, never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapewise.course.learning import copy_notebooks


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    release = tmp_path / "release" / "m01_tensors"
    release.mkdir(parents=True)
    for name in ("1_shapes.ipynb", "2_operations.ipynb"):
        (release / name).write_text(f"released {name}", "utf-8")
    return tmp_path


def test_the_first_run_copies_every_notebook(small_course: Path) -> None:
    work, copied = copy_notebooks(small_course, "m01_tensors")
    assert work == small_course / "work" / "m01_tensors"
    assert [path.name for path in copied] == ["1_shapes.ipynb", "2_operations.ipynb"]


def test_a_learners_edit_survives_running_it_again(small_course: Path) -> None:
    work, _ = copy_notebooks(small_course, "m01_tensors")
    (work / "1_shapes.ipynb").write_text("my answers", "utf-8")
    _, copied = copy_notebooks(small_course, "m01_tensors")
    assert copied == []
    assert (work / "1_shapes.ipynb").read_text("utf-8") == "my answers"


def test_a_notebook_that_was_deleted_comes_back(small_course: Path) -> None:
    work, _ = copy_notebooks(small_course, "m01_tensors")
    (work / "2_operations.ipynb").unlink()
    _, copied = copy_notebooks(small_course, "m01_tensors")
    assert copied == [work / "2_operations.ipynb"]


def test_an_unknown_assignment_is_named_with_those_there_are(small_course: Path) -> None:
    with pytest.raises(FileNotFoundError, match="m01_tensors"):
        copy_notebooks(small_course, "m09_nothing")


def test_git_ignores_the_learners_folder(course: Path) -> None:
    assert "work/" in (course / ".gitignore").read_text("utf-8").splitlines()
