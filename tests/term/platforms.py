"""What a learning platform does around a course: it gives a class's files out, and takes points and feedback back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.term.students import Student

__all__ = ["canvas_gives_out", "canvas_imports", "canvas_shows", "moodle_gives_out", "moodle_imports", "moodle_shows"]


def canvas_gives_out(to: Path, handed_in: Iterable[tuple[Student, Mapping[str, bytes], bool]]) -> Path:
    """All submissions in one zip, as its ``content_zipper.rb`` names them; the last of the three is "late"."""
    with zipfile.ZipFile(to, "w") as archive:
        for number, (student, files, late) in enumerate(handed_in):
            sortable = re.sub(r"\W", "", f"{student.last}, {student.first}".lower())
            for at, (name, content) in enumerate(files.items()):
                uploaded = 100_000 + 10 * number + at
                parts = [sortable, *(["LATE"] if late else []), student.lms_id, str(uploaded), name]
                archive.writestr("_".join(parts), content)
    return to


def moodle_gives_out(to: Path, handed_in: Iterable[tuple[Student, Mapping[str, bytes]]]) -> Path:
    """All submissions in one zip, a folder each."""
    with zipfile.ZipFile(to, "w") as archive:
        for student, files in handed_in:
            folder = f"{student.first} {student.last}_{student.lms_id}_assignsubmission_file"
            for name, content in files.items():
                archive.writestr(f"{folder}/{name}", content)
    return to


def canvas_imports(path: Path) -> tuple[float, dict[str, float]]:
    """(The points possible, the points by login) that its ``gradebook_importer.rb`` takes from a table."""
    head, possible, *rows = csv.reader(io.StringIO(path.read_text("utf-8")))
    assert "Student" in head[0] and "ID" in head[1], "no header row of a gradebook"
    assert re.search(r"SIS\s+User\s+ID", head[2]) and re.search(r"SIS\s+Login\s+ID", head[3]) and "Section" in head[4]
    assert "Points Possible" in possible[0]
    return float(possible[5]), {row[3]: float(row[5]) for row in rows}


def moodle_imports(path: Path) -> dict[str, float]:
    """The points by user name that its import takes from a table, mapped by the columns' names."""
    rows = csv.reader(io.StringIO(path.read_text("utf-8")))
    head = next(rows)
    return {row[head.index("Username")]: float(row[-1]) for row in rows}


def canvas_shows(path: Path) -> dict[str, list[bytes]]:
    """The files of feedback by user id: it looks for two numbers between underscores, of user and uploaded file."""
    found: dict[str, list[bytes]] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            user, uploaded = [part for part in name.split("_") if part.isdecimal()][:2]
            assert int(uploaded) >= 100_000
            found.setdefault(user, []).append(archive.read(name))
    return found


def moodle_shows(path: Path) -> dict[str, list[bytes]]:
    """The files of feedback by participant, as its ``importziplib.php`` reads the folders' names."""
    found: dict[str, list[bytes]] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            _, participant, plugin, kind, *_ = name.split("/")[0].split("_", 4)
            assert participant.isdecimal() and (plugin, kind) == ("assignsubmission", "file")
            found.setdefault(participant, []).append(archive.read(name))
    return found
