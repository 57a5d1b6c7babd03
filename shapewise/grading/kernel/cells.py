"""The text of a code cell -> what it leaves in the namespace, and its outputs as a notebook keeps them.

One IPython shell, made once in the warm server and inherited by every process forked from it: a student's process
runs the student's cells in it, the judge runs test cells in its own copy. Magics, ``display`` and inline figures
work as in a notebook's kernel. Outputs are the same each time: no addresses, no folders of the machine, no timings.
"""

from __future__ import annotations

import io
import linecache
import random
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, SimpleNamespace, TracebackType
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import matplotlib_inline.backend_inline as inline
import numpy as np
import torch
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

import shapewise

__all__ = ["Ran", "Shell", "make_shell", "scrubbed", "seed", "warm_up"]

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
_INSTALLED = sorted({sys.prefix, sys.base_prefix, str(Path(shapewise.__file__).parent.parent)}, key=len, reverse=True)
_FOLDERS = re.compile("|".join(re.escape(path) + r"(?:/lib/python3\.\d+)?(?:/site-packages)?/?" for path in _INSTALLED))
_SHOWN = ["text/plain", "text/html", "image/png", "image/jpeg"]
_CELL_FILE = "<ipython-input-"
# Where a cell could hold IPython's own syntax: escapes, help, prompts that were pasted along. Without any of it the
# cell is Python already, and what IPython's token transformers take longest for is to find that out.
_MAYBE_IPYTHON = re.compile(r"\A\s|^\s*(?:[%!?,;/]|>>>|\.\.\.|In \[)|\?|=\s*[%!]", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """What one cell did: outputs as nbformat has them, and the exception that ended it, if one did.

    ``figures`` tells whether it left figures open, which a notebook shows at its end.
    """

    outputs: list[dict[str, Any]]
    error: BaseException | None
    figures: bool = False


class _Outputs:
    """The outputs of the cell that is running, bounded."""

    def __init__(self, most_characters: int) -> None:
        self.kept: list[dict[str, Any]] = []
        self._left = most_characters
        self._shown: dict[str, dict[str, Any]] = {}

    def write(self, name: str, text: str) -> None:
        if self._left <= 0:
            return
        if len(text) > self._left:
            text = text[: self._left] + "\n... output truncated ...\n"
        self._left -= len(text)
        last = self.kept[-1] if self.kept else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.kept.append({"output_type": "stream", "name": name, "text": text})

    def show(self, kind: str, data: dict[str, Any], display_id: str | None, update: bool) -> None:
        size = sum(len(str(content)) for content in data.values())
        if update and display_id in self._shown:
            self._shown[display_id]["data"] = data
        elif not update and size <= 40 * self._left:  # pictures are long; text is what floods a page
            output = {"output_type": kind, "metadata": {}, "data": data}
            self.kept.append(output)
            if display_id is not None:
                self._shown[display_id] = output


class _Stream(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, shell: Shell, name: str) -> None:
        super().__init__()
        self._shell, self._name = shell, name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() takes text, not {type(text).__name__}")
        self._shell.outputs.write(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(
        self, data: Any, metadata: Any = None, source: Any = None, *,
        transient: Any = None, update: bool = False, **_: Any,
    ) -> None:  # fmt: skip
        self.shell.outputs.show("display_data", dict(data), (transient or {}).get("display_id"), update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.kept.clear()


class _Hook(DisplayHook):
    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.show("execute_result", dict(format_dict), None, update=False)

    def finish_displayhook(self) -> None:
        self._is_active = False

    def log_output(self, format_dict: Any) -> None:
        pass


class Shell(InteractiveShell):
    """IPython as a notebook's kernel sets it up, without a kernel."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    outputs = _Outputs(0)
    kernel = SimpleNamespace()  # the course's panels ask for one to tell a notebook from a terminal

    def run(self, code: str, *, figures: bool = True, most_characters: int = 50_000) -> Ran:
        """Run one cell. Without ``figures`` nothing is drawn: of what it shows, the text is kept.

        Where no character is to be kept, nothing is even made into text.
        """

        def as_ipython_does() -> BaseException | None:
            result = self.run_cell(code, store_history=True)  # type: ignore[no-untyped-call]
            return result.error_before_exec or result.error_in_exec  # type: ignore[no-any-return]

        return self._ran(as_ipython_does, figures, most_characters)

    def run_compiled(
        self, statements: CodeType, last: CodeType | None, *, most_characters: int = 50_000
    ) -> Ran:
        """Run a cell of plain Python, compiled already: its statements, and the expression that it ends with."""

        def straight() -> BaseException | None:
            history: Any = self.history_manager
            history.input_hist_parsed.append("")  # IPython looks there for a ";" that keeps a value from being shown
            try:
                with self.builtin_trap, self.display_trap:
                    exec(statements, self.user_ns)
                    if last is not None:
                        exec(last, self.user_ns)
            except BaseException as error:  # as IPython does: a test that exits is a test that fails
                return error
            return None

        return self._ran(straight, True, most_characters)

    def _ran(self, cell: Callable[[], BaseException | None], figures: bool, most_characters: int) -> Ran:
        self.outputs = _Outputs(most_characters)
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(self, "stderr")
        matplotlib.rcParams["figure.max_open_warning"] = 0
        formatter: Any = self.display_formatter
        formatter.active_types = _SHOWN if figures else ["text/plain"] if most_characters else []
        formatter.mimebundle_formatter.enabled = figures
        try:
            error = cell()
            left_open = bool(plt.get_fignums())
            if figures:
                inline.flush_figures()  # type: ignore[no-untyped-call]
            plt.close("all")
        finally:
            sys.stdout, sys.stderr = streams
        if error is not None:
            self.outputs.kept.append(_as_output(error))
        return Ran([_clean(output) for output in self.outputs.kept], error, left_open)

    def transform_cell(self, raw_cell: str) -> str:
        """The cell as Python, as IPython makes it from its own syntax."""
        if _MAYBE_IPYTHON.search(raw_cell):
            return str(super().transform_cell(raw_cell))  # type: ignore[no-untyped-call]
        return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"

    def enable_gui(self, gui: Any = None) -> None:
        """No event loop to join."""

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """``run`` writes the error."""

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """``run`` writes the error."""

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {}  # a long traceback for a history that nobody reads would cost 20 ms for each error


def make_shell() -> Shell:
    """The shell of this process: no history file, no start-up files, figures inline."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.cache_size = 100
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell.instance(config=config, ipython_dir=folder)
    matplotlib.use("module://matplotlib_inline.backend_inline")
    inline.configure_inline_support(shell, "inline")  # type: ignore[no-untyped-call]
    shell.events.callbacks["post_execute"] = []  # ``run`` decides about figures
    assert isinstance(shell, Shell)
    return shell


def warm_up(shell: Shell) -> None:
    """Do once what is slow at first, before any fork: run a cell, print a tensor, find and read the fonts."""
    shell.run_cell("import torch; str(torch.ones(2))", store_history=False)  # type: ignore[no-untyped-call]
    del shell.user_ns["torch"]
    figure, axes = plt.subplots()
    axes.set_title("title")
    figure.savefig(io.BytesIO())
    plt.close(figure)


def seed() -> None:
    """Put every generator of random numbers at its start."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


def scrubbed(text: str) -> str:
    """The text without what differs from run to run or tells about the machine."""
    return _ADDRESS.sub("0x...", _FOLDERS.sub("", text))


def _as_output(error: BaseException) -> dict[str, Any]:
    kind, message = type(error).__name__, _message(error)
    lines = ["Traceback (most recent call last)", *_frames(error.__traceback__), f"{kind}: {message}"]
    return {"output_type": "error", "ename": kind, "evalue": message, "traceback": lines}


def _message(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    except Exception:
        return "(the exception has no readable message)"


def _frames(trace: TracebackType | None) -> list[str]:
    """The frames that lie in cells; those of libraries tell a learner less, and where they are installed."""
    lines: list[str] = []
    while trace is not None and len(lines) < 20:
        file, number, code = trace.tb_frame.f_code.co_filename, trace.tb_lineno, trace.tb_frame.f_code
        if file.startswith(_CELL_FILE):
            where = "" if code.co_name == "<module>" else f", in {code.co_name}"
            lines.append(f"  line {number}{where}: {linecache.getline(file, number).strip()[:200]}")
        trace = trace.tb_next
    return lines


def _clean(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": scrubbed(output["text"])}
    if output["output_type"] == "error":
        lines = [scrubbed(line) for line in output["traceback"]]
        return {**output, "evalue": scrubbed(output["evalue"]), "traceback": lines}
    data = {
        kind: scrubbed(content) if isinstance(content, str) and not kind.startswith("image/png") else content
        for kind, content in output["data"].items()
        if "widget" not in kind  # a widget's id means nothing once its kernel is gone
    }
    return {**output, "data": data}
