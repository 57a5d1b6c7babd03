"""What a learner hands in: the notebooks and own files, and a report that says what is solved, unsaved, missing."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.plugins.zipcollect import FileNameCollectorPlugin
from traitlets.config import Config

from shapewise.__main__ import main
from shapewise.answer_code import mark
from shapewise.course.hand_in_name import PATTERN
from shapewise.course.hand_in_report import lines
from shapewise.course.handing_in import contents_of, write_zip
from shapewise.results import Result, Results

_WHEN = datetime(2026, 11, 25, 10, 41, 7, tzinfo=UTC)
_STUB = "raise NotImplementedError"
_ANSWER = "def double(x):\n    return 2 * x"


def _notebook(path: Path, **answers: str) -> None:
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "metadata": {}, "source": "# A lesson"}]
    for name, text in answers.items():
        about = {"nbgrader": {"grade_id": name, "solution": True, "grade": False, "locked": False}}
        cells.append({"cell_type": "code", "metadata": about, "source": text, "outputs": [], "execution_count": None})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of two notebooks and three exercises, and a learner's folder as it was copied."""
    (tmp_path / "nbgrader_config.py").touch()
    for folder in ("release/ps1", "work/ps1"):
        _notebook(tmp_path / folder / "1_first.ipynb", double=_STUB, half=_STUB)
        _notebook(tmp_path / folder / "2_second.ipynb", third=_STUB)
    return tmp_path


def _states(course: Path) -> dict[str, str]:
    contents = contents_of(course / "work" / "ps1", course / "release" / "ps1")
    return {answer.exercise: answer.state for answer in contents.answers}


def test_each_exercise_is_told_as_the_file_and_its_check_have_it(course: Path) -> None:
    work = course / "work" / "ps1"
    _notebook(work / "1_first.ipynb", double=_ANSWER, half="x = 1")
    Results(work).note("double", Result("passed", _WHEN, mark(_ANSWER)))
    assert _states(course) == {"double": "passed", "half": "not checked", "third": "not started"}
    _notebook(work / "1_first.ipynb", double=_ANSWER + " + 1")
    assert _states(course) == {"double": "changed", "half": "missing", "third": "not started"}


def test_the_zip_holds_notebooks_and_own_files_under_their_names_and_nothing_else(course: Path) -> None:
    work = course / "work" / "ps1"
    for name in ("mine.py", "data/x.csv", ".hidden/a", "__pycache__/mine.pyc", "kept/double.py", ".released/a.ipynb"):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("1", "utf-8")
    for folder in (work, course / "release" / "ps1"):
        (folder / "handed_out.md").write_text("the same", "utf-8")
    Results(work).note("double", Result("passed", _WHEN))
    (work / "secrets").symlink_to("/etc")
    (work / "passwords").symlink_to("/etc/passwd")
    contents = contents_of(work, course / "release" / "ps1")
    file = write_zip(contents, "ada", "ps1", course / "out", _WHEN)
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == ["1_first.ipynb", "2_second.ipynb", "data/x.csv", "mine.py"]
        assert archive.read("1_first.ipynb") == (work / "1_first.ipynb").read_bytes()
    assert [name for name, _ in contents.left_out] == ["passwords"]
    assert [path.name for path in (course / "out").iterdir()] == [file.name]


def test_nbgrader_s_collector_reads_the_zip_s_name(course: Path, tmp_path: Path) -> None:
    contents = contents_of(course / "work" / "ps1", course / "release" / "ps1")
    file = write_zip(contents, "ada.l@x.edu", "ps1", tmp_path, _WHEN)
    config = Config()
    config.FileNameCollectorPlugin.named_regexp = rf".*?([^/]*/)*{PATTERN}/(?P<file_id>.+)"
    found = FileNameCollectorPlugin(config=config).collect(f"extracted/{file.stem}/1_first.ipynb")
    assert (found["student_id"], found["file_id"]) == ("ada.l@x.edu", "1_first.ipynb")


def test_a_missing_notebook_is_said_and_the_rest_is_handed_in(course: Path) -> None:
    (course / "work" / "ps1" / "2_second.ipynb").unlink()
    contents = contents_of(course / "work" / "ps1", course / "release" / "ps1")
    assert contents.missing == ("2_second.ipynb",)
    assert any("2_second.ipynb" in line for line in lines(contents, "ada", "ps1", None, date.today()))


def _run(course: Path, *words: str) -> int:
    return main(["hand-in", "ps1", "--course", str(course), "--student", "ada", *words])


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cells": 3}', '{"cells": [{"source": 3, "metadata": {}}]}', "\x00"])
def test_a_file_that_is_no_notebook_is_refused_and_left_out_on_request(course: Path, text: str, capsys: Any) -> None:
    (course / "work" / "ps1" / "2_second.ipynb").write_text(text, "utf-8")
    assert _run(course) == 1
    assert "2_second.ipynb" in capsys.readouterr().err
    assert not (course / "work" / "handed_in").exists()
    assert _run(course, "--anyway") == 0
    (file,) = (course / "work" / "handed_in").glob("*.zip")
    assert zipfile.ZipFile(file).namelist() == ["1_first.ipynb"]


def test_a_folder_that_is_not_there_or_holds_other_things_is_said(course: Path, tmp_path: Path, capsys: Any) -> None:
    assert _run(course, "--folder", str(tmp_path / "nowhere")) == 1
    assert "nowhere" in capsys.readouterr().err
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "shopping.ipynb").touch()
    assert _run(course, "--folder", str(tmp_path / "other")) == 1
    told = capsys.readouterr().err
    assert "shopping.ipynb" in told
    assert "1_first.ipynb" in told


def test_the_id_is_remembered_and_asked_for_where_there_is_none(course: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    assert main(["hand-in", "--course", str(course)]) == 1
    assert "--student" in capsys.readouterr().err
    assert _run(course) == 0
    capsys.readouterr()
    assert main(["hand-in", "--course", str(course)]) == 0
    assert "ada" in capsys.readouterr().out


def test_listing_writes_nothing(course: Path, capsys: Any) -> None:
    before = sorted(course.rglob("*"))
    assert main(["hand-in", "ps1", "--course", str(course), "--list"]) == 0
    assert "double" in capsys.readouterr().out
    assert sorted(course.rglob("*")) == before
