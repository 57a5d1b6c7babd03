"""The verdicts of this session -> a panel at the top of a notebook: what passes, how many points, what next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks.panel import TITLE, page
from shapewise.checks.showing import Shown, show
from shapewise.checks.verdict import SIGNS

__all__ = ["Progress", "progress", "remember"]


@dataclass(frozen=True)
class Progress:
    """How far a notebook's exercises are: name, points and state of each, in the notebook's order."""

    notebook: str
    exercises: tuple[tuple[str, int, str], ...]

    @property
    def reached(self) -> int:
        """The points of the exercises that pass the visible check."""
        return sum(points for _, points, state in self.exercises if state == "passed")

    @property
    def total(self) -> int:
        """The points of all exercises."""
        return sum(points for _, points, _ in self.exercises)

    @property
    def next(self) -> str | None:
        """The first exercise that does not pass yet."""
        return next((name for name, _, state in self.exercises if state != "passed"), None)

    def text(self) -> str:
        """The panel for a terminal."""
        lines = [self._summary()]
        lines += [f"  {SIGNS[state]} {name} ({points} points): {state}" for name, points, state in self.exercises]
        return "\n".join([*lines, f"  {self._what_next()}"])

    def html(self) -> str:
        """The panel for JupyterLab."""
        items = "".join(
            f'<li class="is-{state.replace(" ", "-")}"><span aria-hidden="true">{SIGNS[state]}</span> '
            f'<a href="#Exercise:-{name}"><code>{escape(name)}</code></a> '
            f"<small>{points} points, {state}</small></li>"
            for name, points, state in self.exercises
        )
        share = round(100 * self.reached / self.total) if self.total else 0
        state = "passed" if self.next is None else "not started"
        body = (
            f"{TITLE}{escape(self._summary())}</p>"
            f'<div class="sw-bar" aria-hidden="true"><div style="width:{share}%"></div></div>'
            f'<ol class="sw-exercises">{items}</ol><p>{escape(self._what_next())}</p>'
        )
        return page("progress", f"Progress in {self.notebook}", state, body)

    def _summary(self) -> str:
        passed = sum(state == "passed" for _, _, state in self.exercises)
        return (
            f"{passed} of {len(self.exercises)} exercises pass their check: "
            f"{self.reached} of {self.total} points"
        )

    def _what_next(self) -> str:
        if self.next is None:
            return "All checks pass. More tests run when the notebook is graded: other sizes, other numbers."
        return f"Next: {self.next}. This panel follows the checks that you run."


_states: dict[str, str] = {}
_panels: dict[str, Shown] = {}


def progress(notebook: str) -> None:
    """Show which exercises of ``notebook`` ("4_layout") pass; the panel follows the checks of this session.

    ``ValueError`` names the notebooks if there is none of that name.
    """
    now = _progress(notebook, _states)
    _panels[notebook] = show(now.html(), now.text(), keep=True)


def remember(name: str, state: str) -> None:
    """Note what a check found, and bring the panels up to date."""
    _states[name] = state
    for notebook, shown in _panels.items():
        if name in catalogue.notebooks()[notebook]:
            now = _progress(notebook, _states)
            shown.update(now.html(), now.text())


def _progress(notebook: str, states: Mapping[str, Any]) -> Progress:
    return Progress(notebook, tuple(
        (exercise.name, exercise.points, states.get(exercise.name, "not started"))
        for exercise in catalogue.exercises_of(notebook)
    ))
