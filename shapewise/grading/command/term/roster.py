"""A CSV file with the students of a course -> the gradebook's roster; the roster -> a table.

Read are nbgrader's own columns, and what Canvas and Moodle export: the gradebook of the one, the participants of the
other. Nobody is ever removed: who is not in the file stays.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from shapewise.grading.command.gradebook import open_gradebook, read_people
from shapewise.report.grades import Person

__all__ = ["Enrolled", "enroll", "read_roster", "roster_table"]

_MOST_BYTES, _LONGEST = 16 * 2**20, 128  # characters, as the gradebook has it
_NBGRADER = {
    "id": "id", "first_name": "first_name", "last_name": "last_name", "email": "email", "lms_user_id": "lms_id",
}  # fmt: skip
_CANVAS = {"sis login id": "id", "student": "name", "id": "lms_id"}
_MOODLE = {
    "username": "id", "id number": "id", "first name": "first_name", "last name": "last_name", "surname": "last_name",
    "email address": "email",
}  # fmt: skip


@dataclass(frozen=True)
class Enrolled:
    """What an import did: whose rows are new, whose were changed, who was there and stays without being in the file."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    others: tuple[str, ...]


def enroll(course: Path, path: Path) -> Enrolled:
    """Take the students of a file into the gradebook; an empty field of the file leaves what is known.

    RuntimeError with a sentence for a file that is none, and for ids that stand there twice or can be no folder.
    """
    rows = read_roster(path)
    with open_gradebook(course) as gradebook:
        before = read_people(gradebook)
        after = {who: _over(before.get(who, Person()), person) for who, person in rows.items()}
        changed = [who for who, person in after.items() if before.get(who) != person]
        for who in changed:
            person = after[who]
            gradebook.update_or_create_student(
                who, first_name=person.first_name or None, last_name=person.last_name or None,
                email=person.email or None, lms_user_id=person.lms_id or None,
            )  # fmt: skip
    return Enrolled(
        tuple(who for who in changed if who not in before),
        tuple(who for who in changed if who in before),
        tuple(who for who in rows if who not in changed),
        tuple(who for who in before if who not in rows),
    )


def read_roster(path: Path) -> dict[str, Person]:
    """The students of a CSV file by id, in its order; RuntimeError with a sentence where it is none."""
    rows = list(_rows(path))
    found: dict[str, Person] = {}
    lines: dict[str, int] = {}
    platform_ids: dict[str, int] = {}
    for line, row in rows:
        who = row.pop("id", "")
        if not who:
            raise RuntimeError(f"{path}, line {line}: the student has no id. Nothing was taken from the file.")
        person = Person(**row)
        _refuse(path, line, who, person)
        for known, value, what in ((lines, who, "id"), (platform_ids, person.lms_id, "LMS id")):
            seen = _as_read(value)
            if seen and seen in known:
                raise RuntimeError(
                    f"{path}: the {what} {value!r} stands in lines {known[seen]} and {line}, and two students cannot "
                    "share it, nor differ by capitals alone. Mend the file; nothing was taken from it."
                )
            known[seen] = line
        found[who] = person
    if not found:
        raise RuntimeError(f"{path} names no student.")
    return found


def roster_table(course: Path) -> Table:
    """Everybody in the gradebook."""
    with open_gradebook(course) as gradebook:
        people = read_people(gradebook)
    table = Table("Student", "Name", "E-mail", "LMS id", box=SIMPLE_HEAD, title=f"{len(people)} students enrolled")
    for who, person in people.items():
        table.add_row(who, person.name, person.email, person.lms_id)
    return table


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, the fields of ``Person`` and ``id``) of each student."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), dialect=_dialect(path))
    try:
        yield from _read(path, reader)
    except csv.Error as error:
        raise RuntimeError(
            f"{path} is no CSV file: {error} behind line {reader.line_num}. Is a quotation mark left open? Nothing was "
            "taken from the file."
        ) from None


def _read(path: Path, reader: Any) -> Iterator[tuple[int, dict[str, str]]]:
    heads = [name.strip().casefold() for name in next(filter(any, reader), [])]
    meaning = _meaning(heads)
    if meaning is None:
        raise RuntimeError(
            f"{path} has the columns {', '.join(filter(None, heads)) or 'none'}. Wanted are nbgrader's (id, "
            "first_name, last_name, email, lms_user_id), Canvas's gradebook export, or Moodle's participants (ID "
            "number or Username, First name, Last name, Email address)."
        )
    twice = [name for name in meaning if heads.count(name) > 1]
    if twice:
        raise RuntimeError(f"{path} has two columns {twice[0]!r}. Take one out; nothing was taken from the file.")
    for values in filter(any, reader):
        row: dict[str, str] = {}
        for name, value in zip(heads, map(str.strip, values), strict=False):
            if name in meaning and value:
                row.setdefault(meaning[name], value)
        name = row.pop("name", "")
        if name.startswith("Points Possible") or name == "Student, Test" or not row:
            continue  # Canvas's own rows
        last, _, first = name.partition(",")
        row |= {"last_name": last.strip(), "first_name": first.strip()} if name else {}
        yield reader.line_num, row


def _as_read(text: str) -> str:
    """What a person takes for the same: capitals, and the two ways in which Unicode writes an accent."""
    return unicodedata.normalize("NFC", text).casefold()


def _meaning(heads: list[str]) -> Mapping[str, str] | None:
    if "student" in heads and "sis login id" in heads:
        return _CANVAS
    if {"id number", "username"} & set(heads) and "email address" in heads:
        return {**_MOODLE, "id number": "lms_id"} if "username" in heads else _MOODLE
    return _NBGRADER if "id" in heads else None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise RuntimeError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > _MOST_BYTES or b"\0" in content:
        raise RuntimeError(f"{path} is no CSV file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RuntimeError(f"{path} is not UTF-8. In Excel: save as “CSV UTF-8”.") from None


def _dialect(path: Path) -> type[csv.Dialect]:
    """Commas, or the semicolons and tabs that a spreadsheet writes in other languages."""
    head = _text(path).lstrip().partition("\n")[0]

    class Written(csv.excel):
        delimiter = max(",;\t", key=head.count)
        strict = True  # a quote that nobody closes would take the rest of the class for one student's name

    return Written


def _refuse(path: Path, line: int, who: str, person: Person) -> None:
    """RuntimeError for what cannot be stored, or cannot be the name of a student's folder."""
    values = [who, *(getattr(person, one.name) for one in fields(person))]
    if any(len(value) > _LONGEST or not value.isprintable() for value in values):
        raise RuntimeError(f"{path}, line {line}: a field is longer than {_LONGEST} characters, or not printable.")
    if who.startswith(".") or any(letter in who for letter in '/\\:*?"<>|'):
        raise RuntimeError(f"{path}, line {line}: {who!r} cannot be an id, for it cannot be the name of a folder.")


def _over(before: Person, now: Person) -> Person:
    known = {one.name: getattr(now, one.name) for one in fields(now)}
    return replace(before, **{name: value for name, value in known.items() if value})
