"""The class report in a browser: readable in every look and on paper, sorted by mouse and by keys, asking nobody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from shapewise.report.faults import Fault
from shapewise.report.grades import Exercise, Grades, HandedIn, Person, StudentGrades
from shapewise.report.mistakes import Mistake
from shapewise.report.page import write_class_report

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS = [
    pytest.param(colours, size, id=f"{colours}, {size['width']} px")
    for colours, size in itertools.product(("light", "dark"), (WIDE, NARROW))
]
LONG = "a-student-whose-id-is-as-long-as-some-universities-make-them-0123456789"


def everything() -> tuple[Grades, list[Mistake], dict[str, list[tuple[str, str]]]]:
    """A class in which everything that a report can show is the case."""
    exercises = tuple(Exercise(f"{n}_book", f"exercise_{n}_{k}", 5.0) for n in range(1, 7) for k in range(5))
    names = ["ada", "bo", "<b>cy</b>", LONG, *(f"s{k:02}" for k in range(12))]
    students, mistakes = [], []
    for at, name in enumerate(names):
        points = tuple(float((at * 7 + place * 3) % 6) for place in range(len(exercises)))
        waiting = tuple((f"{e.notebook}/{e.name}",) if at == 1 and e is exercises[-1] else () for e in exercises)
        late = HandedIn(datetime(2026, 10, 3), timedelta(days=at % 3), penalty=float(at % 3))
        remarks = ("5_book: missing", "a remark " * 12) if at == 2 else ()
        students.append(StudentGrades(name, points, remarks, waiting, Person("Ada", "Lovelace"), late))
        mistakes += [
            Mistake(name, e.notebook, e.name, f"mistake {place % 4}", True, "Your `x.view(batch, heads)` mixes.", "So.")
            for place, e in enumerate(exercises)
            if points[place] < 3
        ]
    students.append(StudentGrades("zoe", (None,) * len(exercises), handed_in=HandedIn(nothing=True)))
    pages = {name: [(f"{n}_book", f"../feedback/{n}_book.html") for n in range(1, 7)] for name in names}
    free = Fault("2_book", "exercise_2_1_test", "gives the empty notebook 3 of 5 points", "", "Tag the cell `given`.")
    wrong = Fault("1_book", "exercise_1_0_test", "gives the reference 0 of 5 points", f"failed: {LONG * 3}", "Mend it.")
    grades = Grades("m01_tensors", exercises, tuple(students), datetime(2026, 10, 1), (free, wrong))
    return grades, [*mistakes, Mistake("ada", "1_book", "exercise_1_0", "wrong shape")], pages


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    grades, mistakes, pages = everything()
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_class_report(grades, path, mistakes, pages)
    return path


@pytest.fixture
def opened(browser: Any, page_file: Path) -> Iterator[Any]:
    """Opens the page in a look: colours and size."""
    contexts = []

    def opened(colours: str = "light", size: dict[str, int] = WIDE, **options: Any) -> Any:
        contexts.append(browser.new_context(color_scheme=colours, viewport=size, **options))
        page = contexts[-1].new_page()
        page.requested = []
        page.on("request", lambda request: page.requested.append(request.url))
        page.goto(page_file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


def column(page: Any, table: str, number: int) -> list[str]:
    """What stands in a column, by what it is sorted by."""
    return page.locator(f"table.{table}").first.locator("tbody > tr").evaluate_all(
        "(rows, at) => rows.map(row => row.cells[at].dataset.sort ?? row.cells[at].textContent)", number
    )


@pytest.mark.parametrize(("colours", "size"), LOOKS)
def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(opened: Any, colours: str, size: dict[str, int]) -> None:
    page = opened(colours, size, bypass_csp=True)  # for axe's script
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_it_asks_for_nothing(opened: Any, page_file: Path) -> None:
    page = opened()
    page.locator("table.students thead button").first.click()
    assert page.requested == [page_file.as_uri()]


def test_a_heading_sorts_the_table_and_says_so(opened: Any) -> None:
    page = opened()
    heading = page.locator("table.students thead th", has_text="Total")
    heading.locator("button").click()
    totals = [float(text) for text in column(page, "students", 1)]
    assert totals == sorted(totals, reverse=True) and heading.get_attribute("aria-sort") == "descending"
    assert page.locator("table.students thead th[aria-sort=ascending]").count() == 0
    assert page.locator("#sorted").text_content() == "Sorted by Total, descending."
    heading.locator("button").click()
    assert [float(text) for text in column(page, "students", 1)] == sorted(totals)


def test_the_keyboard_sorts_as_well(opened: Any) -> None:
    page = opened()
    page.locator("table.exercises thead button").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Median"
    medians = [float(text) for text in column(page, "exercises", 1)]
    assert medians == sorted(medians, reverse=True)


def test_without_a_script_it_is_sorted_and_offers_no_button(opened: Any) -> None:
    page = opened(java_script_enabled=False)
    assert page.locator("thead button").count() == 0
    counts = page.locator("table.mistakes").first.locator("td.count").all_inner_texts()
    assert [int(text) for text in counts] == sorted(map(int, counts), reverse=True) and counts


def test_on_paper_all_is_open_and_dark_on_white(opened: Any, tmp_path: Path) -> None:
    page = opened("dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    ink, paper = page.evaluate("[getComputedStyle(document.body)].flatMap(one => [one.color, one.backgroundColor])")
    assert paper == "rgb(255, 255, 255)" and sum(map(int, ink.strip("rgb()").split(","))) < 150
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
