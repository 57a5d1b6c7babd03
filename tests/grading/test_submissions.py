"""submitted/ -> what can be graded, and why the rest cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapewise.grading.command.reading import NotReadError
from shapewise.grading.command.submissions import Submission, find_submissions, read_notebook


def notebook(*grade_ids: str) -> str:
    cells = [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": name}}, "source": ""} for name in grade_ids]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course_of_two(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        path = tmp_path / "source" / "m01" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook(name, f"{name}_test"), "utf-8")
    return tmp_path


def hand_in(course: Path, student: str, **files: str | bytes) -> None:
    folder = course / "submitted" / student / "m01"
    folder.mkdir(parents=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.ipynb").write_bytes(data)


def only(course: Path) -> Submission:
    (submission,) = find_submissions(course, "m01")
    return submission


def test_a_whole_submission_has_no_remarks(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one=notebook("one"), two=notebook("two"))
    found = only(course_of_two)
    assert (found.student, found.remarks, found.notebooks) == ("ada", (), ("one", "two"))


def test_a_notebook_that_is_not_there_is_missing(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one=notebook("one"))
    found = only(course_of_two)
    assert found.remarks == ("two: missing",)
    assert read_notebook(found, "two") is None


@pytest.mark.parametrize(
    "stray", ["two (1).ipynb", "two.ipynb.txt", "Two.ipynb", "two-Copy1.ipynb", "m01/two.ipynb", "my Two final.ipynb"]
)
def test_a_notebook_under_another_name_is_missing_and_the_remark_names_the_file(
    course_of_two: Path, stray: str
) -> None:
    hand_in(course_of_two, "ada", one=notebook("one"))
    path = course_of_two / "submitted/ada/m01" / stray
    path.parent.mkdir(exist_ok=True)
    path.write_text(notebook("two"), "utf-8")
    assert only(course_of_two).remarks[0] == f"two: missing, but {stray!r} lies there"


def test_without_the_assignment_s_folder_the_remark_names_what_lies_in_the_student_s(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one=notebook("one"), two=notebook("two"))
    (course_of_two / "submitted/ada/m01").rename(course_of_two / "submitted/ada/M01 (1)")
    found = only(course_of_two)
    assert found.notebooks == ()
    assert found.remarks == ("no folder m01, but 'M01 (1)/one.ipynb', 'M01 (1)/two.ipynb' lies there",)


def test_a_student_who_handed_in_another_assignment_only_is_not_there(course_of_two: Path) -> None:
    (course_of_two / "source/m02").mkdir()
    hand_in(course_of_two, "ada", one=notebook("one"))
    (course_of_two / "submitted/ada/m01").rename(course_of_two / "submitted/ada/m02")
    assert find_submissions(course_of_two, "m01") == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00binary", b"{" * 100_000])
def test_what_is_in_a_file_is_nothing_that_the_instructor_s_process_looks_at(
    course_of_two: Path, content: bytes
) -> None:
    hand_in(course_of_two, "ada", one=content, two=notebook("two"))
    found = only(course_of_two)
    assert found.remarks == ()
    assert read_notebook(found, "one") == content


def test_a_link_is_not_followed(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", two=notebook("two"))
    (course_of_two / "submitted/ada/m01/one.ipynb").symlink_to(course_of_two / "source/m01/one.ipynb")
    found = only(course_of_two)
    assert found.remarks[0] == "one: is a link, and links are never followed"
    assert read_notebook(found, "one") == b""


@pytest.mark.parametrize("linked", ["submitted/ada", "submitted/ada/m01"])
def test_a_folder_that_is_a_link_is_refused(course_of_two: Path, linked: str) -> None:
    hand_in(course_of_two, "eve", one=notebook("one"), two=notebook("two"))
    link = course_of_two / linked
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(course_of_two / ("submitted/eve" if link.name == "ada" else "source/m01"))
    found = {submission.student: submission for submission in find_submissions(course_of_two, "m01")}["ada"]
    assert found.notebooks == ()
    assert "link" in found.remarks[0]


def test_a_folder_that_becomes_a_link_after_it_was_looked_at_is_not_followed(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one=notebook("one"), two=notebook("two"))
    found = only(course_of_two)
    folder = course_of_two / "submitted/ada/m01"
    folder.rename(course_of_two / "elsewhere")
    folder.symlink_to(course_of_two / "elsewhere")
    with pytest.raises(NotReadError):
        found.read("one.ipynb")


def test_looking_changes_no_file(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one="not a notebook", two=notebook("two"))
    before = {path: path.read_bytes() for path in course_of_two.rglob("*.ipynb")}
    find_submissions(course_of_two, "m01")
    assert {path: path.read_bytes() for path in course_of_two.rglob("*.ipynb")} == before


def test_an_unknown_assignment_is_refused_with_those_there_are(course_of_two: Path) -> None:
    with pytest.raises(FileNotFoundError, match="m01"):
        find_submissions(course_of_two, "m02")
