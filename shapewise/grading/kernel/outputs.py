"""What a cell writes, shows and raises -> its outputs as a notebook keeps them, bounded, and the same each time.

No addresses, no folders of the machine: a notebook that is graded twice is the same notebook.
"""

from __future__ import annotations

import io
import linecache
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

import shapewise

__all__ = ["CellOutputs", "Hook", "OutStream", "Publisher", "as_output", "clean", "scrubbed"]

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
_INSTALLED = sorted({sys.prefix, sys.base_prefix, str(Path(shapewise.__file__).parent.parent)}, key=len, reverse=True)
_FOLDERS = re.compile("|".join(re.escape(path) + r"(?:/lib/python3\.\d+)?(?:/site-packages)?/?" for path in _INSTALLED))
_CELL_FILE = "<ipython-input-"


class CellOutputs:
    """The outputs of the cell that is running. ``drain`` fetches what came on descriptors since it was last asked."""

    def __init__(self, most_characters: int, drain: Callable[[], None] | None = None) -> None:
        """Nothing is kept yet."""
        self.kept: list[dict[str, Any]] = []
        self._left, self._drain = most_characters, drain
        self._shown: dict[str, dict[str, Any]] = {}
        self._clear_at_next = False

    def write(self, name: str, text: str) -> None:
        """Text on a stream."""
        if self._left <= 0 or not text:
            return
        self._begin()
        if len(text) > self._left:
            text = text[: self._left] + "\n... output truncated ...\n"
        self._left -= len(text)
        last = self.kept[-1] if self.kept else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.kept.append({"output_type": "stream", "name": name, "text": text})

    def show(self, kind: str, data: dict[str, Any], display_id: str | None, update: bool) -> None:
        """A value or a picture; an ``update`` changes what the cell has shown under that id before."""
        size = sum(len(str(content)) for content in data.values())
        if update:
            if display_id in self._shown:
                self._shown[display_id]["data"] = data
        elif size <= 40 * self._left:  # pictures are long; text is what floods a page
            self._begin()
            output = {"output_type": kind, "metadata": {}, "data": data}
            self.kept.append(output)
            if display_id is not None:
                self._shown[display_id] = output

    def raised(self, error: BaseException) -> None:
        """An exception that ended the cell, or that IPython reports without ending it."""
        self._begin()
        self.kept.append(as_output(error))

    def clear(self, wait: bool) -> None:
        """Forget what was shown, now or when something else is."""
        self._clear_at_next = wait
        if not wait:
            self.kept.clear()

    def _begin(self) -> None:
        if self._drain is not None:
            self._drain()
        if self._clear_at_next:
            self.clear(wait=False)


class OutStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a notebook: like ipykernel's, it has a descriptor that leads elsewhere."""

    encoding = "UTF-8"
    errors = None

    def __init__(self, current: Callable[[], CellOutputs], name: str, descriptor: int, nowhere: int) -> None:
        """``descriptor`` is the stream's own, where forked processes write; ``nowhere`` the one that it tells."""
        super().__init__()
        self._current, self.name = current, name
        self._descriptor, self._nowhere, self._owner = descriptor, nowhere, os.getpid()

    def write(self, text: str) -> int:
        """Into the outputs of the cell that is running now; from a process that a cell forked, by its descriptor."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() == self._owner:
            self._current().write(self.name, text)
        else:
            with suppress(OSError):
                os.write(self._descriptor, text.encode(errors="replace"))
        return len(text)

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """Of a file that is open, and read by nobody."""
        return self._nowhere


class Publisher(DisplayPublisher):
    """What ``display`` sends its data to."""

    shell: Any
    topic = None

    def publish(
        self, data: Any, metadata: Any = None, source: Any = None, *,
        transient: Any = None, update: bool = False, **_: Any,
    ) -> None:  # fmt: skip
        """Show it under the cell that is running."""
        self.shell.outputs.show("display_data", dict(data), (transient or {}).get("display_id"), update)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown."""
        self.shell.outputs.clear(wait)


class Hook(DisplayHook):
    """What the value of a cell's last expression goes to."""

    shell: Any

    def write_output_prompt(self) -> None:
        """A notebook has none."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Show it under the cell that is running."""
        self.shell.outputs.show("execute_result", dict(format_dict), None, update=False)

    def finish_displayhook(self) -> None:
        """Nothing is left to write."""
        self._is_active = False

    def log_output(self, format_dict: Any) -> None:
        """There is no log."""


def scrubbed(text: str) -> str:
    """The text without what differs from run to run or tells about the machine."""
    return _ADDRESS.sub("0x...", _FOLDERS.sub("", text))


def as_output(error: BaseException) -> dict[str, Any]:
    """An exception as nbformat has it, with the lines of cells that it came through."""
    kind, message = type(error).__name__, _message(error)
    lines = ["Traceback (most recent call last)", *_frames(error.__traceback__), f"{kind}: {message}"]
    return {"output_type": "error", "ename": kind, "evalue": message, "traceback": lines}


def clean(output: dict[str, Any]) -> dict[str, Any]:
    """An output, scrubbed, without what means nothing once the process is gone."""
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
