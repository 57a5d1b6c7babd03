"""An assignment's folder in ``source/`` -> what every submission of it is graded with, tried before any student."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapewise.course.nbgrader import course_folders, nbgrader_config
from shapewise.grading.command.key import Made, made_from
from shapewise.grading.command.out_of_step import out_of_step
from shapewise.grading.command.schedule import GradedSubmission, Job
from shapewise.grading.command.selftest import Checked, check_keys, checked_before, tests_of
from shapewise.grading.messages.verdicts import STUDENT_PROCESS, Limits
from shapewise.report.faults import Fault

__all__ = [
    "Assigned",
    "assigned",
    "data_files",
    "key_bytes",
    "known_faults",
    "notebooks_of",
    "said_of_faults",
    "said_of_homes",
    "said_of_untried",
    "salt_of",
]


@dataclass(frozen=True)
class Assigned:
    """``keys`` by notebook, as JSON; ``files`` beside the notebooks, by relative path; ``checked`` by notebook."""

    keys: Mapping[str, bytes]
    references: Mapping[str, bytes]
    files: Mapping[str, bytes]
    checked: Mapping[str, Checked]

    @property
    def faults(self) -> list[Fault]:
        """What an instructor has to mend."""
        return [fault for checked in self.checked.values() for fault in checked.faults]

    @property
    def tests(self) -> int:
        """How many cells are graded by running them."""
        return sum(len(tests_of(json.loads(key))) for key in self.keys.values())

    @property
    def where(self) -> list[str]:
        """Which tests run in the students' own processes, and why, a sentence each."""
        said = []
        for name, checked in self.checked.items():
            for test in _in_student_process(json.loads(self.keys[name])):
                why = checked.moved.get(test)
                said.append(f"{name}: {test} ({why or 'tagged'})")
        return said

    def jobs(self) -> Iterator[Job]:
        """The instructor's own notebooks, to be graded like a student's: a job for each."""
        for name, key in self.keys.items():
            yield Job(name, {name: self.references[name]}, {name: key}, self.files, own=frozenset(self.files))


def assigned(
    source: Path, config: Any, grading: Callable[[Iterable[Job]], Iterator[GradedSubmission]], salt: bytes
) -> Assigned:
    """What a folder of the source holds, after its self-test; ``grading`` grades the reference and the empty notebook.

    RuntimeError, in a sentence, where a step of the course's refuses a notebook, or a notebook is no Python.
    """
    files = data_files(source)
    paths = notebooks_of(source)
    made = {path.stem: made_from(path, config, files) for path in paths}
    references = {name: json.dumps(one.reference).encode() for name, one in made.items()}
    keys, checked = check_keys(made, files, grading, salt)
    return Assigned(keys, references, files, checked)


def known_faults(course: Path, assignment: str) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """(What the last self-test has found to mend, the notebooks that were changed since); grades nothing."""
    source, config = course_folders(course).source / assignment, nbgrader_config(course)
    files, paths = data_files(source), notebooks_of(source)
    made: dict[str, Made] = {}
    for path in paths:
        with suppress(RuntimeError, ValueError):  # what is wrong with it, the next build says
            made[path.stem] = made_from(path, config, files)
    found: dict[str, Checked] = {}
    for sandboxed in (False, True):  # what was tried in a sandbox is what counts
        found |= checked_before(made, files, salt_of(Limits(), sandboxed))
    faults = [fault for path in paths if path.stem in found for fault in found[path.stem].faults]
    apart = out_of_step(course, assignment, {name: json.dumps(one.key).encode() for name, one in made.items()})
    faults += [fault for fault in apart if fault.notebook in made or not (source / f"{fault.notebook}.ipynb").exists()]
    return tuple(faults), tuple(path.stem for path in paths if path.stem not in found)


def salt_of(limits: Limits, sandboxed: bool) -> bytes:
    """What else than the notebooks the self-test depends on."""
    return repr((limits, sandboxed)).encode()


def said_of_homes(where: list[str]) -> str:
    """Which tests run where a student's code does, for whoever wants to know what that costs."""
    return "\n".join(["These tests run in the students' own processes, sandboxed:", *(f"  {test}" for test in where)])


def said_of_faults(faults: Iterable[Fault]) -> str:
    """What the self-test has found, for whoever can mend it."""
    return "\n".join(["To mend, before anybody's points are final:", *(f"  {fault}" for fault in faults)])


def said_of_untried(notebooks: Iterable[str]) -> str:
    """That nothing is known of some tests, for whoever reads a report and thinks that they are right."""
    return f"Not tried since they were changed: the tests of {', '.join(notebooks)}. Try them with shapewise build."


def notebooks_of(source: Path) -> list[Path]:
    """The notebooks of an assignment, by name."""
    return sorted(path for path in source.glob("*.ipynb") if not path.name.startswith("."))


def key_bytes(notebook: Path, config: Any) -> bytes:
    """The key of one notebook of the source, as JSON, as it is before any self-test."""
    return json.dumps(made_from(notebook, config).key, sort_keys=True).encode()


def data_files(source: Path) -> dict[str, bytes]:
    """What lies in an assignment's source folder beside its notebooks, by relative path."""
    files = (path for path in sorted(source.rglob("*")) if path.is_file() and path.suffix != ".ipynb")
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in files
        if not any(part.startswith((".", "__pycache__")) for part in path.relative_to(source).parts)
    }


def _in_student_process(key: Mapping[str, Any]) -> list[str]:
    marked = [cell["metadata"] for cell in key["cells"] if STUDENT_PROCESS in cell["metadata"].get("tags", [])]
    return [metadata["nbgrader"]["grade_id"] for metadata in marked if (metadata.get("nbgrader") or {}).get("grade")]
