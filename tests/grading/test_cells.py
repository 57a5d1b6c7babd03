"""Cells run as IPython runs them, whichever way they take."""

from __future__ import annotations

import json
import subprocess
import sys
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


def test_a_shell_that_is_warm_has_its_settings_before_its_first_cell() -> None:
    """Else a judge would be taken for changed by its first test, and no two notebooks would share one."""
    says = (
        "import matplotlib\nfrom shapewise.grading.kernel.cells import make_shell, warm_up\n"
        "from shapewise.grading.judge.surroundings import Surroundings\n"
        "shell = make_shell()\nwarm_up(shell)\nfirst = Surroundings.of(shell)\nshell.run('x = 1\\nx')\n"
        "print(first.restored())"
    )
    ran = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)
    assert ran.stdout == "True\n"
