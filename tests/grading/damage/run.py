"""A seed and a number -> one broken notebook; grading it -> what became of it, and whether a promise was broken."""

from __future__ import annotations

import contextlib
import copy
import json
import math
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import nbformat
from nbgrader.utils import determine_grade

from shapewise.grading.command.engine import Engine
from shapewise.grading.command.submissions import find_submissions
from shapewise.grading.messages.verdicts import NotebookVerdict, Verdict
from tests.grading import small_course
from tests.grading.damage import attached, cells, files
from tests.grading.damage.honest import Earned, honest_notebook

__all__ = ["KINDS", "Case", "Result", "case", "checked"]

_CONTENT_KINDS = [*cells.KINDS, *files.CONTENT_KINDS, *attached.CONTENT_KINDS]
_FILE_KINDS = [*files.FILE_KINDS, *attached.FILE_KINDS]
KINDS = [*_CONTENT_KINDS, *_FILE_KINDS]


@dataclass(frozen=True)
class Case:
    """One broken notebook, the damage done to it, and the text of every cell that can still be read out of it."""

    number: int
    kind: str
    damages: tuple[str, ...]
    harmless: bool
    honest: bytes
    file: bytes
    texts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Result:
    """What grading a case came to: ``outcome`` in words, and every promise that was broken."""

    case: Case
    outcome: str
    broken: tuple[str, ...]


def case(seed: int, number: int) -> Case:
    """The case of this number: the kinds in turn, one time in three with further damage on top."""
    random = Random(f"{seed}:{number}")
    first = KINDS[number % len(KINDS)]
    chosen = [first]
    if random.random() < 0.35:
        chosen += random.choices(_CONTENT_KINDS, k=random.randint(1, 3))
        if first in _CONTENT_KINDS and random.random() < 0.2:
            chosen.append(random.choice(_FILE_KINDS))
    notebook = honest_notebook(random)
    honest = small_course.as_bytes(notebook)
    done = []
    for kind in sorted(chosen, key=lambda kind: kind in _FILE_KINDS):
        if kind in _CONTENT_KINDS:
            before = copy.deepcopy(notebook)
            try:
                kind.damage(random, notebook)
                done.append(kind)
            except (KeyError, TypeError, AttributeError, ValueError, IndexError):
                if len(chosen) == 1:
                    raise
                notebook = before  # what is left of it cannot be damaged this way
    file = json.dumps(notebook).encode()
    for kind in chosen:
        if kind in _FILE_KINDS:
            with contextlib.suppress(ValueError):  # some damage needs a file that is still JSON
                file = kind.damage(random, file)
                done.append(kind)
    harmless = all(kind.harmless for kind in done)
    return Case(number, first.name, tuple(kind.name for kind in done), harmless, honest, file, tuple(_texts(file)))


def checked(case: Case, engine: Engine, earned: Earned) -> Result:
    """Grade a case and hold the verdicts against every promise."""
    key = small_course.key()
    broken = list(_looked_at(case))
    try:
        graded = engine.grade_notebook(key, case.file)
    except Exception as error:  # that is what is looked for
        return Result(case, "crashed", (*broken, f"grading raised {type(error).__name__}: {error}"))
    worth = {
        marks["grade_id"]: float(marks["points"])
        for marks in (cell["metadata"].get("nbgrader", {}) for cell in key["cells"])
        if marks.get("grade")
    }
    if set(graded.tests) != set(worth):
        broken.append(f"verdicts for {sorted(graded.tests)} instead of {sorted(worth)}")
    broken += _wrong_scores(graded, worth)
    broken += _wrong_notebook(graded, key)
    most, whole = earned.most(case.texts), earned.most(_texts(case.honest))
    scores = {name: test.score or 0.0 for name, test in graded.tests.items()}
    for name, score in scores.items():
        if score > most[name]:
            broken.append(f"{name}: {score} points, the code earns {most[name]}")
        if case.harmless and score != whole[name]:
            test = graded.tests[name]
            broken.append(
                f"{name}: {score} points of {whole[name]} after harmless damage: {test.verdict}, {test.detail}"
            )
    return Result(case, _outcome(graded, scores, whole), tuple(broken))


def _looked_at(case: Case) -> list[str]:
    """What looking through the class's folder says of it, before anything is graded."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source", "m01", "small.ipynb")
        submitted = Path(folder, "submitted", "ada", "m01", "small.ipynb")
        for path, content in ((source, small_course.as_bytes(small_course.source_notebook())), (submitted, case.file)):
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
        try:
            (found,) = find_submissions(Path(folder), "m01")
            str(found.remarks)
        except Exception as error:  # that is what is looked for
            return [f"finding submissions raised {type(error).__name__}: {error}"]
    return []


def _wrong_scores(graded: NotebookVerdict, worth: dict[str, float]) -> list[str]:
    return [
        f"{test.grade_id}: {test.verdict} with {test.score} of {test.points} points"
        for test in graded.tests.values()
        if not isinstance(test.verdict, Verdict) or test.points != worth.get(test.grade_id)
        or test.score is None or not math.isfinite(test.score) or not 0 <= test.score <= test.points
        or (test.score == test.points) != (test.verdict is Verdict.PASSED)
    ]  # fmt: skip


def _wrong_notebook(graded: NotebookVerdict, key: dict[str, Any]) -> list[str]:
    """The graded notebook is whole: valid, the key's tests in it once each, and nbgrader reads the same scores."""
    try:
        notebook = nbformat.reads(graded.notebook, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # whatever is wrong with it
        return [f"the graded notebook is not valid: {type(error).__name__}: {str(error)[:200]}"]
    wrong = []
    tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    wanted = [cell for cell in key["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    if [cell.source for cell in tests] != [cell["source"] for cell in wanted]:
        wrong.append("the graded notebook's tests are not the key's")
    for cell in tests:
        name = cell.metadata.nbgrader.grade_id
        read, _ = determine_grade(cell)
        if name in graded.tests and read != graded.tests[name].score:
            wrong.append(f"{name}: nbgrader reads {read} from a notebook graded {graded.tests[name].score}")
    return wrong


def _outcome(graded: NotebookVerdict, scores: dict[str, float], whole: dict[str, float]) -> str:
    if {test.verdict for test in graded.tests.values()} == {Verdict.UNREADABLE}:
        return "unreadable"
    if any(scores[name] < whole[name] for name in scores):
        return "points lost"
    return "nothing lost"


def _texts(file: bytes) -> list[str]:
    """The text of everything in a file that could be a cell, read as leniently as can be."""
    try:
        content = json.loads(file)
    except (ValueError, RecursionError):
        return []
    found: list[str] = []
    waiting = deque([content])
    while waiting:
        node = waiting.popleft()
        if isinstance(node, dict):
            for field_name in ("source", "input"):
                text = node.get(field_name)
                if isinstance(text, list):
                    text = "".join(part for part in text if isinstance(part, str))
                if isinstance(text, str):
                    found.append(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found
