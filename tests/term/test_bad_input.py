"""What an instructor gives by mistake: a sentence with what was wanted, what came and what to do; no traceback."""

from __future__ import annotations

import csv
import errno
import os
import re
import shutil
import sqlite3
import unicodedata
import zipfile
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from shapewise.__main__ import main
from shapewise.course.nbgrader import nbgrader_api
from shapewise.course.release import build_release
from shapewise.grading.command.gradebook.opening import in_words
from shapewise.grading.command.term.collecting import HANDED_OUT
from shapewise.grading.command.trouble import MachineError, said_of_files
from tests.grading.written_course import ASSIGNMENT, hand_in, make_course

Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a student whose work is graded, but for what a person grades."""
    course = make_course(tmp_path_factory.mktemp("bad") / "course")
    build_release(course)
    hand_in(course, "ada", {}, "Because.")
    assert main(["grade", ASSIGNMENT, "--course", str(course)]) == 0
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of it to write into."""
    shutil.copytree(graded, tmp_path / "course")
    return tmp_path / "course"


def refusal(course: Path, said: Said, *words: str) -> str:
    """What stands on stderr when a command cannot do its work."""
    said.readouterr()
    assert main([*words, "--course", str(course)]) == 1
    told = said.readouterr().err.strip()
    assert told.startswith(f"shapewise {words[0]}: ") and "Traceback" not in told and "\n" not in told
    return told


@pytest.mark.parametrize(("line", "what"), [
    ("c = get_config(", "line {at}"),
    ("c.Exchange.root = undefined", "line {at}"),
    ("raise SystemError('no')", "line {at}"),
    ("c.CourseDirectory.db_url = 5", "db_url"),
])  # fmt: skip
@pytest.mark.parametrize("command", [("roster",), ("grade", ASSIGNMENT), ("build",)], ids=" ".join)
def test_settings_that_cannot_be_used_are_named_with_file_and_line(
    line: str, what: str, command: tuple[str, ...], course: Path, capfd: Said
) -> None:
    settings = course / "nbgrader_config.py"
    with settings.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    told = refusal(course, capfd, *command)
    assert str(settings) in told and what.format(at=len(settings.read_text("utf-8").splitlines())) in told


def test_a_source_that_is_no_notebook_is_named_and_what_is_graded_can_be_read_all_the_same(
    course: Path, capfd: Said
) -> None:
    (course / "source" / ASSIGNMENT / "one.ipynb").write_text("not json", "utf-8")
    assert "one.ipynb is no notebook" in refusal(course, capfd, "grade", ASSIGNMENT)
    assert main(["report", ASSIGNMENT, "--course", str(course)]) == 0
    assert "Not tried since they were changed: the tests of one." in capfd.readouterr().out


def test_a_course_without_a_notebook_has_nothing_to_build(course: Path, capfd: Said) -> None:
    shutil.rmtree(course / "source")
    assert str(course / "source") in refusal(course, capfd, "build")


@pytest.mark.parametrize("command", [("roster",), ("report", ASSIGNMENT), ("export", ASSIGNMENT, "--for", "moodle")])
def test_a_file_that_is_no_gradebook_is_not_blamed_on_another_program(
    command: tuple[str, ...], course: Path, capfd: Said
) -> None:
    (course / "gradebook.db").write_bytes(b"garbage" * 999)
    told = refusal(course, capfd, *command)
    assert "not a database" in told and "shapewise doctor" in told and "formgrader" not in told


@pytest.mark.parametrize(("said", "advice"), [
    ("attempt to write a readonly database", "shapewise doctor"),
    ("no such column: student.lms_user_id", "nbgrader db upgrade"),
    ("database is locked", "formgrader"),
    ('connection failed: FATAL:  database "x" does not exist', "make that role and database"),
    ("connection to server at 127.0.0.1 failed: Connection refused", "Start the database's server"),
    ("database or disk is full", "Free some space"),
])  # fmt: skip
def test_what_a_database_refuses_is_answered_with_what_helps(said: str, advice: str) -> None:
    with pytest.raises(MachineError, match=advice), in_words():
        raise OperationalError("select", {}, sqlite3.OperationalError(said))


def test_what_the_system_refuses_is_named_with_the_command_that_allows_it(tmp_path: Path) -> None:
    refused = PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(tmp_path / "report" / ".x.partial"))
    (tmp_path / "report").mkdir()
    assert f"chmod -R u+rwX {tmp_path / 'report'}" in said_of_files(refused)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "x"))
    assert "Free some space" in said_of_files(full)
    assert said_of_files(OSError("no number")) == "no number."


def test_where_nothing_can_be_written_up_to_the_root_the_root_is_not_what_to_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # a container's own read-only system
    monkeypatch.setattr(os, "geteuid", lambda: Path("/").stat().st_uid)
    said = said_of_files(PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(tmp_path)))
    assert re.search(r"chmod -R u\+rwX /\w", said)


@pytest.mark.parametrize("ids", [
    ("ada", "ADA"), (unicodedata.normalize("NFC", "zoë"), unicodedata.normalize("NFD", "zoë")), ("ada", " ada "),
])  # fmt: skip
def test_ids_that_a_person_takes_for_the_same_are_refused(ids: tuple[str, str], course: Path, capfd: Said) -> None:
    (course / "s.csv").write_text("id\n" + "\n".join(ids) + "\n", "utf-8")
    assert "lines 2 and 3" in refusal(course, capfd, "roster", str(course / "s.csv"))


def test_two_columns_of_one_name_are_refused_where_they_matter_and_passed_over_where_not(
    course: Path, capfd: Said
) -> None:
    (course / "s.csv").write_text("id,first_name,id\nbo,Bo,cy\n", "utf-8")
    assert "two columns 'id'" in refusal(course, capfd, "roster", str(course / "s.csv"))
    (course / "s.csv").write_text("\n\nquiz,quiz,id,first_name\n1,2,bo,Bo\n", "utf-8")
    assert main(["roster", str(course / "s.csv"), "--course", str(course)]) == 0
    with nbgrader_api(course).gradebook as gradebook:
        assert {student.id: student.first_name for student in gradebook.students} == {"ada": None, "bo": "Bo"}


def test_a_quotation_mark_that_is_left_open_swallows_nobody(course: Path, capfd: Said) -> None:
    (course / "s.csv").write_text('id,first_name\nbo,"Bo\ncy,Cy\n', "utf-8")
    assert "quotation mark" in refusal(course, capfd, "roster", str(course / "s.csv"))
    with nbgrader_api(course).gradebook as gradebook:
        assert {student.id for student in gradebook.students} == {"ada"}


def test_a_folder_where_a_file_was_expected_is_said_to_be_one(course: Path, capfd: Said) -> None:
    export = ("export", ASSIGNMENT, "--for", "canvas", "--to")
    for folder in (".", str(course)):
        assert "is a folder" in refusal(course, capfd, *export, folder)
    assert main(["collect", ASSIGNMENT, ".", "--course", str(course)]) == 1
    assert ". cannot be read" in capfd.readouterr().out


def test_an_unknown_assignment_is_answered_with_those_there_are(course: Path, capfd: Said) -> None:
    assert f"there: {ASSIGNMENT}" in refusal(course, capfd, "collect", "m09", "x.zip")
    assert f"there: {ASSIGNMENT}" in refusal(course, capfd, "export", "m09", "--for", "canvas")
    assert f"there: {ASSIGNMENT}" in refusal(course, capfd, "extend", "ada", "--days", "1", "--assignment", "m09")


def test_a_note_of_the_platform_s_names_that_is_damaged_is_named(course: Path, capfd: Said) -> None:
    noted = course / "downloaded" / ASSIGNMENT / HANDED_OUT
    noted.parent.mkdir(parents=True)
    noted.write_text("{", "utf-8")
    assert str(noted) in refusal(course, capfd, "export", ASSIGNMENT, "--for", "canvas", "--feedback")
    with zipfile.ZipFile(course / "moodle.zip", "w") as archive:
        archive.writestr("Ada_1_assignsubmission_file/one.ipynb", "{}")
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_student("ada", lms_user_id="1")
    assert str(noted) in refusal(course, capfd, "collect", ASSIGNMENT, str(course / "moodle.zip"))


@pytest.mark.parametrize(("time", "wanted"), [
    (("--until", "2026-09-01 10:00"), "ends after that"), (("--days", "1e-9"), "ends after that"),
    (("--days", "9999"), "at most 3660 days"),
])  # fmt: skip
def test_an_extension_that_ends_too_early_or_too_late_is_told_when_it_may_end(
    time: tuple[str, str], wanted: str, course: Path, capfd: Said
) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-10-01 12:00:00 UTC")
    told = refusal(course, capfd, "extend", "ada", *time)
    assert "2026-10-01 12:00 UTC" in told and wanted in told


def test_until_a_day_is_until_its_end(course: Path, capfd: Said) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-10-01 12:00:00 UTC")
    assert main(["extend", "ada", "--until", "2026-10-05", "--course", str(course)]) == 0
    assert "2026-10-05 23:59" in capfd.readouterr().out


@pytest.mark.parametrize("date", ["2026-10", "tomorrow", "2026-13-45 10:00", "2026-10-05 23:59 Nowhere/Land", ""])
def test_a_date_that_is_none_is_answered_with_the_form(date: str, course: Path, capfd: Said) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["extend", "ada", "--until", date, "--course", str(course)])
    assert ended.value.code == 2 and "of the form '2026-10-05 23:59'" in capfd.readouterr().err


def test_a_student_s_id_in_other_capitals_is_asked_about(course: Path, capfd: Said) -> None:
    assert "do you mean ada?" in refusal(course, capfd, "extend", "ADA", "--days", "1")


def collected(course: Path, said: Said, *files: str) -> tuple[set[str], str]:
    """(Whose work is in submitted/, what is printed) after a zip of a platform with these files, each in its name."""
    with zipfile.ZipFile(course / "all.zip", "w") as archive:
        for name in files:
            archive.writestr(name, name)
    said.readouterr()
    main(["collect", ASSIGNMENT, str(course / "all.zip"), "--course", str(course)])
    return {path.name for path in (course / "submitted").iterdir()} - {"ada"}, " ".join(said.readouterr().out.split())


def test_two_students_of_one_name_never_get_each_other_s_work(course: Path, capfd: Said) -> None:
    twins = "id,first_name,last_name,lms_user_id\nbo,Bo,Ek,1\nbob,Bo,Ek,2\ncy,Cy,Lee,3\n"
    (course / "s.csv").write_text(twins, "utf-8")
    assert main(["roster", str(course / "s.csv"), "--course", str(course)]) == 0
    assert collected(course, capfd, "ekbo_2_77_one.ipynb")[0] == {"bob"}
    there, told = collected(course, capfd, "ekbo_9_77_one.ipynb", "leecy_8_78_one.ipynb")
    assert there == {"bob"} and "no student 'ekbo, id 9'" in told and "no student 'leecy, id 8'" in told
    moodle = "{}_assignsubmission_file/one.ipynb".format
    there, told = collected(course, capfd, moodle("Cy Lee_51"), moodle("Cy Lee_52"))
    assert there == {"bob"} and "2 students are called like 'cy' (numbers 51, 52)" in told
    assert collected(course, capfd, moodle("Cy Lee_51"), moodle("Bo Ek_52"))[0] == {"bob", "cy"}


def test_a_name_that_is_a_formula_is_text_in_what_the_platforms_import(course: Path) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_student("ada", first_name="=1+1", last_name='+A"1, B', lms_user_id="1")
        for grade in gradebook.find_submission(ASSIGNMENT, "ada").notebooks[1].grades:
            grade.manual_score, grade.needs_manual_grade = 1.0, False
        gradebook.db.commit()
    found = {}
    for platform in ("canvas", "moodle"):
        assert main(["export", ASSIGNMENT, "--for", platform, "--course", str(course)]) == 0
        with (course / "report" / f"{ASSIGNMENT}-{platform}.csv").open(encoding="utf-8", newline="") as file:
            found[platform] = list(csv.reader(file))[-1]
    assert found["canvas"][:2] == ["'+A\"1, B, =1+1", "1"]
    assert found["moodle"][:4] == ["ada", "1", "'=1+1", "'+A\"1, B"]
