"""Cells run as IPython runs them, whichever way they take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from traitlets.config import Config

from shapewise.grading.kernel.cells import Shell
from tests.conftest import ROOT

PLAIN = ["", "x = 5 % 3", "x != 1", "# what?", "'''\n%no magic\n'''", "x = 3 \\\n% 2", "f'{x=!r}'", "x = 1\r\ny = 2"]
IPYTHON = [
    "%time f()", "a = !ls", "x =%pwd", "f?", "?f", "!ls", "/f 1", ",f a b", ";f a b", "if True:\n    %time f()",
    "%%time\nx = 1", "  x = 1\n  y = 2", "\n\nx = 1", ">>> x = 1", "In [1]: x = 1", ">>> if x:\n...     y",
]  # fmt: skip
LESSON = [
    "".join(cell["source"])
    for path in sorted((ROOT / "source").glob("*/*.ipynb"))
    for cell in json.loads(path.read_text("utf-8"))["cells"]
    if cell["cell_type"] == "code"
]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    config = Config()
    config.HistoryManager.enabled = False
    return Shell(config=config, ipython_dir=str(tmp_path))


@pytest.mark.parametrize("cells", [PLAIN, IPYTHON, LESSON], ids=["plain", "ipython", "lesson"])
def test_a_cell_becomes_the_python_that_ipython_makes_of_it(shell: Shell, cells: list[str]) -> None:
    for cell in cells:
        assert shell.transform_cell(cell) == TransformerManager().transform_cell(cell)
