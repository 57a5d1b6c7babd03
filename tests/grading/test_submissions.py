"""submitted/ -> what can be graded, and why the rest cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapewise.grading.command.submissions import Problem, find_submissions


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


def problem(course: Path, name: str) -> Problem | None:
    (submission,) = find_submissions(course, "m01")
    return next(found.problem for found in submission.notebooks if found.name == name)


def test_a_whole_submission_has_no_problems(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one=notebook("one"), two=notebook("two"))
    (submission,) = find_submissions(course_of_two, "m01")
    assert (submission.student, submission.problems, len(submission.gradable)) == ("ada", (), 2)


def test_a_notebook_that_is_not_there_is_missing(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one=notebook("one"))
    assert problem(course_of_two, "two") is Problem.MISSING


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (notebook("one")[:-20], Problem.TRUNCATED),
        ("%PDF-1.7 my homework", Problem.NOT_A_NOTEBOOK),
        ("[1, 2, 3]", Problem.NOT_A_NOTEBOOK),
        ('{"cells": 7}', Problem.NOT_A_NOTEBOOK),
        ("", Problem.NOT_A_NOTEBOOK),
        (b"\xff\xfe\x00binary", Problem.UNREADABLE),
        ("[" * 100_000, Problem.NOT_A_NOTEBOOK),
        (notebook("something_else"), Problem.OTHER_ASSIGNMENT),
    ],
)
def test_what_is_not_this_assignments_notebook_is_named(
    course_of_two: Path, content: str | bytes, expected: Problem
) -> None:
    hand_in(course_of_two, "ada", one=content, two=notebook("two"))
    assert problem(course_of_two, "one") is expected
    assert problem(course_of_two, "two") is None


def test_a_notebook_that_lost_its_metadata_is_still_graded(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one=notebook(), two=notebook("two"))
    assert problem(course_of_two, "one") is None


@pytest.mark.parametrize("metadata", [None, "text", [], {"nbgrader": None}, {"nbgrader": ["one"]}])
def test_odd_metadata_of_a_cell_stops_nobody(course_of_two: Path, metadata: object) -> None:
    cell = {"cell_type": "code", "metadata": metadata, "source": ""}
    content = json.dumps({"cells": [cell, None, "text"], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    hand_in(course_of_two, "ada", one=content, two=notebook("two"))
    assert problem(course_of_two, "one") is None


def test_a_link_is_not_followed(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", two=notebook("two"))
    (course_of_two / "submitted/ada/m01/one.ipynb").symlink_to(course_of_two / "source/m01/one.ipynb")
    assert problem(course_of_two, "one") is Problem.UNREADABLE


def test_looking_changes_no_file(course_of_two: Path) -> None:
    hand_in(course_of_two, "ada", one="not a notebook", two=notebook("two"))
    before = {path: path.read_bytes() for path in course_of_two.rglob("*.ipynb")}
    find_submissions(course_of_two, "m01")
    assert {path: path.read_bytes() for path in course_of_two.rglob("*.ipynb")} == before


def test_an_unknown_assignment_is_refused_with_those_there_are(course_of_two: Path) -> None:
    with pytest.raises(FileNotFoundError, match="m01"):
        find_submissions(course_of_two, "m02")
