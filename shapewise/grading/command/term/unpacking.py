"""A zip file that somebody gave -> what it holds, as far as that is safe to read.

Nothing is unpacked to a path that the zip names. A zip may name paths outside of a folder, hold links, or unpack to a
thousand times its size: what does so is left, and named.
"""

from __future__ import annotations

import io
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

__all__ = ["NoZipError", "Packed", "packed_files"]

_MOST_FILES, _MOST_BYTES = 20_000, 64 * 2**20
_MOST_OF_A_CLASS, _MOST_OF_A_STUDENT = 2 * 2**30, 128 * 2**20
_NOISE = {"__MACOSX", ".DS_Store", "Thumbs.db", ".ipynb_checkpoints"}


class NoZipError(Exception):
    """Something that cannot be read as a zip file; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Packed:
    """One file of a zip: its path there, its bytes; empty bytes and the reason in ``refused`` where it is left."""

    path: str
    content: bytes
    refused: str = ""


def packed_files(source: Path | bytes, *, of_class: bool = False) -> Iterator[Packed]:
    """The files of a zip, one at a time, so that only one of them is in memory; ``NoZipError`` where it is none.

    It is a student's, and may unpack to less, if it is not ``of_class``.
    """
    try:
        with ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_noise(info.filename)]
            if len(infos) > _MOST_FILES:
                raise NoZipError(f"holds {len(infos)} files, and {_MOST_FILES} are the most that are looked at")
            room = _MOST_OF_A_CLASS if of_class else _MOST_OF_A_STUDENT
            for info in infos:
                packed = _read(archive, info, room)
                room -= len(packed.content)
                yield packed
    except (BadZipFile, LargeZipFile, NotImplementedError, EOFError) as error:
        raise NoZipError(f"is no zip file that can be read ({error})") from None
    except OSError as error:
        raise NoZipError(f"cannot be read ({error.strerror or error})") from None


def _read(archive: ZipFile, info: ZipInfo, room: int) -> Packed:
    """One file, read no further than it may be long, whatever the zip says of its length."""
    reason = _refusal(info)
    if reason:
        return Packed(info.filename, b"", reason)
    most = min(_MOST_BYTES, room)
    try:
        with archive.open(info) as file:
            content = file.read(most + 1)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        return Packed(info.filename, b"", f"damaged ({error})")
    return Packed(info.filename, content) if len(content) <= most else Packed(info.filename, b"", "too large unpacked")


def _refusal(info: ZipInfo) -> str:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "a path outside of the zip"
    if info.create_system == 3 and stat.S_ISLNK(info.external_attr >> 16):
        return "a link, and links are never followed"
    if not info.filename.isprintable():
        return "a name that cannot be printed"
    return "locked with a password" if info.flag_bits & 1 else ""


def _is_noise(path: str) -> bool:
    """What macOS, Windows and Jupyter lay beside files."""
    parts = PurePosixPath(path).parts
    return any(part in _NOISE or part.startswith("._") for part in parts)
