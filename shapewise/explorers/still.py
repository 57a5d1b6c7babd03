"""Stored pictures -> the HTML that an explorer shows where no script runs, hidden while the live view is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from shapewise.explorers.catalogue import Declared, Picture, Value, pictures
from shapewise.explorers.palette import literal

__all__ = ["described", "lines", "still_picture"]

_HIDES = (
    "<style>"
    ".jp-OutputArea:has(.shapewise-live) .jp-OutputArea-child:has(.sw-stored){display:none!important}"
    ".jp-OutputArea:has(.shapewise-live) .sw-stored{display:none!important}"
    ".jp-OutputArea:has(.sw-stored) .jp-OutputArea-child:has(.sw-pending){display:none!important}"
    ".jp-OutputArea:has(.sw-stored) .jupyter-widgets:not(:has(*)){display:none!important}"
    "</style>"
)


def still_picture(explorer: Declared, state: Mapping[str, Value]) -> str:
    """The state's picture, if one was stored, else its words; below it the others that were stored."""
    shown = _shown(explorer, state)
    cards = [picture.html for picture in shown]
    if not shown or shown[0].state != state:
        cards.insert(0, f'<p style="margin:0;font-size:13px">{escape(described(explorer, state))}</p>')
    return _HIDES + _cards(explorer.title, cards)


def lines(explorer: Declared, state: Mapping[str, Value]) -> list[str]:
    """The same as text: the state in words, then the stored ones."""
    shown = _shown(explorer, state)
    words = [picture.words for picture in shown]
    return words if shown and shown[0].state == state else [described(explorer, state), *words]


def described(explorer: Declared, state: Mapping[str, Value]) -> str:
    """A state of which no picture was stored, in words: what its controls are set to."""
    told = [
        f"{control['label']}: {state[control['name']]}"
        for control in explorer.controls
        if "when" not in control and control["kind"] != "check"
    ]
    return f"{'; '.join(told)}. Run this cell in JupyterLab to see it."


def _shown(explorer: Declared, state: Mapping[str, Value]) -> list[Picture]:
    stored = pictures(explorer.name)
    same = [picture for picture in stored if picture.state == state]
    return same + [picture for picture in stored if picture.state != state and not picture.state.get("predict")]


def _cards(title: str, cards: Iterable[str]) -> str:
    surface = (
        f"display:inline-block;vertical-align:top;box-sizing:border-box;width:440px;max-width:100%;margin:0 8px 8px 0;"
        f"padding:10px;border:1px solid {literal('line')};border-radius:6px;background-color:{literal('paper')};"
        f"color:{literal('ink')};"
    )
    inside = "".join(f'<div style="{surface}">{card}</div>' for card in cards)
    return (
        '<div class="sw-stored" style="font-family:system-ui,sans-serif">'
        f'<p style="margin:0 0 6px 0"><b>{title}</b></p>{inside}</div>'
    )
