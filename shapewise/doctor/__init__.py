"""This machine and this course -> a list of what is good, weak or missing for grading, with what mends it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from shapewise.doctor import machine
from shapewise.doctor.line import Line, State
from shapewise.grading.messages.verdicts import Limits

__all__ = ["State", "examine", "print_lines"]

_STYLES = {State.GOOD: "green", State.WEAK: "yellow", State.MISSING: "bold red"}
_INDENT, _NAME = 9, 12


def examine(course: Path | None, jobs: int) -> Iterator[Line]:
    """All lines, one after the other, as they are found out; ``course`` is None outside of one."""
    yield machine.python()
    yield machine.kernel()
    packages = machine.packages()
    yield packages
    usable = packages.state is not State.MISSING
    bound = False
    for line in _importing(_of_sandbox) if usable else ():
        bound = bound or (line.name == "Cgroups" and line.state is State.GOOD)
        usable = usable and line.name != packages.name
        yield line
    yield machine.processors(jobs)
    yield machine.memory(jobs, Limits().memory_bytes)
    yield machine.swap(bound)
    yield machine.clock()
    yield machine.temporary()
    if usable:
        yield from _importing(lambda: _of_course(course))
    yield machine.browser()


def _importing(lines: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """The lines of a part that imports packages: one that is installed may be broken all the same."""
    try:
        yield from lines()
    except ImportError as error:
        said = f"one is installed and cannot be imported ({error})"
        yield Line("Packages", State.MISSING, said, f"make the environment in {sys.prefix} anew")


def _of_sandbox() -> Iterator[Line]:
    from shapewise.doctor.sandbox import sandbox

    yield from sandbox()


def _of_course(course: Path | None) -> Iterator[Line]:
    if course is None:
        yield Line("Course", State.WEAK, "none here; gradebook and exchange are looked at inside of one",
                   "shapewise doctor --course FOLDER")  # fmt: skip
        return
    from shapewise.doctor.course import exchange, gradebook

    checks: dict[str, Callable[[Path], Line]] = {"Gradebook": gradebook, "Exchange": exchange}
    for name, check in checks.items():
        try:
            yield check(course)
        except Exception as error:  # the course's own settings may hold anything
            said = str(error) if isinstance(error, RuntimeError) else f"{type(error).__name__}: {error}"
            edit = f"${{EDITOR:-nano}} {shlex.quote(str(course / 'nbgrader_config.py'))}"
            yield Line(name, State.MISSING, " ".join(said.split()), edit)


def print_lines(lines: Iterator[Line], console: Console) -> list[Line]:
    """Print each line as soon as it is known, and a last one with the sum; returns them."""
    found = []
    with console.status("Looking"):
        for line in lines:
            found.append(line)
            _print(line, console)
    counts = {state: sum(line.state is state for line in found) for state in State}
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    end = "Nothing can be graded before that is mended." if counts[State.MISSING] else "Grading works here."
    console.print(Text(f"{told}. {end}", style="bold"), soft_wrap=True)
    return found


def _print(line: Line, console: Console) -> None:
    head = Text.assemble((f"{line.state:<{_INDENT}}", _STYLES[line.state]), f"{line.name:<{_NAME}}")
    console.print(Text.assemble(head, line.said), soft_wrap=True)
    if line.mend:
        console.print(Text(f"{'':<{_INDENT + _NAME}}mend: {line.mend}", style="dim"), soft_wrap=True)
