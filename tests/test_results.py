"""Results in a file beside the notebooks: kept, replaced as a whole, never lost, never in a grader's folders."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shapewise.results import FILE, Result, Results, learners_folder

_AT = datetime(2026, 11, 25, 10, 41, 7, tzinfo=UTC)
_PASSED = Result("passed", _AT, "abc")


def test_a_result_is_there_for_the_next_kernel(tmp_path: Path) -> None:
    Results(tmp_path).note("describe", _PASSED)
    assert Results(tmp_path).all() == {"describe": _PASSED}


def test_two_notebooks_write_without_losing_each_other_s(tmp_path: Path) -> None:
    kernels = [Results(tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for k in range(20):
            pool.submit(kernels[k % 4].note, f"exercise_{k}", _PASSED)
    assert len(Results(tmp_path).all()) == 20


def test_the_later_check_counts_whoever_made_it(tmp_path: Path) -> None:
    one, other = Results(tmp_path), Results(tmp_path)
    one.note("describe", Result("not yet", _AT))
    other.note("describe", Result("passed", _AT + timedelta(seconds=5)))
    assert one.all()["describe"].state == "passed"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "\x00", '{"format": 9, "results": {}}', '{"format": 1, "results": {"describe": {"state": "<b>"}}}'],
)
def test_a_broken_file_is_told_and_kept_aside(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    results = Results(tmp_path)
    assert results.all() == {}
    (aside,) = tmp_path.glob("progress.broken-*.json")
    assert aside.read_text("utf-8") == text
    assert aside.name in results.trouble
    results.note("describe", _PASSED)
    assert Results(tmp_path).all() == {"describe": _PASSED}


@pytest.mark.skipif(os.name == "nt", reason="a folder's write bit means nothing on Windows")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_refuses_is_told_and_the_session_remembers(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    results = Results(tmp_path)
    results.note("describe", _PASSED)
    assert results.all() == {"describe": _PASSED}
    assert FILE in results.trouble


def test_where_a_folder_has_the_file_s_name_that_is_told_and_the_session_remembers(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    results = Results(tmp_path)
    results.note("describe", _PASSED)
    assert results.all() == {"describe": _PASSED}
    assert FILE in results.trouble
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".progress.lock")] == [FILE]


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    Results(tmp_path).note("describe", _PASSED)
    assert "shapewise" in json.loads((tmp_path / FILE).read_text("utf-8"))["about"]


@pytest.mark.parametrize("part", ["", "source/m01", "release/m01", "submitted/ada/m01", "autograded/ada", "lessons"])
def test_a_course_s_own_folders_keep_no_results(tmp_path: Path, part: str) -> None:
    (tmp_path / "nbgrader_config.py").touch()
    assert learners_folder(tmp_path / part, {}) is None


def test_a_learner_s_folder_keeps_them_within_a_course_and_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "nbgrader_config.py").touch()
    for folder in (tmp_path / "course" / "work" / "m01", tmp_path / "mine"):
        assert learners_folder(folder, {}) == folder


@pytest.mark.parametrize("name", ["NBGRADER_EXECUTION", "PYTEST_CURRENT_TEST"])
def test_grading_validating_and_testing_keep_none(tmp_path: Path, name: str) -> None:
    assert learners_folder(tmp_path, {name: "autograde"}) is None
