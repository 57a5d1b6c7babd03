"""Keys, with the instructor's own notebooks -> where each test has to run, and which tests an instructor has to mend.

Before any student, the reference is graded with the very key that students get: it must earn everything. A test that
it does not pass under the judge, because what the test looks at cannot cross between processes, runs in the student's
process from then on, if the reference passes it there. Then the empty notebook is graded, as it is handed out: it must
earn nothing.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from shapewise.grading.command.key import Made
from shapewise.grading.command.remembered import digest_of, keep, recall
from shapewise.grading.command.schedule import GradedSubmission, Job
from shapewise.grading.messages.names import assigned_names
from shapewise.grading.messages.scopes import free_names
from shapewise.grading.messages.verdicts import GIVEN, STUDENT_PROCESS, NotebookVerdict, TestVerdict, Verdict
from shapewise.report.faults import Fault

__all__ = ["Checked", "check_keys", "checked_before", "tests_of"]

_TRY_AGAIN = "Mend what is named, and run this again."
_ASK_MORE = (
    "Let it ask for something that the notebook as handed out does not do; if everybody is to have these points, tag "
    f"the cell `{GIVEN}`."
)

_Grading = Callable[[Iterable[Job]], Iterator[GradedSubmission]]


@dataclass(frozen=True)
class Checked:
    """What the self-test of one notebook found.

    ``moved`` maps each test that runs in the student's process, without being tagged, to what the judge says of the
    reference there; ``faults`` are for the instructor to mend. ``sure`` is false where the machine was in the way.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    sure: bool = True


def check_keys(
    made: Mapping[str, Made], files: Mapping[str, bytes], grading: _Grading, salt: bytes = b""
) -> tuple[dict[str, bytes], dict[str, Checked]]:
    """The keys' JSON, tests marked that run in the student's process, and what was found, by notebook.

    What was found once is remembered for as long as nothing changes: key, reference, release, files, engine and
    ``salt``.
    """
    names, found = _digests(made, files, salt), checked_before(made, files, salt)
    new = {name: one for name, one in made.items() if name not in found}
    if new:
        fresh = _check(new, files, grading)
        for name, checked in fresh.items():
            if checked.sure:
                keep(names[name], asdict(checked))
        found |= fresh
    return {name: _bytes(_marked(one.key, found[name].moved)) for name, one in made.items()}, found


def checked_before(made: Mapping[str, Made], files: Mapping[str, bytes], salt: bytes = b"") -> dict[str, Checked]:
    """What is remembered of those notebooks that have not changed since they were tried; nothing is graded for it."""
    kept = {name: recall(digest) for name, digest in _digests(made, files, salt).items()}
    return {
        name: Checked(one["moved"], tuple(Fault(**fault) for fault in one["faults"]))
        for name, one in kept.items()
        if isinstance(one, dict)
    }


def _digests(made: Mapping[str, Made], files: Mapping[str, bytes], salt: bytes) -> dict[str, str]:
    """The names under which is remembered what was found."""
    laid = json.dumps({name: digest_of(content) for name, content in sorted(files.items())}).encode()
    return {
        name: digest_of(_bytes(one.key), _bytes(one.reference), _bytes(one.release), laid, salt)
        for name, one in made.items()
    }


def _check(made: Mapping[str, Made], files: Mapping[str, bytes], grading: _Grading) -> dict[str, Checked]:
    """Try the references until each test has its home, then the empty notebooks."""
    tried = {name: _Tried(name, one.key) for name, one in made.items()}

    def grade(notebooks: Mapping[str, bytes], note: Callable[[str, GradedSubmission], None]) -> None:
        keys = {name: _bytes(_marked(made[name].key, tried[name].moved)) for name in notebooks}
        own = frozenset(files)
        for done in grading(Job(name, {name: notebooks[name]}, {name: keys[name]}, files, own=own) for name in keys):
            note(done.student, done)

    waiting = list(made)
    while waiting:
        grade({name: _bytes(made[name].reference) for name in waiting}, lambda name, done: tried[name].note(done))
        waiting = [name for name in waiting if tried[name].try_further()]
    empty = {name: _bytes(one.release) for name, one in made.items()}
    grade(empty, lambda name, done: tried[name].note_empty(done))
    return {name: one.found() for name, one in tried.items()}


class _Tried:
    """What is known of one notebook's tests; ``moved`` are those in the student's process at this trial."""

    def __init__(self, name: str, key: Mapping[str, Any]) -> None:
        self._name, self._key, self.moved = name, key, set[str]()
        self._trials: list[tuple[set[str], dict[str, TestVerdict]]] = []
        self._faults: list[Fault] = []
        self._sure = True

    def note(self, done: GradedSubmission) -> None:
        """What grading the reference gave."""
        if done.trouble:
            self._faults.append(Fault(self._name, "", f"the reference {done.trouble}", "", _TRY_AGAIN))
            self._sure = False
        for verdict in done.notebooks.values():
            self._trials.append((self.moved, _lost(verdict)))

    def try_further(self) -> bool:
        """Set where to run the tests next, and say whether that has to be tried; else as they did best."""
        if not self._trials or self._faults:
            return False
        lost, every = self._trials[-1][1], set(tests_of(self._key))
        once = [home for home, _ in self._trials].count(self.moved) == 1
        if once and any(test.verdict is Verdict.TIMED_OUT for test in lost.values()):
            return True  # a busy machine is no reason to move a test
        if lost and self.moved != every:
            wanted = _with_what_they_need(self._key, self.moved | lost.keys())
            self.moved = wanted if wanted != self.moved else every
            return True
        home, lost = min(self._trials, key=lambda trial: (len(trial[1]), len(trial[0])))
        self.moved = home - lost.keys()  # what fails everywhere gains nothing there
        self._faults += [_fault(self._name, test) for test in lost.values() if test.points]
        return False

    def note_empty(self, done: GradedSubmission) -> None:
        """What grading the empty notebook gave."""
        self._sure &= not done.trouble
        for verdict in done.notebooks.values():
            self._faults += _free_points(self._name, verdict, self._key)

    def found(self) -> Checked:
        first = self._trials[0][1] if self._trials else {}
        moved = {test: _why_moved(first.get(test)) for test in sorted(self.moved)}
        return Checked(moved, tuple(self._faults), self._sure)


def _with_what_they_need(key: Mapping[str, Any], moved: set[str]) -> set[str]:
    """These tests, and those that leave names behind which no other cell does and these read."""
    tests = tests_of(key)
    code = [cell["source"] for cell in key["cells"] if cell["cell_type"] == "code"]
    elsewhere = set[str]().union(*(assigned_names(text) for text in code if text not in tests.values()))
    leaves = {name: assigned_names(text) - elsewhere for name, text in tests.items()}
    wanted, before = set(moved), set[str]()
    while wanted != before:
        before = set(wanted)
        needed = set[str]().union(*(_read(tests[name]) for name in before))
        wanted |= {name for name, names in leaves.items() if names & needed}
    return wanted


def _read(text: str) -> set[str]:
    try:
        return free_names(text)
    except SyntaxError:
        return set()


def tests_of(key: Mapping[str, Any]) -> dict[str, str]:
    """grade_id -> text of each test cell."""
    marks = [(cell, cell["metadata"].get("nbgrader") or {}) for cell in key["cells"] if cell["cell_type"] == "code"]
    return {mark["grade_id"]: cell["source"] for cell, mark in marks if mark.get("grade") and not mark.get("solution")}


def _marked(key: Mapping[str, Any], moved: Iterable[str]) -> dict[str, Any]:
    """The key with these tests tagged for the student's process."""
    marked, moved = copy.deepcopy(dict(key)), set(moved)
    for cell in marked["cells"]:
        tags = cell["metadata"].get("tags", [])
        if (cell["metadata"].get("nbgrader") or {}).get("grade_id") in moved and STUDENT_PROCESS not in tags:
            cell["metadata"]["tags"] = [*tags, STUDENT_PROCESS]
    return marked


def _lost(verdict: NotebookVerdict) -> dict[str, TestVerdict]:
    """The tests that are not passed, those without points too: what they say stands on a student's page."""
    tests = (test for test in verdict.tests.values() if test.verdict is not Verdict.MANUAL)
    return {test.grade_id: test for test in tests if test.verdict is not Verdict.PASSED}


def _free_points(notebook: str, verdict: NotebookVerdict, key: Mapping[str, Any]) -> list[Fault]:
    tagged = {
        (cell["metadata"].get("nbgrader") or {}).get("grade_id")
        for cell in key["cells"] if GIVEN in cell["metadata"].get("tags", [])
    }  # fmt: skip
    earned = [test for test in verdict.tests.values() if (test.score or 0.0) > 0 and test.grade_id not in tagged]
    says = "gives the empty notebook {score:g} of {points:g} points"
    return [
        Fault(notebook, test.grade_id, says.format(score=test.score, points=test.points), "", _ASK_MORE)
        for test in earned
    ]


def _fault(notebook: str, test: TestVerdict) -> Fault:
    says = f"gives the reference {test.score:g} of {test.points:g} points, wherever it runs"
    return Fault(notebook, test.grade_id, says, _why(test), "Mend the test or the solution.")


def _why_moved(test: TestVerdict | None) -> str:
    if test is None:
        return "a test that runs there needs what this one leaves behind"
    return f"the reference does not pass it elsewhere; {_why(test)}"


def _why(test: TestVerdict) -> str:
    return f"{test.verdict}: {test.detail}".rstrip(": .") if test.detail else str(test.verdict)


def _bytes(notebook: Mapping[str, Any]) -> bytes:
    return json.dumps(notebook, sort_keys=True).encode()
