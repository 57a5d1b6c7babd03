"""``shapewise roster``: a CSV file, as nbgrader, Canvas, Moodle and Excel write it, into the gradebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapewise.__main__ import main
from shapewise.grading.command.gradebook import open_gradebook, read_people
from shapewise.grading.command.standing import read_grades
from shapewise.grading.command.term.roster import enroll
from shapewise.report.grades import Person
from tests.grading.written_course import ASSIGNMENT

OWN = "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@example.org,17\nzoe,Zoë,Ångström,,18\n"
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Homework (4711),Final Score
    Points Possible,,,,,16,(read only)
"Lovelace, Ada",17,S1,ada,CS 101,12,75
"Student, Test",99,,,CS 101,,
"""
MOODLE = "\ufeffFirst name;Last name;ID number;Email address\nAda;Lovelace;ada;ada@example.org\n"


def people(course: Path) -> dict[str, Person]:
    with open_gradebook(course) as gradebook:
        return read_people(gradebook)


def written(course: Path, text: str, encoding: str = "utf-8") -> Path:
    path = course / "students.csv"
    path.write_text(text, encoding)
    return path


def test_names_mail_and_lms_ids_are_in_the_gradebook_and_in_the_table_of_grades(course: Path) -> None:
    enroll(course, written(course, OWN))
    assert people(course)["ada"] == Person("Ada", "Lovelace", "ada@example.org", "17")
    found = {row.student: row for row in read_grades(course, ASSIGNMENT).students}
    assert found["zoe"].person.name == "Ångström, Zoë" and found["zoe"].handed_in.nothing


def test_what_canvas_exports_is_read_without_its_own_rows(course: Path) -> None:
    enroll(course, written(course, CANVAS))
    assert people(course) == {"ada": Person("Ada", "Lovelace", "", "17")}


def test_what_moodle_and_excel_write_is_read_semicolons_and_byte_order_mark_included(course: Path) -> None:
    enroll(course, written(course, MOODLE))
    assert people(course) == {"ada": Person("Ada", "Lovelace", "ada@example.org", "")}


def test_who_is_not_in_a_second_file_stays_and_an_empty_field_takes_nothing_away(course: Path) -> None:
    enroll(course, written(course, OWN))
    done = enroll(course, written(course, "id,last_name,email\nada,King,\nben,Bell,\n"))
    assert (done.new, done.changed, done.others) == (("ben",), ("ada",), ("zoe",))
    assert people(course)["ada"] == Person("Ada", "King", "ada@example.org", "17")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id\nada\nben\nada\n", "'ada' stands in lines 2 and 4"),
        ("id,lms_user_id\nada,17\nben,17\n", "'17' stands in lines 2 and 3"),
        ("id,first_name\n,Ada\n", "line 2: the student has no id"),
        ("name,mail\nAda,a@b.org\n", "name, mail"),
        ("id\n../ada\n", "cannot be the name of a folder"),
        ("id\n" + "a" * 129 + "\n", "longer than 128"),
        ("id\n", "names no student"),
        ("", "Wanted are"),
        ("id\n\0\0\n", "no CSV file"),
    ],
)
def test_a_file_that_is_none_is_answered_with_a_sentence_and_nothing_is_taken_from_it(
    text: str, said: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["roster", str(written(course, text)), "--course", str(course)]) == 1
    told = capsys.readouterr().err
    assert said in told and "Traceback" not in told
    assert people(course) == {}


def test_a_file_of_another_encoding_or_none_at_all_is_answered_with_what_to_do(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    latin = written(course, "id,last_name\nzoe,Ångström\n", "latin-1")
    assert main(["roster", str(latin), "--course", str(course)]) == 1
    assert "UTF-8" in capsys.readouterr().err
    assert main(["roster", str(course / "nothing.csv"), "--course", str(course)]) == 1
    assert "nothing.csv" in capsys.readouterr().err


def test_without_a_file_it_shows_who_is_enrolled(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enroll(course, written(course, OWN))
    assert main(["roster", "--course", str(course)]) == 0
    shown = capsys.readouterr().out
    assert "2 students" in shown and "Lovelace, Ada" in shown
