"""A course's assignments -> what the self-test says of each: the last step of ``shapewise build``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from shapewise.course.nbgrader import course_folders, nbgrader_config
from shapewise.grading.command.assigned import Assigned, assigned, notebooks_of, said_of_faults, said_of_homes, salt_of
from shapewise.grading.command.schedule import default_jobs, grade_all, local_executor
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Limits
from shapewise.report.faults import Fault

__all__ = ["given_with", "try_assignments"]


def try_assignments(course: Path, console: Console) -> bool:
    """Try every test on the reference and on the empty notebook; whether each gives what it has to give.

    Nothing is tried again that has not changed. Where nothing can be graded, that is said, and is no failure.
    """
    config = nbgrader_config(course)
    faults, homes, tried = list[Fault](), list[str](), 0
    for folder in sorted(course_folders(course).source.glob("[!.]*/")):
        if not notebooks_of(folder):
            continue
        try:
            with console.status(f"Trying the tests of {folder.name} on the instructor's own notebook"):
                given = given_with(folder, config, course)
        except SandboxUnavailableError as error:
            said = f"The tests were not tried: {error}"
            console.print(said, style="yellow", highlight=False, markup=False, soft_wrap=True)
            return True
        tried += given.tests
        faults += given.faults
        homes += given.where
    if homes:
        console.print(said_of_homes(homes), highlight=False, markup=False, soft_wrap=True)
    if faults:
        console.print(said_of_faults(faults), style="red", highlight=False, markup=False, soft_wrap=True)
    elif tried:
        said = f"Tried {tried} tests: the reference earns all their points, the notebooks as handed out none."
        console.print(said, highlight=False, markup=False, soft_wrap=True)
    return not faults


def given_with(source: Path, config: Any, root: Path, *, sandboxed: bool = True) -> Assigned:
    """What an assignment's submissions are graded with, tried by this process's own engine."""
    at_once = default_jobs()
    with local_executor(at_once) as executor:
        grading = partial(
            grade_all, executor=executor, at_once=at_once, limits=Limits(), sandboxed=sandboxed, hidden=(str(root),)
        )
        return assigned(source, config, grading, salt_of(Limits(), sandboxed))
