"""The assignment's own files -> a folder that a judge's tests find them in, and can change for no other test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from shapewise.grading.server.mounts import mount_files, write_files

__all__ = ["JudgesFolder"]


class JudgesFolder:
    """The working folder of one judge. Nothing is made before there are files."""

    def __init__(self, sandboxed: bool, size: int) -> None:
        """Sandboxed, it is a mount of ``size`` bytes at most, read-only; else an ordinary folder."""
        self._sandboxed, self._size = sandboxed, size
        self._ordinary: list[tempfile.TemporaryDirectory[str]] = []

    def lay_out(self, files: Mapping[str, bytes]) -> None:
        """Go on in a folder that holds these files, and no others."""
        if self._sandboxed:
            os.chdir(mount_files(files, self._size))
        else:
            self._ordinary.append(tempfile.TemporaryDirectory(prefix="judge-"))
            write_files(files, Path(self._ordinary[-1].name))
            os.chdir(self._ordinary[-1].name)

    def close(self) -> None:
        """Leave nothing behind."""
        os.chdir("/")
        for folder in self._ordinary:
            folder.cleanup()
