"""A student's notebook as it is handed out -> the same with what its cells print and draw.

Notebooks are run in a folder of their own, at most two at once, and kept by what they depend on: a notebook that did
not change, with a package that did not change, is not run again. Outputs that differ from one run to the next (times)
were measured once, on a machine that is named, and stand in ``docs/measured.json``; all others must come out the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

import shapewise

__all__ = ["Measured", "NotebookError", "execute", "outputs_of"]

_SHOWN_BY = ("torch", "numpy", "matplotlib", "ipykernel", "ipywidgets")
_UNUSED = ("grading", "report", "static")  # folders of the package that no lesson's output depends on
_AT_ONCE = min(2, os.cpu_count() or 1)
_TIMEOUT = 90  # seconds for a cell; the slowest takes five
_WIDGET = "application/vnd.jupyter.widget-view+json"


class NotebookError(RuntimeError):
    """A cell of a notebook failed, in a sentence that says which."""


class _UnansweredError(NotebookError):
    """The kernel did not answer, or died."""


@dataclass(frozen=True)
class Measured:
    """What cells printed and drew once, by notebook and cell, and on what machine that was."""

    machine: str
    cells: dict[str, dict[str, list[Any]]]

    @classmethod
    def read(cls, file: Path) -> Measured:
        """From the file in which it is kept."""
        found = json.loads(file.read_text(encoding="utf-8"))
        return cls(found["machine"], found["cells"])

    def write(self, file: Path) -> None:
        """The same bytes for the same measurements."""
        kept = {"machine": self.machine, "cells": self.cells}
        file.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def execute(
    notebooks: Sequence[Path], cache: Path, say: Callable[[str], None], fresh: bool = False
) -> list[NotebookNode]:
    """Run what is not in ``cache`` (``fresh``: run all); return the notebooks with their outputs, in the same order."""
    package = _package_digest()
    kept = [cache / f"{_digest(path, package)}.ipynb" for path in notebooks]
    wanted = [(path, to) for path, to in zip(notebooks, kept, strict=True) if fresh or not to.exists()]
    if len(wanted) < len(notebooks):
        say(f"{len(notebooks) - len(wanted)} of {len(notebooks)} notebooks are as they were, and not run again.")
    if wanted:
        cache.mkdir(parents=True, exist_ok=True)
        asyncio.run(_execute_all(wanted, say))
    return [nbformat.read(path, as_version=4) for path in kept]


def outputs_of(cell: NotebookNode) -> list[NotebookNode]:
    """What a page shows of a cell's outputs: without living widgets, text in one piece."""
    shown: list[NotebookNode] = []
    for output in cell.outputs:
        if _WIDGET in output.get("data", {}):
            continue
        last = shown[-1] if shown else None
        if last is not None and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            counted = {"execution_count": None} if "execution_count" in output else {}
            shown.append(nbformat.from_dict({**output, **counted}))
    return shown


async def _execute_all(wanted: Sequence[tuple[Path, Path]], say: Callable[[str], None]) -> None:
    turns, done = asyncio.Semaphore(_AT_ONCE), 0

    async def one(path: Path, to: Path) -> None:
        nonlocal done
        async with turns:
            try:
                notebook = await _executed(path)
            except _UnansweredError as error:  # now and then ipykernel 7 loses a message
                say(f"  {error} Once more, in a new kernel.")
                notebook = await _executed(path)
        nbformat.write(notebook, to.with_suffix(".new"))
        to.with_suffix(".new").replace(to)
        done += 1
        say(f"  {done} of {len(wanted)} run: {path.parent.name}/{path.stem}")

    say(f"Running {len(wanted)} notebooks, as they are handed out; a minute or so ...")
    tasks = [asyncio.create_task(one(path, to)) for path, to in wanted]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # each shuts its kernel down


async def _executed(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    # A page shows what any computer shows: no GPU, and no settings of the one who builds it.
    settings = os.environ | {"CUDA_VISIBLE_DEVICES": "", "PYTHONHASHSEED": "0", "COLUMNS": "120"}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / path.parent.name
        shutil.copytree(path.parent, work)
        client = NotebookClient(notebook, timeout=_TIMEOUT, resources={"metadata": {"path": str(work)}})
        try:
            await client.async_execute(env=settings, stderr=subprocess.DEVNULL)
        except CellExecutionError as error:
            raise NotebookError(f"A cell of {path} failed, and no page was made of it:\n{error}") from None
        except (CellTimeoutError, DeadKernelError):
            raise _UnansweredError(f"The kernel of {path} died, or ran a cell for over {_TIMEOUT} s.") from None
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    return notebook


def _digest(notebook: Path, package: str) -> str:
    return hashlib.sha256(package.encode() + notebook.read_bytes()).hexdigest()[:24]


def _package_digest() -> str:
    """Of everything that a lesson's output may depend on beside its own text."""
    digest = hashlib.sha256(" ".join(version(name) for name in _SHOWN_BY).encode())
    home = Path(shapewise.__file__).parent
    for file in sorted(home.rglob("*")):
        inside = file.relative_to(home)
        if file.suffix in (".py", ".json", ".css") and inside.parts[0] not in _UNUSED and "static" not in inside.parts:
            digest.update(f"{inside.as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()
