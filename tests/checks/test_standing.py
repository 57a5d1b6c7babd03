"""How far an exercise is, from what its check found and from the code as it stands now."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shapewise.answer_code import binds, last_mark, mark, saved_cells
from shapewise.checks.standing import progress_of
from shapewise.results import Result, day_and_time

_CODE = "def describe(t):\n    return 3\n"
_OTHER = "def describe(t):\n    return 4\n"
_AT = datetime(2026, 11, 25, 10, 41, tzinfo=UTC)
_RESULTS = {"describe": Result("passed", _AT, mark(_CODE))}


def _state(**where: object) -> str:
    return progress_of("1_shapes", _RESULTS, **where).exercises[0].state  # type: ignore[arg-type]


def _saved(folder: Path, *cells: str) -> Path:
    notebook = {"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]}
    (folder / "1_shapes.ipynb").write_text(json.dumps(notebook), "utf-8")
    return folder


def test_what_passed_stays_passed_while_its_code_is_the_same(tmp_path: Path) -> None:
    assert _state(ran=["import torch", _CODE]) == "passed"
    assert _state(folder=_saved(tmp_path, "import torch", _CODE)) == "passed"


def test_a_new_check_is_asked_for_where_the_code_changed_in_the_session_or_in_the_file(tmp_path: Path) -> None:
    assert _state(ran=[_CODE, _OTHER]) == "check again"
    assert _state(folder=_saved(tmp_path, _OTHER)) == "check again"


def test_what_ran_last_counts_more_than_what_was_saved(tmp_path: Path) -> None:
    assert _state(ran=[_CODE], folder=_saved(tmp_path, _OTHER)) == "passed"


def test_without_the_notebook_s_file_the_result_stands(tmp_path: Path) -> None:
    assert _state(folder=tmp_path) == "passed"
    (tmp_path / "1_shapes.ipynb").write_text("{", "utf-8")
    assert _state(folder=tmp_path) == "passed"


def test_points_are_those_of_what_passes_with_the_code_as_it_is() -> None:
    assert progress_of("1_shapes", _RESULTS).reached > 0
    assert progress_of("1_shapes", _RESULTS, [_OTHER]).reached == 0


@pytest.mark.parametrize(
    "cell",
    [
        "def f(x): ...", "async def f(): ...", "class f:\n  pass", "f = lambda x: x", "f: object = 3",
        "@cache\ndef f(x): ...", "from mine import f", "%%time\ndef f(x):\n    return", "def f(x):\n    return (",
    ],
)  # fmt: skip
def test_a_cell_that_gives_the_name_a_meaning_is_found(cell: str) -> None:
    assert binds(cell, "f")


@pytest.mark.parametrize("cell", ["f(3)", "f == 3", "def ff(x): ...", "    def f(x): ...", "check('f')", "# f = 3", ""])
def test_a_cell_that_only_uses_the_name_is_not(cell: str) -> None:
    assert not binds(cell, "f")


def test_comments_blank_lines_and_spaces_are_no_change_of_the_code() -> None:
    assert mark(_CODE) == mark("# my answer\n\ndef describe( t ):  # easy\n\n    return 3")
    assert mark(_CODE) != mark(_OTHER)
    assert mark("def f(:\n  (") == mark("def f(:\n\n  (   ")


def test_indentation_is_code() -> None:
    assert mark("if a:\n    b\n    c") != mark("if a:\n    b\nc")


def test_the_last_cell_that_binds_the_name_counts() -> None:
    assert last_mark("describe", [_CODE, _OTHER, "describe(3)"]) == mark(_OTHER)
    assert last_mark("describe", ["1"]) == ""


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', '{"cells": [3]}'])
def test_a_file_that_is_no_notebook_has_no_cells(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text, "utf-8")
    assert saved_cells(tmp_path / "a.ipynb") == []


def test_days_are_said_as_people_do() -> None:
    today = date(2026, 11, 25)
    assert day_and_time(datetime(2026, 11, 25, 9, 5), today) == "today 09:05"
    assert day_and_time(datetime(2026, 11, 24, 18, 4), today) == "yesterday 18:04"
    assert day_and_time(datetime(2026, 11, 3, 18, 4), today) == "3 November 18:04"
    assert day_and_time(datetime(2025, 11, 3, 18, 4), today) == "3 November 2025 18:04"
