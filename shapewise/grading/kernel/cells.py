"""The text of a code cell -> what it leaves in the namespace, and its outputs as a notebook keeps them.

One IPython shell, made once in the warm server and inherited by every process forked from it: a student's process
runs the student's cells in it, the judge runs test cells in its own copy. It is the shell of a notebook's kernel,
ipykernel's, without the kernel: magics, ``display`` and inline figures work as they do there.
"""

from __future__ import annotations

import asyncio
import io
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import CodeType, SimpleNamespace
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import matplotlib_inline.backend_inline as inline
import numpy as np
import torch
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.external.pickleshare import PickleShareDB
from traitlets import Type
from traitlets.config import Config

from shapewise.grading.kernel.outputs import CellOutputs, Hook, OutStream, Publisher, clean

__all__ = ["Ran", "Shell", "make_shell", "seed", "warm_up"]

_SHOWN = ["text/plain", "text/html", "image/png", "image/jpeg"]
_WITHOUT_WINDOW = {None, "auto", "inline", "agg", "pdf", "ps", "svg"}
_BACKGROUND = 0.1  # seconds that tasks get to go on after their cell, as they do in a kernel that waits for the next
# Where a cell could hold IPython's own syntax: escapes, help, prompts that were pasted along. Without any of it the
# cell is Python already, and what IPython's token transformers take longest for is to find that out.
_MAYBE_IPYTHON = re.compile(r"\A\s|^\s*(?:[%!?,;/]|>>>|\.\.\.|In \[)|\?|=\s*[%!]", re.MULTILINE)
# A cell that waits at its top level has one of these words in it; IPython compiles every cell to find out.
_MAY_WAIT = re.compile(r"\b(?:await|async)\b")


@dataclass(frozen=True)
class Ran:
    """What one cell did: outputs as nbformat has them, and the exception that ended it, if one did.

    ``figures`` tells whether it left figures open, which a notebook shows at its end.
    """

    outputs: list[dict[str, Any]]
    error: BaseException | None
    figures: bool = False


class Shell(ZMQInteractiveShell):
    """IPython as a notebook's kernel sets it up, without a kernel."""

    display_pub_class = Type(Publisher)  # type: ignore[assignment]
    displayhook_class = Type(Hook)  # type: ignore[assignment]
    outputs = CellOutputs(0)
    kernel: Any = None
    drain: Callable[[], None] | None = None
    """In a student's process: fetches what came on its descriptors."""
    loop: asyncio.AbstractEventLoop | None = None
    """In a student's process: the event loop in which cells run, as a kernel's do."""

    @property  # type: ignore[misc]
    def db(self) -> Any:
        """What ``%store``, ``%bookmark`` and others keep, below IPython's folder; it is made when it is needed."""
        if self._db is None:
            self._db = PickleShareDB(f"{self.ipython_dir}/db")  # type: ignore[no-untyped-call]
        return self._db

    def run(self, code: str, *, figures: bool = True, most_characters: int = 50_000) -> Ran:
        """Run one cell. Without ``figures`` nothing is drawn: of what it shows, the text is kept.

        Where no character is to be kept, nothing is even made into text.
        """

        def as_ipython_does() -> BaseException | None:
            loop = self.loop
            result = loop.run_until_complete(self._in_loop(code)) if loop else self._at_once(code)
            self.payload_manager.clear_payload()  # type: ignore[union-attr]
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

    def _at_once(self, code: str) -> Any:
        return self.run_cell(code, store_history=True)  # type: ignore[no-untyped-call]

    async def _in_loop(self, code: str) -> Any:
        """Run a cell as ipykernel does: inside of a running event loop, which then goes on with what was begun."""
        transformed, failed = code, None
        try:
            transformed = self.transform_cell(code)
        except Exception:
            failed = sys.exc_info()
        may_wait = _MAY_WAIT.search(transformed) is not None
        if may_wait and self.should_run_async(code, transformed_cell=transformed, preprocessing_exc_tuple=failed):
            result = await self.run_cell_async(
                code, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=failed
            )
            self.events.trigger("post_execute")
            self.events.trigger("post_run_cell", result)
        else:
            result = self._at_once(code)
        until = time.monotonic() + _BACKGROUND
        while len(asyncio.all_tasks()) > 1 and time.monotonic() < until:
            await asyncio.sleep(0.001)
        return result

    def _ran(self, cell: Callable[[], BaseException | None], figures: bool, most_characters: int) -> Ran:
        self.outputs = CellOutputs(most_characters, self.drain)
        self._reported: BaseException | None = None
        streams = sys.stdout, sys.stderr
        if self.drain is None:
            sys.stdout = OutStream(lambda: self.outputs, "stdout", 1, 1)
            sys.stderr = OutStream(lambda: self.outputs, "stderr", 2, 2)
        _warn_of_no_figures()
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
            if self.drain is None:
                sys.stdout, sys.stderr = streams
        if self.drain is not None:
            self.drain()
        if error is not None and error is not self._reported:
            self.outputs.raised(error)
        return Ran([clean(output) for output in self.outputs.kept], error, left_open)

    def transform_cell(self, raw_cell: str) -> str:
        """The cell as Python, as IPython makes it from its own syntax."""
        if _MAYBE_IPYTHON.search(raw_cell):
            return str(super().transform_cell(raw_cell))  # type: ignore[no-untyped-call]
        return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"

    def system_piped(self, cmd: str) -> None:
        """``!cmd``: what it writes, in the order in which it comes, is the cell's. IPython wants a terminal for it."""
        if cmd.rstrip().endswith("&"):
            raise OSError("Background processes not supported.")
        command = self.var_expand(cmd, depth=1)  # type: ignore[no-untyped-call]
        with subprocess.Popen(
            command, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                sys.stdout.write(line.decode(errors="replace"))
        self.user_ns["_exit_code"] = process.returncode

    system = system_piped

    def ask_exit(self) -> None:
        """``exit()`` in a cell: in a kernel it ends the notebook; here the cells after it run all the same."""

    def enable_gui(self, gui: Any = None) -> None:
        """No event loop to join."""

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """``%matplotlib``: what wants a window, or a package that is not here, draws into the notebook instead."""
        return super().enable_matplotlib(gui if gui in _WITHOUT_WINDOW else "inline")  # type: ignore[no-untyped-call]

    def showtraceback(self, exc_tuple: Any = None, *_: Any, **__: Any) -> None:
        """An error, in this engine's own words: IPython's long ones cost 20 ms each. ``run`` says no error twice."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1] or getattr(sys, "last_value", None)
        if not isinstance(error, BaseException):
            sys.stderr.write("No traceback available to show.\n")
            return
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
        self._reported = error
        if isinstance(error, UsageError):  # of a magic; IPython takes it for a hint
            sys.stderr.write(f"UsageError: {error}\n")
        else:
            self.outputs.raised(error)

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """As any error."""
        self.showtraceback()

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {}  # a long traceback for a history that nobody reads would cost 20 ms for each error


# Notebooks ask ``get_ipython().__class__`` for its name and module to learn where they are.
Shell.__name__ = Shell.__qualname__ = ZMQInteractiveShell.__name__
Shell.__module__ = ZMQInteractiveShell.__module__


@magics_class
class _WithoutKernel(Magics):
    """The magics that ask for the kernel's own connections."""

    @line_magic
    def connect_info(self, _: str) -> None:
        """There is no port to connect to."""
        print("Nothing can connect to this notebook: it is being graded.")

    @line_magic
    def subshell(self, _: str) -> None:
        """There is none."""
        print("Kernel does not support subshells")


def make_shell() -> Shell:
    """The shell of this process: no history file, no start-up files, figures inline."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.cache_size = 100
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell.instance(config=config, ipython_dir=folder)
    assert isinstance(shell, Shell)
    shell.kernel = SimpleNamespace(  # the course's panels ask for one to tell a notebook from a terminal
        shell=shell, eventloop=None, get_parent=dict, do_shutdown=lambda restart: {"status": "ok", "restart": restart}
    )
    shell.register_magics(_WithoutKernel)
    shell.run_line_magic("load_ext", "storemagic")  # as a kernel does
    shell.enable_matplotlib("inline")
    matplotlib.use("module://matplotlib_inline.backend_inline")  # the same, by the name that a kernel has for it
    _warn_of_no_figures()
    shell.events.callbacks["post_execute"] = []  # ``run`` decides about figures
    shell.events.unregister = _unregister(shell.events.unregister)  # type: ignore[assignment,method-assign]
    return shell


def _warn_of_no_figures() -> None:
    """However many are open: ``run`` closes them. A cell may have set everything back, so each sets this anew."""
    matplotlib.rcParams["figure.max_open_warning"] = 0


def _unregister(real: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
    def unregister(event: str, function: Any) -> None:
        with suppress(ValueError):  # ``plt.ioff()`` unregisters what is not registered here any more
            real(event, function)

    return unregister


def warm_up(shell: InteractiveShell) -> None:
    """Do once what is slow at first, before any fork: run a cell, print a tensor, find and read the fonts."""
    shell.run_cell("import torch; str(torch.ones(2))", store_history=False)  # type: ignore[no-untyped-call]
    del shell.user_ns["torch"]
    figure, axes = plt.subplots()
    axes.set_title("title")
    figure.savefig(io.BytesIO())
    plt.close(figure)
    drawn: Any = plt.draw_if_interactive
    drawn.called = False  # else the first ``%run`` would draw what its file did not


def seed() -> None:
    """Put every generator of random numbers at its start."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
