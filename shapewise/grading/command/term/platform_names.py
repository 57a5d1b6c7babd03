"""The names under which Canvas and Moodle give files out and take feedback back <-> whose they are.

Canvas:  ``lovelaceada_LATE_17_123456_1_shapes.ipynb``  sortable name, user id, id of the uploaded file, its name
Moodle:  ``Ada Lovelace_4711_assignsubmission_file_/1_shapes.ipynb``  full name, id of the participant; a folder each
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from shapewise.report.grades import Person

__all__ = ["Named", "read_name", "whose"]

_CANVAS = re.compile(r"(?P<name>[^/]+?)_(?:(?P<late>late)_)?(?P<user>\d+)_(?P<file_id>\d+)_(?P<file>[^/]+)", re.I)
_MOODLE = re.compile(
    r"(?P<name>[^/_]+)_(?P<user>\d+)_(?P<plugin>assignsubmission_file)_?(?P<slash>/?)(?P<file>[^/].*)"
)
_ANONYMOUS = re.compile(r"anon(?:ymous)?_\w+?_\d+_.+", re.I)


@dataclass(frozen=True)
class Named:
    """What a name in a platform's zip says. ``back`` is what the name of a file of feedback begins with."""

    platform: str
    name: str
    user: str
    file: str
    back: str
    late: bool = False
    number: int = 0
    """The uploaded file's id at Canvas: the greater, the later."""


def read_name(path: str) -> Named | None:
    """What a path within a zip says; None for one that neither platform gives."""
    found = _MOODLE.fullmatch(path)
    if found:
        folder = f"{found['name']}_{found['user']}_{found['plugin']}_"
        return Named("moodle", found["name"], found["user"], found["file"], f"{folder}/")
    found = _CANVAS.fullmatch(path)
    if found is None or _ANONYMOUS.fullmatch(path):
        return None
    begin = f"{found['name']}_{found['user']}_{found['file_id']}_"
    late, number = found["late"] is not None, int(found["file_id"])
    return Named("canvas", found["name"], found["user"], found["file"], begin, late, number)


def whose(named: Named, people: Mapping[str, Person]) -> str | None:
    """The student of the roster: by the LMS id, else by a name that only one student has.

    Canvas's id is the roster's LMS id, so who has another one is somebody else of that name. Moodle numbers the
    participants of each assignment anew.
    """
    by_id = [who for who, person in people.items() if person.lms_id == named.user]
    if len(by_id) == 1:
        return by_id[0]
    wanted = _letters(named.name)
    by_name = [
        who for who, person in people.items()
        if wanted in (_letters(person.last_name + person.first_name), _letters(person.first_name + person.last_name))
    ]  # fmt: skip
    if not wanted or len(by_name) != 1:
        return None
    known = people[by_name[0]].lms_id
    return None if named.platform == "canvas" and known else by_name[0]


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
