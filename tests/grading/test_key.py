"""The key is what the course's own steps make; the release is what they hand out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from shapewise.course.nbgrader import nbgrader_config
from shapewise.grading.command.key import made_from, made_of
from tests.conftest import ROOT
from tests.grading.courses.cells import answer, notebook_of, task, test, write, written

DOUBLE = answer("double", "def double(x):\n---\n    return 2 * x")
HIDDEN = test(
    "double_test", "assert double(1) == 2\n# ### BEGIN HIDDEN TESTS\nassert double(2) == 4\n# ### END HIDDEN TESTS"
)


class AddsALine(NbGraderPreprocessor):
    """A step of a course's own."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        cell.source = f"{cell.source}\n# of {resources['nbgrader']['assignment']}"
        return cell, resources


def sources(notebook: dict[str, Any]) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def test_hidden_tests_stand_in_the_key_and_nowhere_in_the_release() -> None:
    made = made_of(notebook_of(DOUBLE, HIDDEN), Config())
    assert "double(2) == 4" in sources(made.key)[1] and sources(made.release)[1] == "assert double(1) == 2"
    assert "NotImplementedError" in sources(made.key)[0] and "return 2 * x" in sources(made.reference)[0]


def test_a_course_s_own_step_works_on_all_three() -> None:
    config = Config()
    config.GenerateAssignment.preprocessors.insert(0, AddsALine)
    made = made_of(notebook_of(DOUBLE, HIDDEN), config, Path("source/ps1/one.ipynb"))
    assert all(text.endswith("# of ps1") for one in (made.key, made.release, made.reference) for text in sources(one))


def test_a_step_that_comes_after_the_gradebook_s_changes_the_release_alone() -> None:
    config = Config()
    config.GenerateAssignment.preprocessors.append(AddsALine)
    made = made_of(notebook_of(DOUBLE), config)
    assert "# of" in sources(made.release)[0] and "# of" not in sources(made.key)[0]


def test_what_a_person_grades_is_in_the_key_without_its_answer() -> None:
    cells = written("why", "Because.", 2), task("draw", "Draw.\n### BEGIN MARK SCHEME\nTwo.\n### END MARK SCHEME", 3)
    made = made_of(notebook_of(*cells), Config())
    assert sources(made.key) == ["YOUR ANSWER HERE", sources(made.key)[1]] and "Two." in sources(made.key)[1]
    assert sources(made.release)[1] == "Draw."


def test_cells_without_an_id_are_called_the_same_each_time() -> None:
    notebook = notebook_of(DOUBLE, HIDDEN)
    for cell in notebook["cells"]:
        del cell["id"]
    assert made_of(notebook, Config()) == made_of(notebook, Config())


def test_the_course_s_own_keys_are_the_same_each_time() -> None:
    path = next(ROOT.glob("source/m01_tensors/1_*.ipynb"))
    config = nbgrader_config(ROOT)
    assert made_from(path, config) == made_from(path, config)


def test_a_notebook_that_a_step_refuses_is_named(tmp_path: Path) -> None:
    path = tmp_path / "one.ipynb"
    write(notebook_of(answer("open", "x = 1\n---\n### BEGIN SOLUTION\n")), path)
    with pytest.raises(RuntimeError, match=r"one\.ipynb cannot be made: .*nested"):
        made_from(path, Config())


def test_a_notebook_of_another_language_is_refused(tmp_path: Path) -> None:
    notebook = notebook_of(DOUBLE)
    notebook["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    (tmp_path / "one.ipynb").write_text(json.dumps(notebook), "utf-8")
    with pytest.raises(RuntimeError, match="for R, and this engine runs Python"):
        made_from(tmp_path / "one.ipynb", Config())
