"""A passed answer -> its section of ``mine.py``, in a file that imports cleanly.

The file is text that the learner may read and change. Whatever would be lost, of a file that was changed by hand or
does not run, is kept beside it.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from shapewise.library.gathering import gather
from shapewise.library.place import FILE, MODULE
from shapewise.library.sections import STAND_INS, Library, digest, read, section

__all__ = ["keep", "module_of"]

_INSTRUCTORS = "### BEGIN SOLUTION"  # what students get has no such line
_ATTEMPTS = 5


def keep(
    file: Path, name: str, scope: Mapping[str, Any], cells: Sequence[str], order: Sequence[str],
    passes: Callable[[Any], bool],
) -> str | None:
    """Write the answer that stands under ``name`` in the notebook into ``file``; say in a sentence what was done.

    ``cells`` are the cells that were run, ``order`` is that of the course's functions, ``passes`` says whether a
    function passes the check: nothing is written that would not pass from the file. An instructor's notebook is left
    alone (None). Raises nothing.
    """
    if any(_INSTRUCTORS in cell for cell in cells):
        return None
    try:
        for _ in range(_ATTEMPTS):
            before = _content(file)
            after = _with(name, scope, cells, order, passes, before)
            if after is None:
                return f"Your library, `{FILE}`, goes without it: its source is not in the cells of this notebook."
            if after == before:
                return f"It stands in your library, `{FILE}`."
            if _content(file) == before:  # else another notebook's check wrote meanwhile
                aside = _set_aside(file, before, name)
                _write(file, after)
                kept = f" The file as it was is `{aside}` now." if aside else ""
                return f"It stands in your library now: `{FILE}`, beside this notebook.{kept}"
    except OSError as error:
        return f"It could not be written into your library, `{FILE}`: {error.strerror or error}."
    return None


def module_of(text: str, file: Path) -> ModuleType:
    """The module ``mine``, made of a file's text; raises what running it raises. What it prints is not shown."""
    module = ModuleType(MODULE)
    module.__file__ = str(file)
    with _standing_as(module), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, str(file), "exec", dont_inherit=True), vars(module))
    return module


@contextlib.contextmanager
def _standing_as(module: ModuleType) -> Iterator[None]:
    """Let ``import mine`` find this module, as a section does that calls others."""
    before = sys.modules.get(MODULE)
    sys.modules[MODULE] = module
    try:
        yield
    finally:
        del sys.modules[MODULE]
        if before is not None:
            sys.modules[MODULE] = before


def _with(
    name: str, scope: Mapping[str, Any], cells: Sequence[str], order: Sequence[str],
    passes: Callable[[Any], bool], before: bytes | None,
) -> bytes | None:
    """The file with the answer in it; None where its source cannot be had, or would not pass from there."""
    library = _sound(before)
    piece = gather(name, cells, scope, library.names)
    if piece is None:
        return None
    text = section(library, name, piece, set(order))
    if digest(text) == library.digests.get(name) and before is not None and (
        name not in library.changed or _runs(library.text(), name, passes)
    ):
        return before if library.text().strip() == _text(before).strip() else library.text().encode()
    whole = library.having(name, text, order).text()
    return whole.encode() if _runs(whole, name, passes) else None


def _sound(before: bytes | None) -> Library:
    """The library in a file; of one that does not run, the sections that do."""
    library = read(_text(before))
    if _is_sound(before):
        return library
    sound = Library()
    for name in library.sections:
        more = Library(sound.head, {**sound.sections, name: library.sections[name]},
                       {**sound.digests, name: library.digests[name]})
        sound = more if _runs(more.text()) else sound
    return sound


def _is_sound(content: bytes | None) -> bool:
    """Whether nothing would be lost of a file that is read and written again."""
    text = _text(content)
    return text.encode() == (content or b"").replace(b"\r\n", b"\n") and _runs(text)


def _runs(text: str, name: str | None = None, passes: Callable[[Any], bool] = bool) -> bool:
    """Whether a file of this text can be imported and, with a name, whether the function of that name passes."""
    try:
        module = module_of(text, Path(FILE))
        return name is None or passes(getattr(module, name))
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever a learner's file does, SystemExit included
        return False


def _set_aside(file: Path, before: bytes | None, name: str) -> str | None:
    """Keep the file under another name where writing a new answer to ``name`` would lose something of it."""
    if before is None or (not {name, STAND_INS} & read(_text(before)).changed and _is_sound(before)):
        return None
    for number in range(1, 1000):
        aside = file.with_name(f"{file.stem}_{number}{file.suffix}")
        if not aside.exists():
            _write(aside, before)
        if _content(aside) == before:
            return aside.name
    raise OSError("there are 999 older ones beside it")


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace").replace("\r\n", "\n")


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _write(file: Path, content: bytes) -> None:
    """Write all or nothing: whoever reads the file meanwhile finds the old one."""
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
