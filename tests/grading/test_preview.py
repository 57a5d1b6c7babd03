"""``shapewise grade --preview``: who would change, by how much and why; and nothing, anywhere, changes by it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.preview import preview
from shapewise.grading.command.run import Options, grade
from shapewise.grading.command.standing import read_grades
from shapewise.report.changes import Change
from tests.grading.conftest import HIDDEN, LIMITS
from tests.grading.written_course import ASSIGNMENT, hand_in, make_course

PENALTY = """
from nbgrader.plugins import BasePlugin


class OnePoint(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.0


c.AssignLatePenalties.plugin_class = OnePoint
"""
DUE = datetime(2026, 10, 1)
WRONG = {"label": 'def label(n):\n    return ["even", "odd"][n % 2]'}  # nothing is raised for 0


@pytest.fixture(scope="module")
def class_graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three students, of whom one was late and one has a mistake; graded."""
    course = make_course(tmp_path_factory.mktemp("preview") / "course", PENALTY)
    assert nbgrader_api(course).generate_assignment(ASSIGNMENT, create=True)["success"]
    hand_in(course, "ada", {}, "Because.", at="2026-10-03 00:00:00 UTC")
    hand_in(course, "ben", WRONG, "Because.")
    hand_in(course, "cy", {"doubled": None}, None)
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.find_assignment(ASSIGNMENT).duedate = DUE
        gradebook.db.commit()
    really(course)
    return course


@pytest.fixture
def course(class_graded: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(class_graded, tmp_path / "course"))


def really(course: Path) -> None:
    with (course.parent / "printed.txt").open("a", encoding="utf-8") as file:
        grade(course, ASSIGNMENT, Console(file=file), Options(limits=LIMITS, hidden=HIDDEN, feedback=False))


def tried(course: Path) -> tuple[list[Change], str]:
    with (course.parent / "tried.txt").open("w+", encoding="utf-8") as file:
        found = preview(course, ASSIGNMENT, Console(file=file, width=160), Options(limits=LIMITS, hidden=HIDDEN))
        file.seek(0)
        return found, file.read()


def contents(course: Path) -> dict[str, bytes]:
    """Every file, the gradebook's too, byte for byte."""
    files = (path for path in sorted(course.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(course).as_posix(): path.read_bytes() for path in files}


def mend_test(course: Path) -> None:
    """Zero may be any label from now on: the test that asked for a ValueError asks for nothing."""
    path = course / "source" / ASSIGNMENT / "one.ipynb"
    notebook = json.loads(path.read_bytes())
    (cell,) = (c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "label_edges")
    cell["source"] = "### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"
    path.write_text(json.dumps(notebook), "utf-8")


def grant_extension(course: Path) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.find_submission(ASSIGNMENT, "ada").extension = timedelta(days=3)
        gradebook.db.commit()


def new_work(course: Path) -> None:
    hand_in(course, "cy", {}, None)


CASES: dict[str, tuple[Callable[[Path], None], list[tuple[str, str, float]], str]] = {
    "a mended test": (mend_test, [("ben", "one/label", 2.0)], "the tests changed: label_edges error → passed"),
    "an extension": (grant_extension, [("ada", "penalty", 1.0)], "not late"),
    "work handed in anew": (new_work, [("cy", "one/doubled", 3.0)], "handed in anew: doubled_test not started"),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, course: Path) -> Iterator[tuple[Path, list[tuple[str, str, float]], str]]:
    change, expected, why = CASES[request.param]
    change(course)
    yield course, expected, why


def test_it_says_who_changes_by_how_much_and_why_and_grading_then_does_just_that(
    case: tuple[Path, list[tuple[str, str, float]], str],
) -> None:
    course, expected, why = case
    before = read_grades(course, ASSIGNMENT)
    untouched = contents(course)
    found, printed = tried(course)
    assert contents(course) == untouched
    assert [(one.student, one.what, one.by) for one in found] == expected
    assert all(why in one.why for one in found) and why in " ".join(printed.split())
    really(course)
    after = {row.student: row.total for row in read_grades(course, ASSIGNMENT).students}
    gained = {row.student: after[row.student] - row.total for row in before.students}
    assert {who: by for who, by in gained.items() if by} == {who: by for who, _, by in expected}


def test_where_nothing_has_changed_it_says_so(course: Path) -> None:
    found, printed = tried(course)
    assert found == [] and "Nobody's grade would change" in printed


def test_before_the_first_run_it_says_what_each_would_get(course: Path) -> None:
    shutil.rmtree(course / "autograded")
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.remove_submission(ASSIGNMENT, "ben")
    untouched = contents(course)
    found, _ = tried(course)
    assert ("ben", "one/doubled", "–", "3") in [(one.student, one.what, one.before, one.after) for one in found]
    assert contents(course) == untouched and not (course / "autograded").exists()


def test_without_a_gradebook_it_says_what_to_do_and_makes_none(course: Path) -> None:
    (course / "gradebook.db").unlink()
    with pytest.raises(LookupError, match="shapewise build"):
        tried(course)
    assert not (course / "gradebook.db").exists()


def test_a_gradebook_that_is_none_is_said_to_be_unreadable(course: Path) -> None:
    (course / "gradebook.db").write_text("not a database, whatever it is called " * 40, "utf-8")
    with pytest.raises(RuntimeError, match="cannot be read"):
        tried(course)


def test_a_gradebook_that_is_open_elsewhere_can_be_read_all_the_same(course: Path) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.db.execute(text("select * from student"))
        assert tried(course)[0] == []
