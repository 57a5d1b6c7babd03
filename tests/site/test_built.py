"""The built pages: all there, nothing of the instructor's in them, the same bytes each time, no broken link."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from _ext.checked import HEAVIEST, problems_of, read_page
from _ext.executed import Measured, execute
from _ext.measuring import differing
from _ext.predictions import count_predictions

from shapewise.explorers.catalogue import names
from tests.conftest import ROOT
from tests.web_edition import apart, build

NOTEBOOKS = sorted(path for path in (ROOT / "release").glob("*/*.ipynb") if not path.name.startswith("."))
SECRETS = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", re.DOTALL)
FOR_INSTRUCTORS = ("any_course.html", "instructors_year.html", "measured.html")  # these name the marks and the tools
TOLD_BY_ITSELF = 24  # shorter lines, such as `return x`, stand in many places


def files(site: Path) -> Iterator[tuple[str, bytes]]:
    """Everything in the site, and what its archives hold."""
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        yield name, path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{name}/{inside}", archive.read(inside)) for inside in archive.namelist())


def page_of(site: Path, notebook: Path) -> str:
    return (site / notebook.parent.name / f"{notebook.stem}.html").read_text(encoding="utf-8")


def plain(text: str) -> str:
    """A page as it is read: without tags, and with each space once."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def test_every_notebook_has_its_page_and_can_be_downloaded_as_it_is_handed_out(site: Path) -> None:
    for notebook in NOTEBOOKS:
        link = f"../notebooks/{notebook.parent.name}/{notebook.name}"
        assert link in read_page(page_of(site, notebook)).links
        assert (site / "notebooks" / notebook.parent.name / notebook.name).read_bytes() == notebook.read_bytes()


def test_each_page_leads_to_all_others(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    wanted = {path for path in pages if path.name != "search.html"}
    for page in pages:
        links = read_page(page.read_text(encoding="utf-8")).links
        reached = {(page.parent / link.split("#")[0]).resolve() if link.split("#")[0] else page for link in links}
        assert wanted - {page} <= reached, page.name


def test_links_lead_somewhere_nothing_is_asked_of_other_servers_and_no_page_is_heavy(site: Path) -> None:
    assert problems_of(site) == []
    assert max(path.stat().st_size for path in site.rglob("*.html")) <= HEAVIEST


def test_a_broken_link_a_request_to_elsewhere_and_a_missing_place_are_found(tmp_path: Path) -> None:
    (tmp_path / "other.html").write_text('<p id="here">')
    links = '<a href="gone.html"></a><a href="other.html#here"></a><a href="other.html#there"></a>'
    (tmp_path / "page.html").write_text(f'{links}<img src="//x.org/a.png">')
    found = "\n".join(problems_of(tmp_path))
    assert found.count("\n") == 2
    assert "gone.html" in found and "#there" in found and "//x.org" in found


def test_no_solution_no_hidden_test_and_no_metadata_of_the_instructor_is_anywhere_in_it(site: Path) -> None:
    handed_out = "\n".join(
        cell.source for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells
    )
    lessons = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "lessons").glob("*/*.py"))
    lines = {line.strip() for block in SECRETS.findall(lessons) for line in block.splitlines()}
    secrets = {" ".join(line.split()) for line in lines if len(line) > TOLD_BY_ITSELF and line not in handed_out}
    assert len(secrets) > 200
    for name, data in files(site):
        if name.endswith((".woff2", ".png", ".zip")):
            continue
        text = data.decode("utf-8")
        if name.endswith(".ipynb"):
            text = "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
        elif name.endswith(".html") and name not in FOR_INSTRUCTORS:
            told = text.replace("Any nbgrader course", "")  # a page's name, in every page's list of pages
            assert "nbgrader" not in told and "grade_id" not in told, name
        read = plain(text) if name.endswith(".html") else " ".join(text.split())
        if name not in (*FOR_INSTRUCTORS, "searchindex.js"):
            assert "BEGIN SOLUTION" not in read and "HIDDEN TESTS" not in read, name
        assert [secret for secret in secrets if secret in read] == [], name


def test_no_page_tells_where_or_by_whom_it_was_built(site: Path) -> None:
    for name, data in files(site):
        assert str(ROOT).encode() not in data, name
        assert str(Path.home()).encode() + b"/" not in data, name


def test_two_builds_are_the_same_bytes(site: Path, tmp_path: Path) -> None:
    first, second = dict(files(site)), dict(files(build(tmp_path / "again")))
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.filterwarnings("default")  # nbclient's and its event loop's own
def test_what_differs_between_runs_was_measured_once_and_all_else_is_the_same(site: Path, tmp_path: Path) -> None:
    measured = Measured.read(ROOT / "docs" / "measured.json")
    timed = [path for path in NOTEBOOKS if f"{path.parent.name}/{path.stem}" in measured.cells]
    assert timed
    before = apart(execute, timed, ROOT / "build" / "site.executed", print)
    again = apart(execute, timed, tmp_path / "executed", print)
    for path, one, other in zip(timed, before, again, strict=True):
        kept = measured.cells[f"{path.parent.name}/{path.stem}"]
        advice = "on an idle machine, run `make site SITE_ARGS=--measure` and commit docs/measured.json"
        assert kept.keys() <= {cell.id for cell in one.cells}, f"it holds cells that are gone: {advice}"
        assert differing(one, other).keys() <= kept.keys(), advice


def test_every_prediction_of_a_notebook_is_one_on_its_page(site: Path) -> None:
    for notebook in NOTEBOOKS:
        cells = nbformat.read(notebook, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        asked = sum(count_predictions(cell.source) for cell in cells if cell.cell_type == "markdown")
        assert asked == text.count("**Predict.**") == page_of(site, notebook).count('<div class="prediction">')


def test_every_explorer_has_its_place_with_a_picture_that_needs_no_script(site: Path) -> None:
    gallery = (site / "gallery.html").read_text(encoding="utf-8")
    for name in names():
        place = re.search(rf'<div class="explorer" data-explorer="{name}" data-state="([^"]*)".*?</div>', gallery)
        assert place is not None and json.loads(html.unescape(place[1])) == {}
    assert gallery.count('class="explorer-still"') == len(names())


def test_formulas_are_finished_when_the_page_is_made(site: Path) -> None:
    attention = page_of(site, next(path for path in NOTEBOOKS if "attention" in path.name))
    assert attention.count("<math ") == attention.count('<span class="katex">') > 5
    assert "katex.min.js" not in attention and "MathJax.js" not in attention


def test_no_page_asks_for_what_only_a_notebook_can_do(site: Path) -> None:
    for notebook in NOTEBOOKS:
        assert "Shift + Enter" not in plain(page_of(site, notebook)), "mend _ONLY_IN_NOTEBOOKS in docs/_ext/lesson.py"
