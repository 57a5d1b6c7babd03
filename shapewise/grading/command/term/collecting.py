"""The zip files that Canvas, Moodle and ``shapewise hand-in`` give out -> ``submitted/``.

nbgrader's ``zip_collect`` wants a pattern for each platform's names, unpacks whatever a zip says, and stops at the
first name that it does not know. Here one student's trouble is one student's remark, work that was there already is
kept in ``downloaded/`` when newer work takes its place, and what a platform needs to take feedback back is noted.
"""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from rich.console import Console

from shapewise.course.hand_in_name import read_hand_in_name
from shapewise.course.nbgrader import course_folders
from shapewise.course.timestamps import MOST_BYTES, handed_in_at
from shapewise.grading.command.gradebook import open_gradebook, read_people
from shapewise.grading.command.progress import progress_bar
from shapewise.grading.command.reading import NotReadError, read_file
from shapewise.grading.command.term.platform_names import Named, read_name, whose
from shapewise.grading.command.term.unpacking import NoZipError, packed_files
from shapewise.grading.command.trouble import is_the_machines, said_of_files
from shapewise.report.grades import Person

__all__ = ["HANDED_OUT", "Collected", "collect", "handed_out"]

HANDED_OUT = "handed_out.json"
"""In ``downloaded/<assignment>/``: student -> notebook or "" -> how the name of its feedback has to begin."""

_COPY = re.compile(r"(?:-(\d{1,3})| ?\((\d{1,3})\))$")  # the second file of a name, at Canvas and in browsers
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class _Work:
    """What one student handed in in one go: by path, what was found and how late it is among others of that path."""

    when: datetime = _NEVER
    files: dict[str, tuple[tuple[int, int], bytes]] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    late: bool = False

    def add(self, path: str, rank: tuple[int, int], content: bytes) -> None:
        if path not in self.files or self.files[path][0] <= rank:
            self.files[path] = (rank, content)


@dataclass
class Collected:
    """What became of the zip files: who has new work, who the same as before, who newer than in the zip; remarks."""

    new: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)


def collect(course: Path, assignment: str, zips: Iterable[Path], console: Console) -> Collected:
    """Take the newest work of each student into ``submitted/``; LookupError for an assignment without notebooks."""
    folders = course_folders(course)
    found = (folders.source / assignment).glob("*.ipynb")
    notebooks = {path.stem for path in found if not path.name.startswith(".")}
    if not notebooks:
        there = ", ".join(sorted(path.name for path in folders.source.glob("[!.]*/"))) or "none"
        raise LookupError(f"No assignment {assignment!r} in {folders.source} (there: {there}).")
    with open_gradebook(course) as gradebook:
        people = read_people(gradebook)
    done = Collected()
    reading = _Reading(assignment, notebooks, people, done.remarks)
    with progress_bar(console) as progress:
        for path in progress.track([*zips], description="Collect"):
            reading.take(path)
    for student in sorted(reading.works):
        work = max(reading.works[student], key=lambda work: (work.when, max(rank for rank, _ in work.files.values())))
        place = folders.submitted / student / assignment
        kept = course / "downloaded" / assignment / "replaced" / student
        try:
            getattr(done, _lay_down(work, place, kept)).append(student)
        except OSError as error:
            if is_the_machines(error):
                raise RuntimeError(f"{said_of_files(error)} Then run this again.") from None
            done.remarks.append(f"{student}: cannot be laid into {place} ({error.strerror})")
            continue
        if work.late:
            done.late.append(student)
    _note(course / "downloaded" / assignment / HANDED_OUT, reading.works)
    return done


class _Reading:
    """Goes through zip files and sorts what they hold by student."""

    def __init__(
        self, assignment: str, notebooks: set[str], people: Mapping[str, Person], remarks: list[str]
    ) -> None:
        self.works: dict[str, list[_Work]] = {}
        self._assignment, self._notebooks, self._people, self._remarks = assignment, notebooks, people, remarks

    def take(self, path: Path) -> None:
        """One zip file, whoever gave it out."""
        handed_in = read_hand_in_name(path.name)
        try:
            if handed_in is not None:
                self._take_hand_in(path, path.name, None, handed_in, _Work())
            else:
                self._take_platform(path)
        except NoZipError as reason:
            self._remarks.append(f"{path.name or path} {reason}; nothing was taken from it")

    def _take_platform(self, path: Path) -> None:
        """A zip that holds a class's files, or hand-ins that somebody packed."""
        loose: dict[str, _Work] = {}
        numbers: dict[str, set[str]] = {}
        strange, known = [], 0
        for packed in packed_files(path, of_class=True):
            named, name = read_name(packed.path), PurePosixPath(packed.path).name
            handed_in = read_hand_in_name(named.file if named else name)
            if named is None and handed_in is None:
                strange.append(packed.path)
                continue
            known += 1
            if packed.refused:
                self._remarks.append(f"{path.name}: {packed.path!r} is left: {packed.refused}")
                continue
            who = self._whose(named, handed_in, f"{path.name}: {packed.path!r}")
            if who is None:
                continue
            if handed_in is not None:
                own = _Work(late=bool(named and named.late), back={"": named.back} if named else {})
                self._take_hand_in(packed.content, packed.path, who, handed_in, own)
            elif named is not None:
                work = loose.setdefault(who, _Work())
                numbers.setdefault(who, set()).add(named.user)
                work.late |= named.late
                self._take_loose(work, named, packed.content)
        self._keep_loose(path, loose, numbers)
        if not known:
            there = ", ".join(strange[:3]) or "nothing"
            raise NoZipError(f"is none of Canvas, Moodle or shapewise hand-in (it holds {there})")
        if strange:
            more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
            self._remarks.append(f"{path.name}: left, for nobody's name is on it: {', '.join(strange[:3])}{more}")

    def _keep_loose(self, path: Path, loose: Mapping[str, _Work], numbers: Mapping[str, set[str]]) -> None:
        """Keep what learners uploaded by itself, but for names that several of them have."""
        for who, work in loose.items():
            if len(numbers[who]) > 1:
                self._remarks.append(
                    f"{path.name}: {len(numbers[who])} students are called like {who!r} (numbers "
                    f"{', '.join(sorted(numbers[who]))}), and nothing tells them apart: all of it is left. Lay it into "
                    "submitted/ by hand, or let them use shapewise hand-in"
                )
            elif work.files:
                self.works.setdefault(who, []).append(work)

    def _whose(self, named: Named | None, handed_in: tuple[str, str, datetime] | None, where: str) -> str | None:
        """The student; None with a remark where there is none, or where it is of another assignment."""
        if handed_in is not None and handed_in[1] != self._assignment:
            self._remarks.append(f"{where} is left: it is handed in for {handed_in[1]}")
            return None
        who = whose(named, self._people) if named else None
        written = handed_in[0] if handed_in else None
        if who is None and written is not None and (written in self._people or not self._people):
            return written
        if who is None:
            said = written or (f"{named.name}, id {named.user}" if named else "")
            self._remarks.append(
                f"{where} is left: the roster knows no student {said!r} (shapewise roster FILE.csv adds some)"
            )
        elif written is not None and written != who:
            self._remarks.append(f"{where}: handed in as {written!r} by {who!r}, whose it is taken to be")
        return who

    def _take_hand_in(
        self, source: Path | bytes, name: str, who: str | None, handed_in: tuple[str, str, datetime], work: _Work
    ) -> None:
        """A zip that a learner's ``shapewise hand-in`` made."""
        who = who or self._whose(None, handed_in, name)
        if who is None:
            return
        work.when = handed_in[2]
        try:
            self._unpack(source, work, name)
        except NoZipError as reason:
            if isinstance(source, Path):
                raise
            self._remarks.append(f"{who}: {PurePosixPath(name).name} {reason}")
        if work.files:
            self.works.setdefault(who, []).append(work)

    def _take_loose(self, work: _Work, named: Named, content: bytes) -> None:
        """A file that a learner uploaded by itself: a notebook, another file, or a zip that is none of ours."""
        path = PurePosixPath(named.file)
        if path.suffix.casefold() == ".zip":
            try:
                self._unpack(content, work, named.file, named.number)
            except NoZipError as reason:
                self._remarks.append(f"{named.name}: {path.name} {reason}")
            work.back.setdefault("", named.back)
        else:
            stem, rank = self._named(path)
            work.add(f"{stem}{path.suffix}" if path.suffix == ".ipynb" else named.file, (named.number, rank), content)
            work.back[stem if path.suffix == ".ipynb" else ""] = named.back

    def _unpack(self, source: Path | bytes, work: _Work, where: str, number: int = 0) -> None:
        for packed in packed_files(source):
            if packed.refused:
                self._remarks.append(f"{where}: {packed.path!r} is left: {packed.refused}")
                continue
            path = PurePosixPath(packed.path)
            if path.suffix == ".ipynb":  # in whatever folder they were packed
                stem, rank = self._named(path)
                work.add(f"{stem}.ipynb", (number, rank), packed.content)
            elif path.name != "timestamp.txt":
                work.add(packed.path, (number, 0), packed.content)

    def _named(self, path: PurePosixPath) -> tuple[str, int]:
        """(The notebook that a file's name means, the number of the copy that it is)."""
        found = _COPY.search(path.stem)
        if path.stem not in self._notebooks and found and path.stem[: found.start()] in self._notebooks:
            return path.stem[: found.start()], int(found[1] or found[2])
        return path.stem, 0


def _lay_down(work: _Work, place: Path, kept: Path) -> str:
    """Lay work into ``submitted/`` as a whole: new, the same as what lies there, or older than that."""
    wanted = {path: content for path, (_, content) in work.files.items()}
    if place.parent.is_symlink():
        raise OSError(errno.ELOOP, "the student's folder is a link, and links are never followed")
    stamp = f"{work.when:%Y-%m-%d %H:%M:%S} UTC" if work.when != _NEVER else ""
    before = _date_of(place)
    if stamp and before and work.when.replace(tzinfo=None) < before:
        return "older"
    if place.is_dir() and not place.is_symlink():
        there = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
        there.pop("timestamp.txt", None)
        same = there.keys() == wanted.keys() and all(path.read_bytes() == wanted[name] for name, path in there.items())
        if same and (not stamp or (before and work.when.replace(tzinfo=None) == before)):
            return "same"
    partial = place.with_name(f".{place.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for path, content in wanted.items():
        (partial / path).parent.mkdir(parents=True, exist_ok=True)
        (partial / path).write_bytes(content)
    if stamp:
        (partial / "timestamp.txt").write_text(stamp, "utf-8")
    if place.exists() or place.is_symlink():
        kept.mkdir(parents=True, exist_ok=True)
        place.rename(kept / f"{place.name}-{len(list(kept.iterdir())) + 1}")
    partial.rename(place)
    return "new"


def _date_of(place: Path) -> datetime | None:
    try:
        return handed_in_at(read_file(place, "timestamp.txt", MOST_BYTES).decode("utf-8-sig"))
    except (OSError, NotReadError, ValueError):
        return None


def handed_out(path: Path) -> dict[str, dict[str, str]]:
    """What is noted in a file of the name ``HANDED_OUT``; nothing where there is none."""
    try:
        known: dict[str, dict[str, str]] = json.loads(path.read_bytes()) if path.is_file() else {}
    except ValueError:
        again = "Delete it, and run shapewise collect with all zip files again"
        raise RuntimeError(f"{path} is damaged. {again}.") from None
    return known


def _note(path: Path, works: Mapping[str, list[_Work]]) -> None:
    """Add to what is known of the names under which a platform takes feedback back."""
    known = handed_out(path)
    for student, several in works.items():
        for work in several:
            if work.back:
                known[student] = {**known.get(student, {}), **work.back}
    if known:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        partial.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False), "utf-8")
        partial.replace(path)
