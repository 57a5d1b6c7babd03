"""What a cell did -> the outputs that the graded notebook keeps, and the verdict they say.

nbgrader reads scores from outputs: an error or anything on stderr is 0, a number as result is partial credit, NaN
included. So the judge alone decides what a test cell's outputs are, and of a student's outputs only kinds that cannot
carry code into an instructor's browser are kept.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from shapewise.grading.judge.process import Died
from shapewise.grading.judge.rebuild import WholeCell
from shapewise.grading.kernel.cells import Ran
from shapewise.grading.kernel.outputs import scrubbed
from shapewise.grading.messages.verdicts import Found, Limits, TestVerdict, Verdict

__all__ = ["error_output", "finished", "note_to_grader", "notebook_text", "size_of", "taken_outputs"]

_PICTURES = {"image/png", "image/jpeg"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_MOST_OUTPUTS, _MOST_PICTURE = 50, 4 * 2**20
_NAMES = {
    Verdict.TIMED_OUT: "TimedOut",
    Verdict.OUT_OF_MEMORY: "OutOfMemory",
    Verdict.EXITED: "Exited",
    Verdict.TOO_LARGE: "AnswerTooLarge",
    Verdict.UNREADABLE: "UnreadableNotebook",
    Verdict.MISSING: "NotebookMissing",
}


def finished(
    cell: WholeCell, ran: Ran, died: Died | None, not_started: bool, points: float, found: tuple[Found, ...] = ()
) -> TestVerdict:
    """Set a test cell's outputs so that they say its verdict, to people and to nbgrader alike.

    What the checks ``found`` is kept in the cell's metadata: the report on the class is made from that.
    """
    outputs = [_harmless(output) for output in ran.outputs if output["output_type"] != "error"]
    verdict, score, detail = Verdict.PASSED, points, ""
    if died is not None:
        verdict, detail = died.verdict, died.detail
    elif ran.error is not None:
        verdict = Verdict.FAILED if isinstance(ran.error, AssertionError) else Verdict.ERROR
        detail = _said(ran, ran.error)
        verdict = Verdict.NOT_STARTED if not_started else verdict
    else:
        part = _partial(ran.outputs)
        if part is not None:
            score = min(max(part, 0.0), points) if math.isfinite(part) else 0.0
            verdict = Verdict.PASSED if score == points else Verdict.PARTIAL
            outputs.append(_result(repr(score), cell.node["execution_count"]))
    if verdict not in (Verdict.PASSED, Verdict.PARTIAL):
        score = 0.0
        name = type(ran.error).__name__ if ran.error is not None and died is None else None
        outputs.append(error_output(verdict, detail, name))
    cell.node["outputs"] = outputs
    kept = {"found": [asdict(one) for one in found]} if found else {}
    cell.node["metadata"]["shapewise"] = {"verdict": str(verdict), **kept}
    return TestVerdict(str(cell.grade_id), verdict, score, points, detail, found=found)


def _said(ran: Ran, error: BaseException) -> str:
    """The error's message: as it was written while the test's time ran. A value in it may take minutes to print."""
    for output in ran.outputs:
        if output["output_type"] == "error":
            return scrubbed(str(output["evalue"]))[:2000]
    return scrubbed(str(error))[:2000]


def notebook_text(notebook: Mapping[str, Any]) -> str:
    """A notebook as nbformat writes it; without nbformat, whose import would double the time the warm server takes."""
    cells = [_in_lines(cell) for cell in notebook["cells"]]
    return json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def note_to_grader(suspicions: list[str], *, with_id: bool) -> dict[str, Any]:
    """A cell that stands first in formgrader; a feedback page shows what a student has written, and so not this."""
    said = "".join(f"\n- {sentence.replace('_', chr(92) + '_')}" for sentence in suspicions)
    text = f"**For whoever grades.** This reaches into what no exercise needs; please look at it:\n{said}"
    node = {"cell_type": "markdown", "metadata": {"shapewise": {"for_grader": True}}, "source": text}
    return node | {"id": "for-grader"} if with_id else node


def _in_lines(cell: Mapping[str, Any]) -> dict[str, Any]:
    lines: dict[str, Any] = {**cell, "source": cell["source"].splitlines(True)}
    if "outputs" in cell:
        lines["outputs"] = [_output_in_lines(output) for output in cell["outputs"]]
    return lines


def _output_in_lines(output: Mapping[str, Any]) -> dict[str, Any]:
    if "text" in output:
        return {**output, "text": output["text"].splitlines(True)}
    if "data" in output:
        return {**output, "data": {kind: content.splitlines(True) for kind, content in output["data"].items()}}
    return dict(output)


def error_output(verdict: Verdict, detail: str, name: str | None = None) -> dict[str, Any]:
    """An error output with no traceback: a traceback shows lines of the test."""
    name = name or _NAMES.get(verdict, "Error")
    return {"output_type": "error", "ename": name, "evalue": detail, "traceback": [f"{name}: {detail}"]}


def taken_outputs(answer: dict[str, Any], count: int, limits: Limits, room: int) -> list[dict[str, Any]]:
    """The outputs that a student's process reports, as far as they can be kept; ``room`` is left for them as JSON."""
    reported = answer.get("outputs")
    kept, left = [], limits.output_characters
    for output in reported[:_MOST_OUTPUTS] if isinstance(reported, list) else []:
        taken = _taken(output, count, left) if isinstance(output, dict) else None
        if taken is not None:
            left -= len(taken.get("text", ""))
            room -= size_of(taken)
            if room < 0:
                break
            kept.append(taken)
    return kept


def size_of(outputs: Any) -> int:
    """How many characters outputs take in a notebook."""
    return len(json.dumps(outputs))


def _taken(output: dict[str, Any], count: int, left: int) -> dict[str, Any] | None:
    """One output as far as it can be kept: texts alone are taken from it. Anything else might take minutes to write."""
    kind = _text(output.get("output_type"), 100)
    if kind == "stream" and isinstance(output.get("text"), str) and left > 0:
        name = "stderr" if _text(output.get("name"), 100) == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": output["text"][: left + 100]}
    if kind == "error":
        lines = output.get("traceback")
        texts = [_text(line, 2000) for line in lines[:100]] if isinstance(lines, list) else []
        return {
            "output_type": "error", "ename": _text(output.get("ename"), 200),
            "evalue": _text(output.get("evalue"), 2000), "traceback": texts,
        }  # fmt: skip
    if kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
        data = {mime: content for mime, content in output["data"].items() if _may_keep(mime, content, left)}
        if data:
            kept = {"output_type": kind, "metadata": {}, "data": data}
            return kept | {"execution_count": count} if kind == "execute_result" else kept
    return None


def _text(value: Any, most: int) -> str:
    return value[:most] if isinstance(value, str) else ""


def _may_keep(mime: Any, content: Any, left: int) -> bool:
    if not isinstance(content, str) or not isinstance(mime, str):
        return False
    if mime in _PICTURES:
        return len(content) <= _MOST_PICTURE and _BASE64.fullmatch(content) is not None
    return mime == "text/plain" and len(content) <= max(left, 1000)


def _harmless(output: dict[str, Any]) -> dict[str, Any]:
    """A test cell's own output, in kinds that nbgrader reads no score from."""
    if output["output_type"] == "stream":
        return {**output, "name": "stdout"}
    return {"output_type": "display_data", "metadata": {}, "data": output["data"]}


def _result(text: str, count: Any) -> dict[str, Any]:
    return {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": text}, "execution_count": count}


def _partial(outputs: list[dict[str, Any]]) -> float | None:
    """The number a test cell ends with, if it ends with one: nbgrader's partial credit."""
    for output in outputs:
        if output["output_type"] == "execute_result":
            try:
                return float(output["data"].get("text/plain", ""))
            except ValueError:
                return None
    return None
