"""Answers to the small course, right and wrong; any cells' text -> the most points that its code can earn.

The bound is found without the engine: every text of the damaged notebook is run here, alone and after the texts before
it, and each function that appears is put to the tests. What no surviving text earns, no grading may pay.
"""

from __future__ import annotations

import contextlib
import io
import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from types import CodeType
from typing import Any

from tests.grading import small_course

__all__ = ["Earned", "honest_notebook"]

_ANSWERS: dict[str, tuple[str | None, ...]] = {
    "doubled": (
        small_course.RIGHT["doubled"],
        "def doubled(x: torch.Tensor) -> torch.Tensor:\n    two = torch.tensor(2)\n\n    return x * two",
        "def _sum(a, b):\n    return a + b\n\n\ndef doubled(x):\n    return _sum(x, x)\n\n\nprint(doubled(3))",
        "def doubled(x):\n    x *= 2\n    return x",
        "def doubled(x):\n    return x + 2",
        None,
    ),
    "heads": (
        small_course.RIGHT["heads"],
        "def heads(x, count):\n    seq, width = x.shape\n    return x.unflatten(1, (count, -1)).permute(1, 0, 2)",
        small_course.RIGHT["heads"] + ".clone()",
        "def heads(x, count):\n    return x.view(count, x.shape[0], -1)",
        None,
    ),
    "label": (
        small_course.RIGHT["label"],
        'words = {0: "even", 1: "odd"}\n\n\ndef label(n):\n    if n <= 0:\n        raise ValueError(n)\n'
        "    return words[n % 2]",
        'def label(n):\n    return "odd" if n % 2 else "even"',
        'def label(n):\n    if n < 1:\n        raise ValueError(n)\n    return "odd"',
        None,
    ),
}  # fmt: skip


def honest_notebook(random: Random) -> dict[str, Any]:
    """A student's notebook before anything happened to it: right answers mostly, some wrong, some left blank."""
    chosen: dict[str, Any] = {}
    for name, answers in _ANSWERS.items():
        chosen[name] = random.choice(answers if random.random() < 0.4 else answers[:2])
    return small_course.submission(chosen)


class Earned:
    """What code earns in the small course."""

    def __init__(self) -> None:
        """Take the lesson's own cells and the tests from the key."""
        cells = small_course.key()["cells"]
        marked = [(cell, cell["metadata"].get("nbgrader", {})) for cell in cells if cell["cell_type"] == "code"]
        self._lesson = [
            _plain(cell["source"]) for cell, marks in marked if not marks and "tags" not in cell["metadata"]
        ]
        self._tests = [(m["grade_id"], float(m["points"]), cell["source"]) for cell, m in marked if m.get("grade")]
        self._alone: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()  # what the code prints is caught for the whole process

    def most(self, texts: Sequence[str]) -> dict[str, float]:
        """The most points that each test can pay for these cells' texts, in the order they stand in."""
        most = {grade_id: 0.0 for grade_id, _, _ in self._tests}
        with self._lock:
            for text in texts:
                if text not in self._alone:
                    self._alone[text] = self._earned([text])
                most = _larger(most, self._alone[text])
            return _larger(most, self._earned(texts))

    def _earned(self, texts: Sequence[str]) -> dict[str, float]:
        best = {grade_id: 0.0 for grade_id, _, _ in self._tests}
        names: dict[str, Any] = {"__name__": "__main__"}
        for text in self._lesson:
            exec(text, names)
        seen: dict[str, Any] = {}
        for text in texts:
            _run(text, names)
            now = {name: names.get(name) for name in _ANSWERS}
            if any(now[name] is not seen.get(name) for name in now):
                best = _larger(best, self._points(names))
            seen = now
        return _larger(best, self._points(names)) if seen else best

    def _points(self, names: dict[str, Any]) -> dict[str, float]:
        return {grade_id: points if _run(test, dict(names)) else 0.0 for grade_id, points, test in self._tests}


def _run(text: str, names: dict[str, Any]) -> bool:
    """Run a cell's text as far as it goes; whether it reached its end."""
    with _quiet():
        try:
            exec(_compiled(text), names)
        except (Exception, SystemExit):
            return False
    return True


@cache
def _compiled(text: str) -> CodeType:
    return compile(_plain(text), "<cell>", "exec")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def _plain(text: str) -> str:
    """Without what only IPython understands, and without the demonstration's minute of waiting."""
    lines = (line for line in text.replace("sleep(60)", "sleep(0)").split("\n") if not line.startswith(("%", "!")))
    return "\n".join(lines)


def _larger(first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    return {name: max(first[name], second[name]) for name in first}
