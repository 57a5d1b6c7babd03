"""A check that runs for long says so, and how to stop it."""

from __future__ import annotations

import time

import pytest

from shapewise.checks.watching import watched


def test_a_check_that_runs_for_long_is_told_while_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    with watched("describe", seconds=0.05) as watch:
        deadline = time.monotonic() + 10
        while watch.shown is None and time.monotonic() < deadline:
            time.sleep(0.01)
    assert watch.shown is not None
    assert "describe: running" in capsys.readouterr().out


def test_of_a_quick_check_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with watched("describe", seconds=60) as watch:
        pass
    assert watch.shown is None
    assert capsys.readouterr().out == ""
