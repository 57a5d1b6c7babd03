"""A notebook of source/ opens in JupyterLab, whatever the dates of its files are, and saving it changes no lesson."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupytext import build_async_jupytext_contents_manager_class

from shapewise.course.source import build_source
from tests.conftest import copy_of_course

_THREAD = ThreadPoolExecutor(1)  # the browser's tests, if they ran before, have a loop running in this one


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course built from lessons that were written yesterday."""
    course = copy_of_course(tmp_path_factory.mktemp("pairing") / "course", "lessons", "source")
    yesterday = time.time() - 86400
    for path in course.rglob("*.*"):
        os.utime(path, (yesterday, yesterday))
    build_source(course)
    return course


@pytest.fixture
def contents(built: Path) -> Any:
    """Jupyter's contents API, as a server has it that jupytext is installed beside."""
    manager = build_async_jupytext_contents_manager_class(AsyncLargeFileManager)()
    manager.root_dir = str(built)
    return manager


def answer(asked: Any) -> Any:
    """What the API answers."""
    return _THREAD.submit(asyncio.run, asked).result()


def notebooks(course: Path) -> list[str]:
    return [path.relative_to(course).as_posix() for path in sorted((course / "source").rglob("*.ipynb"))]


def test_every_notebook_opens_after_a_build(built: Path, contents: Any) -> None:
    for path in notebooks(built):
        assert answer(contents.get(path))["content"]["cells"], path


def test_a_notebook_that_is_newer_than_its_text_opens_for_it_says_the_same(built: Path, contents: Any) -> None:
    for path in notebooks(built):
        os.utime(built / path)  # as in a fresh clone, or a copy: dates say nothing
        assert answer(contents.get(path))["content"]["cells"], path


def test_saving_what_was_opened_leaves_the_lesson_as_it_was_and_loses_nothing_in_the_next_build(
    built: Path, contents: Any
) -> None:
    lessons = {path: path.read_bytes() for path in built.glob("lessons/*/*.py")}
    sources = {path: path.read_bytes() for path in built.glob("source/*/*.ipynb")}
    for path in notebooks(built):
        content = answer(contents.get(path))["content"]
        answer(contents.save({"type": "notebook", "format": "json", "content": content}, path))
    assert {path: path.read_bytes() for path in lessons} == lessons
    build_source(built)
    assert {path: path.read_bytes() for path in sources} == sources
