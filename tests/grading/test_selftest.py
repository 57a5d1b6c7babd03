"""Before any student: what the reference and the empty notebook say of each test, and where it runs from then on."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from shapewise.grading.command.engine import Engine
from shapewise.grading.command.key import Made, made_of
from shapewise.grading.command.schedule import GradedSubmission, Job
from shapewise.grading.command.selftest import Checked, check_keys
from tests.grading.courses.cells import answer, lesson, notebook_of, test

Check = Callable[..., Checked]
DOUBLE = answer("double", "def double(x):\n---\n    return 2 * x")
DOUBLE_TEST = test("double_test", "assert double(3) == 6", 2)


@pytest.fixture
def graded(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What was graded; what was found is remembered for one test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return []


@pytest.fixture
def check(engine: Engine, graded: list[Job]) -> Check:
    def grading(jobs: Iterable[Job]) -> Iterator[GradedSubmission]:
        for job in jobs:
            graded.append(job)
            ((name, key),) = job.keys.items()
            content = job.notebooks[name]
            yield GradedSubmission(name, {name: engine.grade_notebook(key, content, job.files, own=job.own)})

    def checked(*cells: Any, files: dict[str, bytes] | None = None) -> Checked:
        made = made_of(notebook_of(*copy.deepcopy(cells)), Config())
        return check_keys({"one": made}, files or {}, grading)[1]["one"]

    return checked


def tagged(cell: Any, *tags: str) -> Any:
    cell = copy.deepcopy(cell)
    cell.metadata["tags"] = list(tags)
    return cell


def test_a_test_that_the_reference_passes_and_the_empty_notebook_fails_stays_with_the_judge(check: Check) -> None:
    assert check(DOUBLE, DOUBLE_TEST) == Checked()


def test_a_test_that_needs_more_than_crosses_runs_in_the_student_s_process_and_says_why(check: Check) -> None:
    source = test("source", "import inspect\nassert double(1) == 2 and 'return' in inspect.getsource(double)")
    found = check(DOUBLE, DOUBLE_TEST, source)
    assert found.moved.keys() == {"source"} and "Proxy" in found.moved["source"] and not found.faults


def test_what_such_a_test_needs_of_an_earlier_test_runs_there_too(check: Check) -> None:
    helper = test("helper", "def prints(f):\n    f(1)\nassert double(1) == 2")
    user = test("user", "import inspect\nprints(double)\nassert 'return' in inspect.getsource(double)")
    assert check(DOUBLE, helper, DOUBLE_TEST, user).moved.keys() == {"helper", "user"}


def test_a_judge_s_test_that_needs_what_such_a_test_leaves_behind_runs_there_too(check: Check) -> None:
    first = test("first", "import inspect\nlines = inspect.getsource(double)\nassert double(0) == 0")
    then = test("then", "assert double(1) == 2 and 'return' in lines")
    assert check(DOUBLE, first, then).moved.keys() == {"first", "then"}


def test_a_reference_that_builds_on_what_a_test_leaves_behind_is_graded_as_in_one_kernel(check: Check) -> None:
    leaves = test("leaves", "factor = double(1)\nassert factor == 2")
    uses = answer("triple", "---\nhalf_more = factor + 1\ndef triple(x):\n    return half_more * x")
    found = check(DOUBLE, leaves, uses, test("triple_test", "assert triple(2) == 6"))
    assert found.moved.keys() == {"leaves", "triple_test"} and not found.faults


def test_a_test_that_the_reference_fails_everywhere_is_named_and_stays_with_the_judge(check: Check) -> None:
    found = check(DOUBLE, DOUBLE_TEST, test("wrong", "assert double(3) == 7, 'seven was wanted'", 3))
    (fault,) = found.faults
    assert fault.place == "one/wrong" and "0 of 3" in fault.says and "seven was wanted" in fault.why and not found.moved


def test_a_reference_that_earns_a_part_of_the_points_is_named(check: Check) -> None:
    (fault,) = check(DOUBLE, test("partly", "0.25 * double(1)", 2)).faults
    assert fault.place == "one/partly" and "0.5 of 2" in fault.says


def test_a_test_that_gives_the_empty_notebook_points_is_named(check: Check) -> None:
    (fault,) = check(DOUBLE, DOUBLE_TEST, test("free", "assert callable(double)", 3)).faults
    assert fault.place == "one/free" and "3 of 3" in fault.says and "`given`" in fault.do


def test_points_that_everybody_is_to_have_are_tagged_so(check: Check) -> None:
    assert check(DOUBLE, DOUBLE_TEST, tagged(test("free", "assert callable(double)"), "given")) == Checked()


def test_a_test_without_points_may_say_what_it_wants(check: Check) -> None:
    assert check(DOUBLE, DOUBLE_TEST, test("nothing", "assert callable(double)", 0)) == Checked()


def test_a_test_without_points_finds_its_place_too(check: Check) -> None:
    source = test("source", "import inspect\nassert 'return' in inspect.getsource(double)", 0)
    assert check(DOUBLE, DOUBLE_TEST, source).moved.keys() == {"source"}
    assert check(DOUBLE, DOUBLE_TEST, test("fails", "assert False", 0)) == Checked()


def test_a_tagged_test_is_no_finding(check: Check) -> None:
    source = test("source", "import inspect\nassert double(1) == 2 and inspect.getsource(double)")
    assert check(DOUBLE, DOUBLE_TEST, tagged(source, "student-process")) == Checked()


def test_what_was_found_is_remembered_until_something_changes(check: Check, graded: list[Job]) -> None:
    files = {"data.txt": b"1"}
    first, once = check(DOUBLE, DOUBLE_TEST, files=files), len(graded)
    assert check(DOUBLE, DOUBLE_TEST, files=files) == first and len(graded) == once == 2
    check(DOUBLE, DOUBLE_TEST, files={"data.txt": b"2"})
    assert len(graded) == 2 * once
    check(DOUBLE, test("double_test", "assert double(4) == 8", 2), files=files)
    assert len(graded) == 3 * once


def test_without_a_folder_to_remember_in_it_is_done_each_time(
    check: Check, graded: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert check(DOUBLE, DOUBLE_TEST) == check(DOUBLE, DOUBLE_TEST) and len(graded) == 4


def test_tests_find_the_assignment_s_files_and_modules_and_cannot_change_them(check: Check) -> None:
    reads = test("reads", "import helper\nassert double(1) == helper.two and open('data.txt').read() == 'data'")
    writes = test("writes", "try:\n    open('data.txt', 'w')\nexcept OSError:\n    kept = double(1)\nassert kept == 2")
    found = check(DOUBLE, writes, reads, files={"data.txt": b"data", "helper.py": b"two = 2"})
    assert found == Checked()


def test_a_student_s_own_files_are_no_test_s(engine: Engine) -> None:
    made: Made = made_of(notebook_of(DOUBLE, test("reads", "assert double(1) == 2 and open('mine.txt')")), Config())
    files = {"mine.txt": b"", "data.txt": b""}
    verdict = engine.grade_notebook(made.key, _bytes(made.reference), files, own={"data.txt"})
    assert "mine.txt" in verdict.tests["reads"].detail


def test_a_module_that_only_the_reference_imports_is_there_if_the_student_imports_it_too(engine: Engine) -> None:
    circle = answer("circle", "---\nimport math as m\ndef circle(r):\n    return m.pi * r * r")
    made = made_of(notebook_of(circle, test("circle_test", "assert abs(circle(1) - m.pi) < 1e-9")), Config())
    own = copy.deepcopy(made.release)
    for text, score in (
        ("import math as m\ncircle = lambda r: m.pi * r ** 2", 1.0),
        ("circle = lambda r: 3.141592653589793 * r ** 2", 0.0),
        ("import os as m\ncircle = lambda r: 3.141592653589793 * r ** 2", 1.0),  # the test's is the instructor's
    ):
        own["cells"][0]["source"] = text
        assert engine.grade_notebook(made.key, _bytes(own)).score == score


def test_a_test_s_helper_is_no_student_s_to_replace(engine: Engine) -> None:
    asks = test("asks", "def same(a, b):\n    assert a == b\nsame(double(1), 2)")
    again = test("again", "same(double(2), 4)")
    made = made_of(notebook_of(DOUBLE, asks, lesson("y = 1"), again), Config())
    own = copy.deepcopy(made.release)
    own["cells"][0]["source"] = "def double(x):\n    return 2"
    own["cells"][2]["source"] = "def same(a, b):\n    return True"
    verdict = engine.grade_notebook(made.key, _bytes(own))
    assert {name: found.score for name, found in verdict.tests.items()} == {"asks": 1.0, "again": 0.0}


def test_a_name_that_the_notebook_binds_anew_is_the_notebook_s_again(engine: Engine) -> None:
    first = test("first", "size = 7\nassert double(size) == 14")
    later = test("later", "assert double(size) == 6")
    made = made_of(notebook_of(DOUBLE, first, lesson("size = 3"), later), Config())
    assert engine.grade_notebook(made.key, _bytes(made.reference)).score == 2


def test_an_answer_that_no_test_there_can_look_at_is_shown_to_a_person(engine: Engine) -> None:
    upto = answer("upto", "def upto(n):\n---\n    return list(range(n))")
    made = made_of(notebook_of(upto, test("upto_test", "assert sorted(upto(3)) == [0, 1, 2]")), Config())
    own = copy.deepcopy(made.release)
    own["cells"][0]["source"] = "def upto(n):\n    yield from range(n)"
    (said,) = engine.grade_notebook(made.key, _bytes(own)).repairs
    assert "upto_test" in said and "generator" in said and "a person" in said


def _bytes(notebook: dict[str, Any]) -> bytes:
    import json

    return json.dumps(notebook).encode()
