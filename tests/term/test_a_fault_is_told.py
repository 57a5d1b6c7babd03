"""A test that the solution does not pass, or that pays the empty notebook: every place that shows points says so."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from shapewise.__main__ import main
from tests.grading import small_course
from tests.grading.written_course import ASSIGNMENT, hand_in, make_course

WRONG, FREE = "one/doubled_test", "one/label_test"
_RIGHT_TEST = "torch.equal(outcome.result, x + x)"


def set_tests(course: Path, *, at_fault: bool) -> None:
    """The course's first notebook, as it is or with two tests at fault: one asks too much, one nothing."""
    notebook = small_course.source_notebook()
    for cell in notebook["cells"]:
        if at_fault and cell["id"] == "doubled-test":
            cell["source"] = cell["source"].replace(_RIGHT_TEST, "torch.equal(outcome.result, x + x + 1)")
        elif at_fault and cell["id"] == "label-test":
            cell["source"] = "assert callable(label)"
    (course / "source" / ASSIGNMENT / "one.ipynb").write_bytes(small_course.as_bytes(notebook))


def _say_in_a_test(course: Path, line: str) -> None:
    path = course / "source" / ASSIGNMENT / "one.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    next(cell for cell in notebook["cells"] if cell["id"] == "label-test")["source"] += f"\n{line}"
    path.write_bytes(small_course.as_bytes(notebook))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two tests at fault, one student, and one who handed in nothing."""
    course = make_course(tmp_path_factory.mktemp("fault") / "course")
    set_tests(course, at_fault=True)
    assert main(["build", "--course", str(course)]) == 1
    (course / "students.csv").write_text("id\nada\nzoe\n", "utf-8")
    assert main(["roster", str(course / "students.csv"), "--course", str(course)]) == 0
    hand_in(course, "ada", {}, "Because.")
    assert main(["grade", ASSIGNMENT, "--course", str(course)]) == 0
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it to write into."""
    shutil.copytree(graded, tmp_path / "course")
    return tmp_path / "course"


def report(course: Path) -> str:
    return html.unescape((course / "report" / f"{ASSIGNMENT}.html").read_text("utf-8"))


def test_the_report_says_which_test_what_it_gives_why_and_what_to_do(graded: Path) -> None:
    part = re.search(r'<section class="faults".*?</section>', report(graded), re.DOTALL)
    assert part is not None
    told = part[0]
    assert WRONG in told and "gives the reference 0 of 3 points" in told and "Mend the test or the solution" in told
    assert "failed: expected [[0.0" in told
    assert FREE in told and "gives the empty notebook 2 of 2 points" in told and "<code>given</code>" in told
    assert f"shapewise grade {ASSIGNMENT} --preview" in told


def test_the_report_marks_the_exercises_whose_points_are_not_final(graded: Path) -> None:
    rows = re.findall(r'id="exercise-\d+">.*?</tr>', report(graded), re.DOTALL)
    marked = {re.search(r"\d+ (\w+)<br>", row)[1] for row in rows if 'href="#faults"' in row}  # type: ignore[index]
    assert marked == {"doubled", "label"} and len(rows) > len(marked)


def test_the_table_says_so_beside_everybody_s_points_and_of_nobody_who_has_none(graded: Path) -> None:
    with (graded / "report" / f"{ASSIGNMENT}.csv").open(encoding="utf-8-sig", newline="") as file:
        remarks = {row["student"]: row["remarks"] for row in csv.DictReader(file)}
    assert WRONG in remarks["ada"] and FREE in remarks["ada"] and remarks["zoe"] == "nothing handed in"


@pytest.mark.parametrize(
    "words", [("grade", ASSIGNMENT), ("grade", ASSIGNMENT, "--preview"), ("report", ASSIGNMENT)], ids=" ".join
)
def test_each_command_that_shows_points_says_it(
    words: tuple[str, ...], course: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--course", str(course)]) == 0
    said = capfd.readouterr().out
    assert "one: doubled_test gives the reference 0 of 3" in said and "one: label_test gives the empty" in said


def test_an_export_says_it_before_a_platform_makes_the_points_look_final(
    course: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["export", ASSIGNMENT, "--for", "canvas", "--course", str(course)])
    assert "doubled_test gives the reference 0 of 3" in capfd.readouterr().out


def test_a_source_that_was_changed_and_not_built_is_told_from_what_counts(
    course: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notebook = small_course.source_notebook()
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["label-edges"]["metadata"]["nbgrader"]["points"] = 5
    cells["heads-test"]["metadata"]["nbgrader"]["grade_id"] = "heads_anew"
    (course / "source" / ASSIGNMENT / "one.ipynb").write_bytes(small_course.as_bytes(notebook))
    for words in (("grade", ASSIGNMENT), ("report", ASSIGNMENT)):
        assert main([*words, "--course", str(course)]) == 0
        said = capfd.readouterr().out
        assert "one: heads_anew is not in the gradebook" in said and "shapewise build" in said
        assert "one: heads_test is in the gradebook and not in the source" in said
        assert "one: label_edges is worth 5 points in the source and 2 in the gradebook" in said


def test_a_test_that_was_changed_since_is_said_to_be_untried_and_once_mended_nothing_is_left(
    course: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    set_tests(course, at_fault=False)
    _say_in_a_test(course, f"# {course}")  # so that nobody has tried these very tests before
    assert main(["report", ASSIGNMENT, "--course", str(course)]) == 0
    said = capfd.readouterr().out
    assert "Not tried since they were changed" in said and "To mend" not in said
    assert main(["build", "--course", str(course)]) == 0
    assert main(["grade", ASSIGNMENT, "--course", str(course)]) == 0
    assert "To mend" not in capfd.readouterr().out and 'class="faults"' not in report(course)
