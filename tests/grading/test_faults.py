"""A class whose grading is cut short; many more times by ``python -m tests.grading.faults --kills 50``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.grading.faults.classes import Left, copied, left_behind, make_class, settled
from tests.grading.faults.trouble import full_disk, locked_database


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = tmp_path_factory.mktemp("class") / "untouched"
    make_class(course, 2)
    return course


@pytest.fixture(scope="module")
def undisturbed(untouched: Path) -> Path:
    course = copied(untouched, untouched.parent / "undisturbed")
    assert settled(course, untouched.parent / "scratch").returncode == 0
    return course


@pytest.fixture(scope="module")
def expected(undisturbed: Path) -> Left:
    return left_behind(undisturbed)


def test_a_killed_run_loses_nothing_and_the_next_one_does_the_rest() -> None:
    """In a process of its own: it adopts whatever the killed command leaves running."""
    faults = [sys.executable, "-m", "tests.grading.faults", "--kills", "2", "--students", "2", "--no-trouble"]
    ran = subprocess.run(faults, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 kills" in ran.stdout


def test_a_locked_database_ends_in_a_sentence_and_loses_nothing(
    untouched: Path, expected: Left, tmp_path: Path
) -> None:
    assert locked_database(untouched, tmp_path, expected, after=0) == []


def test_a_full_disk_ends_in_a_sentence_and_loses_nothing(untouched: Path, undisturbed: Path) -> None:
    tried = full_disk(untouched, undisturbed, free=[20_000])
    if "cannot mount" in tried.stderr or "unshare" in tried.stderr:
        pytest.skip(f"no disk of its own can be made here: {tried.stderr.strip()[-200:]}")
    assert tried.returncode == 0, tried.stdout + tried.stderr
