"""A learner's folder -> the zip file that is handed in, and what can be said of what is in it.

No code is run: what is solved is told by the cells, by the notebooks as they were released, and by what the checks
noted (``shapewise.results``).
"""

from __future__ import annotations

import os
import secrets
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from shapewise.answer_code import mark
from shapewise.course.hand_in_name import hand_in_name
from shapewise.course.keeping import KEPT
from shapewise.course.learning import RELEASED
from shapewise.course.saved_notebook import answers_in, cells_of
from shapewise.results import FILE, Result, Results

__all__ = ["Answer", "Contents", "contents_of", "write_zip"]

_LARGEST = 20_000_000
_NOT_WORK = {KEPT, "__pycache__"}
_RESULTS = FILE.partition(".")[0]


@dataclass(frozen=True)
class Answer:
    """One exercise of what is handed in: ``state`` is what its check found, or why nothing is known.

    The states are ``passed``, ``not yet``, ``not started``, ``not checked``, ``changed`` (another code than the check
    saw stands in the file) and ``missing`` (its cell is gone). ``at`` is when it was checked, in local time.
    """

    notebook: str
    exercise: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True)
class Contents:
    """What a folder hands in: the assignment's ``notebooks``, other ``files``, and what stands in the exercises.

    ``missing`` are notebooks of the assignment that are not there, ``broken`` and ``left_out`` are pairs of a name and
    the reason.
    """

    folder: Path
    notebooks: tuple[str, ...]
    files: tuple[str, ...]
    answers: tuple[Answer, ...]
    missing: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def contents_of(folder: Path, released: Path) -> Contents:
    """What ``folder`` would hand in of the assignment whose notebooks lie in ``released``.

    ``FileNotFoundError`` says what was looked for where none of them is.
    """
    wanted = sorted(path.name for path in released.glob("[!.]*.ipynb"))
    there = [name for name in wanted if (folder / name).is_file()]
    if not there:
        others = ", ".join(sorted(path.name for path in folder.glob("[!.]*.ipynb"))[:5]) or "none"
        raise FileNotFoundError(
            f"No notebook of {released.name} lies in {folder} (notebooks there: {others}). Wanted: {', '.join(wanted)}."
        )
    results = Results(folder).all()
    notebooks, broken, answers = list[str](), list[tuple[str, str]](), list[Answer]()
    for name in there:
        try:
            own = cells_of(folder / name)
        except (OSError, ValueError) as error:
            broken.append((name, str(error)))
            continue
        notebooks.append(name)
        answers += _answers(name, own, cells_of(released / name), results)
    files, left_out = _own_files(folder, released, set(wanted))
    missing = tuple(name for name in wanted if name not in there)
    return Contents(folder, tuple(notebooks), files, tuple(answers), missing, tuple(broken), left_out)


def write_zip(contents: Contents, student: str, assignment: str, to: Path, when: datetime) -> Path:
    """Write the zip file into the folder ``to``: all of it, or nothing. ``ValueError`` refuses an id."""
    file = to / hand_in_name(student, assignment, when)
    to.mkdir(parents=True, exist_ok=True)
    fresh = to / f".{file.name}.{secrets.token_hex(4)}"
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            for name in (*contents.notebooks, *contents.files):
                archive.write(contents.folder / name, name)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return file


def _answers(
    notebook: str, own: list[dict[str, Any]], released: list[dict[str, Any]], results: dict[str, Result]
) -> Iterator[Answer]:
    mine = answers_in(own)
    for name, stub in answers_in(released).items():
        result = results.get(name)
        if name not in mine:
            yield Answer(notebook, name, "missing")
        elif mine[name].strip() == stub.strip():
            yield Answer(notebook, name, "not started")
        elif result is None or result.state == "not started":
            yield Answer(notebook, name, "not checked")
        else:
            state = "changed" if result.code and result.code != mark(mine[name]) else result.state
            yield Answer(notebook, name, state, result.at.astimezone())


def _own_files(
    folder: Path, released: Path, notebooks: set[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What a learner put beside the notebooks or changed there, and what of that is left out, with the reason."""
    files, left_out = list[str](), list[tuple[str, str]]()
    for path in _walked(folder):
        name = path.relative_to(folder).as_posix()
        if name in notebooks or (name.startswith(_RESULTS) and name.endswith(".json")):
            continue
        if path.is_symlink():
            left_out.append((name, "a link to another place"))
        elif path.stat().st_size > _LARGEST:
            left_out.append((name, f"{path.stat().st_size / 1e6:.0f} MB, and at most {_LARGEST / 1e6:.0f} are taken"))
        elif not any(_same(path, as_given / name) for as_given in (released, folder / RELEASED)):
            files.append(name)
    return tuple(files), tuple(left_out)


def _same(own: Path, released: Path) -> bool:
    """Whether a file is as it was handed out: whoever collects has it."""
    return released.is_file() and own.read_bytes() == released.read_bytes()


def _walked(folder: Path) -> Sequence[Path]:
    """The files below a folder in order, without hidden ones; no link is followed."""
    found = list[Path]()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_WORK)
        found += [Path(place, name) for name in sorted(names) if not name.startswith(".")]
    return found
