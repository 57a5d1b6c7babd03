"""A cell that failed before it gave an answer its meaning is told; the version before it is not judged."""

from __future__ import annotations

import linecache
from types import FunctionType
from typing import Any

from shapewise.checks.unrun import never_ran

FIRST = "def linear(x, weight, bias=None):\n    return x @ weight.T\n"
UNREADABLE = "def linear(x, weight, bias=None):\n    return x @ weight.T[\n"
STOPPED = "def linear(x: Tensor, weight, bias=None):\n    return x @ weight.T + bias\n"


def ran(cell: str, name: str = "linear") -> Any:
    """What a kernel knows after it ran a cell: it keeps the cell's text under the name that the code carries."""
    place = f"<cell {hash(cell)}>"
    linecache.cache[place] = (len(cell), None, cell.splitlines(keepends=True), place)
    scope: dict[str, Any] = {}
    exec(compile(cell, place, "exec"), scope)
    return scope[name]


def test_a_cell_that_python_cannot_read_is_named_with_its_line() -> None:
    told = never_ran("linear", ran(FIRST), [FIRST, UNREADABLE])
    assert told is not None and not told.passed
    assert "line 2" in told.headline


def test_the_first_cell_that_python_cannot_read_is_told_so_and_not_that_nothing_ran() -> None:
    assert never_ran("linear", None, [UNREADABLE]) is not None


def test_a_cell_that_stopped_before_its_function_leaves_the_one_before() -> None:
    assert never_ran("linear", ran(FIRST), [FIRST, STOPPED]) is not None


def test_a_cell_that_ran_is_judged() -> None:
    second = FIRST.replace("weight.T", "weight.mT")
    assert never_ran("linear", ran(second), [FIRST, second]) is None


def test_going_back_to_an_older_version_is_no_failure() -> None:
    second = FIRST.replace("weight.T", "weight.mT")
    assert never_ran("linear", ran(FIRST), [FIRST, second, FIRST]) is None


def test_an_answer_that_was_written_elsewhere_is_judged() -> None:
    elsewhere = FunctionType(compile("x", "<a module>", "eval"), {})
    assert never_ran("linear", elsewhere, [FIRST, "linear = make_it()"]) is None
    assert never_ran("linear", len, [FIRST]) is None


def test_a_cell_that_awaits_can_be_read() -> None:
    assert never_ran("linear", ran(FIRST), [FIRST + "await asyncio.sleep(0)\n"]) is None


def test_other_cells_do_not_count() -> None:
    assert never_ran("linear", ran(FIRST), [FIRST, "print(linear("]) is None
