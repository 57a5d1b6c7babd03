"""A test cell -> what it did, run in the judge with proxies for the names that it takes from the notebook."""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks import verdict as checked
from shapewise.checks.listening import heard
from shapewise.checks.outcomes import Outcome, Parameter, Request
from shapewise.checks.plain import Opaque
from shapewise.grading.judge.claims import verified
from shapewise.grading.judge.process import Died
from shapewise.grading.judge.proxies import Proxy
from shapewise.grading.judge.session import Session
from shapewise.grading.kernel.cells import Ran, Shell, seed
from shapewise.grading.messages.prepared import PreparedKey, PreparedTest
from shapewise.grading.messages.scopes import free_names
from shapewise.grading.messages.verdicts import Found, Verdict

__all__ = ["TestCells"]

_NO_MEMORY = re.compile(r"can't allocate memory|Unable to allocate|out of memory", re.IGNORECASE)
_MOST_PARTS = 100
_GRACE = 2.0  # seconds between the end of a student's time and the end of the judge's own patience


class TestCells:
    """The test cells of one notebook, which see what those before them defined, as in a notebook's kernel."""

    __test__ = False  # not a test class, whatever its name

    def __init__(self, session: Session, shell: Shell, key: PreparedKey, most_characters: int) -> None:
        """The tests are those of ``key``."""
        self._session, self._shell, self._key = session, shell, key
        self._most_characters = most_characters
        self._base = set(shell.user_ns)
        self._own: dict[str, Any] = {}
        self.unseen: set[str] = set()
        """Of the last test: the kinds of answers that it could not look at, since they are no plain data."""

    def run(self, code: str) -> tuple[Ran, Died | None, bool, tuple[Found, ...]]:
        """What a test did, and the death of the student's process if there was one.

        Also whether the exercise is not started, and what the checks that the test called found wrong.
        """
        names, calls = self._shell.user_ns, _Calls(self._session)
        prepared, self.unseen = self._key.tests.get(code), calls.unseen
        for name in set(names) - self._base:
            del names[name]
        names |= self._own
        try:
            taken = self._fill(names, code, prepared, calls)
        except Died as died:
            return Ran([], None), died, False, ()
        seed()
        try:
            with heard() as verdicts, _alarm(calls.deadline - time.monotonic() + _GRACE, calls.note):
                if prepared is not None:
                    most = self._most_characters
                    ran = self._shell.run_compiled(prepared.statements, prepared.last, most_characters=most)
                else:
                    ran = self._shell.run(code, most_characters=self._most_characters)
        except Died as died:  # while what it did was written down: a value can take minutes to print
            return Ran([], None), died, False, ()
        self._own = {
            name: value
            for name, value in names.items()
            if name not in self._base and (name not in taken or value is not taken[name])
        }
        if calls.died is None and isinstance(ran.error, MemoryError):
            calls.died = Died(Verdict.OUT_OF_MEMORY, "Checking the answer took more memory than allowed.")
        return ran, calls.died, calls.not_started, _found(verdicts)

    def rebound(self, names: Iterable[str]) -> None:
        """The notebook's own next cell binds these names: what an earlier test left under them is gone, as in a kernel.

        Names that only a student's text binds are none of these: a test's helper is not a student's to replace.
        """
        for name in names:
            self._own.pop(name, None)

    def _free(self, code: str) -> set[str]:
        try:
            return free_names(self._shell.transform_cell(code))
        except SyntaxError:  # the instructor's; running the cell says where
            return set()

    def _fill(
        self, names: dict[str, Any], code: str, prepared: PreparedTest | None, calls: _Calls
    ) -> dict[str, Any]:
        """Put into the test's namespace what it takes from the notebook; returns that.

        What a test imports as the lesson does, it imports into the notebook too, as it would in a kernel: a learner who
        has lost an import has code that works all the same, from the first check on.
        """
        wanted = (self._free(code) if prepared is None else prepared.free) - self._own.keys()
        for name in wanted & self._key.imports.keys():
            with contextlib.suppress(ImportError):
                exec(self._key.imports[name], names)
        wanted = wanted - self._key.imports.keys()
        if not wanted:
            return {}
        imports = [] if prepared is None else list(prepared.shared)
        request = {"do": "names", "names": sorted(wanted), "imports": imports}
        told = self._session.ask(request, calls.deadline).get("names")
        taken: dict[str, Any] = {}
        for name in sorted(wanted):
            described = told.get(name) if isinstance(told, dict) else None
            if not isinstance(described, dict):
                if name in self._session.casualties:
                    raise self._session.casualties[name]
                continue
            kind, doc = (value if isinstance(value, str) else "" for value in map(described.get, ("kind", "doc")))
            if kind == "function":
                taken[name] = Proxy(name, _parameters(described), doc[:2000], calls.ask)
            elif kind == "data":
                taken[name] = described.get("value")
                calls.look_at(taken[name])
            elif kind == "module" and name in self._key.solution_imports:
                with contextlib.suppress(ImportError):  # the instructor's statement, never a name that a student says
                    exec(self._key.solution_imports[name], names)
        names |= taken
        return taken


class _Calls:
    """The calls of one test cell. ``died`` is noted as well as raised: no ``except`` in a test can hide it."""

    def __init__(self, session: Session) -> None:
        self._session, self.deadline = session, session.deadline()
        self.died: Died | None = None
        self._stubs: set[bool] = set()
        self.unseen: set[str] = set()

    @property
    def not_started(self) -> bool:
        """Whether every call ended in the function's own stub."""
        return self._stubs == {True}

    def ask(self, name: str, request: Request) -> Outcome:
        """Have a function called; what a proxy does."""
        if self.died is not None:
            raise self.died
        try:
            outcome = self._session.ask({"do": "call", "name": name, "request": request}, self.deadline).get("outcome")
        except Died as died:
            self.died = died
            raise
        if not isinstance(outcome, Outcome):
            raise self.note(Died(Verdict.EXITED, "Its process answered with something else than agreed."))
        if outcome.error is not None and (
            outcome.error.kind == "MemoryError" or _NO_MEMORY.search(outcome.error.message)
        ):
            self.died = Died(Verdict.OUT_OF_MEMORY, "It asked for more memory than allowed.")
            raise self.died
        error = outcome.error
        self._stubs.add(error is not None and error.is_of_a_stub and not error.is_of_another)
        self.look_at(outcome.value)
        return verified(outcome, request)

    def look_at(self, value: Any) -> None:
        """Note what of an answer, or of its first parts, is described only."""
        held = list(value.values()) if isinstance(value, dict) else value
        parts = held[:_MOST_PARTS] if isinstance(held, tuple | list) else [held]
        kinds = {part.kind[:100] for part in parts if isinstance(part, Opaque)}
        self.unseen |= {kind for kind in kinds if kind.isidentifier()}  # it is what a student's process says

    def note(self, died: Died) -> Died:
        """Keep the first death, and end the process."""
        self.died = self.died or died
        self._session.lose(died)
        return died


def _found(verdicts: list[checked.Verdict]) -> tuple[Found, ...]:
    """What the course's checks found wrong, without what they quote of an answer."""
    return tuple(
        Found(one.exercise, one.asked.word, one.stage is checked.Stage.EDGES, one.mistake or "", one.why, one.do)
        for one in verdicts
        if one.started and not one.passed and catalogue.exercise(one.exercise) is not None
    )


def _parameters(described: dict[str, Any]) -> tuple[Parameter, ...] | None:
    parameters = described.get("parameters")
    honest = isinstance(parameters, tuple) and all(isinstance(parameter, Parameter) for parameter in parameters)
    return parameters if honest else None


@contextlib.contextmanager
def _alarm(seconds: float, note: Callable[[Died], Died]) -> Iterator[None]:
    """Raise ``Died`` here after so many seconds, and each second from then on."""

    def ring(*_: object) -> None:
        raise note(Died(Verdict.TIMED_OUT, "Checking the answer took longer than allowed."))

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.01, seconds), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
