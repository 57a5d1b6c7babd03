"""The words of the command line for the instructor's term: ``roster``, ``extend``, ``collect``, ``export``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

__all__ = ["add_commands"]

_ROSTER = """examples:
  shapewise roster                     who is enrolled
  shapewise roster students.csv        with the columns id, first_name, last_name, email, lms_user_id
  shapewise roster Grades-CS101.csv    what Canvas exports from its gradebook
  shapewise roster participants.csv    what Moodle exports: ID number or Username, First name, Last name, Email address
"""
_EXTEND = """examples:
  shapewise extend ada --days 3                                three days more than everybody
  shapewise extend ada ben --hours 12 --assignment m01_tensors
  shapewise extend ada --until "2026-10-05 23:59 Europe/Paris"
  shapewise extend ada --undo                                  takes it back
  shapewise extend                                             who was granted what
"""
_COLLECT = """examples:
  shapewise collect m01_tensors submissions.zip      all submissions, as Canvas or Moodle give them out
  shapewise collect m01_tensors ~/Downloads/*.zip    hand-ins that learners made with shapewise hand-in, or both
"""
_EXPORT = """examples:
  shapewise export m01_tensors --for canvas --title "Homework 1 (4711)"
  shapewise export m01_tensors --for moodle --to grades.csv
  shapewise export m01_tensors --for moodle --feedback       the feedback pages, too, to upload at once
"""
_NO_DATE = "Canvas and Moodle do not say when; no lateness is counted for what they call late: "


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the four commands to the parser's."""

    def command(name: str, run: Any, said: str, more: str, examples: str) -> argparse.ArgumentParser:
        keep_lines = argparse.RawDescriptionHelpFormatter
        parser: argparse.ArgumentParser = commands.add_parser(
            name, parents=[shared], help=said, description=more, epilog=examples, formatter_class=keep_lines
        )
        parser.set_defaults(run=run)
        return parser

    roster = command("roster", _roster, "who is enrolled, and a CSV file of students into the gradebook",
                     "Enrolls the students of a CSV file, or shows who is enrolled. Removes nobody.", _ROSTER)
    roster.add_argument("file", type=Path, nargs="?", help="the CSV file")

    extend = command("extend", _extend, "more time for a student, or who was granted what",
                     "Grants students an extension; it replaces the one they had. Penalties follow at once.", _EXTEND)
    extend.add_argument("students", nargs="*", metavar="STUDENT", type=str.strip)
    extend.add_argument("--assignment", help="which one (default: the only one there is)")
    time = extend.add_mutually_exclusive_group()
    time.add_argument("--days", type=_number, help="so many days")
    time.add_argument("--hours", type=_number, help="so many hours")
    time.add_argument("--until", type=_date, metavar="DATE",
                      help="to a moment: '2026-10-05 23:59', UTC unless it says; a day alone ends at 23:59")
    time.add_argument("--undo", action="store_true", help="take the extension back")

    collect = command("collect", _collect, "zip files of Canvas, Moodle and shapewise hand-in into submitted/",
                      "Takes the newest work of each student. What it replaces is kept in downloaded/.", _COLLECT)
    collect.add_argument("assignment")
    collect.add_argument("zips", nargs="+", type=Path, metavar="FILE.zip")

    export = command("export", _export, "points and feedback for Canvas or Moodle",
                     "Writes the table that the platform imports, with the points that count.", _EXPORT)
    export.add_argument("assignment")
    export.add_argument("--for", choices=("canvas", "moodle"), required=True, dest="platform")
    export.add_argument("--to", type=Path, help="the file (default: report/<assignment>-<platform>.csv)")
    export.add_argument("--title", default="", help="the column's name (default: the assignment's)")
    export.add_argument("--feedback", action="store_true", help="zip the feedback pages as the platform names them")


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 10_000:
        raise argparse.ArgumentTypeError(f"a number greater than 0 was expected, not {text.strip()!r}")
    return number


def _date(text: str) -> Any:
    from shapewise.grading.command.term.extensions import until

    try:
        return until(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"wanted is {error}") from None


def _roster(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.grading.command.term.roster import enroll, roster_table

    if chosen.file is None:
        console.print(roster_table(course))
        return 0
    done = enroll(course, chosen.file)
    said = f"{len(done.new)} enrolled, {len(done.changed)} changed, {len(done.same)} as they were."
    others = f" {len(done.others)} who are not in the file stay: {_some(done.others)}." if done.others else ""
    console.print(said + others, highlight=False, markup=False, soft_wrap=True)
    return 0


def _extend(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.grading.command.term.extensions import extend, extensions_table, only_assignment

    assignment = chosen.assignment or only_assignment(course)
    given = chosen.until or timedelta(days=chosen.days or 0, hours=chosen.hours or 0)
    if chosen.students and (given or chosen.undo):
        extend(course, assignment, chosen.students, None if chosen.undo else given)
        again = f"shapewise grade {assignment} brings table and pages up to date"
        console.print(f"Done; {again}.", highlight=False, markup=False)
    elif chosen.students or given or chosen.undo:
        raise LookupError("Name the students, and how long: shapewise extend ada --days 3.")
    console.print(extensions_table(course, assignment))
    return 0


def _collect(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.grading.command.term.collecting import collect

    done = collect(course, chosen.assignment, chosen.zips, console)
    for remark in done.remarks:
        console.print(remark, style="yellow", highlight=False, markup=False, soft_wrap=True)
    if done.late:
        console.print(_NO_DATE + _some(done.late), style="yellow", highlight=False, markup=False, soft_wrap=True)
    whose = "1 student's" if len(done.new) == 1 else f"{len(done.new)} students'"
    said = [f"{whose} work is now in submitted/"]
    said += [f"{len(done.same)} had handed in the same before"] if done.same else []
    said += [f"{len(done.older)} have newer work there, which stays: {_some(done.older)}"] if done.older else []
    console.print("; ".join(said) + ".", highlight=False, markup=False, soft_wrap=True)
    return 0 if done.new or done.same or done.older else 1


def _export(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.grading.command.term.exporting import export, pack_feedback

    name, platform = chosen.assignment, chosen.platform
    table = chosen.to or course / "report" / f"{name}-{platform}.csv"
    made = [("points", export(course, name, platform, table, chosen.title))]
    if chosen.feedback:
        made.append(("feedback", pack_feedback(course, name, platform, table.with_name(f"{table.stem}-feedback.zip"))))
    for what, done in made:
        for student, why in done.left_out:
            console.print(f"{what}: {student} is left out: {why}", style="yellow", highlight=False, markup=False)
        many = f"{len(done.students)} student{'' if len(done.students) == 1 else 's'}"
        said = f"The {what} of {many}: {done.path}" if done.students else f"No {what} to export; no file is written."
        console.print(said, highlight=False, markup=False, soft_wrap=True)
    _warn_of_faults(course, name, console)
    return 0 if all(done.students for _, done in made) else 1


def _warn_of_faults(course: Path, assignment: str, console: Console) -> None:
    """Say which tests are at fault: on a platform, points look final."""
    from shapewise.grading.command.assigned import known_faults, said_of_faults

    faults, _ = known_faults(course, assignment)
    if faults:
        console.print(said_of_faults(faults), style="red", highlight=False, markup=False, soft_wrap=True)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
