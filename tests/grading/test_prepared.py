"""What is worked out once for a class: names, imports and compiled tests of a key."""

from __future__ import annotations
import __future__

import dataclasses
import json
from typing import Any

import pytest
from nbformat import from_dict, v4

from shapewise.grading.judge.writing import notebook_text
from shapewise.grading.messages.names import assigned_names, imports_of
from shapewise.grading.messages.prepared import PreparedKey, prepare
from shapewise.grading.messages.scopes import free_names
from tests.grading import small_course
from tests.grading.conftest import Grade


def key_with_test(code: str, lesson: str = "import math") -> dict[str, Any]:
    test = v4.new_code_cell(code, metadata={"nbgrader": {"grade": True, "solution": False, "grade_id": "t"}})
    return {"cells": [v4.new_code_cell(lesson), test]}


def test_the_names_that_a_cell_takes_from_elsewhere_are_found() -> None:
    code = "from shapewise import call\nfor x in data:\n  assert call(doubled, x).result == [y for y in wanted], len(x)"
    assert free_names(code) == {"data", "doubled", "wanted"}


def test_the_names_that_a_cell_leaves_behind_are_found_even_where_it_is_no_python() -> None:
    assert assigned_names("a, (b, *c) = f()\ndef g(x):\n    inner = x\nimport os.path as p") == set("abcgp")
    assert assigned_names("%time\ndef g(x:\n    pass") == {"g"}
    assert assigned_names("import os.path, numpy.linalg as la\nfrom math import pi as p") == {"os", "la", "p"}


def test_imports_are_found_between_magics() -> None:
    found = imports_of("import numpy as np\n%matplotlib inline\nfrom math import pi, e\nimport os.path")
    assert found == {
        "np": "import numpy as np", "pi": "from math import pi", "e": "from math import e", "os": "import os.path",
    }  # fmt: skip


def test_a_lesson_cell_that_is_no_python_imports_nothing() -> None:
    assert imports_of("import math\nprint(") == {}


def test_a_prepared_key_survives_the_way_to_the_judge() -> None:
    prepared = prepare(small_course.key())
    assert PreparedKey.from_data(json.loads(json.dumps(prepared.as_data()))) == prepared


def test_only_imports_that_the_lesson_has_too_are_shared_with_the_student() -> None:
    (test,) = prepare(key_with_test("import math\nimport random\nassert f(math.pi)")).tests.values()
    assert test.shared == ("import math",)


def test_a_test_s_last_expression_is_kept_apart_and_nothing_else_is() -> None:
    def ends_with_a_value(code: str) -> bool:
        (test,) = prepare(key_with_test(code)).tests.values()
        return test.last is not None

    assert [ends_with_a_value(code) for code in ("x = 1\nx", "x")] == [True, True]
    assert [ends_with_a_value(code) for code in ("x = 1", "assert 1", "")] == [False] * 3


def test_a_test_is_compiled_without_the_futures_of_the_module_that_compiles_it() -> None:
    (test,) = prepare(key_with_test("def f(x: int): ...\nassert f.__annotations__ == {'x': int}\nf")).tests.values()
    assert test.last is not None
    exec(test.statements, {})
    for code in (test.statements, test.last):
        assert not code.co_flags & __future__.annotations.compiler_flag


def test_what_is_prepared_cannot_be_changed() -> None:
    prepared = prepare(key_with_test("x"))
    for one in (prepared, *prepared.tests.values()):
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.stubs = {}  # type: ignore[misc, union-attr]


@pytest.mark.parametrize("code", ["%time f()", "await f()", "f();", "!ls"])
def test_what_only_ipython_understands_is_left_to_it(code: str) -> None:
    assert prepare(key_with_test(code)).tests == {}


def test_a_graded_notebook_is_laid_out_as_nbformat_does(grade: Grade) -> None:
    text = grade({"doubled": "def doubled(x):\n    print('é')\n    return x\n\nx = 1\nx"}).notebook
    notebook = v4.reads_json(text)
    assert text == v4.writes_json(from_dict(notebook)) + "\n"
    assert text == notebook_text(notebook)
