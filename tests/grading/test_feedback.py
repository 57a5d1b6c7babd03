"""Feedback pages: what they show, and that no notebook can keep a class from getting them."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.feedback import write_feedback
from shapewise.grading.command.page_maker import PageMaker
from shapewise.grading.command.run import Options, grade
from shapewise.grading.messages.channel import send_message
from shapewise.report.feedback import stamp_in
from tests.conftest import ROOT
from tests.grading import small_course
from tests.grading.conftest import HIDDEN, LIMITS
from tests.grading.test_recording import nbgrader

ASSIGNMENT = "small"
WRITTEN = {"shapewise": {"written": True}}
ABOUT: dict[str, Any] = {
    "student": "ada", "assignment": ASSIGNMENT, "notebook": "one", "penalty": 0.0,
    "cells": {
        "heads": {"solution": True, "comment": "Read *this* again."},
        "heads_test": {"points": 3.0, "score": 1.5, "by_hand": True},
        "label": {"solution": True, "comment": ""},
        "label_test": {"points": 2.0, "score": 2.0, "by_hand": False},
    },
}  # fmt: skip
SLOW = "\\\\[a" * 2400  # a formula that never ends, begun again and again


def code(text: str, metadata: dict[str, Any] | None = None, outputs: list[Any] | None = None) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "x", "metadata": metadata or {}, "source": text, "execution_count": 1}
    return cell | {"outputs": outputs or []}


def text(source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "x", "metadata": metadata or {}, "source": source}


def mark(grade_id: str, *, graded: bool = False) -> dict[str, Any]:
    return {"nbgrader": {"grade_id": grade_id, "grade": graded, "solution": not graded, "locked": graded, "points": 3}}


def graded_cell(grade_id: str, verdict: str, said: str = "") -> dict[str, Any]:
    error = {"output_type": "error", "ename": "AssertionError", "evalue": said, "traceback": [said]}
    metadata = {**mark(grade_id, graded=True), "shapewise": {"verdict": verdict}}
    return code("assert hidden_secret\n# HIDE THIS\nhidden_secret", metadata, [error] if said else [])


def notebook(*own: dict[str, Any]) -> dict[str, Any]:
    """A graded notebook of two exercises; the student's own cells stand before the second one's answer."""
    cells = [
        text("# A lesson\n\nWords of the lesson."),
        code("lesson_code = 1"),
        text("## Part one\n\n### Exercise: heads\n\nMore words."),
        code("def heads(x):\n    return x", {**mark("heads"), **WRITTEN}),
        graded_cell("heads_test", "failed", "entries are in the wrong place"),
        text("## Part two"),
        *own,
        code("def label(n): ...  # the key's", mark("label")),
        graded_cell("label_test", "passed"),
    ]
    return {"cells": cells, "metadata": {"shapewise": {"repairs": ["label: the cell was missing."]}}}


def page_of(tmp_path: Path, content: dict[str, Any] | bytes, seconds: int = 10) -> tuple[str, str]:
    """(how it came out, the page)."""
    path, page = tmp_path / "one.ipynb", tmp_path / "one.html"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with PageMaker(seconds=seconds) as maker:
        level = maker.make(path, page, ABOUT, "0" * 64)
    whole = page.read_bytes()
    assert stamp_in(whole[:600], whole[-20:]) == ("0" * 64, level)
    assert [file.name for file in tmp_path.iterdir()] == ["one.ipynb", "one.html"]
    return level, whole.decode()


def test_a_page_says_of_each_exercise_its_place_points_verdict_answer_and_comment(tmp_path: Path) -> None:
    level, page = page_of(tmp_path, notebook())
    assert level == "rich"
    for shown in (
        "A lesson", "heads", "1.5 of 3 points", "partly passed", "Part one \u203a Exercise: heads",
        "entries are in the wrong place", "points given by a person", "Read <em>this</em> again.", "2 of 2 points",
        "No response", "label: the cell was missing.",
    ):  # fmt: skip
        assert shown in page


def test_a_page_shows_no_word_of_a_test_of_the_key_or_of_the_lesson_but_headings(tmp_path: Path) -> None:
    _, page = page_of(tmp_path, notebook())
    for hidden in ("hidden_secret", "HIDE THIS", "ords of the lesson", "lesson_code", "the key's", "More words"):
        assert hidden not in page


def test_a_student_s_own_cells_are_shown_with_their_outputs_at_the_exercise_that_they_belong_to(tmp_path: Path) -> None:
    printed = {"output_type": "stream", "name": "stdout", "text": ["one\n", "\x1b[31mtwo\x1b[0m"]}
    _, page = page_of(tmp_path, notebook(code("try_it()", WRITTEN, [printed]), text("so $x<y$ and `a<b`", WRITTEN)))
    own = page[page.index("Your own cells here") :]
    assert page.index('id="exercise-2"') < page.index("Your own cells here")
    assert "try_it" in own and "one\ntwo" in own
    assert "<mi>x</mi><mo>&lt;</mo><mi>y</mi>" in own and "<code>a&lt;b</code>" in own


def test_a_notebook_that_takes_too_long_gets_a_plain_page_with_all_that_was_written(tmp_path: Path) -> None:
    level, page = page_of(tmp_path, notebook(*[text(SLOW, WRITTEN) for _ in range(200)]), seconds=1)
    assert level == "plain"
    assert page.count(SLOW) == 200 and "This page is plain" in page


def test_what_takes_long_is_shown_plain_and_the_rest_of_the_page_is_not_lost(tmp_path: Path) -> None:
    level, page = page_of(tmp_path, notebook(*[text(SLOW, WRITTEN) for _ in range(200)], text("**last**", WRITTEN)))
    assert level == "rich" and "**last**" in page


def test_a_text_beyond_what_is_rendered_is_shown_plain(tmp_path: Path) -> None:
    level, page = page_of(tmp_path, notebook(text("**a** " * 5000, WRITTEN), text("**b**", WRITTEN)))
    assert level == "rich" and "**a** **a**" in page and "<strong>b</strong>" in page


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[" * 100_000, b'{"cells": 7, "metadata": {}}', b'{"cells": [{"cell_type": "code"}], "metadata": {}}',
     b'{"cells": [' + b"{}," * (20 * 2**20) + b"{}]}"],
    ids=["empty", "half", "deep", "no list", "no cell", "more than its memory"],
)  # fmt: skip
def test_a_notebook_that_cannot_be_read_gets_a_page_with_its_points(tmp_path: Path, content: bytes) -> None:
    level, page = page_of(tmp_path, content)
    assert level == "bare"
    assert "1.5 of 3 points" in page and "Read <em>this</em> again." in page and "could not be shown" in page


def test_were_the_one_who_asks_for_pages_killed_their_maker_ends_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "one.ipynb").write_text(json.dumps(notebook()), "utf-8")
    request = {"notebook": str(tmp_path / "one.ipynb"), "page": str(tmp_path / "one.html"), "about": ABOUT,
               "digest": "0" * 64, "seconds": 20.0}  # fmt: skip
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-P", "-m", "shapewise.grading.pages", str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE)
    with Connection(ours.detach()) as connection:
        send_message(connection, request)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")


def test_were_the_process_that_makes_pages_killed_another_takes_over(tmp_path: Path) -> None:
    (tmp_path / "one.ipynb").write_text(json.dumps(notebook()))
    with PageMaker() as maker:
        maker._processes[0].kill()
        assert maker.make(tmp_path / "one.ipynb", tmp_path / "one.html", ABOUT, "0" * 64) == "rich"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, with two students, graded."""
    course = tmp_path_factory.mktemp("pages") / "course"
    (course / "source" / ASSIGNMENT).mkdir(parents=True)
    (course / "source" / ASSIGNMENT / "one.ipynb").write_bytes(small_course.as_bytes(small_course.source_notebook()))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    assert nbgrader(course, "generate_assignment", ASSIGNMENT).returncode == 0
    for student, answers in (("ada", {}), ("ben", {"doubled": "def doubled(x): return x + 2"})):
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / "one.ipynb").write_bytes(small_course.as_bytes(small_course.submission(answers)))
    grade(course, ASSIGNMENT, Console(quiet=True), Options(limits=LIMITS, hidden=HIDDEN))
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "course"))


def write(course: Path) -> dict[str, str]:
    return write_feedback(course, ASSIGNMENT, ["ada", "ben"], Console(quiet=True))


def pages(course: Path) -> dict[str, bytes]:
    return {path.parts[-3]: path.read_bytes() for path in course.glob("feedback/*/*/one.html")}


def test_a_page_that_shows_what_is_known_is_not_written_again(course: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in course.glob("feedback/*/*/*.html")}
    assert len(before) == 2 and write(course) == {}
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_points_and_a_comment_of_a_person_come_onto_the_page_with_the_next_run(course: Path) -> None:
    before = pages(course)
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.find_grade("doubled_test", "one", ASSIGNMENT, "ben").manual_score = 1.25
        gradebook.find_comment("doubled", "one", ASSIGNMENT, "ben").manual_comment = "Nearly."
        gradebook.db.commit()
    assert write(course) == {}
    after = pages(course)
    assert after["ada"] == before["ada"]
    assert b"1.25 of 3 points" in after["ben"] and b"Nearly." in after["ben"]


@pytest.mark.parametrize("kept", [0, 300, -8])
def test_a_page_that_was_written_in_part_is_written_again(course: Path, kept: int) -> None:
    before = pages(course)
    page = course / "feedback" / "ada" / ASSIGNMENT / "one.html"
    page.write_bytes(before["ada"][:kept])
    assert write(course) == {} and pages(course) == before


def test_what_a_student_handed_in_is_not_taken_for_a_page(course: Path) -> None:
    before = pages(course)
    folder = course / "feedback" / "ada" / ASSIGNMENT
    (folder / "one.html").unlink()
    (folder / "one.html").mkdir()
    (folder / "one.html" / "inside").touch()
    for name in ("two.html", "two.SVG", ".one.html.partial"):
        (folder / name).write_text("<script>forged()</script>")
    assert write(course) == {} and pages(course) == before
    exchanged = {"timestamp.txt", "submission_secret.txt"}  # what `nbgrader release_feedback` reads
    assert {path.name for path in folder.iterdir()} == {"one.html", *exchanged}


def test_one_student_s_trouble_is_that_student_s_remark(course: Path) -> None:
    before = pages(course)
    shutil.rmtree(course / "feedback")
    (course / "feedback").mkdir()
    (course / "feedback" / "ben").write_text("in the way")
    remarks = write(course)
    assert set(remarks) == {"ben"} and "could not be written" in remarks["ben"]
    assert pages(course) == {"ada": before["ada"]}


def test_a_page_that_shows_less_is_remarked_on_by_each_run(course: Path) -> None:
    notebook = course / "autograded" / "ben" / ASSIGNMENT / "one.ipynb"
    notebook.chmod(0o644)
    notebook.write_text("{")
    first = write(course)
    assert set(first) == {"ben"} and "points only" in first["ben"]
    assert write(course) == first


def test_a_page_is_released_under_the_student_s_own_secret_and_under_one_that_nobody_knows_where_there_is_none(
    course: Path,
) -> None:
    graded, folder = course / "autograded" / "ada" / ASSIGNMENT, course / "feedback" / "ada" / ASSIGNMENT
    write(course)
    drawn = (folder / "submission_secret.txt").read_text("utf-8")
    assert len(drawn) == 128 and (folder / "timestamp.txt").read_bytes() == b""
    write(course)
    assert (folder / "submission_secret.txt").read_text("utf-8") == drawn
    for given, kept in ((b"\xff no secret", drawn), (b"0123456789abcdef" * 8, "0123456789abcdef" * 8)):
        (graded / "submission_secret.txt").write_bytes(given)
        write(course)
        assert (folder / "submission_secret.txt").read_text("utf-8") == kept
