"""The rules by which a submission becomes the notebook that is graded."""

from __future__ import annotations

import copy
import json
from typing import Any

import nbformat
import pytest

from shapewise.grading.judge.rebuild import Role, UnreadableError, WholeCell, rebuild
from shapewise.grading.judge.writing import notebook_text
from tests.grading import small_course

Cells = list[dict[str, Any]]


def rebuilt(cells: Cells) -> list[WholeCell]:
    whole, _ = rebuild(small_course.key(), json.dumps({"cells": cells}).encode())
    return whole


def submitted() -> Cells:
    cells: Cells = copy.deepcopy(small_course.submission()["cells"])
    return cells


def at(cells: Cells, cell_id: str) -> dict[str, Any]:
    return next(cell for cell in cells if cell["id"] == cell_id)


def texts(whole: list[WholeCell], grade_id: str) -> list[str]:
    return [cell.node["source"] for cell in whole if cell.grade_id == grade_id]


def order(whole: list[WholeCell]) -> list[str]:
    return [cell.node["id"] for cell in whole]


def test_an_untouched_submission_is_the_key_with_the_answers_in_it() -> None:
    whole = rebuilt(submitted())
    assert order(whole) == [cell["id"] for cell in small_course.key()["cells"]]
    assert texts(whole, "doubled") == [small_course.RIGHT["doubled"]]


def test_deleted_test_cells_come_back() -> None:
    cells = [cell for cell in submitted() if "test" not in cell["id"]]
    assert texts(rebuilt(cells), "doubled_test") == texts(rebuilt(submitted()), "doubled_test")


def test_an_edited_test_cell_is_the_source_s_again() -> None:
    cells = submitted()
    at(cells, "doubled-test")["source"] = "pass"
    assert "SECRET" in texts(rebuilt(cells), "doubled_test")[0]


def test_of_two_answers_the_last_holds_and_the_first_still_runs() -> None:
    cells = submitted()
    second = copy.deepcopy(at(cells, "doubled"))
    second |= {"id": "other", "source": "def doubled(x): return x + x"}
    cells.insert(cells.index(at(cells, "doubled")) + 1, second)
    whole = rebuilt(cells)
    assert texts(whole, "doubled") == ["def doubled(x): return x + x"]
    place = order(whole).index("doubled")
    assert whole[place - 1].node["source"] == small_course.RIGHT["doubled"]


def test_an_answer_that_lost_its_metadata_is_found_by_its_id() -> None:
    cells = submitted()
    at(cells, "doubled")["metadata"] = {}
    assert texts(rebuilt(cells), "doubled") == [small_course.RIGHT["doubled"]]


def test_an_answer_that_lost_metadata_and_id_is_found_by_what_it_defines() -> None:
    cells = submitted()
    at(cells, "doubled").update(metadata={}, id="else")
    assert texts(rebuilt(cells), "doubled") == [small_course.RIGHT["doubled"]]


def test_a_missing_answer_is_the_stub_and_never_the_solution() -> None:
    (text,) = texts(rebuilt([cell for cell in submitted() if cell["id"] != "doubled"]), "doubled")
    assert "NotImplementedError" in text
    assert "return x * 2" not in text


def test_an_answer_turned_into_text_is_code_again() -> None:
    cells = submitted()
    at(cells, "doubled")["cell_type"] = "markdown"
    whole = rebuilt(cells)
    assert [cell.node["cell_type"] for cell in whole if cell.grade_id == "doubled"] == ["code"]


def test_an_extra_cell_stays_behind_the_cell_it_followed() -> None:
    cells = submitted()
    extra = {"cell_type": "code", "id": "mine", "metadata": {}, "source": "helper = 1"}
    cells.insert(cells.index(at(cells, "doubled")) + 1, extra)
    whole = rebuilt(cells)
    assert whole[order(whole).index("doubled") + 1].node["source"] == "helper = 1"


def test_an_extra_cell_keeps_no_metadata() -> None:
    marks = {"grade": True, "grade_id": "free_points", "points": 100, "solution": False}
    cells = [*submitted(), {"cell_type": "code", "id": "x", "metadata": {"nbgrader": marks}, "source": "1"}]
    assert rebuilt(cells)[-1].node["metadata"] == {"shapewise": {"written": True}}


def test_points_are_the_source_s() -> None:
    cells = submitted()
    at(cells, "doubled-test")["metadata"]["nbgrader"]["points"] = 100
    whole = rebuilt(cells)
    assert [c.node["metadata"]["nbgrader"]["points"] for c in whole if c.grade_id == "doubled_test"] == [3]


def test_an_unlocked_lesson_cell_keeps_what_the_student_made_of_it() -> None:
    cells = submitted()
    at(cells, "imports")["source"] += "\nimport math"
    (cell,) = (cell for cell in rebuilt(cells) if cell.node["id"] == "imports")
    assert cell.role is Role.WRITTEN
    assert "import math" in cell.node["source"]


def test_cells_put_in_another_order_are_graded_in_the_source_s() -> None:
    assert order(rebuilt(submitted()[::-1])) == order(rebuilt(submitted()))


@pytest.mark.parametrize("noise", [b"", b"{", b"[]", b"null", b'{"cells": 3}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_notebook_is_said_to_be_unreadable(noise: bytes) -> None:
    with pytest.raises(UnreadableError):
        rebuild(small_course.key(), noise)


@pytest.mark.parametrize("cell", [None, 3, [], {}, {"cell_type": 1, "source": {}, "metadata": []}, {"source": [1]}])
def test_a_cell_that_is_no_cell_harms_nobody(cell: Any) -> None:
    assert texts(rebuilt([*submitted(), cell]), "doubled") == [small_course.RIGHT["doubled"]]


@pytest.mark.parametrize(
    "text",
    [
        "doubled = lambda x: x * 2", "%matplotlib inline\ndoubled = lambda x: x * 2", "doubled = torch.add",
        "def twice(x): return x * 2\ndoubled = twice",
        "from mine import doubled", "import mine as doubled", "doubled: object = twice", "doubled, other = twice, None",
        "if True:\n    doubled = twice", "!ls\ndoubled = (\n    twice\n)", "doubled = functools.partial(torch.mul, 2)",
        "class doubled:\n    pass", "async def doubled(x): ...", "doubled = x = twice",
    ],
)  # fmt: skip
def test_an_answer_without_mark_and_id_is_found_however_it_is_defined(text: str) -> None:
    cells = submitted()
    at(cells, "doubled").update(metadata={}, id="else", source=text)
    assert texts(rebuilt(cells), "doubled") == [text]


def test_of_two_that_could_be_the_answer_a_function_is_preferred() -> None:
    cells = submitted()
    at(cells, "doubled").update(metadata={}, id="else")
    cells.append({"cell_type": "code", "id": "mine", "metadata": {}, "source": "doubled = None"})
    assert texts(rebuilt(cells), "doubled") == [small_course.RIGHT["doubled"]]


def test_an_answer_by_lambda_is_found_in_another_exercise_s_cell() -> None:
    cells = [cell for cell in submitted() if cell["id"] != "doubled"]
    at(cells, "heads")["source"] += "\ndoubled = lambda x: x * 2"
    assert texts(rebuilt(cells), "doubled") == [at(cells, "heads")["source"]]


@pytest.mark.parametrize("minor", [0, 2, 4, 5])
def test_cells_have_ids_where_the_key_s_version_of_the_format_has_them(minor: int) -> None:
    key = {**small_course.key(), "nbformat_minor": minor}
    extra = {"cell_type": "code", "metadata": {}, "source": "1"}
    whole, _ = rebuild(key, json.dumps({"cells": [*submitted(), extra]}).encode())
    nbformat.validate(json.loads(notebook_text({**key, "cells": [cell.node for cell in whole]})))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_notebook_that_begins_with_a_byte_order_mark_is_read(encoding: str) -> None:
    whole, _ = rebuild(small_course.key(), json.dumps({"cells": submitted()}).encode(encoding))
    assert texts(whole, "doubled") == [small_course.RIGHT["doubled"]]
