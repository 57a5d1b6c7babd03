"""The rules by which a submission becomes the notebook that is graded."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import nbformat
import pytest

from shapewise.grading.judge.rebuild import Role, UnreadableError, WholeCell, rebuild
from shapewise.grading.judge.submitted import read
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


def test_a_cell_as_it_was_released_is_nothing_that_the_student_wrote() -> None:
    key, cells = small_course.key(), submitted()
    at(key["cells"], "imports")["metadata"]["shapewise"] = {"released": "import torch  # as released"}
    for text, written in [("import torch  # as released", False), ("import torch  # my own", True)]:
        at(cells, "imports")["source"] = text
        whole, _ = rebuild(copy.deepcopy(key), json.dumps({"cells": cells}).encode())
        (cell,) = (cell for cell in whole if cell.node["id"] == "imports")
        assert cell.node["source"] == text
        assert cell.node["metadata"] == ({"shapewise": {"written": True}} if written else {})


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


def code(text: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": text, **more}


def repairs_of(cells: list[Any]) -> list[str]:
    return rebuild(small_course.key(), json.dumps({"cells": cells}).encode())[1]


def test_an_untouched_submission_needs_no_repair() -> None:
    assert repairs_of(submitted()) == []


def test_a_file_has_at_most_40_mib() -> None:
    content = json.dumps({"cells": submitted()}).encode()
    whole = content + b" " * (40 * 2**20 - len(content))
    assert rebuild(small_course.key(), whole)[1] == []
    with pytest.raises(UnreadableError, match="40 MiB, and a notebook may have 40"):
        rebuild(small_course.key(), whole + b" ")


def test_a_file_has_at_most_two_million_parts() -> None:
    for parts, what in ((2_000_000, "damaged"), (2_000_001, "more parts")):
        with pytest.raises(UnreadableError, match=what):
            rebuild(small_course.key(), b"{" + b"[" * (parts - 1))


def test_a_cell_has_at_most_200_000_letters() -> None:
    for size, kept in ((200_000, True), (200_001, False)):
        cells = [*submitted(), code("x" * size)]
        assert ("x" * size in [cell.node["source"] for cell in rebuilt(cells)]) is kept
        assert bool(repairs_of(cells)) is not kept


def test_all_cells_have_at_most_four_million_letters_together() -> None:
    cells = [code("x" * 200_000) for _ in range(20)]
    assert repairs_of(cells[:20]) == repairs_of([])
    assert any(said.startswith("1 cells") for said in repairs_of([*cells, code("y")]))


def test_a_notebook_has_at_most_1000_cells() -> None:
    assert not any("left out" in said for said in repairs_of([code("x")] * 1000))
    assert any(said.startswith("2 cells") for said in repairs_of([code("x")] * 1002))


def test_at_most_300_extra_cells_are_kept() -> None:
    for count, said in ((300, []), (301, ["Only the first 300 extra cells were kept."])):
        cells = [*submitted(), *[code(f"x{n}") for n in range(count)]]
        assert repairs_of(cells) == said
        assert len(rebuilt(cells)) == len(submitted()) + 300


def test_extra_cells_have_ids_of_their_own() -> None:
    ids = order(rebuilt([code("a"), code("b"), *submitted(), code("c"), code("d")]))
    assert len(set(ids)) == len(ids) == len(submitted()) + 4
    assert ids[:2] == ["extra-10000", "extra-10001"]


def test_a_cell_before_all_others_stays_there() -> None:
    assert rebuilt([code("first"), *submitted()])[0].node["source"] == "first"


def test_each_repair_is_told_by_the_cell_it_mends() -> None:
    cells = submitted()
    double, test = copy.deepcopy(at(cells, "doubled")), copy.deepcopy(at(cells, "doubled-test"))
    assert repairs_of([*cells, double]) == ["doubled: 2 cells have this id; the last one holds."]
    assert repairs_of([*cells, test]) == [
        "doubled_test: there were 2 copies of this locked cell; the original was put back."
    ]
    without = [cell for cell in cells if cell["id"] not in ("doubled", "doubled-test")]
    assert repairs_of(without) == [
        "doubled_test: this locked cell was missing; the original was put back.",
        "doubled: the cell was missing; the empty one was put back.",
    ]
    at(cells, "doubled")["metadata"] = {}
    assert repairs_of(cells) == ["doubled: the cell had lost its mark and was found again."]


def test_a_notebook_of_another_assignment_is_said_to_be_one() -> None:
    foreign = [code("x = 1", metadata={"nbgrader": {"grade_id": "theirs"}})]
    assert repairs_of(foreign)[0] == "this notebook belongs to another assignment."
    assert "belongs" not in str(repairs_of([*foreign, *submitted()]))
    assert "belongs" not in str(repairs_of([code("x = 1")]))


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        (b"", "an empty file"), (b"\xef\xbb\xbf {", "cut short"), (b"PK\3\4", "something else"),
        (b" " * 99 + b"{", "cut short"), (b" " * 100 + b"{", "something else"), (b"\t\r\n{", "cut short"),
    ],
)
def test_what_is_no_notebook_is_named(noise: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        rebuild(small_course.key(), noise)


@pytest.mark.parametrize("minor", [0, 2, 99])
@pytest.mark.parametrize("version", [2, 3])
def test_a_notebook_of_an_older_format_is_read(version: int, minor: int) -> None:
    cell = {
        "cell_type": "code", "input": small_course.RIGHT["doubled"], "language": "python", "outputs": [],
        "collapsed": False, "metadata": {}, "prompt_number": 1,
    }  # fmt: skip
    sheets = [{"metadata": {}, "cells": [cell]}]
    old = {"nbformat": version, "nbformat_minor": minor, "metadata": {"name": ""}, "worksheets": sheets}
    for beside in ({}, {"cells": "none"}, {"cells": None}):  # of that name, an older format has nothing
        whole, _ = rebuild(small_course.key(), json.dumps(old | beside).encode())
        assert texts(whole, "doubled") == [small_course.RIGHT["doubled"]]


def test_roles_are_those_of_the_key() -> None:
    roles = {cell.node["id"]: cell.role for cell in rebuilt(submitted())}
    assert roles == {
        "title": Role.TEXT, "imports": Role.LESSON, "slow": Role.SKIPPED, "doubled-text": Role.TEXT,
        "doubled": Role.WRITTEN, "doubled-test": Role.TEST, "example": Role.LESSON, "heads": Role.WRITTEN,
        "heads-test": Role.TEST, "label": Role.WRITTEN, "label-test": Role.TEST, "label-edges": Role.TEST,
    }  # fmt: skip


def test_what_a_student_wrote_is_marked_and_what_is_the_source_s_is_not() -> None:
    marked = {cell.node["id"] for cell in rebuilt(submitted()) if "shapewise" in cell.node["metadata"]}
    assert marked == {"doubled", "heads", "label"}


def test_all_pictures_of_a_notebook_have_at_most_16_mib() -> None:
    def pasted(size: int) -> dict[str, Any]:
        content = {"image/png": "iVBORw0KGgoA" + "A" * (size - 12)}
        return {"cell_type": "markdown", "metadata": {}, "source": "text", "attachments": {"a": content}}

    four = 4 * 2**20
    for last, kept in ((four, 4), (four - 1, 4)):
        whole = rebuilt([*[pasted(four)] * 3, pasted(last)])
        assert sum("attachments" in cell.node for cell in whole) == kept
    whole = rebuilt([*[pasted(four)] * 3, pasted(four - 12), pasted(13), pasted(12)])
    assert [len(cell.node["attachments"]["a"]["image/png"]) for cell in whole if "attachments" in cell.node][-1] == 12
    assert sum("attachments" in cell.node for cell in whole) == 5
    whole = rebuilt([*[pasted(four)] * 4, pasted(12), pasted(12)])
    assert sum("attachments" in cell.node for cell in whole) == 4


@pytest.mark.parametrize("change", [{"cell_type": "code"}, {"metadata": {"nbgrader": {"grade_id": "mine"}}}])
def test_a_lesson_s_text_that_became_something_else_stands_there_again_and_the_other_is_an_extra_cell(
    change: dict[str, Any],
) -> None:
    cells = submitted()
    at(cells, "title").update(source="x = 1", **change)
    whole = rebuilt(cells)
    (title,) = [cell for cell in whole if cell.node["id"] == "title"]
    assert (title.node["source"], title.role) == ("# A small lesson", Role.TEXT)
    assert len(whole) == len(cells) + 1


def test_an_answer_written_into_a_text_is_no_answer() -> None:
    cells = [cell for cell in submitted() if cell["id"] != "doubled"]
    cells.append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": small_course.RIGHT["doubled"]})
    (text,) = texts(rebuilt(cells), "doubled")
    assert "NotImplementedError" in text


def test_where_an_answer_defines_nothing_no_other_cell_is_taken_for_it() -> None:
    key = small_course.key()
    for cell in key["cells"]:
        if cell["id"] == "doubled":
            cell["source"] = "print('your turn')"
    lost = [cell for cell in submitted() if cell["id"] != "doubled"]
    whole, _ = rebuild(key, json.dumps({"cells": lost}).encode())
    assert texts(whole, "doubled") == ["print('your turn')"]


def test_a_rebuilt_cell_and_a_submitted_one_cannot_be_changed_for_another() -> None:
    cells, _ = read(small_course.as_bytes(small_course.submission()))
    for one in (rebuilt(submitted())[0], cells[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.grade_id = "other"  # type: ignore[misc]
