"""One notebook -> a verdict for each of its tests, in a process that never runs a student's code.

The judge is forked from the warm server for one notebook. It rebuilds the notebook, sends the student's cells to a
sandboxed process one by one, and runs each test cell here, at its place, with proxies for the names it takes from the
notebook. When a student's process dies, a fresh one runs the cells again, without the one that killed it.
"""

from __future__ import annotations

import contextlib
import json
import re
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import from_dict, v4

from shapewise.checks.calling import Outcome, Request
from shapewise.grading.cells import Ran, Shell, seed
from shapewise.grading.claims import verified
from shapewise.grading.process import Died, NoSandboxError, StudentProcess
from shapewise.grading.proxies import Proxy, bound_names, free_names, imports_of
from shapewise.grading.rebuild import Role, UnreadableError, WholeCell, rebuild
from shapewise.grading.verdicts import Limits, TestVerdict, Verdict
from shapewise.grading.wire import receive, send
from shapewise.grading.writing import error_output, finished, size_of, taken_outputs

__all__ = ["work"]

_MOST_JOB_BYTES = 256 * 2**20
_JUDGE_MEMORY = 4 * 2**30
_NO_MEMORY = re.compile(r"can't allocate memory|Unable to allocate|out of memory", re.IGNORECASE)


def work(owner: socket.socket, server: socket.socket, shell: Shell, limits: Limits) -> None:
    """Grade the one notebook that ``owner`` sends; report each verdict as it falls, and the notebook at the end."""
    _limit_judge(limits)
    job = receive(owner, _MOST_JOB_BYTES)
    judge = _Judge(job, server, shell, limits)
    try:
        for test in judge.verdicts():
            send(owner, {"test": _as_data(test)})
    except NoSandboxError as error:
        send(owner, {"refused": str(error)})
        return
    send(owner, {
        "notebook": judge.notebook(job["stamp"]), "repairs": judge.repairs,
        "untouched": judge.untouched(), "cpu": judge.cpu_seconds,
    })  # fmt: skip


def _as_data(test: TestVerdict) -> dict[str, Any]:
    return {**vars(test), "verdict": str(test.verdict)}


def _limit_judge(limits: Limits) -> None:
    """A test that is led into an endless loop by what a student's function returns ends, too."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    if pages:
        most = pages * resource.getpagesize() + _JUDGE_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    seconds = int(limits.notebook_seconds + 2 * limits.cell_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


class _Judge:
    def __init__(self, job: dict[str, Any], server: socket.socket, shell: Shell, limits: Limits) -> None:
        self._key = json.loads(job["key"])
        self._files, self._given = job["files"], job["given"]
        self._server, self._shell, self._limits = server, shell, limits
        self._end = time.monotonic() + limits.notebook_seconds
        self._student: StudentProcess | None = None
        self._ran: list[str] = []
        self._casualties: dict[str, Died] = {}
        self._own: dict[str, Any] = {}
        self._base = set(shell.user_ns)
        self._imports: dict[str, str] = {}
        self._count = 0
        self._room = limits.notebook_characters
        self.cpu_seconds = 0.0
        self._unreadable = ""
        try:
            self._cells, self.repairs = rebuild(self._key, job["submission"])
        except UnreadableError as problem:
            self._unreadable, self.repairs = str(problem), [str(problem)]
            self._cells, _ = rebuild(self._key, b'{"cells": []}')
        self._stubs: dict[str | None, set[str]] = {}
        for cell in self._key["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if cell["cell_type"] == "code" and marks.get("solution"):
                self._stubs[marks["grade_id"]] = _assigned(cell["source"])
            elif cell["cell_type"] == "code":
                self._imports |= imports_of(cell["source"])

    def notebook(self, stamp: dict[str, Any]) -> str:
        """The graded notebook as JSON, laid out as nbformat does; ``stamp`` tells what was graded, and how."""
        metadata = {**self._key["metadata"], "shapewise": {**stamp, "repairs": self.repairs}}
        content = {**self._key, "metadata": metadata, "cells": [cell.node for cell in self._cells]}
        text: str = v4.writes_json(from_dict(content))
        return text + "\n"

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
        untouched = self.untouched()
        for cell in self._cells:
            marks = cell.node["metadata"].get("nbgrader") or {}
            if cell.role in (Role.TEST, Role.TEST_IN_STUDENT_PROCESS):
                yield self._test(cell, float(marks["points"]))
                continue
            if cell.role in (Role.LESSON, Role.WRITTEN) and not self._unreadable:
                self._run(cell)
            if marks.get("grade"):
                score = 0.0 if marks["grade_id"] in untouched else None
                yield TestVerdict(marks["grade_id"], Verdict.MANUAL, score, float(marks["points"]))
        self._stop()

    def _run(self, cell: WholeCell) -> None:
        """Run one of the student's cells (or the lesson's) in the student's process; a death is noted, not raised."""
        self._count += 1
        cell.node["execution_count"] = self._count
        code = cell.node["source"]
        if not code.strip():
            return
        try:
            answer = self._ask_to_run(code, figures=cell.role is Role.WRITTEN)
            self._ran.append(code)
            cell.node["outputs"] = self._kept(answer)
        except Died as died:
            self._lose(died)
            cell.node["outputs"] = [error_output(died.verdict, died.detail)]
            self._casualties |= dict.fromkeys(_assigned(code) | self._stubs.get(cell.grade_id, set()), died)

    def _kept(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        outputs = taken_outputs(answer, self._count, self._limits, self._room)
        self._room -= size_of(outputs)
        return outputs

    def _ask_to_run(self, code: str, *, figures: bool) -> dict[str, Any]:
        return self._process().ask(self._request(code, figures=figures), self._deadline())

    def _request(self, code: str, *, figures: bool) -> dict[str, Any]:
        return {"do": "run", "code": code, "figures": figures, "most_characters": self._limits.output_characters}

    def _deadline(self) -> float:
        return min(self._end, time.monotonic() + self._limits.cell_seconds)

    def _process(self) -> StudentProcess:
        """The student's process; after a death a fresh one, brought to where the last one was."""
        while True:
            if time.monotonic() >= self._end:
                raise Died(Verdict.TIMED_OUT, "The whole notebook ran longer than allowed.")
            if self._student is not None:
                return self._student
            self._student = StudentProcess(self._server, self._limits, self._files)
            for at, code in enumerate(self._ran):
                try:
                    self._student.ask(self._request(code, figures=False), self._deadline())
                except Died as died:
                    self._lose(died)
                    if self._student is None:  # it went well before and kills now: the rest goes on without it
                        del self._ran[at]
                        self._casualties |= dict.fromkeys(_assigned(code), died)
                        break

    def _lose(self, died: Died) -> None:
        if self._student is None or (died.verdict is Verdict.TOO_LARGE and self._student.alive):
            return
        self.cpu_seconds += self._student.cpu_seconds
        self._student.end()
        self._student = None

    def _stop(self) -> None:
        if self._student is not None:
            self.cpu_seconds += self._student.cpu_seconds
            self._student = None  # the server ends it when this judge has ended

    def _test(self, cell: WholeCell, points: float) -> TestVerdict:
        grade_id = str(cell.grade_id)
        self._count += 1
        cell.node["execution_count"] = self._count
        given = Verdict.UNREADABLE if self._unreadable else self._given.get(grade_id)
        if given is not None:
            ran, died = Ran([], None), Died(Verdict(given), self._unreadable or "The test could not be finished.")
            return finished(cell, ran, died, False, points)
        if cell.role is Role.TEST_IN_STUDENT_PROCESS:
            return replace(self._test_in_student_process(cell, points), in_student_process=True)
        run = _TestRun(self, cell.node["source"])
        return finished(cell, *run.result(), run.not_started, points)

    def _test_in_student_process(self, cell: WholeCell, points: float) -> TestVerdict:
        """An instructor's marked cell: it runs beside the student's code, and its verdict is what that process says."""
        try:
            answer = self._ask_to_run(cell.node["source"], figures=False)
            error = answer.get("error")
            outputs = self._kept(answer)
            shown = next((o for o in outputs if o["output_type"] == "error"), {"ename": error, "evalue": ""})
            kind = AssertionError if error == "AssertionError" else RuntimeError
            failure = kind(shown["evalue"]) if error is not None else None
            return finished(cell, Ran(outputs, failure), None, False, points)
        except Died as died:
            self._lose(died)
            return finished(cell, Ran([], None), died, False, points)


class _TestRun:
    """One test cell, run here. ``died`` is noted as well as raised: no ``except`` in a test can hide it."""

    def __init__(self, judge: _Judge, code: str) -> None:
        self._judge, self._code = judge, code
        self._died: Died | None = None
        self._outcomes: list[Outcome] = []
        self._deadline = judge._deadline()

    @property
    def not_started(self) -> bool:
        """Whether every call ended in the stub's NotImplementedError."""
        kinds = [outcome.error.kind if outcome.error else None for outcome in self._outcomes]
        return bool(kinds) and set(kinds) == {"NotImplementedError"}

    def result(self) -> tuple[Ran, Died | None]:
        shell = self._judge._shell
        code = shell.transform_cell(self._code)  # type: ignore[no-untyped-call]
        names = shell.user_ns
        for name in set(names) - self._judge._base - set(self._judge._own):
            del names[name]
        names |= self._judge._own
        try:
            self._fill(names, free_names(code) - set(self._judge._own))
        except Died as died:
            self._note(died)
            return Ran([], None), died
        proxied = {name: names[name] for name in names if isinstance(names[name], Proxy)}
        seed()
        with _alarm(self._deadline - time.monotonic() + 2.0):
            ran = shell.run(self._code, most_characters=self._judge._limits.output_characters)
        self._judge._own = {
            name: value
            for name, value in names.items()
            if name not in self._judge._base and name not in self._taken and value is not proxied.get(name)
        }
        if self._died is None and isinstance(ran.error, Died):
            self._died = ran.error
        if self._died is None and isinstance(ran.error, MemoryError):
            self._died = Died(Verdict.OUT_OF_MEMORY, "Checking the answer took more memory than allowed.")
        return ran, self._died

    def _fill(self, names: dict[str, Any], wanted: set[str]) -> None:
        """Put into the test's namespace what it takes from the notebook."""
        for name in wanted & set(self._judge._imports):
            with contextlib.suppress(ImportError):
                exec(self._judge._imports[name], names)
        wanted = wanted - set(self._judge._imports)
        self._taken = set(wanted)
        if not wanted:
            return
        told = self._judge._process().ask({"do": "names", "names": sorted(wanted)}, self._deadline).get("names")
        for name in sorted(wanted):
            described = told.get(name) if isinstance(told, dict) else None
            if not isinstance(described, dict):
                if name in self._judge._casualties:
                    raise self._judge._casualties[name]
            elif described.get("kind") == "function":
                names[name] = Proxy(name, _parameters(described), str(described.get("doc"))[:2000], self._ask)
            elif described.get("kind") == "data":
                names[name] = described.get("value")

    def _ask(self, name: str, request: Request) -> Outcome:
        if self._died is not None:
            raise self._died
        try:
            answer = self._judge._process().ask({"do": "call", "name": name, "request": request}, self._deadline)
        except Died as died:
            self._note(died)
            raise
        outcome = answer.get("outcome")
        if not isinstance(outcome, Outcome):
            self._note(Died(Verdict.EXITED, "Its process answered with something else than agreed."))
            assert self._died is not None
            raise self._died
        if outcome.error is not None and (
            outcome.error.kind == "MemoryError" or _NO_MEMORY.search(outcome.error.message)
        ):
            self._died = Died(Verdict.OUT_OF_MEMORY, "It asked for more memory than allowed.")
            raise self._died
        self._outcomes.append(outcome)
        return verified(outcome, request)

    def _note(self, died: Died) -> None:
        self._died = died
        self._judge._lose(died)


def _parameters(described: dict[str, Any]) -> Any:
    parameters = described.get("parameters")
    return parameters if isinstance(parameters, tuple) else None


def _assigned(code: str) -> set[str]:
    """The names that a cell would have left behind."""
    try:
        return bound_names(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:def|class)\s+(\w+)", code, re.MULTILINE))


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise ``Died`` here after so many seconds."""

    def ring(*_: object) -> None:
        raise Died(Verdict.TIMED_OUT, "Checking the answer took longer than allowed.")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.01, seconds), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
