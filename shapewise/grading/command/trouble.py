"""A failure while one student's work is read, graded, recorded or shown -> that student's remark, or the run's end.

What a student hands in can make any step fail, and then only that step fails, for that student. A full disk or a
locked database is no student's fault, and a run that goes on would fail for everybody.
"""

from __future__ import annotations

import errno
import os
import shlex
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path

from shapewise.grading.command.reading import shown
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.report.faults import Fault

__all__ = ["MachineError", "Remarks", "is_the_machines", "said_of_files"]

_THE_MACHINES = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENFILE, errno.EMFILE, errno.ENOMEM, errno.EACCES,
    errno.EPERM, errno.EAGAIN,
}  # fmt: skip


class MachineError(RuntimeError):
    """The run cannot go on, for a reason that is no student's; the message says which, and what to do."""


class Remarks:
    """What is said of each student, in the order in which it was noticed, each thing once."""

    def __init__(self) -> None:
        """Nothing is said yet; ``failed`` are the students for whom a step failed.

        ``faults`` is what the self-test has found to mend, ``where`` which tests run in the students' own processes.
        """
        self._said: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.failed: set[str] = set()
        self.faults: list[Fault] = []
        self.where: list[str] = []

    def add(self, student: str, *remarks: str) -> None:
        """Say something of a student; a student of whom nothing is said is known from then on, too."""
        self._said[student].update(dict.fromkeys(remarks))

    @contextmanager
    def of_failures(self, student: str, what: str) -> Iterator[None]:
        """Whatever fails inside is a remark that ``what`` could not be done; what is the machine's fault is raised."""
        try:
            yield
        except Exception as error:
            if is_the_machines(error):
                raise
            reason = error.strerror or "" if isinstance(error, OSError) else shown(error)
            self.add(student, f"{what}: {reason or type(error).__name__}")
            self.failed.add(student)

    def all(self) -> dict[str, tuple[str, ...]]:
        """The remarks by student."""
        return {student: tuple(remarks) for student, remarks in self._said.items()}


def said_of_files(error: OSError) -> str:
    """What the system refuses, where, and what helps: a sentence or two."""
    path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else None
    what = f"{path}: {error.strerror}" if path else str(error.strerror or error)
    if path is not None and error.errno in (errno.EACCES, errno.EPERM):
        return f"{what}. Let yourself read and write there (chmod -R u+rwX {shlex.quote(str(_closed(path)))})."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{what}. Free some space."
    return f"{what}."


def _closed(path: Path) -> Path:
    """The outermost of one's own folders at or above a path that takes no files."""
    place = path if os.path.lexists(path) else path.parent
    for above in place.absolute().parents[:-1]:  # never the root, which may be one's own in a container
        if above.stat().st_uid != os.geteuid() or os.access(above, os.W_OK):
            break
        place = above
    return place


def is_the_machines(error: BaseException) -> bool:
    """Whether a failure would happen to everybody."""
    if isinstance(error, OSError):
        return error.errno in _THE_MACHINES
    return isinstance(error, MachineError | SandboxUnavailableError | BrokenExecutor)
