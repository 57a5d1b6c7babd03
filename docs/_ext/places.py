"""An explorer and a state -> its place in a page: the stored picture, which a script replaces by a living one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from _ext.scripts import picture
from shapewise import explorers
from shapewise.explorers.catalogue import Value, declared, names

__all__ = ["gallery", "place"]


def place(name: str, state: Mapping[str, Value] | None = None, *, gallery: str, own_address: bool = False) -> str:
    """One line of HTML. ``gallery`` is the way to the page whose addresses open a state.

    ``own_address``: this is that page, so the address follows what is shown.
    """
    found = declared(name)
    whole = {**found.initial, **(state or {})}
    told = {key: value for key, value in whole.items() if value != found.initial[key]}
    follows = " data-follow" if own_address else ""
    inside = " ".join(picture(name, whole).split("\n"))
    return (
        f'<div class="explorer" data-explorer="{name}" data-state="{escape(json.dumps(told))}" '
        f'data-home="{escape(gallery)}"{follows}>'
        f'<p class="explorer-title">{escape(found.title)}</p><div class="explorer-still">{inside}</div></div>'
    )


def gallery() -> str:
    """Every explorer with a heading, what it shows, and its place, as Markdown."""
    parts = []
    for name in names():
        function = f"explore_{name}"
        said = (getattr(explorers, function).__doc__ or "").strip().split("\n\n")[0]
        said = " ".join(said.replace("``", "`").split())
        parts.append(
            f"({name})=\n## {declared(name).title.removesuffix(' explorer')}\n\n"
            f"{place(name, gallery='gallery.html', own_address=True)}\n\n"
            f"`{function}()` in a notebook. {said}\n"
        )
    return "\n".join(parts)
