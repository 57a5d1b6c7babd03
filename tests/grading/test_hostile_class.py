"""One of every hand-in that once stopped the class, beside honest ones: everybody is graded, and everything is said."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from shapewise.grading.command.reading import shown
from tests.conftest import ROOT
from tests.grading.hostile_class import ASSIGNMENT, HAND_INS, HandIn, make_course

_MOST_MEMORY = 900  # MiB; 60 MiB of {} took 3 GB where the command itself read them


@dataclass(frozen=True)
class _Graded:
    course: Path
    code: int
    said: str
    failed: str
    rows: dict[str, dict[str, str]]


def _ids(hand_in: HandIn) -> str:
    return f"{hand_in.fault} ({shown(hand_in.student)[:20]})"


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with the whole class's hand-ins."""
    course = tmp_path_factory.mktemp("hostile") / "course"
    make_course(course)
    for hand_in in HAND_INS:
        (course / "submitted").mkdir(exist_ok=True)
        hand_in.make(course / "submitted" / hand_in.student)
    (course / "submitted" / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (course / "submitted" / "README.md").write_text("One folder a student.", "utf-8")
    return course


def _grade(course: Path, *options: str) -> _Graded:
    done = subprocess.run(
        [sys.executable, "-m", "tests.grading.hostile_class", "--course", str(course), *options],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    table = course / "report" / f"{ASSIGNMENT}.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    return _Graded(course, done.returncode, done.stdout, done.stderr, rows)


@pytest.fixture(scope="module")
def graded(handed_in: Path) -> _Graded:
    """The class after one run of the command."""
    return _grade(handed_in)


def _row(graded: _Graded, hand_in: HandIn) -> dict[str, str]:
    name = shown(hand_in.student) if "rename" in hand_in.says else hand_in.student
    return graded.rows.get(name) or graded.rows[f"'{name}"]


def test_the_run_ends_well_with_table_csv_file_and_report(graded: _Graded) -> None:
    assert graded.code == 0, graded.failed
    assert "Traceback" not in graded.failed + graded.said
    report = (graded.course / "report" / f"{ASSIGNMENT}.html").read_text("utf-8")
    assert len(graded.rows) == len(HAND_INS)
    assert f"{len(HAND_INS)} students" in report
    assert "ada" in graded.said and "timestamp.txt is a link" in graded.said


@pytest.mark.parametrize("hand_in", HAND_INS, ids=_ids)
def test_each_hand_in_has_its_points_and_its_remark(graded: _Graded, hand_in: HandIn) -> None:
    row = _row(graded, hand_in)
    assert (float(row["total"]) if row["one/doubled"] else None) == hand_in.points, row
    if hand_in.says:
        assert re.search(hand_in.says, row["remarks"]), row["remarks"]
    else:
        assert row["remarks"] == ""


@pytest.mark.parametrize("hand_in", [h for h in HAND_INS if h.points is not None and "missing" not in h.says], ids=_ids)
def test_everyone_with_a_graded_notebook_has_a_whole_page(graded: _Graded, hand_in: HandIn) -> None:
    notebook = graded.course / "autograded" / hand_in.student / ASSIGNMENT / "one.ipynb"
    if not notebook.exists():
        assert "lies there" in hand_in.says
        return
    json.loads(notebook.read_text("utf-8"))
    page = graded.course / "feedback" / hand_in.student / ASSIGNMENT / "one.html"
    assert page.read_text("utf-8").rstrip().endswith("</html>")


def test_nothing_that_acts_and_nothing_linked_is_copied_on(graded: _Graded) -> None:
    copied = [path for part in ("autograded", "feedback") for path in (graded.course / part).rglob("*")]
    kinds = {path.suffix.lower() for path in copied if path.is_file()}
    assert kinds <= {".ipynb", ".html", ".txt", ".csv"}
    assert not [path for path in copied if path.is_symlink()]
    pages = {path.name for path in copied if path.suffix.lower() in (".html", ".htm") and path.is_file()}
    assert pages == {"one.html"}
    assert not (graded.course / "feedback" / "c2-page").exists()
    assert not [path for path in copied if path.is_file() and b"root:" in path.read_bytes()]


def test_the_assignment_s_data_are_there_whatever_a_student_puts_in_their_place(graded: _Graded) -> None:
    for student in ("ada", "a3-file", "a3-folder"):
        folder = graded.course / "autograded" / student / ASSIGNMENT
        assert (folder / "data" / "numbers.txt").read_text("utf-8") == "1 2 3\n"
        assert (folder / "table.csv").read_text("utf-8") == "a,b\n1,2\n"
    assert (graded.course / "autograded" / "ben" / ASSIGNMENT / "notes.txt").read_text("utf-8") == "mine"


def test_no_field_of_the_csv_file_begins_a_formula(graded: _Graded) -> None:
    fields = [field for row in graded.rows.values() for field in (row["student"], row["remarks"])]
    assert not [field for field in fields if field[:1] in ("=", "+", "-", "@", "\t", "\r")]
    raw = (graded.course / "report" / f"{ASSIGNMENT}.csv").read_text("utf-8-sig")
    assert not re.search(r'[;\t]"?[=@+-]', re.sub(r'"[^"]*(?:""[^"]*)*"', "", raw))


def test_the_instructor_s_process_holds_no_submission_unpacked(graded: _Graded) -> None:
    assert int(graded.failed.split()[-1]) < _MOST_MEMORY


def test_a_second_run_says_the_same_and_grades_nobody_again(graded: _Graded) -> None:
    before = {path: path.stat().st_mtime_ns for path in graded.course.glob("autograded/*/*/*.ipynb")}
    again = _grade(graded.course)
    assert again.code == 0, again.failed
    assert again.rows == graded.rows
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_nbgrader_s_own_command_refuses_links_and_grades_the_others_alike(graded: _Graded, tmp_path: Path) -> None:
    course = tmp_path / "course"
    some = ("ada", "zoe", "=1+1", "a1-lost", "a3-page", "a3-file", "a3-folder", "[ab]", "c2-acting", "c3-student",
            "c3-folder", "c3-notebook", "c3-inside", "a4-zone", "a4-digits", "a4-link", "pipe",
            "pipe-beside")  # fmt: skip
    make_course(course)
    (course / "submitted").mkdir()
    for hand_in in HAND_INS:
        if hand_in.student in some:
            hand_in.make(course / "submitted" / hand_in.student)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT],
        cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("links are never followed") >= 3

    def files(of: Path) -> dict[str, bytes]:
        found = (path for name in some for path in (of / "autograded" / name).rglob("*") if path.is_file())
        return {str(path.relative_to(of)): path.read_bytes() for path in found}

    ours, theirs = files(graded.course), files(course)
    assert [name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)] == []
    assert len(ours) >= len(some) - 2


def test_one_student_s_odd_name_can_be_given_to_the_command(graded: _Graded) -> None:
    notebook = graded.course / "autograded" / "-dash" / ASSIGNMENT / "one.ipynb"
    before = notebook.stat().st_mtime_ns
    again = _grade(graded.course, "--student=-dash", "--regrade")
    assert again.code == 0, again.failed
    assert notebook.stat().st_mtime_ns != before
    assert again.rows == graded.rows
