"""The sample class through the whole pipeline: release -> answers -> nbgrader -> grades."""

from __future__ import annotations

import csv
import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shapewise.grading.command.standing import read_grades
from shapewise.report.grades import Grades
from tests.conftest import ROOT, copy_of_course
from tests.exercises.lessons import lessons
from tests.sample_class.__main__ import hand_in
from tests.sample_class.students import ASSIGNMENT, Student, students

BROKEN = {
    "jan": {"1_shapes": "%PDF-1.7 my homework", "2_operations": None, "3_pytorch": '{"cells": [', "4_layout": "other"},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose sample class, and one student whose files are broken, went through ``shapewise grade``."""
    parts = ("lessons", "source", "release")
    folder = copy_of_course(tmp_path_factory.mktemp("class") / "course", *parts)
    hand_in(folder)
    _hand_in_broken_files(folder)
    for command in (["build"], ["grade", ASSIGNMENT]):
        done = subprocess.run(
            [sys.executable, "-m", "shapewise", *command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
    (folder / "printed.txt").write_text(done.stdout, "utf-8")
    return folder


@pytest.fixture(scope="module")
def grades(graded: Path) -> Grades:
    return read_grades(graded, ASSIGNMENT)


def _hand_in_broken_files(course: Path) -> None:
    other = '{"cells": [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "haiku"}}, "source": ""}]}'
    for student, files in BROKEN.items():
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, content in files.items():
            if content is not None:
                (folder / f"{name}.ipynb").write_text(other if content == "other" else content, "utf-8")
        good = (course / "submitted" / "ada" / ASSIGNMENT / "5_attention.ipynb").read_bytes()
        (folder / "5_attention.ipynb").write_bytes(good)


def points_of(grades: Grades, student: str) -> dict[str, float | None]:
    (row,) = (row for row in grades.students if row.student == student)
    return {exercise.name: points for exercise, points in zip(grades.exercises, row.points, strict=True)}


@pytest.mark.parametrize("student", list(students()), ids=lambda student: f"{student.name} {student.story}")
def test_every_sample_student_gets_exactly_the_points_expected(grades: Grades, student: Student) -> None:
    assert points_of(grades, student.name) == student.expected()


def test_the_reference_scores_full_marks(grades: Grades) -> None:
    (ada,) = (row for row in grades.students if row.student == "ada")
    assert ada.total == grades.total > 0


def test_the_blank_release_scores_nothing(grades: Grades) -> None:
    (eli,) = (row for row in grades.students if row.student == "eli")
    assert eli.total == 0


def test_files_that_cannot_be_graded_cost_only_themselves(grades: Grades) -> None:
    points = points_of(grades, "jan")
    full = points_of(grades, "ada")
    for exercise in grades.exercises:
        wanted = full[exercise.name] if exercise.notebook == "5_attention" else 0
        assert (points[exercise.name] or 0) == wanted


def test_files_that_cannot_be_graded_are_named_with_the_reason(graded: Path) -> None:
    rows = list(csv.DictReader((graded / "report" / f"{ASSIGNMENT}.csv").read_text("utf-8-sig").splitlines()))
    (jan,) = (row for row in rows if row["student"] == "jan")
    for name in ("1_shapes", "2_operations", "3_pytorch", "4_layout"):
        assert name in jan["remarks"]
    assert "5_attention" not in jan["remarks"]


def test_grading_changes_no_submitted_file(graded: Path) -> None:
    assert (graded / "submitted/jan" / ASSIGNMENT / "1_shapes.ipynb").read_text("utf-8") == "%PDF-1.7 my homework"
    assert not (graded / "submitted/jan" / ASSIGNMENT / "2_operations.ipynb").exists()


def test_every_graded_notebook_has_a_feedback_page(graded: Path) -> None:
    for student in students():
        pages = {path.stem for path in (graded / "feedback" / student.name / ASSIGNMENT).glob("*.html")}
        assert pages == {"1_shapes", "2_operations", "3_pytorch", "4_layout", "5_attention", "6_build"}


def _pages(graded: Path, student: str) -> dict[str, str]:
    folder = graded / "feedback" / student / ASSIGNMENT
    return {path.stem: html.unescape(re.sub(r"<[^>]+>", "", path.read_text("utf-8"))) for path in folder.glob("*.html")}


def test_feedback_shows_no_line_of_a_hidden_test(graded: Path) -> None:
    for student in students():
        own = [*(ROOT / "release").rglob("*.ipynb"), *(graded / "submitted" / student.name).rglob("*.ipynb")]
        known = "".join(path.read_text("utf-8") for path in own)
        shown = "\n".join(_pages(graded, student.name).values())
        for name, lesson in lessons().items():
            for cell in lesson.tests:
                hidden = {line.strip() for line in cell.hidden.splitlines() if len(line.strip()) > 30}
                hidden = {line for line in hidden if json.dumps(line)[1:-1] not in known}
                assert not [line for line in hidden if line in shown], f"{student.name}: {name}"


def test_feedback_names_no_folder_of_this_machine_and_no_other_student(graded: Path) -> None:
    names = [student.name for student in students()]
    for student in names:
        for path in (graded / "feedback" / student / ASSIGNMENT).glob("*.html"):
            page = path.read_text("utf-8")
            assert str(graded) not in page and str(ROOT) not in page and sys.prefix not in page
            others = [name for name in names if name != student and f"{name}/" in page]
            assert others == []


def test_feedback_repeats_nothing_of_the_lesson_and_no_solution(graded: Path) -> None:
    for notebook, shown in _pages(graded, "eli").items():
        cells = json.loads((ROOT / "source" / ASSIGNMENT / f"{notebook}.ipynb").read_text("utf-8"))["cells"]
        for line in (line.strip() for cell in cells for line in cell["source"] if not line.startswith("#")):
            assert len(line) < 50 or line not in shown, f"{notebook}: {line}"


def test_feedback_says_what_the_check_found(graded: Path) -> None:
    shown = _pages(graded, "dara")["4_layout"]
    assert "x.view(batch, heads, seq, head_dim)" in shown


def test_the_class_report_names_the_mistakes_that_were_made_and_links_to_pages_that_are_there(graded: Path) -> None:
    page = (graded / "report" / f"{ASSIGNMENT}.html").read_text("utf-8")
    for exercise, mistake in (("split_heads", "one view"), ("stable_softmax", "global maximum")):
        assert re.search(rf"{exercise}</td>\s*<th[^>]*>{mistake}</th>", page), mistake
    links = re.findall(r'href="(\.\./[^"]+)"', page)
    assert links and all((graded / "report" / link).is_file() for link in links)


def test_every_student_stands_in_the_printed_table_and_in_the_class_report(graded: Path) -> None:
    printed = (graded / "printed.txt").read_text("utf-8")
    page = (graded / "report" / f"{ASSIGNMENT}.html").read_text("utf-8")
    for name in [*(student.name for student in students()), "jan"]:
        assert name in printed and name in page
