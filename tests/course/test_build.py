"""lessons/ -> source/ -> release/: what is committed is what the text makes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from shapewise.course.release import build_release
from shapewise.course.source import CHECKED, EditedNotebookError, build_source
from tests.conftest import copy_of_course
from tests.exercises.lessons import defined, lessons, run_hidden

REPAIR = "is not what the lesson's text makes: run `make build` and commit the result"


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = copy_of_course(tmp_path_factory.mktemp("build") / "course", "lessons", "source")
    build_source(copy)
    build_release(copy)
    return copy


def notebooks(folder: Path) -> dict[str, dict]:
    return {str(path.relative_to(folder)): json.loads(path.read_text("utf-8")) for path in folder.rglob("*.ipynb")}


@pytest.mark.parametrize("step", ["source", "release"])
def test_a_rebuild_gives_the_committed_notebooks_byte_for_byte(course: Path, rebuilt: Path, step: str) -> None:
    built = {path.relative_to(rebuilt): path.read_bytes() for path in (rebuilt / step).rglob("*") if path.is_file()}
    assert len(built) == 7  # six notebooks and the glossary
    for path, content in built.items():
        assert (course / path).exists(), f"{path} is missing: run `make build` and commit the result"
        assert (course / path).read_bytes() == content, f"{path} {REPAIR}"


def test_release_holds_only_what_source_makes(course: Path, rebuilt: Path) -> None:
    assert notebooks(course / "release").keys() == notebooks(rebuilt / "release").keys()


def test_no_solution_hidden_test_or_instructor_metadata_reaches_students(course: Path) -> None:
    for name, notebook in notebooks(course / "release").items():
        text = json.dumps(notebook)
        for marker in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TEST", "jupytext", "nbval", "demonstration"):
            assert marker not in text, f"{name} holds {marker}"
        assert notebook["metadata"].keys() <= {"kernelspec", "language_info"}
        for cell in notebook["cells"]:
            assert cell["metadata"].keys() <= {"nbgrader", "deletable", "editable", "tags", "jupyter"}
            for output in cell.get("outputs", []):  # an explorer's stored picture or the first panel, nothing that ran
                html = "".join(output["data"]["text/html"])
                stored = "sw-stored" in html or "shapewise-progress is-not-started" in html
                assert stored, f"{name}: a student gets outputs"


def test_the_progress_panel_stands_in_a_released_notebook_before_anybody_ran_it(course: Path) -> None:
    for name, notebook in notebooks(course / "release").items():
        asked = [cell for cell in notebook["cells"] if "".join(cell["source"]).startswith("progress(")]
        assert asked, name
        for cell in asked:
            assert "not started" in "".join(cell["outputs"][0]["data"]["text/plain"]), name


def test_no_line_of_a_hidden_test_or_solution_is_left_in_release(course: Path) -> None:
    release = notebooks(course / "release")
    regions = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
    for name, source in notebooks(course / "source").items():
        left = {cell["id"]: "".join(cell["source"]) for cell in release[name]["cells"]}
        for cell in source["cells"]:
            for region in regions.finditer("".join(cell["source"])):
                lines = {line.strip() for line in region[2].splitlines() if len(line.strip()) > 20}
                shown = {line.strip() for line in left[cell["id"]].splitlines()}
                allowed = {"from shapewise import call", "from shapewise import check"}
                if "repair" in cell["metadata"].get("tags", []):  # most of the broken code is as it should be
                    broken = "".join(cell["source"]).partition("### END SOLUTION")[2]
                    allowed |= {line.strip() for line in broken.splitlines()}
                assert not lines & shown - allowed


@pytest.mark.parametrize("name", [name for name, lesson in lessons().items() if lesson.is_repair])
def test_a_repair_task_is_handed_out_broken_and_every_test_of_it_fails(course: Path, name: str) -> None:
    (cell,) = (
        cell for notebook in notebooks(course / "release").values() for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    handed_out = lessons()[name].handed_out()
    assert "".join(cell["source"]) == handed_out
    assert all(run_hidden(test, name, defined(handed_out, name)) is not None for test in lessons()[name].tests)


def test_every_cell_has_an_id_of_its_own(course: Path) -> None:
    for step in ("source", "release"):
        for name, notebook in notebooks(course / step).items():
            ids = [cell["id"] for cell in notebook["cells"]]
            assert len(ids) == len(set(ids)), f"{step}/{name}"


def test_grade_ids_are_unique_over_all_notebooks(course: Path) -> None:
    found = [
        cell["metadata"]["nbgrader"]["grade_id"]
        for notebook in notebooks(course / "source").values()
        for cell in notebook["cells"]
        if "nbgrader" in cell["metadata"]
    ]
    assert len(found) == len(set(found))


def test_every_cell_whose_output_nbval_compares_has_an_output_stored(course: Path) -> None:
    for name, notebook in notebooks(course / "source").items():
        for cell in notebook["cells"]:
            if CHECKED in cell["metadata"].get("tags", []):
                assert cell["outputs"], f"{name}, cell {cell['id']}: run `shapewise build --execute`"


def test_an_edit_of_source_that_the_text_lacks_is_not_overwritten(tmp_path: Path) -> None:
    copy = copy_of_course(tmp_path / "course", "lessons", "source")
    text, edited = copy / "lessons/m01_tensors/1_shapes.py", copy / "source/m01_tensors/1_shapes.ipynb"
    notebook = json.loads(edited.read_text("utf-8"))
    notebook["cells"][0]["source"] = ["# A title that an instructor typed in JupyterLab"]
    edited.write_text(json.dumps(notebook), "utf-8")
    os.utime(text, (edited.stat().st_mtime - 10,) * 2)
    with pytest.raises(EditedNotebookError):
        build_source(copy)
    assert "typed in JupyterLab" in edited.read_text("utf-8")


def test_a_byte_order_mark_and_what_macos_leaves_lying_about_change_nothing(course: Path, tmp_path: Path) -> None:
    copy = copy_of_course(tmp_path / "course")
    lessons, source = copy / "lessons" / "m01_tensors", copy / "source" / "m01_tensors"
    for folder in (lessons, source):
        folder.mkdir(parents=True)
    text = (course / "lessons" / "m01_tensors" / "5_attention.py").read_bytes()
    (lessons / "5_attention.py").write_bytes(b"\xef\xbb\xbf" + text)
    for path in (lessons / "._5_attention.py", source / "._5_attention.ipynb"):
        path.write_bytes(b"\0\x05\x16\x07\0\x02\0\0Mac OS X        \xff\xfe")
    assert build_source(copy) == [source / "5_attention.ipynb"]
    assert build_release(copy) == [copy / "release" / "m01_tensors" / "5_attention.ipynb"]
    cells = [json.loads(path.read_text("utf-8"))["cells"] for path in (source / "5_attention.ipynb", course / "source" /
             "m01_tensors" / "5_attention.ipynb")]  # fmt: skip
    assert [cell["source"] for cell in cells[0]] == [cell["source"] for cell in cells[1]]
    assert {path.name for path in (copy / "release" / "m01_tensors").iterdir()} == {"5_attention.ipynb"}


def test_a_lesson_that_is_not_utf_8_is_answered_with_a_sentence(tmp_path: Path) -> None:
    copy = copy_of_course(tmp_path / "course")
    (copy / "lessons" / "m01_tensors").mkdir(parents=True)
    (copy / "lessons" / "m01_tensors" / "1_shapes.py").write_bytes("# %% größe".encode("latin-1"))
    with pytest.raises(RuntimeError, match="Save it as UTF-8"):
        build_source(copy)
