"""The command ``shapewise``: open the course, hand in, build the notebooks, grade a class."""

from __future__ import annotations

import argparse
import gc
import re
import sys
from pathlib import Path

from rich.console import Console

from shapewise.course.commands import add_learners_commands
from shapewise.grading.command.term.commands import add_commands as add_term

__all__ = ["main"]

_CONFIG = "nbgrader_config.py"
_MOST_JOBS = 1000

_EXAMPLES = """examples:
  shapewise learn m01_tensors                   copy the student notebooks to work/ and open JupyterLab
  shapewise learn m01_tensors -- --no-browser   the same, with options for JupyterLab
  shapewise hand-in --student ada               make the zip file that you hand in, and say what is in it
  shapewise restart describe                    begin an exercise again; your answer is kept
  shapewise build                               lessons/ -> source/ -> release/
  shapewise build --execute                     the same, storing anew the outputs that nbval compares
  shapewise grade m01_tensors                   grade every new submission in submitted/, one per core at once
  shapewise grade m01_tensors --student ada --regrade
  shapewise grade m01_tensors --preview         a mended test, another date: who would change, and why
  shapewise grade m01_tensors --scheduler tcp://10.0.0.5:8786
  shapewise report m01_tensors                  table and class report again, grading nothing
  shapewise collect m01_tensors submissions.zip what Canvas, Moodle or shapewise hand-in gave out
  shapewise extend ada --days 3                 more time for a student
  shapewise export m01_tensors --for canvas     points, and feedback, for Canvas or Moodle
  shapewise doctor                              what makes grading unsafe, unfair or slow here
"""

_BUILD_EXAMPLES = """examples:
  shapewise build                      lessons/ -> source/ -> release/, and every test tried
  shapewise build --execute            the same, storing anew the outputs that nbval compares
  shapewise build --course ~/course    another course
"""

_GRADE_EXAMPLES = """examples:
  shapewise grade m01_tensors                   all that is new or has changed, one notebook per core at once
  shapewise grade m01_tensors --student ada --regrade
  shapewise grade m01_tensors --preview         who would change, by how much and why; nothing is written
  shapewise grade m01_tensors --jobs 8 --no-feedback
  shapewise grade m01_tensors --scheduler tcp://10.0.0.5:8786
"""

_REPORT_EXAMPLES = """examples:
  shapewise report m01_tensors                    writes report/m01_tensors.html and .csv, and prints the table
  shapewise report m01_tensors --course ~/course  of another course
"""

_DOCTOR_EXAMPLES = """examples:
  shapewise doctor                     this machine, and the course that you are in
  shapewise doctor --jobs 8            the same for eight notebooks at once
  shapewise doctor --course ~/course   another course
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did its work, 1 with a sentence when it could not, 2 for a wrong command line."""
    words = sys.argv[1:] if arguments is None else arguments
    at = words.index("--") if "--" in words else len(words)
    parser = _parser()
    chosen = parser.parse_args(_with_ids(words[:at]), argparse.Namespace(options=words[at + 1 :]))
    if chosen.options and chosen.command != "learn":
        parser.error(f"only learn passes options on to JupyterLab, so {' '.join(words[at:])} means nothing here")
    console = Console()
    try:
        return int(chosen.run(chosen.find_course(chosen.course), chosen, console))
    except (OSError, LookupError, RuntimeError) as error:
        print(f"shapewise {chosen.command}: {_told(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nshapewise {chosen.command}: stopped. Run it again; what is done is kept.", file=sys.stderr)
        return 130


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno:
        from shapewise.grading.command.trouble import said_of_files

        return said_of_files(error)
    return str(error.args[0] if error.args else error)


def _with_ids(words: list[str]) -> list[str]:
    """A student's id may begin with a dash: behind a blank no parser takes it for an option."""
    return [f" {word}" if re.fullmatch(r"-[^-h].*|-h.+", word) else word for word in words]


def _find_course(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds an ``nbgrader_config.py``; FileNotFoundError if none does."""
    for folder in [start.resolve(), *start.resolve().parents]:
        if (folder / _CONFIG).is_file():
            return folder
    raise FileNotFoundError(
        f"No {_CONFIG} in {start.resolve()} or above it. Run this inside the course's folder, or name it with --course."
    )


def _course_if_any(start: Path) -> Path | None:
    """The course that ``start`` is in; None outside of one, if nobody named it."""
    try:
        return _find_course(start)
    except FileNotFoundError:
        if start != Path():
            raise
        return None


def _parser() -> argparse.ArgumentParser:
    keep_lines = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("shapewise", description=__doc__, epilog=_EXAMPLES, formatter_class=keep_lines)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--course", type=Path, default=Path(), help="the course's folder (default: the one you are in)")
    shared.set_defaults(find_course=_find_course)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    build = commands.add_parser(
        "build", parents=[shared], help="lessons/ -> source/ -> release/",
        description="Makes the notebooks that you and the students get, and tries every test on both. "
        "Exits with 1 where a test is to be mended.",
        epilog=_BUILD_EXAMPLES, formatter_class=keep_lines,
    )  # fmt: skip
    build.add_argument("--execute", action="store_true", help="store anew the outputs that nbval compares")
    build.set_defaults(run=_build)

    add_learners_commands(commands, shared)

    grade = commands.add_parser(
        "grade", parents=[shared], help="grade every submission in submitted/",
        epilog=_GRADE_EXAMPLES, formatter_class=keep_lines,
    )  # fmt: skip
    grade.add_argument("assignment")
    grade.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="notebooks at once (default: one per core)")
    grade.add_argument("--student", type=str.strip, metavar="ID", help="grade this student's submission only")
    grade.add_argument("--regrade", action="store_true", help="grade again what has not changed since it was graded")
    grade.add_argument("--scheduler", metavar="ADDRESS", help="grade on a Dask cluster, as tcp://host:8786")
    grade.add_argument("--no-feedback", action="store_true", help="write no feedback pages; nbgrader can, later")
    grade.add_argument("--preview", action="store_true", help="print whose points would change and why; write nothing")
    grade.add_argument(
        "--unsafe-no-sandbox", action="store_true", help="run students' code with no sandbox around it: do not"
    )
    grade.set_defaults(run=_grade)

    report = commands.add_parser(
        "report", parents=[shared], help="write table and class report, grading nothing",
        epilog=_REPORT_EXAMPLES, formatter_class=keep_lines,
    )  # fmt: skip
    report.add_argument("assignment")
    report.set_defaults(run=_report)

    doctor = commands.add_parser(
        "doctor", parents=[shared], help="what makes grading unsafe, unfair or slow here, and what mends it",
        description="Looks at this machine and this course. Exits with 1 where something is missing without which "
        "nothing can be graded, else with 0. Changes nothing.",
        epilog=_DOCTOR_EXAMPLES, formatter_class=keep_lines,
    )  # fmt: skip
    doctor.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="notebooks at once (default: one per core)")
    doctor.set_defaults(run=_doctor, find_course=_course_if_any)

    add_term(commands, shared)
    return parser


def _jobs(text: str) -> int:
    """How many notebooks at once; argparse says what was wrong with others."""
    if not text.isdecimal() or not 0 < int(text) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {_MOST_JOBS} was expected, not {text!r}")
    return int(text)


def _build(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.course.nbgrader import course_folders
    from shapewise.course.release import build_release
    from shapewise.course.source import build_source
    from shapewise.grading.command.gradebook import open_gradebook
    from shapewise.grading.command.trial import try_assignments

    with open_gradebook(course):
        pass  # where it cannot be opened, that is said before anything is built
    with console.status("Building source/ from lessons/"):
        source = build_source(course, execute=chosen.execute)
    with console.status("Building release/ from source/"):
        release = build_release(course)
    if not release:
        nothing = f"{course_folders(course).source} holds no <assignment>/<notebook>.ipynb"
        raise LookupError(f"Nothing to build: {nothing}, and lessons/ no text.")
    made = f"{len(source)} notebooks in source/ and " if source else ""
    said = f"Built {made}{len(release)} in {course_folders(course).release.name}/."
    console.print(said, highlight=False)
    return 0 if try_assignments(course, console) else 1


def _grade(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.grading.command.schedule import shared_engine
    from shapewise.grading.messages.verdicts import Limits

    gc.disable()  # imports leave nothing to collect, and looking for it takes a fifth of their time
    sandboxed = not chosen.unsafe_no_sandbox
    if chosen.scheduler is None:
        shared_engine(Limits(), sandboxed, (str(course),))  # it imports torch, while this process imports nbgrader

    from shapewise.grading.command.run import Options, grade

    gc.freeze()
    gc.enable()
    options = Options(
        chosen.jobs, chosen.student, chosen.regrade, chosen.scheduler,
        sandboxed=sandboxed, feedback=not chosen.no_feedback,
    )  # fmt: skip
    if chosen.preview:
        from shapewise.grading.command.preview import preview

        preview(course, chosen.assignment, console, options)
    else:
        grade(course, chosen.assignment, console, options)
    return 0


def _report(course: Path, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.grading.command.run import report

    page, table = report(course, chosen.assignment, console)
    console.print(f"Written: {page} and {table}", soft_wrap=True, highlight=False)
    return 0


def _doctor(course: Path | None, chosen: argparse.Namespace, console: Console) -> int:
    from shapewise.doctor import State, examine, print_lines
    from shapewise.grading.command.schedule import default_jobs

    lines = print_lines(examine(course, chosen.jobs or default_jobs()), console)
    return int(any(line.state is State.MISSING for line in lines))


if __name__ == "__main__":
    sys.exit(main())
