"""Grades -> the table in the terminal, the CSV file, the class report."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from rich.console import Console

from shapewise.report.grades import Exercise, Grades, StudentGrades
from shapewise.report.page import render_class_report
from shapewise.report.table import grades_table, write_csv


@pytest.fixture
def grades() -> Grades:
    exercises = (Exercise("1_shapes", "describe", 4.0), Exercise("4_layout", "split_heads", 5.0))
    students = (
        StudentGrades("ada", (4.0, 5.0)),
        StudentGrades("bo", (1.5, 0.0)),
        StudentGrades("<b>cy</b>", (None, 0.0), ("4_layout: not a notebook",)),
    )
    return Grades("m01_tensors", exercises, students)


def printed(grades: Grades, width: int) -> str:
    console = Console(width=width, file=io.StringIO())
    console.print(grades_table(grades, width))
    return console.file.getvalue()


def test_the_total_is_the_sum_of_the_points(grades: Grades) -> None:
    assert [student.total for student in grades.students] == [9.0, 1.5, 0.0]
    assert grades.total == 9.0


@pytest.mark.parametrize("width", [60, 80, 200])
def test_every_student_and_remark_is_in_the_table_at_any_width(grades: Grades, width: int) -> None:
    text = printed(grades, width)
    assert all(student.student in text for student in grades.students)
    assert max(len(line) for line in text.splitlines()) <= width


def test_a_narrow_terminal_gets_a_table_per_notebook() -> None:
    exercises = tuple(Exercise(f"{n}_book", f"exercise_{n}_{k}", 5.0) for n in range(5) for k in range(4))
    wide = Grades("m", exercises, (StudentGrades("ada", (5.0,) * 20),))
    assert printed(wide, 200).count("Student") == 1
    assert printed(wide, 70).count("Student") == 6  # five notebooks, and the totals


def test_the_csv_file_holds_points_totals_and_remarks(grades: Grades, tmp_path: Path) -> None:
    write_csv(grades, tmp_path / "grades.csv")
    rows = list(csv.DictReader((tmp_path / "grades.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0]["1_shapes/describe"] == "4" and rows[0]["total"] == "9"
    assert rows[2]["1_shapes/describe"] == "" and rows[2]["remarks"] == "4_layout: not a notebook"


def test_a_students_name_cannot_put_markup_into_the_class_report(grades: Grades) -> None:
    page = render_class_report(grades)
    assert "<b>cy" not in page and "&lt;b&gt;cy" in page


def test_the_class_report_says_how_many_solved_each_exercise(grades: Grades) -> None:
    assert "● 1" in render_class_report(grades)


def test_an_empty_class_has_a_report() -> None:
    assert "Nobody has handed in" in render_class_report(Grades("m", (Exercise("n", "e", 2.0),), ()))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-dash", "@SUM(A1)", "\t=1", " =1", "\uff1d1"])
def test_a_name_that_is_a_formula_is_text_in_a_spreadsheet(name: str, tmp_path: Path) -> None:
    write_csv(Grades("m", (Exercise("n", "e", 2.0),), (StudentGrades(name, (2.0,), (name,)),)), tmp_path / "g.csv")
    with (tmp_path / "g.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["remarks"], row["total"]) == (f"'{name}", f"'{name}", "2")
