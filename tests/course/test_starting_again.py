"""An exercise begins again from its stub, a newer notebook is taken over, and what was written is kept aside."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from shapewise.course.learning import copy_notebooks, newer_notebooks
from shapewise.course.saved_notebook import answers_in, cells_of, put_answer, source
from shapewise.course.starting_again import start_again, stubs
from shapewise.course.updating import update
from shapewise.restart_magic import _restart

_ANSWER = "def describe(t):\n    return t.shape\n"


@pytest.fixture
def own_course(tmp_path: Path, course: Path) -> Path:
    """A course with one released notebook, the first one."""
    release = tmp_path / "release" / "m01_tensors"
    release.mkdir(parents=True)
    (release / "1_shapes.ipynb").write_bytes((course / "release" / "m01_tensors" / "1_shapes.ipynb").read_bytes())
    return tmp_path


@pytest.fixture
def work(own_course: Path) -> Path:
    """The learner's folder, where describe is answered."""
    work, _ = copy_notebooks(own_course, "m01_tensors")
    put_answer(work / "1_shapes.ipynb", "describe", _ANSWER)
    return work


def test_the_stub_stands_there_again_and_the_answer_is_kept(work: Path) -> None:
    kept = start_again(work, "describe")
    assert kept is not None
    assert kept.read_text("utf-8") == _ANSWER
    assert answers_in(cells_of(work / "1_shapes.ipynb"))["describe"] == stubs(work)["describe"][1]
    nbformat.validate(nbformat.read(work / "1_shapes.ipynb", as_version=4))


def test_nothing_is_kept_where_nothing_was_written(work: Path) -> None:
    assert start_again(work, "last_valid") is None
    assert not (work / "kept").exists()


def test_two_answers_of_one_second_are_both_kept(work: Path) -> None:
    first = start_again(work, "describe")
    put_answer(work / "1_shapes.ipynb", "describe", "second = 2")
    second = start_again(work, "describe")
    assert first is not None
    assert second is not None
    assert (first.read_text("utf-8"), second.read_text("utf-8")) == (_ANSWER, "second = 2\n")


def test_a_name_much_like_an_exercise_s_is_asked_about(work: Path) -> None:
    with pytest.raises(LookupError, match=r"Did you mean describe\?"):
        start_again(work, "describ")


def test_an_unknown_exercise_is_named_with_those_there_are(work: Path) -> None:
    with pytest.raises(LookupError, match="last_valid"):
        start_again(work, "describes")


def test_a_broken_notebook_is_left_as_it_is(work: Path) -> None:
    (work / "1_shapes.ipynb").write_text("{", "utf-8")
    with pytest.raises(RuntimeError, match="no notebook"):
        start_again(work, "describe")
    assert (work / "1_shapes.ipynb").read_text("utf-8") == "{"


class _Shell:
    def __init__(self) -> None:
        self.next = ""

    def set_next_input(self, text: str, replace: bool) -> None:
        assert replace
        self.next = text


@pytest.mark.parametrize("answer", [_ANSWER, "def describe(t:\n    retur"], ids=["answer", "no Python yet"])
def test_the_magic_puts_the_stub_into_its_cell_and_keeps_what_stood_there(work: Path, answer: str) -> None:
    shell, told = _Shell(), list[str]()
    said = _restart(shell, work, "", answer, told.append)
    assert shell.next == stubs(work)["describe"][1]
    assert told == ["describe"]
    (kept,) = (work / "kept").iterdir()
    assert kept.read_text("utf-8").strip() == answer.strip()
    assert kept.name in said


def test_the_magic_changes_nothing_where_it_cannot_tell_the_exercise(work: Path) -> None:
    shell = _Shell()
    assert "%%restart describe" in _restart(shell, work, "", "x = 3", print)
    assert "nothing" in _restart(shell, work, "nothing", "x = 3", print)
    assert shell.next == ""
    assert not (work / "kept").exists()


def test_a_newer_release_is_told_and_taken_over_with_the_learner_s_work(own_course: Path, work: Path) -> None:
    assert newer_notebooks(own_course, "m01_tensors") == []
    released = own_course / "release" / "m01_tensors" / "1_shapes.ipynb"
    newer = json.loads(released.read_text("utf-8"))
    newer["cells"].insert(1, {"cell_type": "markdown", "id": "news", "metadata": {}, "source": ["A new sentence."]})
    released.write_text(json.dumps(newer, indent=1), "utf-8")
    own = work / "1_shapes.ipynb"
    mine = json.loads(own.read_text("utf-8"))
    mine["cells"].insert(3, {"cell_type": "markdown", "id": "note", "metadata": {}, "source": ["My note."]})
    own.write_text(json.dumps(mine, indent=1), "utf-8")
    before = own.read_bytes()

    assert newer_notebooks(own_course, "m01_tensors") == [own]
    kept = update(own_course, "m01_tensors", own)
    assert kept.read_bytes() == before
    cells = cells_of(own)
    assert answers_in(cells)["describe"] == _ANSWER
    texts = [source(cell) for cell in cells]
    assert texts.index("A new sentence.") < texts.index("My note.")
    assert newer_notebooks(own_course, "m01_tensors") == []
    nbformat.validate(nbformat.read(own, as_version=4))


def test_without_update_a_learner_s_notebook_stays_byte_for_byte(own_course: Path, work: Path) -> None:
    before = (work / "1_shapes.ipynb").read_bytes()
    (own_course / "release" / "m01_tensors" / "1_shapes.ipynb").write_text("{}", "utf-8")
    copy_notebooks(own_course, "m01_tensors")
    assert (work / "1_shapes.ipynb").read_bytes() == before


def test_an_update_that_cannot_read_the_notebook_changes_nothing(own_course: Path, work: Path) -> None:
    own = work / "1_shapes.ipynb"
    own.write_text("{", "utf-8")
    with pytest.raises(RuntimeError, match="no notebook"):
        update(own_course, "m01_tensors", own)
    assert own.read_text("utf-8") == "{"
    assert not (work / "kept").exists()
