"""A term with a class of forty, from the roster to the feedback: every number is the same wherever it is shown."""

from __future__ import annotations

import ast
import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from shapewise.__main__ import main
from shapewise.course.hand_in_name import hand_in_name
from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.preview import preview
from tests.conftest import copy_of_course
from tests.grading.term.zips import packed, write_zip
from tests.term import platforms
from tests.term.students import ASSIGNMENT, LESSON, QUESTION, Student, question, students

RULE = """
from nbgrader.plugins import LateSubmissionPlugin

class OnePointADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.0 * (total_seconds_late // 86400 + 1)

c.AssignLatePenalties.plugin_class = OnePointADay
c.Exchange.root = {exchange!r}
"""
STUDENTS_CONFIG = """
c.CourseDirectory.course_id = "shapewise"
c.CourseDirectory.student_id = "{student}"
c.Exchange.root = "{exchange}"
c.Exchange.cache = "{home}/cache"
"""
DUE = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=6)  # who submits through the exchange does it now
Points = dict[str, tuple[float, float, float]]
"""(earned, penalty, what counts), by student."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as it is before the term: a lesson, and a notebook with a question in words."""
    folder = tmp_path_factory.mktemp("term")
    course = _small(folder)
    (folder / "exchange").mkdir(mode=0o777)
    (folder / "exchange").chmod(0o777)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(RULE.format(exchange=str(folder / "exchange")))
    return course


def _small(folder: Path) -> Path:
    course = copy_of_course(folder / "course")
    lesson = Path("lessons") / ASSIGNMENT / f"{LESSON}.py"
    (course / lesson).parent.mkdir(parents=True)
    (course / lesson).write_bytes((Path(__file__).parents[2] / lesson).read_bytes())
    (course / "source" / ASSIGNMENT).mkdir(parents=True)
    nbformat.write(question(), course / "source" / ASSIGNMENT / f"{QUESTION}.ipynb")
    return course


def shapewise(course: Path, *words: str) -> None:
    assert main([*words, "--course", str(course)]) == 0


def nbgrader(folder: Path, *words: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def hand_in_through_the_exchange(course: Path, student: Student) -> None:
    nbgrader(course, "release_assignment", ASSIGNMENT)
    home = course.parent / student.name
    (home / ASSIGNMENT).mkdir(parents=True)
    for name, content in student.notebooks(course / "release" / ASSIGNMENT).items():
        (home / ASSIGNMENT / name).write_bytes(content)
    own = STUDENTS_CONFIG.format(exchange=course.parent / "exchange", student=student.name, home=home)
    (home / "nbgrader_config.py").write_text(own, "utf-8")
    nbgrader(home, "submit", ASSIGNMENT)
    nbgrader(course, "collect", ASSIGNMENT)


def hand_in_zip(student: Student, release: Path, after: timedelta) -> tuple[str, bytes]:
    """(name, content) of what ``shapewise hand-in`` makes, so long after the date on which it is due."""
    return hand_in_name(student.name, ASSIGNMENT, DUE + after), packed(student.notebooks(release))


def by_hand(course: Path, points: Mapping[str, float]) -> None:
    """What a person does in formgrader; its own page is opened in tests/browser."""
    with nbgrader_api(course).gradebook as gradebook:
        for student, score in points.items():
            grade = gradebook.find_grade("why", QUESTION, ASSIGNMENT, student)
            grade.manual_score, grade.needs_manual_grade = score, False
            gradebook.find_comment("why", QUESTION, ASSIGNMENT, student).manual_comment = f"Worth {score:g} to me."
        gradebook.db.commit()


def in_the_csv(course: Path) -> Points:
    text = (course / "report" / f"{ASSIGNMENT}.csv").read_text("utf-8-sig")
    names = ("points", "penalty", "total")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["handed in"]]
    return {row["student"]: tuple(float(row[name]) for name in names) for row in rows}  # type: ignore[misc]


def in_nbgrader_s_export(course: Path) -> Points:
    from nbgrader.plugins import CsvExportPlugin

    exporter = CsvExportPlugin()
    exporter.to = str(course / "exported.csv")
    with nbgrader_api(course).gradebook as gradebook:
        exporter.export(gradebook)
    rows = csv.DictReader(io.StringIO((course / "exported.csv").read_text("utf-8")))
    names = ("raw_score", "late_submission_penalty", "score")
    return {row["student_id"]: tuple(float(row[name]) for name in names) for row in rows}  # type: ignore[misc]


def in_the_terminal(printed: str) -> dict[str, list[str]]:
    """The last three words of each student's row: points and penalty, where anybody has one, and the total."""
    rows = (line.split() for line in printed.splitlines() if re.match(r"\s*s\d\d\s", line))
    return {row[0]: row[-3:] for row in rows if not row[0].endswith(":")}


def in_the_report(course: Path) -> dict[str, float]:
    page = (course / "report" / f"{ASSIGNMENT}.html").read_text("utf-8")
    rows = (row for row in page.split("<tr") if 'data-label="Total"' in row)
    return {
        re.search(r">(s\d\d)<", row)[1]: float(re.search(r'data-sort="([^"]+)" data-label="Total"', row)[1])  # type: ignore[index]
        for row in rows
    }


def penalties_in_the_report(course: Path) -> dict[str, float]:
    """What stands beside a student's lateness, of those who have a penalty."""
    page = (course / "report" / f"{ASSIGNMENT}.html").read_text("utf-8")
    rows = (row for row in page.split("<tr") if 'data-label="Total"' in row)
    found = [(re.search(r">(s\d\d)<", row), re.search(r"−([\d.]+) points", row)) for row in rows]
    return {who[1]: float(penalty[1]) for who, penalty in found if who and penalty}


def in_the_mistakes(course: Path) -> dict[str, tuple[int, int]]:
    """(Students named for a mistake in it, students who lost points in it), by exercise that a test grades."""
    page = (course / "report" / f"{ASSIGNMENT}.html").read_text("utf-8")
    rows = dict(re.findall(r'id="exercise-\d+">.*?\d+ (\w+)<br>(.*?)</tr>', page, re.DOTALL))
    return {
        name: (int(found[1]), sum(map(int, re.findall("[◐○] (\\d+)<", row))))
        for name, row in rows.items()
        if (found := re.search(r"(\d+) students?, \d+ kind", row))
    }


def on_the_pages(course: Path, student: str) -> float:
    pages = (course / "feedback" / student / ASSIGNMENT).glob("*.html")
    found = [re.search(r'class="total"><strong>([\d.]+) of', page.read_text("utf-8")) for page in pages]
    return sum(float(one[1]) for one in found if one)


def in_formgrader(course: Path) -> tuple[dict[str, float], set[str]]:
    """(Points before penalties, who needs a person), as its page of submissions asks for them."""
    rows = [row for row in nbgrader_api(course).get_submissions(ASSIGNMENT) if row["autograded"]]
    return {row["student"]: row["score"] for row in rows}, {row["student"] for row in rows if row["needs_manual_grade"]}


def agreed(course: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Points:
    """Grade, and hold every place against every other; returns what they agree on."""
    capsys.readouterr()
    console_width, os.environ["COLUMNS"] = os.environ.get("COLUMNS"), "200"
    try:
        shapewise(course, "grade", ASSIGNMENT, *words)
    finally:
        os.environ.pop("COLUMNS") if console_width is None else os.environ.update(COLUMNS=console_width)
    points, exported = in_the_csv(course), in_nbgrader_s_export(course)
    assert points == {student: exported[student] for student in points}
    assert all(row == (0, 0, 0) for student, row in exported.items() if student not in points)
    totals = {student: total for student, (_, _, total) in points.items()}
    words = {who: last for who, last in in_the_terminal(capsys.readouterr().out).items() if who in points}
    printed = {who: last[-1] for who, last in words.items()}
    assert {who: float(total.removesuffix("+?")) for who, total in printed.items()} == totals
    late = {who: penalty for who, (_, penalty, _) in points.items() if penalty}
    shown = {who: (f"{earned:g}", f"−{penalty:g}" if penalty else "–") for who, (earned, penalty, _) in points.items()}
    assert late and {who: tuple(last[:2]) for who, last in words.items()} == shown
    assert penalties_in_the_report(course) == late
    report = in_the_report(course)
    assert {who: report[who] for who in totals} == totals
    mistaken = in_the_mistakes(course)
    assert len(mistaken) == 3 and all(named == lost for named, lost in mistaken.values()), mistaken
    assert {who: on_the_pages(course, who) for who in totals} == pytest.approx(totals, abs=0.02)
    scores, waiting = in_formgrader(course)
    assert {who: scores[who] for who in totals} == {who: earned for who, (earned, _, _) in points.items()}
    assert waiting == {who for who, total in printed.items() if total.endswith("+?")}
    return points


def test_a_term_with_a_class_of_forty(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everybody = students()
    absent = [Student("s90", "Nils", "Absent", "9090", {}, ""), Student("s91", "Ike", "Ill", "9091", {}, "")]
    folder, release = course.parent, course / "release" / ASSIGNMENT

    # The course is built, its class enrolled, a date set.
    shapewise(course, "build")
    roster = "\n".join(f'{one.name},"{one.first}","{one.last}",{one.lms_id}' for one in (*everybody, *absent))
    (folder / "students.csv").write_text(f"id,first_name,last_name,lms_user_id\n{roster}\n", "utf-8-sig")
    shapewise(course, "roster", str(folder / "students.csv"))
    with nbgrader_api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=f"{DUE:%Y-%m-%d %H:%M:%S} UTC")

    # They hand in: one through the exchange, 15 at Canvas, 12 at Moodle, 12 by mail, of whom six are late.
    late = {one.name: timedelta(hours=1 + 20 * at) for at, one in enumerate(everybody[28:34])}
    hand_in_through_the_exchange(course, everybody[0])
    at_canvas = [(one, one.notebooks(release), one is everybody[5]) for one in everybody[1:16]]
    at_moodle = [(one, dict([hand_in_zip(one, release, timedelta(hours=-2))])) for one in everybody[16:28]]
    early = timedelta(hours=-1)
    mailed = dict(hand_in_zip(one, release, late.get(one.name, early)) for one in everybody[28:])
    zips = (
        platforms.canvas_gives_out(folder / "submissions.zip", at_canvas),
        platforms.moodle_gives_out(folder / "moodle.zip", at_moodle),
        write_zip(folder / "mail.zip", mailed),
    )
    shapewise(course, "collect", ASSIGNMENT, *map(str, zips))
    assert len(list((course / "submitted").iterdir())) == 40

    # Graded, every place says the same; the right answers have all their points; the answers in words wait.
    first = agreed(course, capsys)
    assert first.keys() == {one.name for one in everybody}
    assert {who for who, (earned, penalty, _) in first.items() if penalty} == {who for who in late if first[who][0]}
    assert in_formgrader(course)[1] == set(first)
    assert in_the_report(course).keys() >= {"s90", "s91"}

    # Two of the late are given more time, one of them for good; so is somebody who is ill.
    one, other = list(late)[4:]
    shapewise(course, "extend", one, other, "s91", "--days", "7")
    assert agreed(course, capsys)[other][1] == 0
    shapewise(course, "extend", other, "--undo")

    # A person reads the answers in words; one student then hands in another one, and that says so.
    by_hand(course, {student.name: number % 5 for number, student in enumerate(everybody)})
    second = agreed(course, capsys)
    assert second[one][1] == 0 and second[other] == (first[other][0] + 33 % 5, *second[other][1:])
    assert second[other][1] > 0
    assert in_formgrader(course)[1] == set()
    assert "Worth 3 to me." in (course / "feedback" / "s03" / ASSIGNMENT / f"{QUESTION}.html").read_text("utf-8")
    shapewise(course, "collect", ASSIGNMENT, str(write_zip(folder / "again.zip", dict([
        hand_in_zip(Student(**{**vars(everybody[39]), "words": "On second thought."}), release, timedelta(hours=-0.5)),
    ]))))  # fmt: skip
    capsys.readouterr()
    shapewise(course, "grade", ASSIGNMENT)
    assert f"s39: graded by hand, and then changed or graded again: {QUESTION}/why" in capsys.readouterr().out
    by_hand(course, {"s39": 4.0})

    # A test is found to ask too much, and mended: what the preview says is what then happens.
    mend(course / "lessons" / ASSIGNMENT / f"{LESSON}.py")
    shapewise(course, "build")
    before = agreed(course, capsys, "--student", "s39")
    foreseen = preview(course, ASSIGNMENT, Console(quiet=True))
    assert in_the_csv(course) == before
    third = agreed(course, capsys)
    gains = {who: third[who][0] - before[who][0] for who in third if third[who][0] != before[who][0]}
    told: dict[str, float] = {}
    for change in foreseen:
        if change.what != "penalty":
            told[change.student] = told.get(change.student, 0.0) + change.by
    assert gains and told == gains and min(gains.values()) > 0

    # Points and feedback go to the platforms.
    totals = {who: total for who, (_, _, total) in third.items()}
    for platform in ("canvas", "moodle"):
        shapewise(course, "export", ASSIGNMENT, "--for", platform, "--feedback")
    report = course / "report"
    assert platforms.canvas_imports(report / f"{ASSIGNMENT}-canvas.csv") == (worth(course), totals)
    assert platforms.moodle_imports(report / f"{ASSIGNMENT}-moodle.csv") == totals
    canvas = platforms.canvas_shows(report / f"{ASSIGNMENT}-canvas-feedback.zip")
    assert canvas.keys() == {one.lms_id for one in everybody[1:16]}
    moodle = platforms.moodle_shows(report / f"{ASSIGNMENT}-moodle-feedback.zip")
    assert moodle.keys() >= {one.lms_id for one in everybody[16:28]}
    for student, shown in ((everybody[7], canvas), (everybody[20], moodle)):
        pages = (course / "feedback" / student.name / ASSIGNMENT).glob("*.html")
        assert sorted(shown[student.lms_id]) == sorted(page.read_bytes() for page in pages)


def mend(lesson: Path) -> None:
    """Of the hidden tests of the edge cases, the first exercise's and the last one's, only the first claim is left."""
    parts = lesson.read_text("utf-8").split("\n# %%")
    edges = [at for at, part in enumerate(parts) if re.search(r'"grade_id": "\w+_edges"', part)]
    for at in (edges[0], edges[-1]):
        head, text, foot = re.split(r"(?<=### BEGIN HIDDEN TESTS\n)|(?=### END HIDDEN TESTS)", parts[at])
        parts[at] = head + ast.unparse(_OnlyTheFirstClaim().visit(ast.parse(text))) + "\n" + foot
    lesson.write_text("\n# %%".join(parts), "utf-8")


class _OnlyTheFirstClaim(ast.NodeTransformer):
    found = False

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        first, self.found = not self.found, True
        return node if first else ast.Pass()


def worth(course: Path) -> float:
    with nbgrader_api(course).gradebook as gradebook:
        return float(gradebook.find_assignment(ASSIGNMENT).max_score)
