"""Whether a test has changed what the next notebook of its judge would meet."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import torch
from traitlets.config import Config

from shapewise.grading.judge.surroundings import Surroundings
from shapewise.grading.kernel.cells import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    config = Config()
    config.HistoryManager.enabled = False
    return Shell(config=config, ipython_dir=str(tmp_path))  # type: ignore[no-untyped-call]


@pytest.fixture
def kept_settings() -> Iterator[None]:
    """Put back what the tests here change."""
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    folder, limit = Path.cwd(), sys.getrecursionlimit()
    printed, path, out = np.get_printoptions(), list(sys.path), sys.stdout
    with warnings.catch_warnings(), np.errstate(), matplotlib.rc_context():
        yield
    torch.set_default_dtype(dtype)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(threads)
    torch.set_printoptions(profile="default")
    np.set_printoptions(**printed)
    sys.path[:], sys.stdout = path, out
    os.environ.pop("SHAPEWISE_LEFT", None)
    os.chdir(folder)
    sys.setrecursionlimit(limit)


def test_names_that_tests_have_left_are_taken_away(shell: Shell) -> None:
    first = Surroundings.of(shell)
    shell.user_ns["left"] = 1
    assert first.restored()
    assert "left" not in shell.user_ns


def test_a_name_that_every_notebook_has_cannot_be_given_back(shell: Shell) -> None:
    first = Surroundings.of(shell)
    del shell.user_ns["get_ipython"]
    assert not first.restored()


def test_without_a_change_it_is_as_it_was(shell: Shell) -> None:
    assert Surroundings.of(shell).restored()


@pytest.mark.usefixtures("kept_settings")
@pytest.mark.parametrize(
    "change",
    [
        lambda: torch.set_default_dtype(torch.float64),
        lambda: torch.set_default_device("meta"),
        lambda: torch.set_grad_enabled(False),
        lambda: torch.use_deterministic_algorithms(True),
        lambda: torch.set_num_threads(torch.get_num_threads() + 1),
        lambda: torch.set_printoptions(precision=7),
        lambda: np.set_printoptions(precision=3),
        lambda: np.seterr(all="raise"),
        lambda: warnings.simplefilter("ignore"),
        lambda: sys.path.append("left"),
        lambda: os.environ.update(SHAPEWISE_LEFT="1"),
        lambda: os.chdir("/"),
        lambda: sys.setrecursionlimit(sys.getrecursionlimit() + 1),
        lambda: setattr(sys, "stdout", sys.__stderr__),
        lambda: matplotlib.rcParams.update({"font.size": 3}),
    ],
    ids=["dtype", "device", "gradients", "deterministic", "threads", "printing", "arrays", "errors", "warnings", "path",
         "environment", "folder", "recursion", "output", "figures"],
)  # fmt: skip
def test_a_setting_that_a_test_has_changed_is_noticed(shell: Shell, change: Callable[[], object]) -> None:
    first = Surroundings.of(shell)
    change()
    assert not first.restored()
