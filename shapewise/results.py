"""What checks found <-> a file beside the notebooks, so that it is there when the kernel starts anew.

The file, ``progress.json``, is replaced as a whole and under a lock, because each notebook has a kernel of its own.
One that cannot be read is kept aside, and that is said. A course's own folders, a grader's run and a test's hold no
learner's results, so nothing is written there.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

__all__ = ["FILE", "STATES", "Result", "Results", "day_and_time", "learners_folder"]

FILE = "progress.json"
"""Its name, in the folder of the notebooks."""

STATES = ("passed", "not yet", "not started")
"""What a check finds."""

_FORMAT = 1
_LOCK = ".progress.lock"
_PATIENCE = 5.0  # seconds; a write takes milliseconds
_LARGEST = 1_000_000
_COURSE, _LEARNERS = "nbgrader_config.py", "work"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NOT_A_LEARNER = ("NBGRADER_EXECUTION", "PYTEST_CURRENT_TEST")


@dataclass(frozen=True)
class Result:
    """What the last check of an exercise found: ``state``, when, and the mark of the code it saw (empty: unknown)."""

    state: str
    at: datetime
    code: str = ""


@dataclass
class Results:
    """The results of a folder by the exercise's name; without a folder, those of this session."""

    folder: Path | None = None
    trouble: str = ""
    """Why results are not kept, as a sentence; empty where they are."""
    _session: dict[str, Result] = field(default_factory=dict)

    def all(self) -> dict[str, Result]:
        """What is known now, with what other notebooks of the folder wrote since."""
        kept = self._read() if self.folder is not None else {}
        return kept | {name: one for name, one in self._session.items() if name not in kept or one.at >= kept[name].at}

    def note(self, name: str, result: Result) -> None:
        """Keep one; where the disk refuses, for this session, and ``trouble`` says why."""
        self._session[name] = result
        if self.folder is None:
            return
        try:
            with FileLock(self.folder / _LOCK, timeout=_PATIENCE):
                _replace(self.folder / FILE, _as_text(self.all()))
        except (OSError, Timeout) as error:
            reason = "another notebook is writing it" if isinstance(error, Timeout) else error.strerror or str(error)
            self.trouble = f"{FILE} could not be written ({reason}), so this is known until the kernel restarts."
        else:
            if self.trouble.startswith(f"{FILE} could not be written"):
                self.trouble = ""

    def _read(self) -> dict[str, Result]:
        assert self.folder is not None
        file = self.folder / FILE
        try:
            with file.open(encoding="utf-8") as opened:
                return _from_text(opened.read(_LARGEST))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.trouble = f"{FILE} could not be read ({error.strerror}), so what was checked before is not shown."
        except ValueError as error:
            self._keep_aside(file, str(error))
        return {}

    def _keep_aside(self, file: Path, reason: str) -> None:
        aside = file.with_name(f"{file.stem}.broken-{datetime.now():%Y%m%d-%H%M%S}{file.suffix}")
        try:
            file.replace(aside)
        except OSError as error:
            self.trouble = f"{FILE} cannot be understood ({reason}) nor moved away ({error.strerror})."
        else:
            self.trouble = (
                f"{FILE} could not be understood ({reason}). It is kept as {aside.name}; run the checks again, and "
                "they are noted anew."
            )


def learners_folder(folder: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """``folder``, if results may be kept there; None while grading or testing, and in a course's other folders."""
    if any(environment.get(name) for name in _NOT_A_LEARNER):
        return None
    folder = folder.resolve()
    for course in (folder, *folder.parents):
        if (course / _COURSE).is_file():
            return folder if folder.relative_to(course).parts[:1] == (_LEARNERS,) else None
    return folder


def day_and_time(at: datetime, today: date) -> str:
    """``today 10:41``, ``yesterday 18:04``, ``23 November 09:12``; in the time zone that ``at`` has."""
    if at.date() == today:
        day = "today"
    elif at.date() == today - timedelta(days=1):
        day = "yesterday"
    else:
        day = f"{at.day} {_MONTHS[at.month - 1]}" + ("" if at.year == today.year else f" {at.year}")
    return f"{day} {at:%H:%M}"


def _as_text(results: Mapping[str, Result]) -> str:
    rows = {
        name: {"state": one.state, "at": one.at.isoformat(timespec="seconds"), "code": one.code}
        for name, one in sorted(results.items())
    }
    about = "What shapewise's checks found in the notebooks beside this file."
    return json.dumps({"about": about, "format": _FORMAT, "results": rows}, indent=1) + "\n"


def _from_text(text: str) -> dict[str, Result]:
    """The results; ``ValueError`` says what is wrong with the text."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT or not isinstance(found.get("results"), dict):
        raise ValueError(f"not a record of format {_FORMAT}")
    return {str(name): _result(str(name), row) for name, row in found["results"].items()}


def _result(name: str, row: Any) -> Result:
    try:
        at = datetime.fromisoformat(row["at"])
        state, code = row["state"], row["code"]
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"the entry of {name[:50]!r} is not complete") from None
    if state not in STATES or not isinstance(code, str) or at.tzinfo is None:
        raise ValueError(f"the entry of {name[:50]!r} is none")
    return Result(state, at, code)


def _replace(file: Path, text: str) -> None:
    """All of the new text, or the old file as it was."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
