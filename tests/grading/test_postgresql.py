"""A gradebook on a real PostgreSQL server: the same scores as in a file, and nothing lost when the server is killed."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from shapewise.__main__ import main
from shapewise.course.release import build_release
from shapewise.grading.command.gradebook import read_scores
from shapewise.grading.command.recording import Recording
from shapewise.grading.command.run import Options, grade
from shapewise.grading.command.standing import read_grades
from shapewise.grading.command.trouble import MachineError
from tests.grading.conftest import HIDDEN, LIMITS
from tests.grading.postgresql import Server, binaries
from tests.grading.written_course import ASSIGNMENT, hand_in, make_course

STUDENTS = ("ada", "ben", "cid", "dot", "eve")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        assert "CI" not in os.environ, ".ci/run installs PostgreSQL, and it is not there"
        pytest.skip("no PostgreSQL is installed (Debian: apt-get install postgresql)")
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        pytest.skip("PostgreSQL runs for nobody whose user id has no name")
    with Server(programs) as server:
        yield server


@pytest.fixture(scope="module")
def in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class whose gradebook is a file; not built and not graded."""
    course = make_course(tmp_path_factory.mktemp("file") / "course")
    for number, student in enumerate(STUDENTS):
        answers = {} if number % 2 else {"heads": None}
        hand_in(course, student, answers, "Because." if number else None, f"2026-10-0{number + 1} 12:00:00 UTC")
    return course


@pytest.fixture(scope="module")
def on_the_server(in_a_file: Path, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same class, with its gradebook on the server."""
    course = tmp_path_factory.mktemp("server") / "course"
    shutil.copytree(in_a_file, course)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f'\nc.CourseDirectory.db_url = "{server.url}"\n')
    return course


def run(course: Path) -> None:
    grade(course, ASSIGNMENT, Console(quiet=True), Options(limits=LIMITS, hidden=HIDDEN, jobs=1))


def test_a_server_that_is_killed_while_a_class_is_graded_loses_nothing_and_scores_are_those_of_a_file(
    in_a_file: Path, on_the_server: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_release(on_the_server)
    recorded: list[str] = []
    record = Recording.record

    def record_until_the_third(self: Recording, graded: Any, submission: Any) -> None:
        recorded.append(graded.student)
        if len(recorded) == 3:
            server.kill()
        record(self, graded, submission)

    with monkeypatch.context() as patched:
        patched.setattr(Recording, "record", record_until_the_third)
        with pytest.raises(MachineError, match="Start the database's server"):
            run(on_the_server)
    assert len(list(on_the_server.glob("autograded/*/small"))) == 2
    server.start()
    run(on_the_server)
    build_release(in_a_file)
    run(in_a_file)
    assert read_scores(on_the_server, ASSIGNMENT) == read_scores(in_a_file, ASSIGNMENT)
    assert len(read_scores(on_the_server, ASSIGNMENT)) == 6 * len(STUDENTS)
    assert read_grades(on_the_server, ASSIGNMENT) == read_grades(in_a_file, ASSIGNMENT)


@pytest.mark.parametrize("words", [["grade", ASSIGNMENT], ["build"], ["roster"], ["extend", "ada", "--days", "3"]])
def test_a_server_that_is_down_is_one_sentence_with_what_to_do(
    words: list[str], in_a_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    course = at(f"postgresql://grader@/postgres?host={tmp_path}", in_a_file, tmp_path)
    assert main([*words, "--course", str(course)]) == 1
    said = capfd.readouterr().err
    assert "Start the database's server" in said and "Traceback" not in said and len(said) < 1000


def test_a_driver_that_is_not_installed_is_one_sentence_with_the_command_that_installs_it(
    in_a_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    course = at("postgresql+pg8000://grader@localhost/grades", in_a_file, tmp_path)
    assert main(["grade", ASSIGNMENT, "--course", str(course)]) == 1
    said = capfd.readouterr().err
    assert "pip install 'shapewise[postgresql]'" in said and "Traceback" not in said and len(said) < 500


def at(url: str, course: Path, tmp_path: Path) -> Path:
    """A copy of the course whose gradebook has this address."""
    shutil.copytree(course, tmp_path / "course", ignore=shutil.ignore_patterns("gradebook.db"))
    with (tmp_path / "course" / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f'\nc.CourseDirectory.db_url = "{url}"\n')
    return tmp_path / "course"
