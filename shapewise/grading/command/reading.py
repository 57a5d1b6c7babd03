"""A path below ``submitted/`` -> what lies there and its bytes, without following a link in any part of it.

What a student hands in may be a link to the solutions, a pipe that never ends, or a thousand folders within each
other. Every part of a path is opened by itself, from the folder before it, and only if it is what it has to be.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

__all__ = ["Found", "NotReadError", "kind_of", "listed", "names_in", "read_file", "shown", "unreadable"]

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_DEEPEST, _MOST_FOUND = 8, 2000


class NotReadError(Exception):
    """Something lies there that is not read; the message says what it is, as the end of a sentence."""


@dataclass(frozen=True)
class Found:
    """Something in a student's folder: its path from there, its kind as ``kind_of`` names it, its bytes."""

    path: PurePath
    kind: str
    size: int


def read_file(top: Path, path: PurePath | str, most: int) -> bytes:
    """The bytes of a file at ``path`` below ``top``; ``NotReadError`` where there is something else.

    FileNotFoundError where there is nothing.
    """
    with _open_file(top, PurePath(path), most) as descriptor, open(descriptor, "rb", closefd=False) as file:
        try:
            return file.read(most)
        except OSError as error:
            raise NotReadError(_why(error)) from None


def unreadable(top: Path, path: PurePath | str, most: int) -> str:
    """Why ``read_file`` would not read it; empty where it would. FileNotFoundError where there is nothing."""
    try:
        with _open_file(top, PurePath(path), most):
            return ""
    except NotReadError as reason:
        return str(reason)


def kind_of(top: Path, path: PurePath | str) -> str:
    """``folder``, ``file``, ``link``, or what else lies at ``path`` below ``top``; empty where there is nothing."""
    path = PurePath(path)
    try:
        with _opened(top, path.parent) as folder:
            return _kind(os.stat(path.name, dir_fd=folder, follow_symlinks=False))
    except (OSError, NotReadError):
        return ""


def names_in(top: Path, path: PurePath | str = "") -> list[str]:
    """The names in a folder, in order; ``NotReadError`` where there is no folder, or none that can be read."""
    with _opened(top, PurePath(path)) as folder:
        try:
            return sorted(os.listdir(folder))  # noqa: PTH208 - by its descriptor, not by its path
        except OSError as error:
            raise NotReadError(_why(error)) from None


def listed(top: Path, path: PurePath | str) -> list[Found]:
    """All that lies in a folder and in its folders, hidden things left out; the first 2,000, no more than 8 deep."""
    with _opened(top, PurePath(path)) as folder:
        found: list[Found] = []
        for one in _below(folder, PurePath(), _DEEPEST):
            found.append(one)
            if len(found) == _MOST_FOUND:
                break
        return found


def shown(name: object) -> str:
    """A name as it can be printed: what is not UTF-8, ends a line or cannot be seen is spelt out."""
    text = os.fsencode(str(name)).decode("utf-8", "backslashreplace")
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(text) <= 80 else f"{text[:60]}...{text[-17:]}"


def _below(folder: int, at: PurePath, deepest: int) -> Iterator[Found]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if name.startswith(".") or name == "__pycache__":
            continue
        try:
            about = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            continue
        kind = _kind(about)
        yield Found(at / name, kind, about.st_size)
        if kind == "folder" and deepest > 1:
            try:
                inner = os.open(name, _FOLDER, dir_fd=folder)
            except OSError:
                continue
            try:
                yield from _below(inner, at / name, deepest - 1)
            finally:
                os.close(inner)


@contextmanager
def _open_file(top: Path, path: PurePath, most: int) -> Iterator[int]:
    with _opened(top, path.parent) as folder:
        try:
            kind = _kind(os.stat(path.name, dir_fd=folder, follow_symlinks=False))
            if kind != "file":  # asked before it is opened: opening a device can do something
                raise NotReadError(f"is a {kind}" + (", and links are never followed" if kind == "link" else ""))
            descriptor = os.open(path.name, _FILE, dir_fd=folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise NotReadError(_why(error)) from None
        try:
            about = os.fstat(descriptor)
            if _kind(about) != "file":
                raise NotReadError("is not a file")
            if about.st_size > most:
                raise NotReadError(f"is larger than {f'{most >> 20} MiB' if most >> 20 else f'{most} bytes'}")
            yield descriptor
        finally:
            os.close(descriptor)


@contextmanager
def _opened(top: Path, path: PurePath) -> Iterator[int]:
    """A descriptor of the folder at ``path`` below ``top``, by way of real folders only."""
    folder = os.open(top, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        for part in path.parts:
            if part in ("..", os.sep):
                raise NotReadError("lies somewhere else")
            kind = _kind(os.stat(part, dir_fd=folder, follow_symlinks=False))
            if kind != "folder":
                raise NotReadError(f"lies behind {shown(part)!r}, which is a {kind}")
            try:
                inner = os.open(part, _FOLDER, dir_fd=folder)
            except OSError as error:
                raise NotReadError(_why(error)) from None
            os.close(folder)
            folder = inner
        yield folder
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotReadError(_why(error)) from None
    finally:
        os.close(folder)


def _kind(about: os.stat_result) -> str:
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link", stat.S_IFIFO: "pipe",
             stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}  # fmt: skip
    return kinds.get(stat.S_IFMT(about.st_mode), "special file")


def _why(error: OSError) -> str:
    return f"cannot be read ({error.strerror or type(error).__name__})"
