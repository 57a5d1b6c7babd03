"""An offer of an explorer -> a button under the check's panel that opens it there, or a line where there is no notebook."""

from __future__ import annotations

from typing import Any

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display

from shapewise.explorers.explorer import explorer
from shapewise.explorers.from_check import Offer

__all__ = ["opener", "show_offer"]


def show_offer(offer: Offer) -> None:
    """Show the button; nothing where no notebook is."""
    shell = get_ipython()
    if shell is not None and getattr(shell, "kernel", None) is not None:
        display(opener(offer))  # type: ignore[no-untyped-call]


def opener(offer: Offer) -> ipywidgets.Widget:
    """A box with a button; the first click makes the explorer below it, the next ones close and open it."""
    button = ipywidgets.ToggleButton(
        value=False, description=offer.label, icon="search", layout=ipywidgets.Layout(width="auto", height="auto", align_self="flex-start")
    )
    box = ipywidgets.VBox([button])

    def toggle(change: dict[str, Any]) -> None:
        if len(box.children) == 1:
            box.children = (button, explorer(offer.explorer, **offer.state).live_view())
        box.children[1].layout.display = "" if change["new"] else "none"

    button.observe(toggle, names="value")
    return box
