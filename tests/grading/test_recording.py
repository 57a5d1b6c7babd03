"""A class graded by ``shapewise grade`` and by ``nbgrader autograde``: the same gradebook, the same notebooks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from shapewise.grading.command.engine import Engine
from shapewise.grading.command.gradebook import read_scores
from shapewise.grading.command.run import Options, grade
from shapewise.grading.messages.refusal import SandboxUnavailableError
from tests.conftest import ROOT
from tests.grading import small_course
from tests.grading.conftest import HIDDEN, LIMITS

ASSIGNMENT = "small"
CLASS = {
    "ada": small_course.as_bytes(small_course.submission()),
    "ben": small_course.as_bytes(small_course.submission({"doubled": "def doubled(x): return x + 2", "label": None})),
    "cid": small_course.as_bytes(small_course.submission({"heads": "import os\nos._exit(0)"})),
    "dot": b'{"cells": [',
}


def nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(
        command, cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of one small notebook whose class has handed in."""
    course = tmp_path_factory.mktemp("small") / "course"
    (course / "source" / ASSIGNMENT).mkdir(parents=True)
    (course / "source" / ASSIGNMENT / "one.ipynb").write_bytes(small_course.as_bytes(small_course.source_notebook()))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    done = nbgrader(course, "generate_assignment", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    for student, content in CLASS.items():
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / "one.ipynb").write_bytes(content)
        (folder / "notes.txt").write_text("mine", "utf-8")
    return course


@pytest.fixture(scope="module")
def graded(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That course, graded by our command."""
    course = tmp_path_factory.mktemp("ours") / "course"
    shutil.copytree(handed_in, course)
    run(course)
    return course


def run(course: Path, **options: object) -> str:
    with (course / "printed.txt").open("w+", encoding="utf-8") as file:
        grade(course, ASSIGNMENT, Console(file=file, width=100), Options(limits=LIMITS, hidden=HIDDEN, **options))  # type: ignore[arg-type]
        file.seek(0)
        return file.read()


def notebooks(course: Path) -> dict[str, bytes]:
    return {str(path.relative_to(course)): path.read_bytes() for path in course.glob("autograded/*/*/*.ipynb")}


def score(course: Path, student: str) -> float:
    return sum(points or 0 for (who, _, _), points in read_scores(course, ASSIGNMENT).items() if who == student)


def test_every_student_gets_the_points_earned(graded: Path) -> None:
    assert {student: score(graded, student) for student in CLASS} == {"ada": 10, "ben": 3, "cid": 7, "dot": 0}


def test_nbgrader_s_own_command_gives_the_same_scores_and_the_same_notebooks(handed_in: Path, graded: Path) -> None:
    done = nbgrader(handed_in, "autograde", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    assert read_scores(handed_in, ASSIGNMENT) == read_scores(graded, ASSIGNMENT)
    assert notebooks(handed_in) == notebooks(graded)


def test_what_is_graded_is_not_graded_again(graded: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in graded.glob("autograded/*/*/*.ipynb")}
    run(graded)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_changed_submission_is_graded_again_and_no_other(graded: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(graded, course)
    before = {path: path.stat().st_mtime_ns for path in course.glob("autograded/*/*/*.ipynb")}
    (course / "submitted" / "ben" / ASSIGNMENT / "one.ipynb").write_bytes(CLASS["ada"])
    run(course)
    assert score(course, "ben") == 10
    assert {path.parts[-3] for path in before if path.stat().st_mtime_ns != before[path]} == {"ben"}


def test_grading_again_gives_the_same_scores_notebooks_and_feedback(graded: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(graded, course)
    pages = {path.relative_to(course): path.read_bytes() for path in course.glob("feedback/*/*/*.html")}
    run(course, regrade=True)
    assert read_scores(course, ASSIGNMENT) == read_scores(graded, ASSIGNMENT)
    assert notebooks(course) == notebooks(graded)
    assert {path.relative_to(course): path.read_bytes() for path in course.glob("feedback/*/*/*.html")} == pages


def test_one_student_alone_can_be_graded(handed_in: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(handed_in, course, ignore=shutil.ignore_patterns("autograded"))
    run(course, student="ada", regrade=True)
    assert [path.name for path in (course / "autograded").iterdir()] == ["ada"]


def test_points_given_by_hand_stay(graded: Path, tmp_path: Path) -> None:
    from shapewise.course.nbgrader import nbgrader_api

    course = tmp_path / "course"
    shutil.copytree(graded, course)
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.find_grade("doubled_test", "one", ASSIGNMENT, "ben").manual_score = 2.0
        gradebook.db.commit()
    run(course, regrade=True)
    with nbgrader_api(course).gradebook as gradebook:
        kept = gradebook.find_grade("doubled_test", "one", ASSIGNMENT, "ben")
        assert (kept.score, kept.needs_manual_grade) == (2.0, True)


def test_a_student_s_other_files_are_kept_and_links_are_not_followed(handed_in: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(handed_in, course, ignore=shutil.ignore_patterns("autograded"))
    folder = course / "submitted" / "ada" / ASSIGNMENT
    (folder / "link.txt").symlink_to(course / "gradebook.db")
    (folder / "timestamp.txt").write_text("2026-09-30 23:59:00 UTC", "utf-8")
    run(course, student="ada", regrade=True)
    kept = {path.name for path in (course / "autograded" / "ada" / ASSIGNMENT).iterdir()}
    assert kept == {"one.ipynb", "notes.txt", "timestamp.txt"}


def test_a_feedback_page_shows_no_hidden_test_and_no_folder_of_this_machine(graded: Path) -> None:
    for page in graded.glob("feedback/*/*/*.html"):
        text = page.read_text("utf-8")
        for secret in ("8765", "split(2", str(ROOT), str(graded), sys.prefix):
            assert secret not in text


def test_a_feedback_page_shows_each_test_s_verdict(graded: Path) -> None:
    page = (graded / "feedback" / "cid" / ASSIGNMENT / "one.html").read_text("utf-8")
    assert page.count("passed") >= 3
    assert "exited" in page


def test_where_there_are_no_user_namespaces_it_says_what_to_do_and_grades_nothing(
    handed_in: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(handed_in, course, ignore=shutil.ignore_patterns("autograded"))
    before = read_scores(course, ASSIGNMENT)
    forbidden = ["unshare", "--user", "--map-root-user", "sh", "-c", "echo 0 > /proc/sys/user/max_user_namespaces"]
    if shutil.which("unshare") is None or subprocess.run(forbidden, check=False).returncode:
        pytest.skip("user namespaces cannot be taken away here")
    forbidden[-1] += f' && exec "$0" -m shapewise grade {ASSIGNMENT} --course "$1"'
    done = subprocess.run([*forbidden, sys.executable, str(course)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--unsafe-no-sandbox" in done.stderr and "Traceback" not in done.stderr
    assert not (course / "autograded").exists()
    assert read_scores(course, ASSIGNMENT) == before


def test_where_no_process_can_fork_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")  # as on Windows
    with pytest.raises(SandboxUnavailableError, match="fork"):
        Engine().wait_until_ready()


def test_without_a_sandbox_every_run_warns_and_marks_the_notebooks(handed_in: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(handed_in, course, ignore=shutil.ignore_patterns("autograded"))
    printed = run(course, student="ada", sandboxed=False, regrade=True)
    assert "WITHOUT a sandbox" in printed
    (path,) = course.glob("autograded/*/*/*.ipynb")
    assert json.loads(path.read_text("utf-8"))["metadata"]["shapewise"]["sandboxed"] is False
