"""A PostgreSQL server of one's own, in a temporary folder and without a port, for as long as some tests need it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

import psutil

__all__ = ["Server", "binaries"]


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``: Debian keeps them out of the PATH."""
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((place for place in reversed(places) if (place / "initdb").is_file()), None)


class Server:
    """A cluster that is started on entering; PostgreSQL refuses to run as root, so then it runs as somebody else."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="shapewise-postgresql-"))
        self._user = None
        if os.geteuid() == 0:
            there = {one.pw_name for one in pwd.getpwall()}
            self._user = next(user for user in ("postgres", "nobody") if user in there)
            shutil.chown(self._folder, self._user)
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for ``CourseDirectory.db_url``."""
        return f"postgresql://grader@/postgres?host={self._folder}"

    def __enter__(self) -> Server:
        self._call("initdb", "-D", "data", "-U", "grader", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and return once it answers."""
        command = [self._programs / "postgres", "-D", "data", "-k", self._folder, "-c", "listen_addresses="]
        self._running = subprocess.Popen(
            command, cwd=self._folder, user=self._user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while self._ask("pg_isready", "-h", str(self._folder), "-U", "grader").returncode:
            assert self._running.poll() is None, "PostgreSQL ended while it started"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and all of its processes at once, as a power cut would."""
        if self._running is not None:
            family = psutil.Process(self._running.pid)
            for process in [family, *family.children(recursive=True)]:
                process.kill()
            self._running.wait()
            self._running = None

    def _call(self, program: str, *words: str) -> None:
        done = self._ask(program, *words)
        assert done.returncode == 0, done.stderr

    def _ask(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._programs / program, *words], cwd=self._folder, user=self._user, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
