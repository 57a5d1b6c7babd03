"""A class's submissions -> grades in the gradebook, feedback pages, and a report: the steps of ``shapewise grade``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shapewise.course import nbgrader_api
from shapewise.grading.gradebook import Grades, read_grades
from shapewise.grading.submissions import Submission, find_submissions
from shapewise.report.page import write_class_report
from shapewise.report.table import grades_table, write_csv

__all__ = ["grade"]


def grade(course: Path, assignment: str, console: Console) -> Grades:
    """Grade every submission there is, print the table, write feedback and ``report/<assignment>.csv``.

    LookupError when there is nothing to grade. A submission that cannot be graded is named in the table.
    """
    submissions = find_submissions(course, assignment)
    if not submissions:
        raise LookupError(f"No submissions: {course / 'submitted'} holds no <student>/{assignment} folder.")
    failed = _autograde(course, submissions, console)
    remarks = {s.student: (*s.problems, *failed.get(s.student, ())) for s in submissions}
    grades = read_grades(course, assignment, remarks)
    _write_feedback(course, assignment, submissions, console)
    write_csv(grades, course / "report" / f"{assignment}.csv")
    write_class_report(grades, course / "report" / f"{assignment}.html")
    console.print(grades_table(grades, console.width))
    console.print(
        f"Feedback: feedback/<student>/{assignment}/   Class report: report/{assignment}.html and .csv", highlight=False
    )
    return grades


def _autograde(course: Path, submissions: list[Submission], console: Console) -> dict[str, tuple[str, ...]]:
    failed: dict[str, tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory(prefix="shapewise-") as staged, _progress(console) as progress:
        api = nbgrader_api(course)
        api.coursedir.submitted_directory = staged
        for submission in progress.track(submissions, description="Grading"):
            folder = Path(staged) / submission.student / submission.assignment
            folder.mkdir(parents=True)
            for notebook in submission.gradable:
                shutil.copy(notebook.path, folder)
            if submission.gradable and not api.autograde(submission.assignment, submission.student)["success"]:
                failed[submission.student] = ("nbgrader could not grade it",)
    return failed


def _write_feedback(course: Path, assignment: str, submissions: list[Submission], console: Console) -> None:
    api = nbgrader_api(course)
    with _progress(console) as progress:
        for submission in progress.track(submissions, description="Feedback"):
            if (course / "autograded" / submission.student / assignment).exists():
                api.generate_feedback(assignment, submission.student)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)
