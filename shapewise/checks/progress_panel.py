"""What the checks found -> a panel in the notebook: what passes, how many points, what next, how to hand in.

``progress("1_shapes")`` is a notebook's, ``progress()`` the whole course's. Both follow the checks of the session, and
know those of earlier ones (``shapewise.results``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from shapewise.answer_code import binds, last_mark
from shapewise.checks import catalogue
from shapewise.checks.panel import TITLE, code, page
from shapewise.checks.showing import Shown, notebook_shell, show
from shapewise.checks.standing import Progress, Standing, progress_of
from shapewise.checks.verdict import SIGNS
from shapewise.figures import show_own_figures
from shapewise.restart_magic import register
from shapewise.results import Result, Results, day_and_time, learners_folder

__all__ = ["Panel", "first_panel", "progress", "remember"]

_FOLDER = Path.cwd()  # of the notebook, before a cell changes it
_WAYS = (
    "In a cell of its own: `progress()` shows the whole course, `!shapewise hand-in` makes what you hand in. "
    "`%%restart` above an answer begins that exercise again."
)
_ALL_PASS = "All checks pass. More tests run when the notebook is graded: other sizes, other numbers."


@dataclass(frozen=True)
class Panel:
    """How far some notebooks are, as HTML and as text. ``whole`` is the panel of the course, ``trouble`` a sentence."""

    notebooks: tuple[Progress, ...]
    whole: bool = False
    trouble: str = ""

    def text(self) -> str:
        """The panel for a terminal."""
        lines = [self._summary()]
        for progress in self.notebooks:
            if self.whole:
                lines.append(f"  {_title(progress)}: {progress.reached} of {progress.total} points")
            indent = "    " if self.whole else "  "
            lines += [f"{indent}{SIGNS[one.state]} {one.exercise}: {_told(one)}" for one in progress.exercises]
        return "\n".join([*lines, *(f"  {told.replace('`', '')}" for told in (*self._sentences(), _WAYS))])

    def html(self) -> str:
        """The panel for JupyterLab."""
        points = sum(progress.total for progress in self.notebooks)
        share = round(100 * self._reached / points) if points else 0
        body = (
            f"{TITLE}{escape(self._summary())}</p>"
            f'<div class="sw-bar" aria-hidden="true"><div style="width:{share}%"></div></div>'
            f"{''.join(self._notebook(progress) for progress in self.notebooks)}"
            f"{''.join(f'<p>{code(sentence)}</p>' for sentence in self._sentences())}"
            f'<p class="sw-ways">{code(_WAYS)}</p>'
        )
        name = "the course" if self.whole else self.notebooks[0].notebook
        return page("progress", f"Progress in {name}", "not started" if self._next else "passed", body)

    @property
    def _reached(self) -> int:
        return sum(progress.reached for progress in self.notebooks)

    @property
    def _next(self) -> Standing | None:
        return next((one for progress in self.notebooks if (one := progress.next) is not None), None)

    def _summary(self) -> str:
        passed = sum(progress.passed for progress in self.notebooks)
        of = sum(len(progress.exercises) for progress in self.notebooks)
        points = sum(progress.total for progress in self.notebooks)
        return f"{passed} of {of} exercises pass their check: {self._reached} of {points} points"

    def _sentences(self) -> list[str]:
        told = [self.trouble] if self.trouble else []
        open_one = self._next
        if open_one is None:
            told.append(_ALL_PASS)
        else:
            told.append(f"Next: `{open_one.exercise}`. This panel follows the checks that you run.")
        changed = [one.exercise for each in self.notebooks for one in each.exercises if one.state == "check again"]
        if changed:
            names = ", ".join(f"`{name}`" for name in changed)
            told.append(f"The code of {names} changed since its check: run that cell and its check again.")
        return told

    def _notebook(self, progress: Progress) -> str:
        file = f"{progress.notebook}.ipynb" if self.whole else ""
        items = "".join(_item(one, file) for one in progress.exercises)
        listed = f'<ol class="sw-exercises">{items}</ol>'
        if not self.whole:
            return listed
        able = catalogue.reached(progress.notebook) if progress.next is None else ""
        done = f'<p class="sw-able">You can {escape(able)}.</p>' if able else ""
        return (
            f'<div class="sw-notebook"><p><a href="{escape(file)}">{escape(_title(progress))}</a> '
            f"<small>{progress.reached} of {progress.total} points</small></p>{listed}{done}</div>"
        )


def _item(one: Standing, file: str) -> str:
    return (
        f'<li class="is-{one.state.replace(" ", "-")}"><span aria-hidden="true">{SIGNS[one.state]}</span> '
        f'<a href="{escape(file)}#Exercise:-{one.exercise}"><code>{escape(one.exercise)}</code></a> '
        f"<small>{escape(_told(one))}</small></li>"
    )


def _told(one: Standing) -> str:
    points = "1 point" if one.points == 1 else f"{one.points} points"
    told = one.at is not None and one.state != "not started"
    checked = f", {day_and_time(one.at, datetime.now().date())}" if told and one.at is not None else ""
    return f"{points}, {one.state}{checked}"


def _title(progress: Progress) -> str:
    return catalogue.title(progress.notebook)


_results: Results | None = None
_panels: dict[str | None, tuple[Shown, str]] = {}


def progress(notebook: str | None = None) -> None:
    """Show which exercises of ``notebook`` ("4_layout") pass, or of the whole course; the panel follows the checks.

    ``ValueError`` names the notebooks if there is none of that name.
    """
    html, text = _drawn(notebook)
    _be_there_for_cells()
    _panels[notebook] = show(html, text, keep=True), html


def first_panel(notebook: str | None) -> dict[str, str]:
    """The panel before anything was checked, as the data of an output."""
    panel = _panel(notebook, Results(), [], None)
    return {"text/html": panel.html(), "text/plain": panel.text()}


def remember(name: str, state: str) -> None:
    """Note what a check found, and bring the panels up to date."""
    _kept().note(name, Result(state, datetime.now(UTC), last_mark(name, _cells_run())))
    _redraw({name})


def _redraw(names: set[str]) -> None:
    for notebook, (shown, before) in list(_panels.items()):
        if notebook is None or names & set(catalogue.notebooks()[notebook]):
            html, text = _drawn(notebook)
            if html != before:
                shown.update(html, text)
                _panels[notebook] = shown, html


def _drawn(notebook: str | None) -> tuple[str, str]:
    results = _kept()
    panel = _panel(notebook, results, _cells_run(), results.folder)
    return panel.html(), panel.text()


def _panel(notebook: str | None, results: Results, ran: list[str], folder: Path | None) -> Panel:
    names = catalogue.notebooks() if notebook is None else (notebook,)
    known = results.all()
    found = tuple(progress_of(name, known, ran, folder) for name in names)
    return Panel(found, notebook is None, results.trouble)


def _kept() -> Results:
    global _results
    if _results is None:
        _results = Results(learners_folder(_FOLDER) if notebook_shell() is not None else None)
    return _results


def _cells_run() -> list[str]:
    """The cells of this session, the last one last."""
    shell = notebook_shell()
    return list(shell.history_manager.input_hist_raw) if shell is not None else []


def _be_there_for_cells() -> None:
    """Redraw when a cell gives an exercise's name another meaning; offer ``%%restart``; let figures be dark, too."""
    shell = notebook_shell()
    if shell is not None and _after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _after_cell)
        show_own_figures(shell)
        register(shell, _FOLDER, lambda name: remember(name, "not started"))


def _after_cell(result: Any) -> None:
    cell = getattr(result.info, "raw_cell", None) or ""
    names = {name for name in catalogue.names() if binds(cell, name)}
    if names:
        _redraw(names)


