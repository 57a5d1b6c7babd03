"""``shapewise extend``: more time, and back; penalties follow at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from shapewise.__main__ import main
from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.standing import read_grades
from shapewise.report.grades import StudentGrades
from tests.grading.written_course import ASSIGNMENT

ZERO = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"


@pytest.fixture
def late(course: Path) -> Path:
    """The course, where ada has handed in a day late and lost all points for it, and -dash has handed in nothing."""
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(ZERO)
    with nbgrader_api(course).gradebook as gradebook:
        for student in ("ada", "-dash"):
            gradebook.add_student(student)
        submission = gradebook.add_submission(ASSIGNMENT, "ada", timestamp="2026-10-02 12:00:00 UTC")
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 1.0, False
        gradebook.db.commit()
    extend(late := course, "ada", "--days", "0.1")
    return late


def extend(course: Path, *words: str) -> int:
    return main(["extend", *words, "--course", str(course)])


def row_of(course: Path, student: str) -> StudentGrades:
    return next(row for row in read_grades(course, ASSIGNMENT).students if row.student == student)


def test_more_time_takes_the_penalty_back_and_taking_it_back_brings_the_penalty_again(late: Path) -> None:
    assert row_of(late, "ada").total == 0 and row_of(late, "ada").handed_in.penalty == row_of(late, "ada").earned > 0
    assert extend(late, "ada", "--days", "3") == 0
    assert (row_of(late, "ada").handed_in.penalty, row_of(late, "ada").handed_in.late) == (0, timedelta())
    assert row_of(late, "ada").handed_in.extension == timedelta(days=3)
    assert extend(late, "ada", "--undo") == 0
    assert row_of(late, "ada").total == 0 and row_of(late, "ada").handed_in.extension == timedelta()


def test_a_moment_may_be_named_with_its_zone(late: Path) -> None:
    extend(late, "ada", "--until", "2026-10-03 14:00 Europe/Paris")
    assert row_of(late, "ada").handed_in.extension == timedelta(days=2)


def test_who_has_handed_in_nothing_may_have_more_time_and_has_handed_in_nothing_still(late: Path) -> None:
    assert extend(late, "--days", "2", "-dash") == 0
    row = row_of(late, "-dash")
    assert row.handed_in.nothing and row.handed_in.extension == timedelta(days=2) and not row.waits
    with nbgrader_api(late).gradebook as gradebook:
        assert not gradebook.find_submission(ASSIGNMENT, "-dash").needs_manual_grade


def test_without_a_student_it_shows_who_was_granted_what(late: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extend(late, "ada", "--days", "3")
    capsys.readouterr()
    assert extend(late) == 0
    shown = capsys.readouterr().out
    assert "ada" in shown and "3 d" in shown and "2026-10-04 12:00" in shown and "dash" not in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["adda", "--days", "3"], "do you mean ada"),
        (["ada"], "how long"),
        (["ada", "--until", "2026-09-01"], "is due on 2026-10-01"),
        (["ada", "--days", "3", "--assignment", "large"], "small"),
    ],
)
def test_what_cannot_be_granted_is_answered_with_a_sentence(
    words: list[str], said: str, late: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert extend(late, *words) == 1
    told = capsys.readouterr().err
    assert said in told and "Traceback" not in told


@pytest.mark.parametrize(
    "words", [["--until", "soon"], ["--until", "2026-13-01"], ["--days", "-1"], ["--days", "many"], ["--days", "nan"]]
)
def test_a_date_or_a_number_that_is_none_is_answered_with_what_was_wanted(
    words: list[str], course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        extend(course, "ada", *words)
    assert ended.value.code == 2
    assert "wanted" in (said := capsys.readouterr().err) or "expected" in said


def test_without_a_due_date_it_says_how_to_set_one(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.find_assignment(ASSIGNMENT).duedate = None
        gradebook.add_student("ada")
        gradebook.db.commit()
    assert extend(course, "ada", "--days", "3") == 1
    assert "--duedate" in capsys.readouterr().err
