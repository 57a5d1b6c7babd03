"""The page "The instructor's year": each command on it is run, in its order, in a course like the reader's."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

from shapewise.__main__ import main
from tests.conftest import ROOT
from tests.grading import small_course
from tests.term import platforms
from tests.term.students import Student

PAGE = ROOT / "docs" / "instructors_year.md"
ASSIGNMENT, CONFIG = "m01_tensors", "# nbgrader_config.py\n"
_BLOCK = re.compile(r"^```(bash|python|sql)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Ran:
    """A command, its exit code, and what it printed."""

    command: str
    code: int
    printed: str


def blocks() -> Iterator[tuple[str, str]]:
    """(language, text) of all that stands fenced on the page."""
    yield from _BLOCK.findall(PAGE.read_text("utf-8"))


def commands(text: str) -> Iterator[str]:
    """The commands of a block: a line each, or with what is typed into them up to END."""
    lines = iter(text.splitlines())
    for line in lines:
        typed = list(takewhile(lambda one: one != "END", lines)) if line.endswith("<<'END'") else []
        yield "\n".join([line, *typed, *(["END"] if typed else [])])


def run(command: str, course: Path, environment: dict[str, str]) -> Ran:
    """Run a command as the reader's shell would; ours in this process, where all is imported already."""
    if command.startswith("shapewise "):
        parts = shlex.split(command)[1:]
        words = [str(word) for part in parts for word in (sorted(course.glob(part)) if "*" in part else [part])]
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = main(words)
        return Ran(command, code, said.getvalue())
    done = subprocess.run(
        ["bash", "-ec", command], cwd=course, env=environment, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return Ran(command, done.returncode, done.stdout)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with an assignment of the page's name, small enough to be graded in no time."""
    course = tmp_path_factory.mktemp("year") / "course"
    source = course / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (source / "1_small.ipynb").write_bytes(small_course.as_bytes(small_course.source_notebook()))
    for name in ("nbgrader_config.py", "jupytext.toml"):
        shutil.copy(ROOT / name, course)
    (course / "exchange").mkdir()
    (course / "exchange").chmod(0o777)
    return course


def upload(downloads: Path) -> None:
    """What `hand-in` made, as the platforms give it out that it was uploaded to: ada's by Canvas, ben's by Moodle."""
    ada, ben = (
        (Student(name, *told, {}, ""), {path.name: path.read_bytes() for path in downloads.glob(f"{name}_*")})
        for name, *told in (("ada", "Ada", "Lovelace", "101"), ("ben", "Ben", "Okri", "102"))
    )
    for path in downloads.iterdir():
        path.unlink()
    platforms.canvas_gives_out(downloads / "submissions.zip", [(*ada, False)])
    platforms.moodle_gives_out(downloads / "moodle.zip", [ben])


@pytest.fixture(scope="module")
def year(course: Path) -> Iterator[list[Ran]]:
    """The whole page; what it says to put into the settings is put there when it says so."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "HOME": str(course.parent), "COLUMNS": "120"}
    ran = []
    with pytest.MonkeyPatch.context() as patch, chdir(course):
        patch.setenv("COLUMNS", "120")
        for language, text in blocks():
            if language == "python" and text.startswith(CONFIG):
                with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
                    file.write(text.replace("/srv/nbgrader/exchange", str(course / "exchange")))
            elif language == "bash":
                if text.startswith("shapewise collect"):
                    upload(course / "downloads")
                ran += [run(command, course, environment) for command in commands(text)]
        yield ran


def test_every_command_of_the_page_does_its_work(year: list[Ran]) -> None:
    failed = [f"$ {one.command}\n{one.printed}" for one in year if one.code != 0 or "Traceback" in one.printed]
    assert not failed, "\n\n".join(failed)


def test_the_year_leaves_what_the_page_says(year: list[Ran], course: Path) -> None:
    for student in ("ada", "ben"):
        assert (course / "submitted" / student / ASSIGNMENT / "1_small.ipynb").is_file()
        assert (course / "feedback" / student / ASSIGNMENT / "1_small.html").is_file()
    reports = {path.name for path in (course / "report").iterdir()}
    assert reports >= {f"{ASSIGNMENT}{end}" for end in (".html", ".csv", "-canvas.csv", "-moodle.csv")}
    assert list((course / "release").glob("*/*.ipynb")) and (course / "release" / "quiz" / "quiz.ipynb").is_file()


def test_who_handed_in_nothing_and_who_has_more_time_is_told(year: list[Ran]) -> None:
    graded = next(one.printed for one in year if one.command.startswith("shapewise grade"))
    assert "cleo" in graded
    extended = next(one.printed for one in year if one.command == "shapewise extend")
    assert "ada" in extended and "3 d" in extended


def test_the_preview_of_an_unchanged_test_changes_nobody(year: list[Ran]) -> None:
    preview = next(one.printed for one in year if "--preview" in one.command)
    assert "Nothing was written" in preview


def test_every_command_of_the_program_that_an_instructor_uses_stands_on_the_page() -> None:
    told = PAGE.read_text("utf-8")
    for command in ("doctor", "build", "roster", "collect", "grade", "report", "extend", "export", "hand-in"):
        assert f"shapewise {command}" in told, command
