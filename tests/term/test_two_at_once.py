"""Two runs in one course: the second says so and touches nothing; however the first ends, the next may begin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shapewise.__main__ import main
from shapewise.course.release import build_release
from shapewise.grading.command.alone import alone_in
from tests.grading.written_course import ASSIGNMENT, hand_in, make_course

_HOLD = """
import sys, time
from pathlib import Path
from shapewise.grading.command.alone import alone_in
with alone_in(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    course = make_course(tmp_path / "course")
    build_release(course)
    hand_in(course, "ada", {}, "Because.")
    return course


def test_a_second_run_is_refused_and_a_killed_one_holds_nothing(
    course: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(course)], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        try:
            assert main(["grade", ASSIGNMENT, "--course", str(course)]) == 1
        finally:
            first.kill()
    assert "another run" in capfd.readouterr().err and not (course / "autograded").exists()
    assert main(["grade", ASSIGNMENT, "--course", str(course)]) == 0
    assert (course / "report" / f"{ASSIGNMENT}.csv").is_file()


def test_a_course_is_free_again_after_each_run_and_courses_do_not_wait_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for _ in range(2):
        with alone_in(tmp_path), alone_in(tmp_path / "other"):
            pass
    with alone_in(tmp_path), pytest.raises(RuntimeError, match="another run"), alone_in(tmp_path):
        pass
