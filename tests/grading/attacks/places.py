"""Places outside the sandbox that hostile texts name: real ones, made for the tests, watched, and taken down again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import site
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["PLACES", "Places", "watched"]

PLACES = ("@COURSE@", "@ESRUOC@", "@ROOT@", "@PACKAGES@", "@HOME@", "@PORT@", "@ABSTRACT@", "@PID@", "@NODE@")
"""``@ESRUOC@`` is ``@COURSE@`` from its end: the text that looks for a word in memory must not be what it finds."""
_ROOT = Path(__file__).resolve().parents[3]
_MUST_NOT_APPEAR = (
    ("@PACKAGES@", "sitecustomize.py"), ("@PACKAGES@", "hostile.pth"), ("@PACKAGES@", "torch/hostile.py"),
    ("@HOME@", ".ipython/profile_default/startup/00-hostile.py"), ("@HOME@", ".hostile"),
    ("@HOME@", ".jupyter/hostile.py"), ("@ROOT@", "hostile.txt"),
    ("@ROOT@", "shapewise/grading/hostile.py"), ("@ROOT@", "source/m01_tensors/hostile.ipynb"),
)  # fmt: skip


@dataclass
class Places:
    """``words`` says what each word of ``PLACES`` stands for; ``secret`` is what no submission may find out."""

    words: dict[str, str]
    secret: str
    visits: list[str] = field(default_factory=list)
    before: str = ""

    def filled(self, submission: bytes) -> bytes:
        """The submission with the words replaced."""
        for word, meaning in self.words.items():
            submission = submission.replace(word.encode(), meaning.encode())
        return submission

    def harm(self) -> list[str]:
        """What has happened to these places since they were made, in words."""
        found = [f"somebody came: {visit}" for visit in self.visits]
        if self.state() != self.before:
            found.append("the course's files have changed")
        found += [f"{base}/{name} exists" for base, name in _MUST_NOT_APPEAR if Path(self.words[base], name).exists()]
        return found

    def state(self) -> str:
        """A fingerprint of the course's files: names, contents, rights."""
        told = hashlib.sha256()
        for path in sorted(Path(self.words["@COURSE@"]).rglob("*")):
            told.update(f"{path} {path.lstat().st_mode} {path.lstat().st_nlink}".encode())
            if path.is_file():
                told.update(path.read_bytes())
        package = Path(self.words["@ROOT@"], "shapewise", "grading")
        told.update(repr([(p.name, p.stat().st_mode) for p in sorted(package.glob("*.py"))]).encode())
        return told.hexdigest()


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[Places]:
    """A course with a gradebook, solutions and other students in ``folder``, and doors on which nobody may knock."""
    secret = f"secret-{secrets.token_hex(8)}"
    with contextlib.ExitStack() as stack:
        _write_course(folder, secret)
        abstract = f"\0shapewise-{secrets.token_hex(8)}"
        doors = [
            _door(stack, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            _door(stack, socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "door")),
            _door(stack, socket.AF_UNIX, socket.SOCK_STREAM, abstract),
        ]
        port = doors[0].getsockname()[1]
        doors.append(_door(stack, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", port)))
        places = Places(
            {
                "@COURSE@": str(folder), "@ROOT@": str(_ROOT), "@PACKAGES@": site.getsitepackages()[0],
                "@HOME@": str(Path.home()), "@PORT@": str(port), "@ABSTRACT@": abstract[1:], "@PID@": str(os.getpid()),
                "@ESRUOC@": str(folder)[::-1], "@NODE@": socket.gethostname(),
            },
            secret,
        )  # fmt: skip
        places.before = places.state()
        for door in doors:
            threading.Thread(target=_attend, args=(door, places.visits), daemon=True).start()
        yield places


def _write_course(folder: Path, secret: str) -> None:
    for name in ("source/m01/1.ipynb", "submitted/alice/m01/1.ipynb", "lessons/1.py", "feedback/alice/1.html"):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(f"### BEGIN SOLUTION {secret} ### END SOLUTION")
        path.chmod(0o666)
    connection = sqlite3.connect(folder / "gradebook.db")
    with contextlib.closing(connection):
        connection.execute("create table grade (student text, score real)")
        connection.execute("insert into grade values ('mallory', 0)")
        connection.commit()
    (folder / "gradebook.db").chmod(0o666)
    folder.chmod(0o777)


def _door(stack: contextlib.ExitStack, family: int, kind: int, address: object) -> socket.socket:
    door = stack.enter_context(socket.socket(family, kind))
    door.bind(address)  # type: ignore[arg-type]
    if kind == socket.SOCK_STREAM:
        door.listen()
    return door


def _attend(door: socket.socket, visits: list[str]) -> None:
    with contextlib.suppress(OSError):
        while True:
            if door.type == socket.SOCK_STREAM:
                visitor, _ = door.accept()
                visitor.close()
            else:
                door.recv(100)
            visits.append(str(door))
