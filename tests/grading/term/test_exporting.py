"""``shapewise export``: what Canvas and Moodle import; tests/term reads it as they do."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from shapewise.__main__ import main
from shapewise.course.nbgrader import nbgrader_api
from tests.grading.test_recording import nbgrader
from tests.grading.written_course import ASSIGNMENT


@pytest.fixture
def graded(course: Path) -> Path:
    """A class of four: ada graded, ben late, cid waits for a person, zoe handed in nothing."""
    with nbgrader_api(course).gradebook as gradebook:
        for student, lms_id in (("ada", "17"), ("ben", "18"), ("cid", "19"), ("zoe", "20")):
            gradebook.add_student(student, first_name=student.title(), last_name="Example, Jr.", lms_user_id=lms_id)
        for student in ("ada", "ben", "cid"):
            submission = gradebook.add_submission(ASSIGNMENT, student)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = 1.25, False
                    if (student, grade.cell.name) == ("cid", "why"):
                        grade.auto_score, grade.needs_manual_grade = None, True
                notebook.late_submission_penalty = 1.0 if student == "ben" else None
        gradebook.db.commit()
    for student in ("ada", "ben"):
        folder = course / "feedback" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        for name in ("one", "two"):
            (folder / f"{name}.html").write_text(f"{student}: {name}", "utf-8")
    return course


def export(course: Path, *words: str) -> int:
    return main(["export", ASSIGNMENT, *words, "--course", str(course)])


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


def packed(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_canvas_gets_points_that_count_and_no_row_of_who_waits_or_handed_in_nothing(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(graded, "--for", "canvas", "--title", "Homework 1 (4711)") == 0
    head, possible, *rows = table(graded / "report" / "small-canvas.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 1 (4711)"]
    assert possible == ["    Points Possible", "", "", "", "", "16"]
    assert rows == [
        ["Example, Jr., Ada", "17", "", "ada", "", "7.5"], ["Example, Jr., Ben", "18", "", "ben", "", "5.5"],
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "cid is left out: 1 waiting for a person" in said and "zoe is left out: handed in nothing" in said


def test_moodle_gets_the_same_points_in_its_own_columns(graded: Path) -> None:
    assert export(graded, "--for", "moodle", "--to", str(graded / "grades.csv")) == 0
    head, *rows = table(graded / "grades.csv")
    assert head == ["Username", "ID number", "First name", "Last name", "Email address", "small"]
    assert [(row[0], row[1], row[-1]) for row in rows] == [("ada", "17", "7.5"), ("ben", "18", "5.5")]


def test_nbgrader_s_own_command_makes_the_same_table(graded: Path) -> None:
    export(graded, "--for", "canvas")
    done = nbgrader(
        graded, "export", "--exporter=shapewise.grading.command.term.exporting.CanvasExport", "--to=own.csv",
        f"--assignment=['{ASSIGNMENT}']",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert table(graded / "own.csv") == table(graded / "report" / "small-canvas.csv")


def test_feedback_goes_under_the_names_that_canvas_gave_out_notebook_by_notebook(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted: dict[str, Any] = {"ada": {"one": "exampleada_17_1001_", "two": "exampleada_17_1002_"}}
    (graded / "downloaded" / ASSIGNMENT).mkdir(parents=True)
    (graded / "downloaded" / ASSIGNMENT / "handed_out.json").write_text(json.dumps(noted), "utf-8")
    export(graded, "--for", "canvas", "--feedback")
    assert packed(graded / "report" / "small-canvas-feedback.zip") == {
        "exampleada_17_1001_one.html": "ada: one", "exampleada_17_1002_two.html": "ada: two",
    }  # fmt: skip
    assert "ben is left out: Canvas has not given out a file of this student" in capsys.readouterr().out


def test_for_moodle_the_roster_s_lms_id_is_enough(graded: Path) -> None:
    export(graded, "--for", "moodle", "--feedback")
    assert set(packed(graded / "report" / "small-moodle-feedback.zip")) == {
        f"{name} Example, Jr._{lms_id}_assignsubmission_file_/{page}.html"
        for name, lms_id in (("Ada", 17), ("Ben", 18)) for page in ("one", "two")
    }  # fmt: skip


def test_an_assignment_that_is_none_is_named_and_no_table_is_left(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "large", "--for", "canvas", "--course", str(graded)]) == 1
    assert "there: small" in capsys.readouterr().err
    assert not list(graded.glob("report/*large*"))


def test_a_platform_that_is_none_is_answered_with_those_there_are(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        export(graded, "--for", "blackboard")
    assert "canvas" in capsys.readouterr().err
