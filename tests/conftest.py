"""The course's own folder, and copies of it that a test may write into."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web_edition import built_once

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def course() -> Path:
    """The repository, to be read only."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def _kernels_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the reader's IPython and matplotlib settings out of the tests, and the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        os.environ[name] = str(home / name.lower())


@pytest.fixture(autouse=True)
def _an_environment_as_it_was() -> Iterator[None]:
    """Undo what a kernel's shell, made in this process, asks of all that is printed later: colors, and no pager."""
    names = ("TERM", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "PAGER", "GIT_PAGER")
    before = {name: os.environ.get(name) for name in names}
    yield
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def copy_of_course(to: Path, *parts: str) -> Path:
    """A folder that nbgrader takes for the course, with the named parts of it."""
    to.mkdir(parents=True, exist_ok=True)
    for part in ("nbgrader_config.py", "jupytext.toml", *parts):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, to / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))
        else:
            shutil.copy(source, to / part)
    return to


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web edition, to be read only; pytest's workers share it."""
    here = tmp_path_factory.getbasetemp()
    return built_once(here.parent if "PYTEST_XDIST_WORKER" in os.environ else here)
