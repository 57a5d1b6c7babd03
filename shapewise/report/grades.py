"""A class's grades in one assignment, as plain data: what the table, the CSV file and the pages are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shapewise.report.faults import Fault

__all__ = ["Exercise", "Grades", "HandedIn", "Person", "StudentGrades", "lasting"]


@dataclass(frozen=True)
class Exercise:
    """One exercise: the notebook it stands in, its name, and the points it is worth."""

    notebook: str
    name: str
    points: float


@dataclass(frozen=True)
class Person:
    """What the roster says of a student beside the id; empty where it does not say."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def name(self) -> str:
        """``Lovelace, Ada``, or what there is of it."""
        return ", ".join(filter(None, (self.last_name, self.first_name)))


@dataclass(frozen=True)
class HandedIn:
    """When a student handed in (UTC), how late that was, the extension that was granted, the penalty for lateness."""

    at: datetime | None = None
    late: timedelta = timedelta()
    extension: timedelta = timedelta()
    penalty: float = 0.0
    nothing: bool = False
    """Whether there is no work of this student: on the roster, or granted an extension, and no more."""


@dataclass(frozen=True)
class StudentGrades:
    """One student's points, in the order of ``Grades.exercises``; None where nothing was graded.

    ``waiting`` names, for each exercise, the answers that a person still has to grade: as ``notebook/cell``. The points
    are those that are known without them.
    """

    student: str
    points: tuple[float | None, ...]
    remarks: tuple[str, ...] = ()
    waiting: tuple[tuple[str, ...], ...] = ()
    person: Person = Person()
    handed_in: HandedIn = HandedIn()

    @property
    def earned(self) -> float:
        """The sum of the points, before a penalty is taken off."""
        return sum(points or 0 for points in self.points)

    @property
    def total(self) -> float:
        """The points that count: as nbgrader has it, never below zero."""
        return max(0.0, self.earned - self.handed_in.penalty)

    @property
    def waits(self) -> tuple[str, ...]:
        """All answers that a person still has to grade."""
        return tuple(name for names in self.waiting for name in names)

    def shown(self, place: int) -> str:
        """The points of one exercise as they are shown: ``3``, ``?`` while a person has to grade, ``3+?`` in part."""
        points, waits = self.points[place], bool(self.waiting and self.waiting[place])
        if points is None:
            return "–"
        return f"{points:g}" if not waits else f"{points:g}+?" if points else "?"

    @property
    def total_shown(self) -> str:
        """The total as it is shown: ``12+?`` while something of it waits for a person."""
        return f"{self.total:g}+?" if self.waits else f"{self.total:g}"


@dataclass(frozen=True)
class Grades:
    """The grades of a class in one assignment; ``due`` is in UTC, ``faults`` are what the self-test found to mend."""

    assignment: str
    exercises: tuple[Exercise, ...]
    students: tuple[StudentGrades, ...] = field(default=())
    due: datetime | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def total(self) -> float:
        """The points that the assignment is worth."""
        return sum(exercise.points for exercise in self.exercises)

    def faults_of(self, exercise: Exercise) -> tuple[Fault, ...]:
        """The faults that make the points of an exercise uncertain: of its tests, or of its whole notebook."""
        return tuple(fault for fault in self.faults if exercise in self._touched(fault))

    def _touched(self, fault: Fault) -> list[Exercise]:
        """A test belongs to the exercise whose name its own begins with, to the longest of them."""
        there = [one for one in self.exercises if one.notebook == fault.notebook and fault.test.startswith(one.name)]
        longest = sorted(there, key=lambda one: len(one.name))[-1:]
        return longest if fault.test else [one for one in self.exercises if one.notebook == fault.notebook]

    @property
    def waiting(self) -> dict[str, int]:
        """How many students' answers to each cell wait for a person, by ``notebook/cell``."""
        found: dict[str, int] = {}
        for place in range(len(self.exercises)):
            for student in self.students:
                for name in student.waiting[place] if student.waiting else ():
                    found[name] = found.get(name, 0) + 1
        return found


def lasting(time: timedelta) -> str:
    """``2 d 3 h``, ``45 min``: the two greatest units of a time, rounded up to what is shown; a dash for none."""
    seconds = int(time.total_seconds())
    if seconds <= 0:
        return "–"
    minutes = -(-seconds // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    parts = ((days, "d"), (hours, "h"), (minutes % 60 if days == 0 else 0, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
