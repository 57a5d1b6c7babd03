"""What of a student's own files reaches the student's process, and what a module beside the notebook may do there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from shapewise.grading.command.handed import handed_files, laid_out
from shapewise.grading.messages.verdicts import Verdict
from tests.grading import small_course
from tests.grading.conftest import Grade

RIGHT = small_course.RIGHT["doubled"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "submitted" / "ada" / "m01"
    made.mkdir(parents=True)
    return made


def test_modules_and_data_are_handed_over_with_their_folders(folder: Path) -> None:
    (folder / "mine").mkdir()
    for name in ("mine/__init__.py", "helpers.py", "data.csv"):
        (folder / name).write_text(name)
    assert handed_files(folder) == {name: name.encode() for name in ("data.csv", "helpers.py", "mine/__init__.py")}


@pytest.mark.parametrize(
    "name", ["1_shapes.ipynb", "page.html", "x.svg", "x.so", "timestamp.txt", ".hidden.py", "noend", "a\nb.py"]
)
def test_other_kinds_of_files_stay_where_they_are(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    assert handed_files(folder) == {}


@pytest.mark.parametrize("at", [0, 1, 2, 3, 4])
def test_no_link_is_followed_in_any_part_of_a_path(tmp_path: Path, at: int) -> None:
    parts = ["submitted", "ada", "m01", "inner", "secret.py"]
    real = tmp_path / "elsewhere"
    target = real.joinpath(*parts[at + 1 :]) if at < 4 else real
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("secret")
    link = tmp_path.joinpath(*parts[: at + 1])
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(real)
    found = handed_files(tmp_path / "submitted" / "ada" / "m01")
    assert found == ({"inner/secret.py": b"secret"} if at == 0 else {})  # where all submissions lie is the course's


def test_a_pipe_holds_nothing_up(folder: Path) -> None:
    os.mkfifo(folder / "data.csv")
    assert handed_files(folder) == {}


def test_a_file_may_have_8_mib_and_all_together_16(folder: Path) -> None:
    for name in ("a", "b", "c"):
        (folder / f"{name}.npy").write_bytes(bytes(2**23))
    (folder / "big.npy").write_bytes(bytes(2**23 + 1))
    assert list(handed_files(folder)) == ["a.npy", "b.npy"]


def test_where_both_have_a_file_it_is_the_assignment_s(folder: Path) -> None:
    (folder / "tools.py").write_text("theirs")
    (folder / "own.py").write_text("own")
    assert laid_out({"tools.py": b"ours"}, folder) == {"tools.py": b"ours", "own.py": b"own"}


def test_a_module_beside_the_notebook_can_be_imported(grade: Grade) -> None:
    answer = "from tools.halves import twice\n\ndef doubled(x):\n    return twice(x)"
    files = {"tools/halves.py": b"def twice(x):\n    return x * 2\n"}
    assert grade({"doubled": answer}, files=files).score == 10


def test_a_module_of_the_student_s_takes_no_other_s_place(grade: Grade) -> None:
    shadows = ("torch", "numpy", "shapewise", "json", "random", "socket", "contextlib", "types", "asyncio")
    files = {f"{name}.py": b"raise SystemError('shadowed')" for name in shadows}
    answer = "".join(f"import {name}\n" for name in shadows) + RIGHT
    assert grade({"doubled": answer}, files=files).score == 10


def test_a_folder_where_the_assignment_has_a_file_costs_nothing(grade: Grade) -> None:
    files = {"data": b"the assignment's", "data/own.csv": b"1"}
    answer = f"assert open('data').read() == \"the assignment's\"\n{RIGHT}"
    assert grade({"doubled": answer}, files=files).score == 10


def test_a_module_that_is_missing_costs_its_own_exercise_only(grade: Grade) -> None:
    graded = grade({"doubled": f"import tools\n{RIGHT}"})
    assert graded.tests["doubled_test"].verdict is not Verdict.PASSED
    assert graded.tests["heads_test"].verdict is Verdict.PASSED
    assert "No module named 'tools'" in json.dumps(json.loads(graded.notebook))
