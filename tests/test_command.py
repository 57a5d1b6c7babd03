"""The command ``shapewise``: its help, its sentences when something is missing, its exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapewise.__main__ import main


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on stderr: one sentence or two, and no traceback."""
    said = capsys.readouterr().err.strip()
    assert said and "Traceback" not in said
    return said


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "shapewise grade m01_tensors" in capsys.readouterr().out


@pytest.mark.parametrize("command", [
    "build", "learn", "grade", "report", "doctor", "roster", "extend", "collect", "export", "hand-in", "restart",
])  # fmt: skip
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "--course" in said and f"examples:\n  shapewise {command}" in said


def test_a_wrong_command_line_exits_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["grade"])
    assert ended.value.code == 2


@pytest.mark.parametrize("command", [["build"], ["learn", "m01_tensors"], ["grade", "m01_tensors"]])
def test_outside_a_course_it_says_so_and_exits_with_1(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--course", str(tmp_path)]) == 1
    assert str(tmp_path) in sentence(capsys)


@pytest.mark.parametrize("command", ["learn", "grade", "report"])
def test_an_unknown_assignment_is_answered_with_those_there_are(
    command: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "m09_nothing", "--course", str(course)]) == 1
    assert "m01_tensors" in sentence(capsys)


def test_a_class_without_submissions_is_said_to_be_empty(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ("nbgrader_config.py", "source"):
        (tmp_path / part).symlink_to(course / part)
    assert main(["grade", "m01_tensors", "--course", str(tmp_path)]) == 1
    assert "submitted" in sentence(capsys)


@pytest.mark.parametrize("jobs", ["-3", "0", "1.5", "many", "1000000"])
def test_a_number_of_jobs_that_is_none_is_answered_with_what_was_expected(
    jobs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["grade", "m01_tensors", f"--jobs={jobs}"])
    assert ended.value.code == 2
    assert "a whole number from 1 to" in sentence(capsys)
