"""A student who wants scripts to run elsewhere: on feedback pages and in formgrader nothing runs, nothing is loaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from rich.console import Console

from shapewise.course.nbgrader import nbgrader_api
from shapewise.grading.command.run import Options, grade
from tests.browser.hostile_text import ELSEWHERE, MARKDOWN, RIGHT_PICTURE, hostile_notebook
from tests.browser.jupyter import Server
from tests.conftest import ROOT
from tests.grading import small_course
from tests.grading.conftest import HIDDEN, LIMITS

ASSIGNMENT = "small"
_ELEMENTS = "script, style, iframe, object, embed, svg, form, base, meta, link, video, audio"
_ATTRIBUTES = ["srcset", "background", "ping", "formaction", "style"]
_AUDIT = f"""roots => ({{
    ran: window.ran,
    links: roots.flatMap(root => [...root.querySelectorAll('a[href]')]).map(a => a.getAttribute('href')),
    pictures: roots.flatMap(root => [...root.querySelectorAll('img')]).map(img => img.getAttribute('src')),
    elements: roots.flatMap(root => [...root.querySelectorAll('{_ELEMENTS}')]).map(element => element.tagName),
    attributes: roots.flatMap(root => [...root.querySelectorAll('*')]).flatMap(element => element.getAttributeNames())
        .filter(name => name.startsWith('on') || {_ATTRIBUTES}.includes(name)),
}})"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, graded: mal wrote all of it, and a person's comment holds a script, too."""
    course = tmp_path_factory.mktemp("hostile") / "course"
    (course / "source" / ASSIGNMENT).mkdir(parents=True)
    (course / "source" / ASSIGNMENT / "one.ipynb").write_bytes(small_course.as_bytes(small_course.source_notebook()))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    nbgrader(course, "generate_assignment", ASSIGNMENT)
    folder = course / "submitted" / "mal" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "one.ipynb").write_bytes(small_course.as_bytes(hostile_notebook()))
    graded(course)
    with nbgrader_api(course).gradebook as gradebook:
        comment = gradebook.find_comment("label", "one", ASSIGNMENT, "mal")
        comment.manual_comment = "\n\n".join(["See *this*.", *MARKDOWN[:40]])
        gradebook.db.commit()
    graded(course)
    return course


def nbgrader(course: Path, *arguments: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def graded(course: Path) -> None:
    with (course / "printed.txt").open("w", encoding="utf-8") as file:
        grade(course, ASSIGNMENT, Console(file=file, width=100), Options(limits=LIMITS, hidden=HIDDEN))


@pytest.fixture(scope="module", params=["in the course's folder", "in the folder above"])
def formgrader(request: Any, browser: Any, course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """nbgrader's formgrader; from elsewhere the course is opened as a "local formgrader" opens it."""
    elsewhere = request.param == "in the folder above"
    server = Server(tmp_path_factory.mktemp("formgrader"), folder=course.parent if elsewhere else course)
    if elsewhere:
        headers = {"Authorization": f"token {server.token}"}
        opened = urllib.request.Request(f"{server.url}/formgrader?path={course.name}", headers=headers)
        with urllib.request.urlopen(opened, timeout=30) as answer:
            assert answer.status == 200
    yield server
    server.stop()


@pytest.fixture(params=["with its policy", "without its policy"])
def visit(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """Opens an address, and says what its page did; without the policy, so that no fault hides behind it."""
    context = browser.new_context(bypass_csp=request.param == "without its policy")

    def opened(address: str, part: str, token: str = "") -> tuple[dict[str, Any], list[str], list[str]]:
        page = context.new_page()
        page.set_extra_http_headers({"Authorization": f"token {token}"} if token else {})
        requests: list[str] = []
        dialogs: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        page.wait_for_timeout(1000)
        done = page.locator(part).evaluate_all(_AUDIT)
        return done, requests, dialogs

    yield opened
    context.close()


def harmless(done: dict[str, Any]) -> None:
    assert done["ran"] is None
    assert done["elements"] == [] and done["attributes"] == []
    may_lead = ("http://", "https://", "mailto:", "#")
    assert [link for link in done["links"] if not link.lower().startswith(may_lead)] == []
    assert done["pictures"] and {picture.partition(",")[0] for picture in done["pictures"]} == {"data:image/png;base64"}


def test_on_a_feedback_page_nothing_runs_and_nothing_is_asked_for(course: Path, visit: Any) -> None:
    address = (course / "feedback" / "mal" / ASSIGNMENT / "one.html").as_uri()
    done, requests, dialogs = visit(address, "body")
    harmless(done)
    assert dialogs == [] and [url for url in requests if not url.startswith("data:image/png;base64,")] == [address]


def test_in_formgrader_nothing_of_a_student_runs_and_no_other_server_is_asked(
    course: Path, formgrader: Server, visit: Any
) -> None:
    with nbgrader_api(course).gradebook as gradebook:
        submission = gradebook.find_submission_notebook("one", ASSIGNMENT, "mal").id
    address = f"{formgrader.url}/formgrader/submissions/{submission}/?index=0"
    done, requests, dialogs = visit(address, ".text_cell_render, .input_area, .output", formgrader.token)
    harmless(done)
    own = (f"{formgrader.url}/formgrader/", f"{formgrader.url}/favicon", f"{formgrader.url}/static/", "data:image/png")
    assert dialogs == []
    assert [url for url in requests if not url.startswith(own)] == []


def test_nbconvert_s_own_settings_would_run_it(course: Path, visit: Any, tmp_path: Path) -> None:
    notebook = nbformat.read(course / "autograded" / "mal" / ASSIGNMENT / "one.ipynb", as_version=4)
    others = ("attachment:", "refresh")  # it raises for the one, and leaves the page for the other
    notebook.cells = [cell for cell in notebook.cells if not any(other in cell.source for other in others)]
    page = tmp_path / "page.html"
    page.write_text(HTMLExporter(template_name="basic").from_notebook_node(notebook)[0], "utf-8")
    done, requests, _ = visit(page.as_uri(), "body")
    assert done["ran"] == 1 and done["elements"]
    assert any(url.startswith(ELSEWHERE) for url in requests)


def test_nbgrader_s_own_command_writes_the_same_pages(course: Path, tmp_path: Path) -> None:
    copy = tmp_path / "course"
    shutil.copytree(course, copy)
    page = copy / "feedback" / "mal" / ASSIGNMENT / "one.html"
    written = page.read_bytes()
    page.unlink()
    (copy / "autograded" / "mal" / ASSIGNMENT / "two.html").write_text("<script>forged</script>", "utf-8")
    nbgrader(copy, "generate_feedback", ASSIGNMENT, "--force")
    assert page.read_bytes() == written
    assert [path.name for path in page.parent.glob("*.html")] == ["one.html"]


def test_what_was_written_stands_in_the_graded_notebook_as_it_was_written(course: Path) -> None:
    cells = json.loads((course / "autograded" / "mal" / ASSIGNMENT / "one.ipynb").read_text("utf-8"))["cells"]
    written = {"".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"}
    assert set(MARKDOWN) <= written
    attached = [bundle for cell in cells for bundle in cell.get("attachments", {}).values()]
    assert {"image/png": RIGHT_PICTURE} in attached
    assert {kind for bundle in attached for kind in bundle} == {"image/png"}


def test_the_picture_that_belongs_to_a_cell_is_shown(course: Path) -> None:
    page = (course / "feedback" / "mal" / ASSIGNMENT / "one.html").read_text("utf-8")
    assert RIGHT_PICTURE in page and f'src="{ELSEWHERE}' not in page
