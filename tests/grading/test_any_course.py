"""Courses that name the engine, and nothing else, are graded as unmodified nbgrader grades them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from shapewise.grading.command.gradebook import read_scores
from shapewise.grading.command.run import Options, grade
from shapewise.grading.command.trial import try_assignments
from tests.grading.conftest import HIDDEN
from tests.grading.courses import bank, odd, quickstart, survey, waves
from tests.grading.courses.cells import Course
from tests.grading.courses.running import ENGINE, build, hand_in, nbgrader

USUAL = Course(
    {**quickstart.ASSIGNMENTS, "bank": bank.ASSIGNMENT, "survey": survey.ASSIGNMENT, "waves": waves.ASSIGNMENT},
    quickstart.CONFIG,
    quickstart.FILES,
)
COURSES = {"usual": USUAL, "odd": odd.COURSE}
Scores = dict[tuple[str, str, str], float | None]

DIFFERENT = {
    ("bank", "ada", "half_test"): "a warning on stderr costs nbgrader's student the test; here it costs nothing",
}
"""(assignment, student, test) -> why it is graded otherwise, and on purpose."""
IN_STUDENT_PROCESS = {
    "ps1": {"sum_of_squares_uses_squares"},
    "ps1_autotest": {"squares_invalid_input", "sum_of_squares_uses_squares"},
    "bank": {
        "account_test", "countdown_test", "counter_test", "twice_test", "total_source", "greet_test", "roll_test",
        "interest_test", "last_test",
    },
    "survey": {"load_test", "by_city_test", "saved_test"},
    "waves": {"wave_test"},
    "first": set(),
}  # fmt: skip


@dataclass(frozen=True)
class Graded:
    """One course, graded both ways; ``said`` is what ``shapewise grade`` printed, by assignment."""

    course: Course
    folder: Path
    built: str
    said: dict[str, str]
    ours: dict[str, Scores]
    theirs: dict[str, Scores]


@pytest.fixture(scope="module", params=COURSES)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    course = COURSES[request.param]
    plain, folder = (tmp_path_factory.mktemp(way) / "course" for way in ("nbgrader", "engine"))
    build(course, plain)
    nbgrader(plain, "generate_assignment")
    hand_in(course, plain)
    shutil.copytree(plain, folder)
    nbgrader(plain, "autograde")
    build(course, folder, ENGINE)
    with (folder / "built.txt").open("w+", encoding="utf-8") as file:
        try_assignments(folder, Console(file=file, width=200))
    said = {}
    for assignment in course.assignments:
        with (folder / "printed.txt").open("w+", encoding="utf-8") as file:
            grade(folder, assignment, Console(file=file, width=200), Options(hidden=HIDDEN))
            file.seek(0)
            said[assignment] = file.read()
    return Graded(
        course, folder, (folder / "built.txt").read_text("utf-8"), said,
        {assignment: read_scores(folder, assignment) for assignment in course.assignments},
        {assignment: read_scores(plain, assignment) for assignment in course.assignments},
    )  # fmt: skip


def test_every_score_is_nbgrader_s_or_differs_for_a_stated_reason(graded: Graded) -> None:
    different = {
        (assignment, student, test): (theirs, graded.ours[assignment].get((student, notebook, test)))
        for assignment, scores in graded.theirs.items()
        for (student, notebook, test), theirs in scores.items()
        if theirs != graded.ours[assignment].get((student, notebook, test))
    }
    compared = sum(len(scores) for scores in graded.theirs.values())
    assert compared > 5
    for assignment, theirs in graded.theirs.items():
        assert graded.ours[assignment].keys() == theirs.keys(), graded.said[assignment]
    expected = {key: reason for key, reason in DIFFERENT.items() if key[0] in graded.course.assignments}
    assert different.keys() == expected.keys(), f"(nbgrader's, ours): {different}"


def test_the_summary_names_what_runs_in_the_student_s_process(graded: Graded) -> None:
    for assignment, said in graded.said.items():
        named = {test for test in IN_STUDENT_PROCESS[assignment] if f": {test} (" in said}
        assert named == IN_STUDENT_PROCESS[assignment]
        assert said.count("the reference does not pass it") + said.count("needs what this one leaves") == len(named)


def test_the_self_test_finds_nothing_to_mend(graded: Graded) -> None:
    assert "To mend" not in "".join([graded.built, *graded.said.values()])


def test_no_delimiter_and_no_hidden_test_stands_on_a_feedback_page(graded: Graded) -> None:
    pages = [page.read_text("utf-8") for page in (graded.folder / graded.course.folder("feedback")).rglob("*.html")]
    assert len(pages) == sum(2 * len(content.notebooks) for content in graded.course.assignments.values())
    for page in pages:
        assert not any(secret in page for secret in ("HIDDEN TESTS", "secret&gt;", "<secret>", "except TooLittle"))


def test_nbgrader_s_own_command_grades_the_same_where_the_engine_is_named(graded: Graded, tmp_path: Path) -> None:
    shutil.copytree(graded.folder, tmp_path / "course", ignore=shutil.ignore_patterns("gradebook.db", "marked"))
    shutil.copy(graded.folder / "gradebook.db", tmp_path / "course")
    assignment = sorted(graded.ours)[0]
    said = nbgrader(tmp_path / "course", "autograde", assignment)
    assert read_scores(tmp_path / "course", assignment) == graded.ours[assignment]
    assert all(f": {test} (" in said for test in IN_STUDENT_PROCESS[assignment])
