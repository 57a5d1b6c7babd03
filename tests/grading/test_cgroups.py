"""One cgroup for each cell, where this machine has any to give."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shapewise.grading.command.engine import Engine
from shapewise.grading.messages.verdicts import Limits, Verdict
from shapewise.grading.server import cgroups
from tests.grading import small_course
from tests.grading.attacks import hoards

_TRY = """
from shapewise.grading.server import cgroups
groups = cgroups.prepare()
print(groups is not None)
if groups:
    groups.remove()
"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    tried = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, text=True, check=True)
    if tried.stdout.strip() != "True":
        pytest.skip("no cgroup of version 2 with memory and pids is delegated to this user")
    with Engine(Limits(memory_bytes=192 * 2**20, processes=12, scratch_bytes=16 * 2**20)) as engine:
        engine.wait_until_ready()
        yield engine


def test_memory_of_the_kernel_counts_and_ends_the_cell_alone(engine: Engine) -> None:
    attack = next(attack for attack in hoards.ATTACKS if attack.name.startswith("sockets are filled"))
    answers = attack.hostile
    assert isinstance(answers, dict)
    graded = engine.grade_notebook(small_course.key(), small_course.as_bytes(small_course.submission(answers)))
    assert graded.tests["doubled_test"].verdict is Verdict.OUT_OF_MEMORY
    assert graded.score == 7


def test_no_cgroup_is_left_behind(engine: Engine) -> None:
    engine.grade_notebook(small_course.key(), small_course.as_bytes(small_course.submission()))
    engine.close()
    left = [path for path in Path("/sys/fs/cgroup").rglob("shapewise-*") if path.name != "shapewise-others"]
    assert left == []


def test_without_version_2_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "_own_folder", lambda: None)
    assert cgroups.prepare() is None


def _tree(folder: Path, controllers: str, handed_on: str) -> Path:
    """A folder that looks like a cgroup, for the choice among them; a real one is tried above."""
    folder.mkdir(parents=True)
    for name, text in {"controllers": controllers, "subtree_control": handed_on, "procs": "", "type": "domain"}.items():
        (folder / f"cgroup.{name}").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("controllers", "handed_on"), [("cpu io", "cpu io"), ("memory", "memory"), ("memory pids", "")], ids=str
)
def test_a_cgroup_without_the_controllers_or_of_somebody_elses_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, controllers: str, handed_on: str
) -> None:
    folder = _tree(tmp_path / "user", controllers, handed_on)
    monkeypatch.setattr(cgroups, "_own_folder", lambda: (tmp_path, "user"))
    before = sorted(path.name for path in folder.iterdir())
    assert cgroups.prepare() is None
    assert sorted(path.name for path in folder.iterdir()) == before
