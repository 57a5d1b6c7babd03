"""Tampering with the notebook's own structure: metadata, points, ids, test cells."""

from __future__ import annotations

import copy
import json
from typing import Any

from nbformat import v4

from tests.grading.attacks.attack import Attack

Notebook = dict[str, Any]


def _marks(cell: Any) -> dict[str, Any]:
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def _tests(notebook: Notebook) -> list[Any]:
    return [cell for cell in notebook["cells"] if _marks(cell).get("grade")]


def _solutions(notebook: Notebook) -> list[Any]:
    return [cell for cell in notebook["cells"] if _marks(cell).get("solution")]


def _more_points(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        if _marks(cell):
            _marks(cell).update(points=1000, grade=True, score=1000, max_score=1)
    return notebook


def _folded(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        cell["metadata"] |= {"collapsed": True, "jp-MarkdownHeadingCollapsed": True, "scrolled": "auto"}
    return notebook


def _emptied_tests(notebook: Notebook) -> Notebook:
    for cell in _tests(notebook):
        cell["source"] = "3.0"
        _marks(cell).update(locked=False, checksum="0" * 32)
    return notebook


def _commented_tests(notebook: Notebook) -> Notebook:
    for cell in _tests(notebook):
        cell["source"] = "# I wonder what is tested here\n" + cell["source"] + "\nprint('it works')"
    return notebook


def _deleted_tests(notebook: Notebook) -> Notebook:
    notebook["cells"] = [cell for cell in notebook["cells"] if not _marks(cell).get("grade")]
    return notebook


def _added_tests(notebook: Notebook) -> Notebook:
    for number in range(3):
        marks = {**_marks(_tests(notebook)[0]), "grade_id": f"bonus_{number}", "points": 100}
        notebook["cells"].insert(3, v4.new_code_cell("100.0", metadata={"nbgrader": marks}))
    return notebook


def _added_cells(notebook: Notebook) -> Notebook:
    for number in range(3):
        notebook["cells"].insert(2 + 3 * number, v4.new_code_cell(f"attempt = {number}\nattempt"))
        notebook["cells"].insert(2 + 3 * number, v4.new_markdown_cell("Let me think."))
    return notebook


def _second_tests(notebook: Notebook) -> Notebook:
    for cell in _tests(notebook):
        easy = {**copy.deepcopy(cell), "source": "3.0", "id": cell["id"] + "-b"}
        notebook["cells"] += [easy]
        notebook["cells"].insert(0, {**copy.deepcopy(easy), "id": cell["id"] + "-c"})
    return notebook


def _copied_cells(notebook: Notebook) -> Notebook:
    for cell in [*_solutions(notebook), *_tests(notebook)]:
        notebook["cells"].append({**copy.deepcopy(cell), "id": cell["id"] + "-copy"})
    return notebook


def _tests_as_solutions(notebook: Notebook) -> Notebook:
    for cell in _tests(notebook):
        cell["source"] = "3.0"
        _marks(cell).update(solution=True, locked=False, grade=True)
    return notebook


def _swapped_ids(notebook: Notebook) -> Notebook:
    for solution, test in zip(_solutions(notebook), _tests(notebook), strict=False):
        a, b = _marks(solution), _marks(test)
        a["grade_id"], b["grade_id"] = b["grade_id"], a["grade_id"]
        solution["id"], test["id"] = test["id"], solution["id"]
    return notebook


def _lost_marks(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    return notebook


def _tagged(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["student-process", "demonstration", "raises-exception", "skip-execution"]
    _solutions(notebook)[0]["source"] = "import builtins\nclass AssertionError(Exception): pass\ndoubled = print"
    return notebook


def _own_tags(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["important", "student-process", "raises-exception"]
    return notebook


def _other_kernel(notebook: Notebook) -> Notebook:
    notebook["metadata"] = {
        "kernelspec": {"name": "bash", "display_name": "x", "argv": ["touch", "@COURSE@/kernel"], "language": "bash"},
        "language_info": {"name": "bash", "file_extension": "/../../../x"},
        "nbgrader": {"score": 10, "autograded": True}, "celltoolbar": "Create Assignment",
    }  # fmt: skip
    return notebook


def _renamed_kernel(notebook: Notebook) -> Notebook:
    notebook["metadata"] = {"kernelspec": {"name": "my-env", "display_name": "My env", "language": "python"}}
    return notebook


def _strange_marks(notebook: Notebook) -> Notebook:
    strange: list[Any] = [[], "x", 7, None, {"grade_id": ["doubled_test"]}, {"grade_id": {"a": 1}, "points": "1e400"}]
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"]["nbgrader"] = strange[number % len(strange)]
    return notebook


def _deep(notebook: Notebook) -> bytes:
    notebook["cells"][0]["metadata"] = {"deep": "@DEEP@"}
    return json.dumps(notebook).replace('"@DEEP@"', "[" * 200_000 + "]" * 200_000).encode()


def _large(notebook: Notebook) -> Notebook:
    notebook["metadata"]["widgets"] = {"state": ["x" * 1000] * 5_000}
    return notebook


def _moved(notebook: Notebook) -> Notebook:
    """Every test first, before the solutions are written."""
    notebook["cells"].sort(key=lambda cell: not _marks(cell).get("grade"))
    return notebook


def _in_markdown(notebook: Notebook) -> Notebook:
    for cell in _solutions(notebook):
        notebook["cells"].append(v4.new_markdown_cell("    " + cell["source"]))
        cell["cell_type"], cell["source"] = "raw", "# see below"
        cell.pop("outputs", None)
    return notebook


def _with_reasons(notebook: Notebook) -> Notebook:
    for cell in _solutions(notebook):
        notebook["cells"].append(v4.new_markdown_cell("```python\n" + cell["source"] + "\n```\nis how I did it."))
    return notebook


def _hostile_text(notebook: Notebook) -> Notebook:
    _solutions(notebook)[0]["source"] = "(" * 5_000 + "-" * 90_000 + "1"
    _solutions(notebook)[1]["source"] = "x = " + "a." * 90_000 + "b"
    _solutions(notebook)[2]["source"] = "def label(n):\n    return " + "+".join(["n"] * 50_000)
    notebook["cells"] += [v4.new_code_cell("[" * 150_000), v4.new_code_cell("def label(n): \0 return 1")]
    return notebook


def _long_text(notebook: Notebook) -> Notebook:
    for cell in _solutions(notebook):
        cell["source"] += "\n" + "# a long thought\n" * 2_000
    return notebook


ATTACKS = (
    Attack("every cell is worth a thousand points", "points in the metadata", _more_points, _folded),
    Attack("tests are replaced by a number", "the text of the tests", _emptied_tests, _commented_tests),
    Attack("tests are deleted", "tests that do not run", _deleted_tests, _deleted_tests),
    Attack("tests of the student's own bring a hundred points", "points for new cells", _added_tests, _added_cells),
    Attack("easy second tests share the ids of the real ones", "the choice among copies", _second_tests, _copied_cells),
    Attack("tests are declared solutions", "the student's right to write", _tests_as_solutions, _folded),
    Attack("ids of tests and solutions are swapped", "the pairing of cells", _swapped_ids, _lost_marks),
    Attack("tags ask for the tests to run in the student's process", "where tests run", _tagged, _own_tags),
    Attack("another kernel is asked for", "the program that runs the notebook", _other_kernel, _renamed_kernel),
    Attack("marks that are lists, numbers and nothing", "an error in the engine", _strange_marks, _lost_marks),
    Attack("metadata nested two hundred thousand deep", "the stack of whoever reads it", _deep, _large),
    Attack("solutions stand after their tests, or nowhere", "the order of cells", _in_markdown, _with_reasons),
    Attack("tests are moved before the stubs", "names that do not exist yet", _moved, _moved),
    Attack("texts that exhaust a parser", "the judge, when it reads them", _hostile_text, _long_text),
)
