"""The engine does with a notebook's lines what a notebook's kernel does, or it is said why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shapewise.grading.command.engine import Engine
from tests.grading.kernel_lines.both import in_engine, in_kernel
from tests.grading.kernel_lines.lines import GROUPS, WHY


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One with the usual limits: some lines import much."""
    with Engine() as engine:
        yield engine


@pytest.mark.parametrize("group", GROUPS)
def test_the_engine_does_what_a_kernel_does_but_where_it_is_said_why_not(engine: Engine, group: str) -> None:
    codes = GROUPS[group]
    both = zip(codes, in_kernel(codes), in_engine(engine, codes), strict=True)
    differing = {code: (there, here) for code, there, here in both if there != here}
    assert {code: said for code, said in differing.items() if code not in WHY} == {}
    assert [code for code in codes if code in WHY and code not in differing] == [], "explained, but no longer different"
