"""A class's submissions -> grades in the gradebook, feedback pages, and a report: the steps of ``shapewise grade``."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from rich.console import Console

from shapewise.course.nbgrader import course_folders, nbgrader_config
from shapewise.grading.command.alone import alone_in
from shapewise.grading.command.assigned import (
    assigned,
    known_faults,
    said_of_faults,
    said_of_homes,
    said_of_untried,
    salt_of,
)
from shapewise.grading.command.feedback import write_feedback
from shapewise.grading.command.mistakes import read_mistakes
from shapewise.grading.command.out_of_step import out_of_step
from shapewise.grading.command.progress import progress_bar
from shapewise.grading.command.recording import Pending, Recording, said_before, to_look_at
from shapewise.grading.command.reporting import write_reports
from shapewise.grading.command.schedule import (
    GradedSubmission,
    Job,
    dask_executor,
    default_jobs,
    grade_all,
    local_executor,
    shared_engine,
)
from shapewise.grading.command.standing import read_grades
from shapewise.grading.command.submissions import Submission, find_submissions
from shapewise.grading.command.trouble import Remarks, said_of_files
from shapewise.grading.messages.verdicts import Limits
from shapewise.report.grades import Grades
from shapewise.report.table import grades_table

__all__ = ["Options", "autograde", "chosen_submissions", "grade", "report"]

_UNSAFE = (
    "[bold]Grading WITHOUT a sandbox.[/bold] Students' code may read, change and send away whatever you may on this "
    "machine. The graded notebooks are marked as not sandboxed."
)


@dataclass(frozen=True)
class Options:
    """How to grade: how many notebooks at once, whose, again or not, where, whether sandboxed and with feedback.

    ``hidden`` folders are out of students' sight, in place of the course's own.
    """

    jobs: int = 0
    student: str | None = None
    regrade: bool = False
    scheduler: str | None = None
    sandboxed: bool = True
    feedback: bool = True
    hidden: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


def grade(course: Path, assignment: str, console: Console, options: Options | None = None) -> Grades:
    """Grade every submission there is, print the table, write feedback and ``report/<assignment>.csv``.

    LookupError when there is nothing to grade, RuntimeError with a sentence when the machine cannot do it, or another
    run grades the course. What is graded already, and has not changed since, is not graded again but with
    ``options.regrade``.
    """
    options, folders = options or Options(), course_folders(course)
    submissions, chosen = chosen_submissions(course, assignment, options)
    if not options.sandboxed:
        console.print(_UNSAFE, style="red", highlight=False)
    remarks = Remarks()
    for submission in submissions:
        remarks.add(submission.student, *submission.remarks)
    with _in_words(), alone_in(course):
        done = autograde(course, assignment, chosen, options, console, remarks)
        for submission in submissions if options.student else ():
            if submission not in chosen:
                remarks.add(submission.student, *said_before(course, submission))
        grades = replace(read_grades(course, assignment, remarks.all()), faults=tuple(remarks.faults))
        mistakes = read_mistakes(course, grades)
        write_reports(course, grades, mistakes)  # whatever happens after, they are there
        console.print(grades_table(grades, console.width))
        not_graded = sum(not s.notebooks or s.student in remarks.failed for s in chosen)
        summary = _summary(done, len(chosen), not_graded, remarks.where)
        console.print(summary, highlight=False, markup=False, soft_wrap=True)
        if remarks.faults:
            console.print(said_of_faults(remarks.faults), style="red", highlight=False, markup=False, soft_wrap=True)
        if options.feedback:
            shown = [submission.student for submission in chosen if submission.notebooks]
            failed = write_feedback(course, assignment, shown, console, options.jobs)
            for student, why in failed.items():
                remarks.add(student, why)
                console.print(f"{student}: {why}", style="yellow", highlight=False, markup=False)
            again = read_grades(course, assignment, remarks.all()) if failed else grades
            grades = replace(again, faults=grades.faults)
            write_reports(course, grades, mistakes)  # once more: it links to the pages
    written = f"Feedback: {folders.feedback.name}/<student>/{assignment}/   " if options.feedback else ""
    console.print(f"{written}Class report: report/{assignment}.html and .csv", highlight=False)
    return grades


def chosen_submissions(course: Path, assignment: str, options: Options) -> tuple[list[Submission], list[Submission]]:
    """All submissions, and those that the options choose; LookupError where there are none."""
    submissions = find_submissions(course, assignment)
    if not submissions:
        raise LookupError(f"No submissions: {course_folders(course).submitted} holds no <student>/{assignment} folder.")
    chosen = [s for s in submissions if options.student in (None, s.student)]
    if not chosen:
        known = ", ".join(s.student for s in submissions[:10])
        raise LookupError(f"No submission of {options.student!r} for {assignment} (there: {known}).")
    return submissions, chosen


def report(course: Path, assignment: str, console: Console) -> tuple[Path, Path]:
    """Print and write what is graded already, as ``grade`` does; returns the class report and the table."""
    remarks = Remarks()
    for submission in find_submissions(course, assignment):
        remarks.add(submission.student, *submission.remarks, *said_before(course, submission))
    with _in_words():
        faults, untried = known_faults(course, assignment)
        grades = replace(read_grades(course, assignment, remarks.all()), faults=faults)
        console.print(grades_table(grades, console.width))
        if faults:
            console.print(said_of_faults(faults), style="red", highlight=False, markup=False, soft_wrap=True)
        if untried:
            console.print(said_of_untried(untried), style="yellow", highlight=False, markup=False, soft_wrap=True)
        return write_reports(course, grades, read_mistakes(course, grades))


def autograde(
    course: Path, assignment: str, submissions: list[Submission], options: Options, console: Console,
    remarks: Remarks | None = None,
) -> list[GradedSubmission]:  # fmt: skip
    """Grade those of the submissions that need it, and record them: what ``nbgrader autograde`` does, and no more.

    What fails for one student is added to the ``remarks``.
    """
    remarks = remarks or Remarks()
    by_student = {submission.student: submission for submission in submissions}
    hidden = options.hidden or (str(course),)
    done = []
    with ExitStack() as stack:
        executor, at_once = _executor(options, stack, hidden)
        grading = partial(
            grade_all, executor=executor, at_once=at_once, limits=options.limits, sandboxed=options.sandboxed,
            hidden=hidden,
        )  # fmt: skip
        source, config = course_folders(course).source / assignment, nbgrader_config(course)
        with console.status("Trying the tests on the instructor's own notebook"):
            given = assigned(source, config, grading, salt_of(options.limits, options.sandboxed))
        remarks.faults, remarks.where = [*given.faults, *out_of_step(course, assignment, given.keys)], given.where
        recording = Recording(course, assignment, given, sandboxed=options.sandboxed)
        stack.enter_context(closing(recording))
        pending = recording.pending(submissions, remarks, regrade=options.regrade)
        foretold: dict[str, bytes] = {}
        if len(pending) > at_once:  # for fewer it does not pay
            wanted = {name for one in pending for name in one.notebooks}
            for graded in grading((job for job in given.jobs() if wanted & job.keys.keys()), foretells=True):
                foretold |= {name: notebook.foretold for name, notebook in graded.notebooks.items()}
        jobs = _jobs(recording, pending, foretold, remarks)  # read one by one, as they are needed
        progress = stack.enter_context(progress_bar(console))
        task = progress.add_task("Grading", total=len(pending))
        for graded in grading(jobs):
            for name, notebook in graded.notebooks.items():
                remarks.add(graded.student, *([f"{name}: {' '.join(notebook.repairs)}"] if notebook.repairs else ()))
                remarks.add(graded.student, *to_look_at(name, notebook.suspicions))
            if graded.trouble:
                remarks.add(graded.student, graded.trouble)
                remarks.failed.add(graded.student)
            else:
                with remarks.of_failures(graded.student, "graded, but it could not be recorded"):
                    recording.record(graded, by_student[graded.student])
                    done.append(graded)
            progress.advance(task)
        recording.settle([one for one in submissions if one.student not in remarks.failed])
    return done


def _jobs(
    recording: Recording, pending: list[Pending], foretold: dict[str, bytes], remarks: Remarks
) -> Iterator[Job]:
    """The jobs of those whose files can be read."""
    for one in pending:
        job = None
        with remarks.of_failures(one.submission.student, "the files could not be read"):
            job = recording.job(one)
        if job is not None:
            yield replace(job, foretold=foretold)


def _executor(options: Options, stack: ExitStack, hidden: tuple[str, ...]) -> tuple[Executor, int]:
    """The executor, and how many notebooks it has under way at once."""
    if options.scheduler is not None:
        client, executor, at_once = dask_executor(options.scheduler)
        stack.enter_context(client)
        return executor, at_once
    shared_engine(options.limits, options.sandboxed, hidden)  # it warms up while the keys are read
    jobs = options.jobs or default_jobs()
    return stack.enter_context(local_executor(jobs)), jobs


def _summary(done: list[GradedSubmission], of: int, not_graded: int, where: list[str]) -> str:
    """What was done, and how the tests ended; what deserves a look is a remark below the table."""
    tests = [test for graded in done for notebook in graded.notebooks.values() for test in notebook.tests.values()]
    counts = {verdict: sum(test.verdict is verdict for test in tests) for verdict in {test.verdict for test in tests}}
    others = f", {not_graded} could not be graded" if not_graded else ""
    graded = sum(len(one.notebooks) for one in done)
    now = f"{len(done)} of {of} submissions graded now ({graded} notebook{'' if graded == 1 else 's'})"
    lines = [f"{now}, {of - len(done) - not_graded} were up to date{others}."]
    if counts:
        lines.append("Tests: " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in sorted(counts)))
    if where:
        lines.append(said_of_homes(where))
    return "\n".join(lines)


@contextmanager
def _in_words() -> Iterator[None]:
    """What the disk refuses, as a sentence with what to do."""
    try:
        yield
    except OSError as error:
        again = "What is graded is kept; mend it and run this again."
        raise RuntimeError(f"Stopped. {said_of_files(error)} {again}") from None
