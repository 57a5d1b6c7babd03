"""A course of its own, no lessons/ in it: what is released, and what becomes of that where nbgrader refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapewise.__main__ import main
from shapewise.course.nbgrader import nbgrader_api
from shapewise.course.release import build_release
from tests.grading.courses.cells import answer, notebook_of, test, write

DOUBLE = answer("double", "def double(x):\n---\n    return 2 * x")
DOUBLE_TEST = test("double_test", "assert double(1) == 2")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one assignment that a student has handed in."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.release_directory = 'out'\n")
    write(notebook_of(DOUBLE, DOUBLE_TEST), tmp_path / "source" / "ps1" / "one.ipynb")
    assert build_release(tmp_path) == [tmp_path / "out" / "ps1" / "one.ipynb"]
    with nbgrader_api(tmp_path).gradebook as gradebook:
        gradebook.update_or_create_student("ada")
        gradebook.update_or_create_submission("ps1", "ada")
    return tmp_path


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_test_after_submissions_is_refused_in_nbgrader_s_words_and_nothing_is_lost(course: Path) -> None:
    before = everything(course / "out")
    more = test("double_more", "assert double(2) == 4")
    write(notebook_of(DOUBLE, DOUBLE_TEST, more), course / "source" / "ps1" / "one.ipynb")
    with pytest.raises(RuntimeError) as refused:
        build_release(course)
    said = str(refused.value)
    assert said.startswith("Cannot add or remove cells for notebook 'one'") and "submissions associated" in said
    assert "new: double_more" in said and "nbgrader db assignment remove ps1 --force" in said
    assert everything(course / "out") == before


def test_what_the_advice_says_helps(course: Path) -> None:
    more = test("double_more", "assert double(2) == 4")
    write(notebook_of(DOUBLE, DOUBLE_TEST, more), course / "source" / "ps1" / "one.ipynb")
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.remove_assignment("ps1")  # what the command does
    assert b"double(2)" in build_release(course)[0].read_bytes()


def test_new_lines_in_a_test_that_is_there_are_no_trouble(course: Path) -> None:
    more = test("double_test", "assert double(1) == 2\nassert double(2) == 4", 5)
    write(notebook_of(DOUBLE, more), course / "source" / "ps1" / "one.ipynb")
    assert b"double(2)" in build_release(course)[0].read_bytes()


def test_a_notebook_that_is_gone_is_named(course: Path) -> None:
    (course / "source" / "ps1" / "one.ipynb").rename(course / "source" / "ps1" / "two.ipynb")
    with pytest.raises(RuntimeError, match=r"(?s)submissions associated.*one: gone.*two: new"):
        build_release(course)
    assert (course / "out" / "ps1" / "one.ipynb").is_file()


def test_what_a_killed_build_has_put_aside_comes_back(course: Path) -> None:
    before = everything(course / "out")
    (course / "out" / "ps1").rename(course / "out" / ".ps1.before")
    write(notebook_of(answer("double", "x = 1\n---\n### BEGIN SOLUTION\n")), course / "source" / "ps1" / "one.ipynb")
    with pytest.raises(RuntimeError, match="nested begin solution"):
        build_release(course)
    assert everything(course / "out") == before


def test_the_build_fails_and_names_the_test_that_is_to_mend(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = test("double_test", "assert double(1) == 3, 'three was wanted'")
    write(notebook_of(DOUBLE, wrong), course / "source" / "ps1" / "one.ipynb")
    assert main(["build", "--course", str(course)]) == 1
    said = capsys.readouterr().out
    assert "Built 1 in out/" in said and "double_test" in said and "three was wanted" in said
