"""Lines -> what a real kernel and the engine make of each, told alike so that they can be compared."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from nbformat import v4

from shapewise.grading.command.engine import Engine
from shapewise.grading.command.key import answer_key

__all__ = ["Said", "in_engine", "in_kernel"]

Said = list[str]
"""What a cell showed: a line for each output."""
_KEPT = {"text/plain", "image/png", "image/jpeg"}
_NOISE = [
    (re.compile(r"\r\n"), "\n"),  # what comes by way of a terminal
    (re.compile(r"^USDT:.*\n?", re.MULTILINE), ""),  # torch's profiler
    (re.compile(r"/(?:usr/)?bin/sh"), "sh"),
    (re.compile(r"\x1b\[[0-9;?]*[A-Za-z]"), ""),  # colours
    (re.compile(r"0x[0-9a-f.]+"), "0x"),
    (re.compile(r"(?:/[\w.~-]+)+/kernel_work\b|/scratch/work\b|~/(?:kernel_)?work\b"), "WORK"),
    (re.compile(r"/\S*/lib/python3\.\d+/(?:site-packages/)?"), ""),
    (re.compile(r"(?:/\S*/)?ipykernel_\d+/\d+\.py:\d+|<ipython-input-[\w-]+>(?::\d+)?|(?<=\()\d+\.py"), "CELL"),
    (re.compile(r"\b\d+(?:\.\d+)?(?:e[+-]\d+)? ?(?:[nμm]?s|ns)\b"), "TIME"),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
]


def in_kernel(codes: Iterable[str]) -> list[Said]:
    """Run each in one ipykernel, as ``jupyter nbconvert --execute --allow-errors`` would."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "kernel_work")  # a name that no folder above a clone is likely to have
        work.mkdir()
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(
            cwd=str(work), env=_environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=180)
            return [_executed(client, manager, code) for code in codes]
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def _environment(folder: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LD_LIBRARY_PATH")}
    path = f"{Path(sys.executable).parent}:{kept.get('PATH', '')}"
    quiet = {"PIP_RETRIES": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    user = {"USER": "student", "LOGNAME": "student"}  # a number without a name may run the tests, too
    return {**kept, **quiet, **user, "PATH": path, "HOME": folder, "IPYTHONDIR": f"{folder}/.ipython", "TMPDIR": folder}


def _executed(client: Any, manager: Any, code: str) -> Said:
    outputs: list[Any] = []
    clear = False

    def hear(message: Any) -> None:
        nonlocal clear
        kind, content = message["msg_type"], message["content"]
        if kind == "clear_output":
            clear = content["wait"]
            if not clear:
                outputs.clear()
        elif kind == "update_display_data":
            for output in outputs:
                if output.get("id") == content["transient"]["display_id"]:
                    output["data"] = content["data"]
        elif kind in ("stream", "error", "display_data", "execute_result"):
            if clear:
                outputs.clear()
                clear = False
            shown_as = content.get("transient", {}).get("display_id")
            outputs.append({"output_type": kind, "id": shown_as, **content})

    try:
        client.execute_interactive(code, allow_stdin=False, timeout=120, output_hook=hear, stop_on_error=False)
    except Exception as error:
        if manager.is_alive():
            return [f"no answer: {type(error).__name__}"]
        return ["the kernel died"]
    return _told(outputs)


def in_engine(engine: Engine, codes: list[str]) -> list[Said]:
    """Run each as a cell of a submission, before any test."""
    marks = {
        "grade": True, "grade_id": "test", "locked": True, "points": 1,
        "schema_version": 3, "solution": False, "task": False,
    }  # fmt: skip
    test = v4.new_code_cell("assert True", metadata={"nbgrader": marks}, id="test")
    key = answer_key(json.loads(json.dumps(v4.new_notebook(cells=[test]))))
    cells = [{"cell_type": "code", "id": f"line-{at}", "metadata": {}, "source": code} for at, code in enumerate(codes)]
    graded = engine.grade_notebook(key, json.dumps({"cells": [*cells, test]}).encode())
    # Besides the lines there may be a note to the grader, about a line that reaches for what no exercise needs.
    found = {cell.get("id"): cell for cell in json.loads(graded.notebook)["cells"] if cell["cell_type"] == "code"}
    return [_told(cell["outputs"]) for name, cell in found.items() if name != "test"]


def _told(outputs: list[Any]) -> Said:
    streams: dict[str, str] = {}
    others: Said = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":  # which of two streams comes first, no kernel promises
            streams[output["name"]] = streams.get(output["name"], "") + "".join(output["text"])
        elif kind == "error":
            others.append(f"{output['ename']}: {_plain(output['evalue'])}")
        else:
            data = {mime: "".join(text) for mime, text in output["data"].items() if mime in _KEPT}
            pictures = [mime for mime in sorted(data) if mime != "text/plain"]
            if data:
                others.append(" ".join([kind, *pictures, _plain(data.get("text/plain", ""))]))
    said = [f"{name}: {_plain(text)}" for name, text in sorted(streams.items()) if _plain(text)]
    return said + others


def _plain(text: str) -> str:
    for pattern, instead in _NOISE:
        text = pattern.sub(instead, text)
    return text.strip()
