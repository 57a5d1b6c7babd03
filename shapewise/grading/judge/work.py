"""One notebook -> a verdict for each of its tests, in a process that never runs a student's code.

The judge is forked from the warm server for one notebook. It rebuilds the notebook, sends the student's cells to a
sandboxed process one by one, and runs each test cell here, at its place, with proxies for the names it takes from the
notebook. When a student's process dies, a fresh one runs the cells again, without the one that killed it.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from shapewise.grading.judge.outputs import KeptOutputs
from shapewise.grading.judge.process import Died, NoSandboxError
from shapewise.grading.judge.rebuild import Role, UnreadableError, WholeCell, rebuild
from shapewise.grading.judge.session import Session
from shapewise.grading.judge.surroundings import Surroundings
from shapewise.grading.judge.suspicions import suspicions
from shapewise.grading.judge.testcells import TestCells
from shapewise.grading.judge.writing import error_output, finished, note_to_grader, notebook_text, taken_outputs
from shapewise.grading.kernel.cells import Ran, Shell
from shapewise.grading.kernel.notebook import find_modules_beside_the_notebook
from shapewise.grading.messages.channel import receive_message, send_message
from shapewise.grading.messages.names import assigned_names
from shapewise.grading.messages.prepared import PreparedKey
from shapewise.grading.messages.verdicts import Limits, TestVerdict, Verdict
from shapewise.grading.messages.wire import decode, encode

__all__ = ["work"]

_JUDGE_MEMORY = 4 * 2**30
_LayOut = Callable[[Mapping[str, bytes]], None]


def work(owner: Connection, server: socket.socket, shell: Shell, limits: Limits, lay_out: _LayOut) -> None:
    """Grade the notebooks that ``owner`` sends, until it hangs up or a test has changed what the next would meet.

    ``lay_out`` makes the assignment's own files lie, read-only, where tests look for them.
    """
    _limit_memory()
    laid: dict[str, bytes] = {}
    first = Surroundings.of(shell)
    while True:
        try:
            job, contents = receive_message(owner)
        except (EOFError, OSError):
            return
        _limit_time(limits)
        own = {name: contents[f"files/{name}"] for name in job["own"]}
        if own != laid:
            if not laid:
                find_modules_beside_the_notebook()
            lay_out(own)
            laid, first = own, Surroundings.of(shell)
        if not _grade(owner, job, _Judge(contents, job, server, shell, limits), first):
            return


def _grade(owner: Connection, job: dict[str, Any], judge: _Judge, first: Surroundings) -> bool:
    """Report each verdict as it falls, and the notebook at the end; whether another notebook may follow."""
    try:
        for test in judge.verdicts():
            send_message(owner, {"test": test.as_data()})
    except NoSandboxError as error:
        send_message(owner, {"refused": str(error)})
        return False
    worn = not first.restored()
    done = {
        "notebook": judge.notebook(job["stamp"]), "repairs": judge.repairs, "worn": worn,
        "suspicions": judge.suspicions,
        "untouched": judge.untouched(), "cpu": judge.session.cpu_seconds,
    }  # fmt: skip
    send_message(owner, done, {"foretold": encode(judge.asked)} if job["foretells"] else {})
    if judge.session.uses_compiler:
        judge.session.tell_server_of_compiler()
    return not worn


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    if pages:
        most = pages * resource.getpagesize() + _JUDGE_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_time(limits: Limits) -> None:
    """A test that is led into an endless loop by what a student's function returns ends, too."""
    seconds = time.process_time() + limits.notebook_seconds + 2 * limits.cell_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), resource.RLIM_INFINITY))


class _Judge:
    def __init__(
        self, contents: dict[str, bytes], job: dict[str, Any], server: socket.socket, shell: Shell, limits: Limits
    ) -> None:
        self._key, self._given, self._limits = json.loads(contents["key"]), job["given"], limits
        files = {name.removeprefix("files/"): file for name, file in contents.items() if name.startswith("files/")}
        self.session = Session(server, limits, files)
        self._fresh_session: Callable[[], Session] = lambda: Session(server, limits, files)
        self._outputs = KeptOutputs(limits)
        self._count = 0
        self._unreadable = ""
        try:
            self._cells, self.repairs = rebuild(self._key, contents["submission"])
        except UnreadableError as problem:
            self._unreadable, self.repairs = str(problem), [str(problem)]
            self._cells, _ = rebuild(self._key, b'{"cells": []}')
        self.suspicions = self._suspicions({name: files[name] for name in files.keys() - set(job["own"])}, shell)
        self._prepared = PreparedKey.from_data(json.loads(contents["prepared"]))
        self._tests = TestCells(self.session, shell, self._prepared, limits.output_characters)
        self._foretold: dict[str, list[bytes]] = decode(contents["foretold"]) if "foretold" in contents else {}
        self._foretells = job["foretells"]
        self.asked: dict[str, list[bytes]] = {}

    def notebook(self, stamp: dict[str, Any]) -> str:
        """The graded notebook as JSON, laid out as nbformat does; ``stamp`` tells what was graded, and how."""
        said = {"repairs": self.repairs, "suspicions": self.suspicions}
        metadata = {**self._key["metadata"], "shapewise": {**stamp, **said}}
        cells = [cell.node for cell in self._cells]
        if self.suspicions:
            cells.insert(0, note_to_grader(self.suspicions, with_id="id" in cells[0]))
        return notebook_text({**self._key, "metadata": metadata, "cells": cells})

    def _suspicions(self, files: dict[str, bytes], shell: Shell) -> list[str]:
        """What of the student's own text, and of the modules beside it, a person should look at."""
        given = [cell for cell in self._key["cells"] if cell["cell_type"] == "code"]
        lesson = [cell["source"] for cell in given if not (cell["metadata"].get("nbgrader") or {}).get("grade")]
        own = [
            (cell.grade_id or f"cell {place + 1}", cell.node["source"])
            for place, cell in enumerate(self._cells)
            if cell.role is Role.WRITTEN and cell.node["source"] not in lesson
        ]
        modules = [(name, file.decode(errors="replace")) for name, file in files.items() if name.endswith(".py")]
        return suspicions([*own, *modules], lesson, shell.transform_cell) if own or modules else []

    def untouched(self) -> list[str]:
        """The solution cells that are still the source's stub."""
        stubs = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell["source"] for cell in self._key["cells"]}
        return [
            cell.grade_id
            for cell in self._cells
            if cell.grade_id is not None and cell.node["metadata"]["nbgrader"].get("solution")
            and cell.node["source"] == stubs[cell.grade_id]
        ]  # fmt: skip

    def verdicts(self) -> Iterator[TestVerdict]:
        """Go through the notebook; yield the verdict of each graded cell at its place."""
        untouched, ahead = self.untouched(), True
        for place, cell in enumerate(self._cells):
            marks = cell.node["metadata"].get("nbgrader") or {}
            if ahead and not self._unreadable:
                self.session.ask_ahead(self._until_test(place))
            ahead = cell.role in (Role.TEST, Role.TEST_IN_STUDENT_PROCESS)
            if ahead:
                yield self._test(cell, float(marks["points"]))
                continue
            if cell.role in (Role.LESSON, Role.WRITTEN) and not self._unreadable:
                self._run(cell)
            if marks.get("grade"):
                score = 0.0 if marks["grade_id"] in untouched else None
                yield TestVerdict(marks["grade_id"], Verdict.MANUAL, score, float(marks["points"]))
        self.session.end()
        self._outputs.show_late(self._fresh_session())

    def _until_test(self, place: int) -> list[dict[str, Any] | bytes]:
        """What will be asked for from this cell on to the end of the next test, as far as it is known now."""
        requests: list[dict[str, Any] | bytes] = []
        for cell in self._cells[place:]:
            if cell.role in (Role.TEST, Role.TEST_IN_STUDENT_PROCESS):
                known = cell.role is Role.TEST and cell.grade_id not in self._given
                return requests + (self._foretold.get(str(cell.grade_id), []) if known else [])
            if cell.role in (Role.LESSON, Role.WRITTEN) and cell.node["source"].strip():
                figures, kept = self._outputs.figures(cell), cell.role is Role.WRITTEN
                requests.append(self.session.request(cell.node["source"], figures=figures, kept=kept))
        return requests

    def _run(self, cell: WholeCell) -> None:
        """Run one of the student's cells (or the lesson's) in the student's process; a death is noted, not raised."""
        self._count += 1
        cell.node["execution_count"] = self._count
        code = cell.node["source"]
        if not code.strip():
            return
        try:
            stub = self._prepared.stubs.get(cell.grade_id or "", frozenset())
            self._tests.rebound(assigned_names(code) if cell.role is Role.LESSON and self._outputs.tested else stub)
            figures, kept = self._outputs.figures(cell), cell.role is Role.WRITTEN
            self._outputs.take(cell, self.session.run(code, figures=figures, kept=kept, stub=stub))
        except Died as died:
            cell.node["outputs"] = [error_output(died.verdict, died.detail)]

    def _test(self, cell: WholeCell, points: float) -> TestVerdict:
        grade_id = str(cell.grade_id)
        self._count += 1
        cell.node["execution_count"] = self._count
        self._outputs.tested = True
        given = Verdict.UNREADABLE if self._unreadable else self._given.get(grade_id)
        if given is not None:
            lost = Died(Verdict(given), self._unreadable or "The test could not be finished.")
            return finished(cell, Ran([], None), lost, False, points)
        if cell.role is Role.TEST_IN_STUDENT_PROCESS:
            return replace(self._test_in_student_process(cell, points), in_student_process=True)
        self.session.asked = [] if self._foretells else None
        ran, died, not_started, found = self._tests.run(cell.node["source"])
        if self.session.asked is not None:
            self.asked[grade_id], self.session.asked = self.session.asked, None
        return finished(cell, ran, died, not_started, points, found)

    def _test_in_student_process(self, cell: WholeCell, points: float) -> TestVerdict:
        """An instructor's marked cell: it runs beside the student's code, and its verdict is what that process says.

        What it prints is not kept: a function that it calls can print what it is called with.
        """
        try:
            answer = self.session.run(cell.node["source"], figures=False)
            error = answer.get("error")
            outputs = taken_outputs(answer, self._count, self._limits, self._limits.notebook_characters)
            outputs = [output for output in outputs if output["output_type"] in ("error", "execute_result")]
            shown = next((o for o in outputs if o["output_type"] == "error"), {"ename": error, "evalue": ""})
            kind = AssertionError if error == "AssertionError" else RuntimeError
            failure = kind(shown["evalue"]) if error is not None else None
            return finished(cell, Ran(outputs, failure), None, False, points)
        except Died as died:
            return finished(cell, Ran([], None), died, False, points)
