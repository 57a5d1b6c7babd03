"""Hostile submissions earn nothing they have not solved and harm nobody; their harmless twins keep every point."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from shapewise.grading.command.engine import Engine
from shapewise.grading.command.line import Line
from shapewise.grading.messages.refusal import SandboxUnavailableError
from shapewise.grading.messages.verdicts import Limits, NotebookVerdict, Verdict
from shapewise.report.markdown import html_of
from tests.grading import small_course
from tests.grading.attacks import ATTACKS, Attack
from tests.grading.attacks.attack import as_submission
from tests.grading.attacks.places import Places, watched

SHORT = Limits(
    cell_seconds=2.0, notebook_seconds=10.0, memory_bytes=192 * 2**20, processes=12,
    scratch_bytes=16 * 2**20, output_characters=20_000,
)  # fmt: skip
LONGEST = 6 * SHORT.notebook_seconds  # a guard against an endless test, far beyond what any attack may take
FILES = {"data/numbers.txt": b"1 2"}
POINTS = {"doubled": 3.0, "heads": 3.0, "label": 4.0}
TESTS = {"doubled_test", "heads_test", "label_test", "label_edges"}
_SECRET_OF_A_TEST = re.compile(r"the number is \d{4}|BEGIN HIDDEN|torch\.equal\(outcome")
_HTML_THAT_ACTS = re.compile(r"<(script|img|svg|iframe|object|[a-z]+\s+on\w+=)", re.IGNORECASE)
_MOST_NOTEBOOK = 24 * 2**20


@pytest.fixture(scope="session")
def strict(places: Places) -> Iterator[Engine]:
    """An engine with short limits, with a secret in the instructor's environment, and a course to keep out of sight."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENGINE_SECRET", "ENGINE_SECRET")
        yield from _running(SHORT, [places.words["@COURSE@"]])


@pytest.fixture(scope="session")
def patient() -> Iterator[Engine]:
    """An engine with the usual limits, for honest students beside and after the hostile ones."""
    yield from _running(Limits())


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """What the attacks are after."""
    with watched(tmp_path_factory.mktemp("course")) as places:
        yield places


def _running(limits: Limits, hidden: Sequence[str] = ()) -> Iterator[Engine]:
    with Engine(limits, hidden=hidden) as engine:
        try:
            engine.wait_until_ready()
        except SandboxUnavailableError as reason:
            pytest.skip(str(reason))
        yield engine


def _slug(attack: Attack) -> str:
    return attack.name.replace(" ", "-").replace(",", "").replace(":", "")


def _outputs(graded: NotebookVerdict) -> list[dict[str, Any]]:
    return [output for cell in json.loads(graded.notebook)["cells"] for output in cell.get("outputs", [])]


def _text_cells(graded: NotebookVerdict) -> str:
    """What a browser reads as Markdown or HTML."""
    cells = json.loads(graded.notebook)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] != "code")


def _told(graded: NotebookVerdict) -> str:
    """Everything a student will read that the student has not written: outputs, details, repairs."""
    # Tracebacks quote the student's own lines, with the word in two halves.
    return json.dumps([_outputs(graded), [test.detail for test in graded.tests.values()], graded.repairs])


def _running_below(engine: Engine) -> set[int]:
    assert engine._server is not None
    running = set()
    for process in psutil.Process(engine._server.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            running |= {process.pid} if process.status() != psutil.STATUS_ZOMBIE else set()
    return running


def _left_running(engine: Engine, before: set[int]) -> set[int]:
    """Processes that were not there before and do not end within a few seconds."""
    for _ in range(100):
        left = _running_below(engine) - before
        if not left:
            break
        time.sleep(0.05)
    return left


@pytest.mark.parametrize("attack", ATTACKS, ids=_slug)
def test_a_hostile_submission_earns_only_what_it_solves_and_its_harmless_twin_beside_it_every_point(
    attack: Attack, strict: Engine, patient: Engine, places: Places
) -> None:
    key, before = small_course.key(), _running_below(strict)
    hostile = places.filled(as_submission(attack.hostile, otherwise_right=False, solved=attack.solved))
    twin = as_submission(attack.twin, otherwise_right=True)
    if attack.after is not None:
        strict.grade_notebook(key, as_submission(attack.after, otherwise_right=False), FILES)
    with ThreadPoolExecutor(2) as pool:
        attacking = pool.submit(strict.grade_notebook, key, hostile, FILES)
        beside = pool.submit(patient.grade_notebook, key, twin, FILES)
        graded, neighbour = attacking.result(timeout=LONGEST), beside.result(timeout=LONGEST)

    assert {test: verdict.score for test, verdict in graded.tests.items() if verdict.verdict is Verdict.PASSED} == {
        test: graded.tests[test].points for test in TESTS if test.partition("_")[0] in attack.solved
    }, {test: (str(verdict.verdict), verdict.detail) for test, verdict in graded.tests.items()}
    assert graded.score == sum(POINTS[name] for name in attack.solved)
    assert set(graded.tests) == TESTS
    assert attack.ends in (None, graded.tests["doubled_test"].verdict)
    assert "BREACH" not in _told(graded), re.findall(r"BREACH.{0,300}", _told(graded))[:3]
    assert not _SECRET_OF_A_TEST.search(_told(graded))
    assert places.secret not in graded.notebook
    assert places.harm() == []
    assert _left_running(strict, before) == set()
    assert not _HTML_THAT_ACTS.search(html_of(_text_cells(graded)))
    assert len(graded.notebook.encode()) < _MOST_NOTEBOOK
    wrong = [output for output in _outputs(neighbour) if output["output_type"] == "error"]
    assert neighbour.score == 10, ({test: verdict.detail for test, verdict in neighbour.tests.items()}, wrong)


def test_a_notebook_that_no_judge_survives_gets_a_verdict_for_each_test(
    patient: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = Line.judged
    monkeypatch.setattr(
        Line,
        "judged",
        lambda line, job, contents, tests: (
            judged(line, job, contents, tests) if contents["submission"] == b'{"cells": []}' else None
        ),
    )
    graded = patient.grade_notebook(small_course.key(), small_course.as_bytes(small_course.submission()))
    assert {name: test.verdict for name, test in graded.tests.items()} == dict.fromkeys(TESTS, Verdict.TIMED_OUT)
    assert graded.score == 0


def test_there_are_at_least_160_attacks_each_with_a_name_of_its_own() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 160


def test_the_places_of_the_attacks_notice_harm(tmp_path: Path) -> None:
    with watched(tmp_path / "course") as places:
        assert places.harm() == []
        Path(places.words["@COURSE@"], "gradebook.db").write_bytes(b"")
        assert places.harm() == ["the course's files have changed"]
