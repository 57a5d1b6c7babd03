"""``mine.py`` -> the eight parts of attention: the learner's where they pass their check, torch's where not yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from shapewise.checks import catalogue
from shapewise.checks.diagnosing import diagnose
from shapewise.checks.panel import TITLE, code, page
from shapewise.checks.showing import show
from shapewise.checks.verdict import SIGNS
from shapewise.library import standins
from shapewise.library.keeping import module_of
from shapewise.library.place import FILE, library_file

__all__ = ["Parts", "my_parts"]

_NUMBERS = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven")


@dataclass(frozen=True)
class Parts:
    """The functions that attention is built from, and the names of those that the learner wrote."""

    embed: Callable[..., Any]
    add_positions: Callable[..., Any]
    layer_norm: Callable[..., Any]
    linear: Callable[..., Any]
    split_heads: Callable[..., Any]
    causal_mask: Callable[..., Any]
    attention: Callable[..., Any]
    merge_heads: Callable[..., Any]
    yours: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Which parts are whose."""
        return f"<parts; yours: {', '.join(sorted(self.yours)) or 'none yet'}>"


_NAMES = tuple(name for name in Parts.__dataclass_fields__ if name != "yours")


def my_parts() -> Parts:
    """The eight parts, from ``mine.py`` where they pass their check; a panel says whose each one is.

    Raises nothing: a file that is missing or does not run leaves torch's stand-ins.
    """
    file = library_file()
    written, trouble = _written(file)
    own = {name: function for name, function in written.items() if diagnose(function, name).passed}
    parts = Parts(**{name: own.get(name, getattr(standins, name)) for name in _NAMES}, yours=frozenset(own))
    told = trouble or _told(parts, at_a_learners=file is not None)
    advice = _advice(parts) if file is not None and not trouble else ""
    show(_html(parts, told, advice), _text(parts, told, advice))
    return parts


def _written(file: Path | None) -> tuple[dict[str, Any], str]:
    """The learner's functions by name, and what is wrong with the file, if anything."""
    if file is None or not file.exists():
        return {}, ""
    try:
        module = module_of(file.read_text("utf-8"), file)
    except Exception as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        return {}, (f"Your `{FILE}` does not run ({type(error).__name__}: {error}{where}), so torch's parts stand in. "
                    "Mend it, or delete it and run the checks of your answers again.")
    found = {name: vars(module).get(name) for name in _NAMES}
    return {name: held for name, held in found.items() if held is not None and held is not getattr(standins, name)}, ""


def _told(parts: Parts, *, at_a_learners: bool) -> str:
    if not at_a_learners:
        return "torch's own parts stand in for all eight: here, each exercise counts for itself."
    if len(parts.yours) == len(_NAMES):
        return f"All eight parts are yours, from `{FILE}`."
    are = "is" if len(parts.yours) < 2 else "are"
    return f"{_NUMBERS[len(parts.yours)]} of the eight parts {are} yours{'' if parts.yours else ' yet'}."


def _home(name: str) -> str:
    return next(notebook for notebook, found in catalogue.notebooks().items() if name in found)


def _advice(parts: Parts) -> str:
    if len(parts.yours) == len(_NAMES):
        return "What follows is your own code, from the ids to the last vector."
    others = "the others" if parts.yours else "them"
    return f"torch's stand in for {others}. When one more passes its check in the notebook named, run this cell again."


def _text(parts: Parts, told: str, advice: str) -> str:
    whose = {name: "yours" if name in parts.yours else f"torch's ({_home(name)})" for name in _NAMES}
    lines = [f"  {_sign(parts, name)} {name}: {whose[name]}" for name in _NAMES]
    return "\n".join([told.replace("`", ""), *lines, *([f"  {advice}"] if advice else [])])


def _html(parts: Parts, told: str, advice: str) -> str:
    items = "".join(
        f'<li class="is-{"passed" if name in parts.yours else "not-started"}">'
        f'<span aria-hidden="true">{_sign(parts, name)}</span> <code>{name}</code> '
        f"<small>{'yours' if name in parts.yours else f'torch&#x27;s, {_link(name)}'}</small></li>"
        for name in _NAMES
    )
    state = "passed" if len(parts.yours) == len(_NAMES) else "not started"
    body = f'{TITLE}{code(told)}</p><ol class="sw-exercises">{items}</ol><p>{escape(advice)}</p>'
    return page("progress", "The parts of attention, and whose they are", state, body)


def _link(name: str) -> str:
    return f'<a href="{_home(name)}.ipynb#Exercise:-{name}">{_home(name)}</a>'


def _sign(parts: Parts, name: str) -> str:
    return SIGNS["passed" if name in parts.yours else "not started"]
