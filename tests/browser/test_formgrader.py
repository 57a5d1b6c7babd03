"""A person grades an answer in formgrader: after the next run points and comment stand everywhere, the same numbers."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbgrader.plugins.export import CsvExportPlugin
from rich.console import Console

from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.run import Options, grade
from tests.browser.jupyter import Server
from tests.grading.conftest import HIDDEN, LIMITS
from tests.grading.written_course import ASSIGNMENT, hand_in, make_course

COMMENT = "Yes: it *shares* the storage, and copies only shape and strides."
ESSAY = "A view copies no numbers."
AUTO, GIVEN, TASK = 10.0, 3.5, 1.0  # what the tests give, what the person gives for the essay and for the task


@dataclass(frozen=True)
class Term:
    """The course after the person was there: what formgrader showed, and what the runs before and after printed."""

    course: Path
    listed: str
    before: str
    after: str
    page_before: str


def graded(course: Path) -> str:
    with (course / "printed.txt").open("w+", encoding="utf-8") as file:
        grade(course, ASSIGNMENT, Console(file=file, width=140), Options(limits=LIMITS, hidden=HIDDEN))
        file.seek(0)
        return file.read()


def feedback(course: Path) -> str:
    """The text of the feedback page."""
    page = (course / "feedback" / "ada" / ASSIGNMENT / "two.html").read_text("utf-8")
    return html.unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL))


def by_hand(page: Any, server: Server) -> str:
    """Find the answer from formgrader's first page on; give points and a comment; what formgrader then lists."""
    page.set_extra_http_headers({"Authorization": f"token {server.token}"})
    page.goto(f"{server.url}/formgrader/")
    page.get_by_role("link", name="Manual Grading").click()
    page.get_by_role("link", name=ASSIGNMENT, exact=True).click()
    page.get_by_role("link", name="two", exact=True).click()
    page.get_by_role("link", name="Submission #1").click()
    page.get_by_text(ESSAY).wait_for()
    page.wait_for_load_state("networkidle")  # only when it has fetched the grades does formgrader listen to its boxes
    for cell, points in (("why", GIVEN), ("draw", TASK)):
        box = page.locator(f"input.score[id='{cell}']")
        with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"):
            box.fill(f"{points:g}")
            box.press("Tab")
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.request.method == "PUT"):
        comment = page.locator("textarea[id='why-comment']")
        comment.fill(COMMENT)
        comment.press("Tab")
    page.goto(f"{server.url}/formgrader/gradebook/{ASSIGNMENT}/two")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Submission #1"))
    row.wait_for()
    return str(row.inner_text())


@pytest.fixture(scope="module")
def term(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Term]:
    course = make_course(tmp_path_factory.mktemp("formgrader") / "course")
    assert nbgrader_api(course).generate_assignment(ASSIGNMENT, create=True)["success"]
    hand_in(course, "ada", {}, ESSAY)
    before, page_before = graded(course), feedback(course)
    server = Server(tmp_path_factory.mktemp("server"), folder=course)
    context = browser.new_context()
    try:
        listed = by_hand(context.new_page(), server)
    finally:
        context.close()
        server.stop()
    yield Term(course, listed, before, graded(course), page_before)


def test_before_it_is_graded_every_place_says_that_it_waits(term: Term) -> None:
    assert "10+?" in term.before and "two/why" in term.before
    assert "for a person to grade" in term.page_before and COMMENT.partition("*")[0] not in term.page_before


def test_points_and_comment_stand_on_the_feedback_page_after_the_next_run(term: Term) -> None:
    page = " ".join(feedback(term.course).split())
    assert "3.5 of 4" in page and "4.5 of 6 points in two" in page
    assert "Yes: it shares the storage, and copies only shape and strides." in page
    assert "for a person to grade" not in page


def test_nothing_is_graded_anew_for_it(term: Term) -> None:
    assert "0 of 1 submissions graded now" in term.after


def test_terminal_csv_report_formgrader_and_nbgrader_s_export_agree(term: Term, tmp_path: Path) -> None:
    total = AUTO + GIVEN + TASK
    assert f"{total:g}" in term.after and "+?" not in term.after
    with (term.course / "report" / f"{ASSIGNMENT}.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert float(row["total"]) == total and row["waiting"] == ""
    report = (term.course / "report" / f"{ASSIGNMENT}.html").read_text("utf-8")
    assert f"<strong>{total:g}</strong>" in report and "Waiting for a person" not in report
    assert "4.5 / 6" in " ".join(term.listed.split())
    exporter = CsvExportPlugin(to=str(tmp_path / "grades.csv"))
    with nbgrader_api(term.course).gradebook as gradebook:
        exporter.export(gradebook)
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        (exported,) = csv.DictReader(file)
    assert float(exported["score"]) == total
