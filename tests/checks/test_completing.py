"""What a cell to complete says of what was put in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from shapewise.checks import expect


def _said(capsys: Any, got: Any, wanted: Any) -> str:
    expect(got, wanted)
    said: str = capsys.readouterr().out
    return said.strip()


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (48, 48), (lambda: 48, 48), (torch.tensor([1.0, 2.0]), [1, 2]), (np.array([[1]]), [[1]]),
        ([True, False], [True, False]), (torch.tensor(5), 5),
    ],
)
def test_what_is_wanted_is_right(capsys: Any, got: Any, wanted: Any) -> None:
    assert _said(capsys, got, wanted) == "right"


@pytest.mark.parametrize("got", [..., lambda: ..., [..., ...]])
def test_three_dots_are_told_as_such(capsys: Any, got: Any) -> None:
    said = _said(capsys, got, 48)
    assert said.startswith("not yet")
    assert "three dots" in said


def test_a_name_that_still_stands_for_three_dots_is_told(capsys: Any) -> None:
    scope: dict[str, Any] = {"rows": ..., "x": torch.ones(2, 2), "expect": expect}
    exec("expect(lambda: x[rows], [1, 1])", scope)
    assert "`rows`" in capsys.readouterr().out


@pytest.mark.parametrize("got", [47, None, "48", torch.ones(2, 3), lambda: 47, [1, 2, 3], object()])
def test_anything_else_is_told_with_what_it_is(capsys: Any, got: Any) -> None:
    said = _said(capsys, got, 48)
    assert said.startswith("not yet: it is ")
    assert "48" in said


def test_an_error_is_told_in_a_sentence(capsys: Any) -> None:
    x = torch.arange(24).reshape(2, 3, 4)
    said = _said(capsys, lambda: x[[2, 1], [0, 1]], [[8]])
    assert said.startswith("not yet: IndexError")
    assert "\n" not in said
