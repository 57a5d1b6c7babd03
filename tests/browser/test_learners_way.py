"""A learner's way through `shapewise learn`: first open, answers, coming back, beginning again, handing in, the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.jupyter import Notes, command
from tests.conftest import copy_of_course
from tests.sample_class.answers import reference

_PATIENCE = 120_000
_WRONG = "def describe(t):\n    return 3"
_FIND = """(part) => {
    const cells = [...window.jupyterapp.shell.currentWidget.content.widgets];
    return cells.findIndex((cell) => cell.model.sharedModel.getSource().includes(part));
}"""


@dataclass
class Learner:
    """The command that runs, the folder that it made, and the page that it would open."""

    process: subprocess.Popen[str]
    work: Path
    address: str
    environment: dict[str, str]

    def learn(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "shapewise", "learn", "--course", str(self.work.parents[1]), "--", *options]


@pytest.fixture(scope="module")
def learner(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    """`shapewise learn` in a fresh clone: without settings, without a folder of one's own."""
    course = copy_of_course(tmp_path_factory.mktemp("clone"), "release")
    home = tmp_path_factory.mktemp("learner")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST"))}
    environment = inherited | {"HOME": str(home), "IPYTHONDIR": str(home / "ipython")}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = (
        "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=learner",
        "--LabApp.expose_app_in_browser=True",
    )  # fmt: skip
    started = Learner(None, course / "work" / "m01_tensors", "", environment)  # type: ignore[arg-type]
    log = (home / "log").open("w")
    started.process = subprocess.Popen(started.learn(*options), env=environment, stdout=log, stderr=log, text=True)
    started.address = f"http://127.0.0.1:{port}/lab/workspaces/m01_tensors?token=learner"
    yield started
    started.process.terminate()
    started.process.wait(60)
    log.close()


def _opened(browser: Any, learner: Learner, **look: Any) -> Any:
    page = browser.new_page(**({"viewport": {"width": 1280, "height": 900}} | look))
    page.set_default_timeout(_PATIENCE)
    for _ in range(60):
        try:
            page.goto(learner.address)
            break
        except Exception:  # the server is starting still
            page.wait_for_timeout(1000)
    page.locator(".jp-NotebookPanel:visible .jp-MarkdownOutput").first.wait_for()
    return page


def _connected(page: Any) -> None:
    session = "window.jupyterapp?.shell.currentWidget?.sessionContext"
    page.wait_for_function(f"() => {session}?.session?.kernel?.connectionStatus === 'connected'")
    page.evaluate(f"async () => {{ await {session}.ready; }}")


@pytest.fixture(scope="module")
def page(browser: Any, learner: Learner) -> Iterator[Any]:
    page = _opened(browser, learner)
    page.notes = Notes(page)
    yield page
    page.close()


def _cell(page: Any, part: str) -> int:
    found = page.evaluate(_FIND, part)
    assert found >= 0, f"no cell holds {part!r}"
    return int(found)


def _write(page: Any, at: int, text: str) -> None:
    page.evaluate(
        "([at, text]) => window.jupyterapp.shell.currentWidget.content.widgets[at].model.sharedModel.setSource(text)",
        [at, text],
    )


def _run(page: Any, *cells: int) -> None:
    for at in cells:
        page.evaluate("(at) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = at; }", at)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")


def _run_the_first_cells(page: Any) -> None:
    _connected(page)
    _run(page, _cell(page, "from shapewise import"), _cell(page, 'progress("1_shapes")'))


def _panel(page: Any) -> Any:
    return page.locator(".shapewise-progress").first


def _results(learner: Learner) -> dict[str, Any]:
    return dict(json.loads((learner.work / "progress.json").read_text("utf-8"))["results"])


def test_the_first_screen_is_the_first_notebook_alone_with_its_panel(page: Any) -> None:
    assert page.title().startswith("1_shapes")
    assert page.locator("#jp-left-stack").is_hidden()
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".jp-toast-message, .Toastify__toast").count() == 0
    _panel(page).wait_for()
    assert "0 of 2" in _panel(page).inner_text()
    assert _panel(page).evaluate("panel => getComputedStyle(panel).borderLeftWidth") == "5px"


def test_no_instructor_s_tool_is_in_the_window(page: Any) -> None:
    seen = page.locator("body").inner_text()
    for word in ("Nbgrader", "Validate", "Create Assignment", "Assignment List", "Jupytext"):
        assert word not in seen
    ids = page.evaluate("() => window.jupyterapp.commands.listCommands()")
    assert [name for name in ids if "nbgrader" in name or "jupytext" in name] == []


def test_a_wrong_answer_and_a_right_one_are_told_and_kept(page: Any, learner: Learner) -> None:
    _run_the_first_cells(page)
    answer, check = _cell(page, "def describe("), _cell(page, 'check("describe")')
    _write(page, answer, _WRONG)
    _run(page, answer, check)
    page.locator(".shapewise-check.is-not-yet").wait_for()
    assert _results(learner)["describe"]["state"] == "not yet"
    _write(page, answer, reference("describe"))
    _run(page, answer, check)
    page.locator(".shapewise-check.is-passed").wait_for()
    page.locator(".shapewise-progress li.is-passed").wait_for()
    assert _results(learner)["describe"]["state"] == "passed"


def test_a_cell_that_python_cannot_read_is_told_and_the_answer_before_it_is_not_judged(page: Any) -> None:
    answer, check = _cell(page, "def describe("), _cell(page, 'check("describe")')
    _write(page, answer, "def describe(t):\n    return {")
    _run(page, answer, check)
    page.locator(".shapewise-check", has_text="cannot read its line 2").wait_for()
    _write(page, answer, reference("describe"))
    _run(page, answer, check)
    page.locator(".shapewise-check.is-passed").wait_for()


def test_the_panel_asks_for_a_new_check_when_the_code_has_changed(page: Any) -> None:
    answer, check = _cell(page, "def describe("), _cell(page, 'check("describe")')
    _write(page, answer, _WRONG)
    _run(page, answer)
    page.locator(".shapewise-progress li.is-check-again").wait_for()
    _write(page, answer, reference("describe"))
    _run(page, answer, check)
    page.locator(".shapewise-progress li.is-passed").wait_for()


def test_who_comes_back_finds_what_was_reached_when_the_first_cells_have_run(page: Any, learner: Learner) -> None:
    command(page, "docmanager:save")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.reload()
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    _run_the_first_cells(page)
    page.locator(".shapewise-progress li.is-passed", has_text="today").wait_for()
    assert "1 of 2" in _panel(page).inner_text()


def test_restart_puts_the_stub_into_the_open_notebook_and_keeps_the_answer(page: Any, learner: Learner) -> None:
    answer = _cell(page, "def describe(")
    _write(page, answer, f"%%restart\n{_WRONG}")
    _run(page, answer)
    page.wait_for_function(f"() => ({_FIND})('%%restart') === -1")
    shown = page.evaluate(
        "at => window.jupyterapp.shell.currentWidget.content.widgets[at].model.sharedModel.getSource()", answer
    )
    assert "NotImplementedError" in shown
    (kept,) = (learner.work / "kept").iterdir()
    assert kept.read_text("utf-8").strip() == _WRONG
    page.locator(".shapewise-progress", has_text="0 of 2").wait_for(state="attached")
    command(page, "docmanager:save")
    assert page.locator(".jp-Dialog").count() == 0
    assert "NotImplementedError" in (learner.work / "1_shapes.ipynb").read_text("utf-8").split("def describe(")[1]


def test_the_command_to_restart_refuses_while_the_notebook_is_open(page: Any, learner: Learner) -> None:
    answer = _cell(page, "def describe(")
    _write(page, answer, _WRONG)
    command(page, "docmanager:save")
    before = (learner.work / "1_shapes.ipynb").read_bytes()
    ran = subprocess.run(
        [sys.executable, "-m", "shapewise", "restart", "describe"],
        cwd=learner.work, env=learner.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "open in JupyterLab" in ran.stderr
    assert (learner.work / "1_shapes.ipynb").read_bytes() == before


def test_handing_in_from_a_cell_makes_the_zip_and_says_what_is_in_it(page: Any, learner: Learner) -> None:
    at = _cell(page, 'progress("1_shapes")')
    _write(page, at, "!shapewise hand-in --student ada")
    _run(page, at)
    page.locator(".jp-OutputArea-output", has_text="Upload that file").wait_for()
    (file,) = (learner.work.parent / "handed_in").glob("ada__m01_tensors__*.zip")
    with zipfile.ZipFile(file) as archive:
        assert "1_shapes.ipynb" in archive.namelist()
        assert "progress.json" not in archive.namelist()


def test_the_panel_of_the_course_leads_to_an_exercise_of_another_notebook(page: Any) -> None:
    at = _cell(page, "!shapewise hand-in")
    _write(page, at, "progress()")
    _run(page, at)
    page.locator(".shapewise-progress a", has_text="split_heads").click()
    page.wait_for_function("() => document.title.startsWith('4_layout')")
    page.locator(".jp-NotebookPanel:visible h3", has_text="Exercise: split_heads").wait_for()
    assert "error" not in " ".join(page.notes.console)


@pytest.mark.parametrize(("width", "least"), [(700, 560), (390, 270)])
def test_on_a_narrow_screen_the_text_has_the_room(browser: Any, learner: Learner, width: int, least: int) -> None:
    page = _opened(browser, learner, viewport={"width": width, "height": 900}, color_scheme="dark")
    text = page.locator(".jp-NotebookPanel:visible .jp-MarkdownOutput p").first
    text.wait_for()
    page.wait_for_selector('body[data-jp-theme-light="false"]', state="attached")
    assert text.bounding_box()["width"] >= least
    page.close()


def test_the_command_run_again_leads_to_the_jupyterlab_that_is_open(page: Any, learner: Learner) -> None:
    again = subprocess.run(
        learner.learn("--no-browser"), env=learner.environment, capture_output=True, text=True, timeout=300, check=True
    )
    assert learner.address.rpartition(":")[2] in again.stdout  # the port, the workspace and the token


def test_nothing_of_the_learner_s_own_jupyter_was_written(page: Any, learner: Learner) -> None:
    assert not (Path(learner.environment["HOME"]) / ".jupyter").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_the_end_of_the_command_is_the_end_of_jupyterlab(page: Any, learner: Learner) -> None:
    page.close()
    learner.process.send_signal(signal.SIGTERM)
    assert learner.process.wait(60) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(learner.address.split(":")[2].partition("/")[0]))) != 0
