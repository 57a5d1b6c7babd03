"""The table is the gradebook's truth: who is enrolled, when they handed in, what it cost, what waits for a person."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from shapewise.course.nbgrader import nbgrader_api
from shapewise.course.release import build_release
from shapewise.grading.command.run import Options, grade
from shapewise.grading.command.standing import read_grades
from shapewise.report.grades import Grades, StudentGrades
from tests.grading.conftest import HIDDEN, LIMITS
from tests.grading.written_course import ASSIGNMENT, hand_in, make_course

LATE_RULE = """
from nbgrader.plugins import LateSubmissionPlugin

class TwoPointsADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2.0 * (total_seconds_late // 86400 + 1)

c.AssignLatePenalties.plugin_class = TwoPointsADay
"""
DUE = "2026-10-01 12:00:00 UTC"


def run(course: Path, **options: Any) -> str:
    with (course / "printed.txt").open("w+", encoding="utf-8") as file:
        grade(course, ASSIGNMENT, Console(file=file, width=120), Options(limits=LIMITS, hidden=HIDDEN, **options))
        file.seek(0)
        return file.read()


def rows(course: Path) -> dict[str, dict[str, str]]:
    with (course / "report" / f"{ASSIGNMENT}.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def row_of(grades: Grades, student: str) -> StudentGrades:
    return next(row for row in grades.students if row.student == student)


def graded_at(course: Path) -> dict[str, int]:
    """When each graded notebook was made, by student/notebook."""
    return {"/".join((path.parts[-3], path.stem)): path.stat().st_ino for path in course.glob("autograded/*/*/*.ipynb")}


def digests(course: Path) -> dict[str, bytes]:
    return {"/".join((path.parts[-3], path.stem)): path.read_bytes() for path in course.glob("autograded/*/*/*.ipynb")}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a roster of four: ada in time, ben a day and an hour late, cid without an essay, zoe not at all."""
    course = make_course(tmp_path_factory.mktemp("standing") / "course", LATE_RULE)
    build_release(course)
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
        gradebook.add_student("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org", lms_user_id="17")
        gradebook.add_student("zoe", first_name="Zoë", last_name="Ångström")
    hand_in(course, "ada", {}, "It copies nothing.", "2026-10-01 11:59:00 UTC")
    hand_in(course, "ben", {"doubled": None}, "Because.", "2026-10-02 13:00:00 UTC")
    hand_in(course, "cid", {}, None)
    run(course)
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of it to write into."""
    shutil.copytree(graded, tmp_path / "course")
    return tmp_path / "course"


def by_hand(course: Path, student: str, cell: str, score: float) -> None:
    """What formgrader does when a person types points."""
    with nbgrader_api(course).gradebook as gradebook:
        found = gradebook.find_grade(cell, "two", ASSIGNMENT, student)
        found.manual_score, found.needs_manual_grade = score, False
        gradebook.db.commit()


def exported(course: Path) -> dict[str, tuple[float, float, float]]:
    """(raw score, penalty, score) of each student, as nbgrader's own export has them."""
    from nbgrader.plugins import CsvExportPlugin

    exporter = CsvExportPlugin()
    exporter.to = str(course / "exported.csv")
    with nbgrader_api(course).gradebook as gradebook:
        exporter.export(gradebook)
    with (course / "exported.csv").open(encoding="utf-8", newline="") as file:
        names = ("raw_score", "late_submission_penalty", "score")
        return {row["student_id"]: tuple(float(row[name]) for name in names) for row in csv.DictReader(file)}  # type: ignore[misc]


def shown(course: Path) -> dict[str, tuple[float, float, float]]:
    names = ("points", "penalty", "total")
    return {who: tuple(float(row[name]) for name in names) for who, row in rows(course).items()}  # type: ignore[misc]


def test_everybody_on_the_roster_has_a_row_with_name_and_ids(graded: Path) -> None:
    found = rows(graded)
    assert list(found) == ["ada", "ben", "cid", "zoe"]
    assert [found["ada"][name] for name in ("first name", "last name", "email", "lms id")] == [
        "Ada", "Lovelace", "ada@example.org", "17",
    ]  # fmt: skip
    assert (found["zoe"]["last name"], found["zoe"]["handed in"], found["zoe"]["one/doubled"]) == ("Ångström", "", "")
    assert row_of(read_grades(graded, ASSIGNMENT), "zoe").handed_in.nothing
    assert "zoe" in (graded / "printed.txt").read_text("utf-8")


def test_points_penalties_and_totals_are_those_of_nbgrader_s_own_export(graded: Path) -> None:
    assert shown(graded) == exported(graded)
    assert shown(graded)["ben"] == (7.0, 4.0, 3.0)


def test_table_and_csv_say_how_late(graded: Path) -> None:
    printed = (graded / "printed.txt").read_text("utf-8")
    assert "1 d 1 h" in printed and "−4" in printed
    assert (rows(graded)["ben"]["hours late"], rows(graded)["ada"]["hours late"]) == ("25", "")


def test_a_due_date_that_moves_takes_the_penalty_back_and_grades_nothing_again(course: Path) -> None:
    before = graded_at(course)
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-10-05 12:00:00 UTC")
    run(course)
    assert shown(course)["ben"] == (7.0, 0.0, 7.0)
    assert shown(course) == exported(course) and graded_at(course) == before


def test_another_rule_for_lateness_changes_the_penalties_of_what_is_graded(course: Path) -> None:
    config = (course / "nbgrader_config.py").read_text("utf-8").replace("return 2.0 *", "return 3.0 *")
    (course / "nbgrader_config.py").write_text(config, "utf-8")
    run(course)
    assert shown(course)["ben"] == (7.0, 6.0, 1.0)
    assert shown(course) == exported(course)


def test_a_penalty_is_never_more_than_a_notebook_s_points(course: Path) -> None:
    config = (course / "nbgrader_config.py").read_text("utf-8").replace("return 2.0 *", "return 300.0 *")
    (course / "nbgrader_config.py").write_text(config, "utf-8")
    run(course)
    assert shown(course)["ben"] == (7.0, 7.0, 0.0)
    assert shown(course) == exported(course)


def test_the_same_work_handed_in_again_later_is_late_and_is_not_graded_again(course: Path) -> None:
    before = graded_at(course)
    (course / "submitted" / "ada" / ASSIGNMENT / "timestamp.txt").write_text("2026-10-01 13:00:00 UTC", "utf-8")
    run(course)
    assert shown(course)["ada"] == (10.0, 2.0, 8.0)
    assert graded_at(course) == before
    copied = course / "autograded" / "ada" / ASSIGNMENT / "timestamp.txt"
    assert copied.read_text("utf-8") == "2026-10-01 13:00:00 UTC"


def test_for_formgrader_work_handed_in_again_unchanged_or_without_a_date_is_graded(course: Path) -> None:
    (course / "submitted" / "ada" / ASSIGNMENT / "timestamp.txt").write_text("2026-10-01 13:00:00 UTC", "utf-8")
    (course / "submitted" / "ben" / ASSIGNMENT / "timestamp.txt").unlink()
    assert nbgrader_api(course).get_autograded_students(ASSIGNMENT) == {"cid"}
    run(course)
    assert nbgrader_api(course).get_autograded_students(ASSIGNMENT) == {"ada", "ben", "cid"}


def test_a_date_that_cannot_be_read_is_a_remark_and_counts_no_lateness(course: Path) -> None:
    (course / "submitted" / "ben" / ASSIGNMENT / "timestamp.txt").write_text("the day before yesterday", "utf-8")
    run(course)
    assert shown(course)["ben"] == (7.0, 0.0, 7.0)
    assert "timestamp.txt" in rows(course)["ben"]["remarks"]
    assert {row["student"] for row in nbgrader_api(course).get_submissions(ASSIGNMENT)} == {"ada", "ben", "cid"}


def test_what_waits_for_a_person_is_a_question_mark_with_how_many_and_where(graded: Path) -> None:
    printed = (graded / "printed.txt").read_text("utf-8")
    assert "4 answers" in printed and "two/why 2, two/draw 2" in printed
    found = rows(graded)
    assert (found["ada"]["two/why"], found["ada"]["waiting"]) == ("?", "2: two/why, two/draw")
    assert (found["cid"]["two/why"], found["cid"]["waiting"]) == ("0", "")  # not handed in: nothing to read
    assert row_of(read_grades(graded, ASSIGNMENT), "ada").total_shown == "10+?"


def test_exercises_stand_in_the_notebook_s_order(graded: Path) -> None:
    names = [exercise.name for exercise in read_grades(graded, ASSIGNMENT).exercises]
    assert names == ["doubled", "heads", "label", "why", "draw"]


def test_points_given_by_hand_are_shown_counted_and_put_on_the_page(course: Path) -> None:
    by_hand(course, "ada", "why", 3.5)
    page = course / "feedback" / "ada" / ASSIGNMENT / "two.html"
    others = {path: path.read_bytes() for path in course.glob("feedback/*/*/*.html") if path != page}
    run(course)
    assert rows(course)["ada"]["two/why"] == "3.5" and rows(course)["ada"]["waiting"] == "1: two/draw"
    assert "3.5" in page.read_text("utf-8")
    assert {path: path.read_bytes() for path in others} == others


def test_a_comment_written_by_hand_is_on_the_page_after_the_next_run(course: Path) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.find_comment("why", "two", ASSIGNMENT, "ada").manual_comment = "Say what a stride is."
        gradebook.db.commit()
    run(course)
    assert "Say what a stride is." in (course / "feedback" / "ada" / ASSIGNMENT / "two.html").read_text("utf-8")


def test_extra_credit_counts_as_in_nbgrader(course: Path) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.find_grade("doubled_test", "one", ASSIGNMENT, "ada").extra_credit = 1.5
        gradebook.db.commit()
    run(course)
    assert shown(course)["ada"] == (11.5, 0.0, 11.5)
    assert shown(course) == exported(course)


def test_an_answer_that_changed_after_it_was_graded_by_hand_says_so(course: Path) -> None:
    by_hand(course, "ada", "why", 3.5)
    by_hand(course, "ben", "why", 1.0)
    hand_in(course, "ada", {}, "It copies nothing: only the strides are new.", "2026-10-01 11:59:30 UTC")
    printed = run(course)
    assert "two/why" in rows(course)["ada"]["remarks"] and "by hand" in rows(course)["ada"]["remarks"]
    assert "ada: graded by hand" in printed
    assert rows(course)["ada"]["two/why"] == "3.5"
    assert rows(course)["ben"]["remarks"] == ""


def test_an_answer_that_is_as_it_was_keeps_the_points_of_a_person_without_another_look(course: Path) -> None:
    by_hand(course, "ada", "why", 3.5)
    by_hand(course, "ada", "draw", 2.0)
    run(course, regrade=True)
    assert (rows(course)["ada"]["two/why"], rows(course)["ada"]["remarks"]) == ("3.5", "")


def test_a_mended_test_grades_the_notebooks_of_that_key_only(course: Path) -> None:
    kept = digests(course)
    source = course / "source" / ASSIGNMENT / "one.ipynb"
    source.write_text(source.read_text("utf-8").replace("the number is 8765", "the number is 5678"), "utf-8")
    printed = run(course)
    assert "3 notebooks" in printed
    assert {name for name in kept if kept[name] != digests(course)[name]} == {"ada/one", "ben/one", "cid/one"}


def test_a_notebook_that_is_handed_in_later_is_graded_alone(course: Path) -> None:
    kept = digests(course)
    hand_in(course, "cid", {}, "Late, but here.")
    run(course)
    assert rows(course)["cid"]["waiting"] == "2: two/why, two/draw"
    assert {name for name, content in digests(course).items() if kept.get(name) != content} == {"cid/two"}


def test_a_student_s_id_may_begin_with_a_dash(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from shapewise.__main__ import main

    hand_in(course, "-dash", {"heads": None}, "Because.")
    assert main(["grade", ASSIGNMENT, "--student", "-dash", "--course", str(course)]) == 0
    assert rows(course)["'-dash"]["points"] == "7"
