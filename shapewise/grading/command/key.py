"""An instructor's source notebook -> the key that submissions are graded against.

The key is what nbgrader itself saves in the gradebook when it makes the student version: solutions replaced by stubs,
hidden tests still there, checksums set. nbgrader's own preprocessors make it, with the course's own settings.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from nbformat import v4
from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, LockCells
from traitlets.config import Config

__all__ = ["answer_key", "without_hidden_tests"]

_HIDDEN = re.compile(
    r"^[ \t]*#+ *BEGIN HIDDEN TESTS.*?(?:^[ \t]*#+ *END HIDDEN TESTS[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE
)


def answer_key(source: dict[str, Any], config: Config | None = None) -> dict[str, Any]:
    """The key of one source notebook (both in nbformat 4)."""
    notebook = v4.to_notebook_json(copy.deepcopy(source))
    resources: dict[str, Any] = {"nbgrader": {}, "unique_key": ""}
    for step in (LockCells, ClearSolutions, ClearOutput, ComputeChecksums):
        notebook, resources = step(config=config or Config()).preprocess(notebook, resources)
    key: dict[str, Any] = notebook
    return key


def without_hidden_tests(text: str) -> str:
    """A test cell's text as students see it."""
    return _HIDDEN.sub("# Hidden tests ran here.\n", text)
