"""An explorer's name and state -> its two outputs in a notebook: the stored picture first, then the live view.

The live view is one bundle of script, made from ``web/``, that draws and answers in the browser. Python keeps the
state: its traits tell what is shown, and setting one changes it.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets
from IPython.display import display

from shapewise.explorers.catalogue import STATIC, Declared, Value, declared
from shapewise.explorers.controls import linked_controls
from shapewise.explorers.still import lines, still_picture

__all__ = ["Explorer", "explorer"]

_TRAITS = {str: traitlets.Unicode, bool: traitlets.Bool, int: traitlets.Float, float: traitlets.Float}


class Explorer(anywidget.AnyWidget):
    """The value of a cell shows it; it has a trait for each value of its state."""

    _esm = (STATIC / "explorers.mjs").read_text(encoding="utf-8")
    declared: ClassVar[Declared]
    explorer = traitlets.Unicode(help="which explorer the bundle shows").tag(sync=True)
    _view: ipywidgets.Widget | None = None

    @property
    def state(self) -> dict[str, Value]:
        """What is shown now, by trait."""
        return {name: getattr(self, name) for name in self.declared.initial}

    def __repr__(self) -> str:
        """Everything that the stored pictures say, as text."""
        return "\n".join((self.declared.title, *(f"  {line}" for line in lines(self.declared, self.state))))

    def still_picture(self) -> str:
        """The state as HTML that needs neither kernel nor script nor stylesheet."""
        return still_picture(self.declared, self.state)

    def live_view(self) -> ipywidgets.Widget:
        """Controls and picture in one box; the same one each time."""
        if self._view is None:
            controls = linked_controls(self, self.declared.controls)
            self._view = ipywidgets.VBox([controls, self], _dom_classes=("shapewise-explorer", "sw-pending"))
        return self._view

    def _repr_mimebundle_(self, **_: Any) -> None:
        """Nothing: ``_ipython_display_`` shows both outputs."""

    def _ipython_display_(self) -> None:
        """Called by IPython when the explorer is the value of a cell."""
        still = {"text/html": self.still_picture(), "text/plain": repr(self)}
        live = {
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.live_view().model_id,
            },
            "text/plain": f"({self.declared.title}: run this cell in JupyterLab to use it.)",
        }
        for bundle in (still, live):
            display(bundle, raw=True)  # type: ignore[no-untyped-call]


@cache
def _class_of(name: str) -> type[Explorer]:
    """A subclass with a synced trait for each value of the state: a whole number only where a slider keeps it whole."""
    found = declared(name)
    traits = {name: _TRAITS[type(value)](value).tag(sync=True) for name, value in found.initial.items()}
    for control in found.controls:
        if control["kind"] == "slider":
            limits = {key: control[key] for key in ("min", "max")}
            whole = all(isinstance(control[key], int) for key in ("min", "max", "step"))
            kind: Any = traitlets.Int if whole else traitlets.Float
            traits[control["name"]] = kind(found.initial[control["name"]], **limits).tag(sync=True)
    return type(f"{name.title()}Explorer", (Explorer,), {"declared": found, **traits})


def explorer(name: str, **state: Value) -> Explorer:
    """The explorer of this name, with these values of its state instead of the initial ones."""
    unknown = sorted(state.keys() - declared(name).initial.keys())
    if unknown:
        raise TypeError(f"The {name} explorer has no {', '.join(unknown)}; it has {', '.join(declared(name).initial)}.")
    return _class_of(name)(explorer=name, **state)
