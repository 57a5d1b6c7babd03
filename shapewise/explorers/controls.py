"""An explorer's declared controls -> ipywidgets that are linked to its state in the browser, kernel or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets

__all__ = ["linked_controls"]


def linked_controls(picture: ipywidgets.Widget, controls: tuple[Mapping[str, Any], ...]) -> ipywidgets.Widget:
    """One row of controls for the traits of the same names; the row keeps the links."""
    widgets = [_control(control, getattr(picture, control["name"])) for control in controls]
    row = ipywidgets.HBox(widgets, _dom_classes=("sw-boxes",))
    row.links = [
        ipywidgets.jslink((widget, "value"), (picture, control["name"]))
        for widget, control in zip(widgets, controls, strict=True)
    ]
    return row


def _control(control: Mapping[str, Any], value: Any) -> ipywidgets.Widget:
    common = {"value": value, "description": control["label"], "_dom_classes": _classes(control)}
    if control["kind"] == "text":
        return ipywidgets.Text(
            placeholder=control["placeholder"], continuous_update=not control.get("onEnter", False), **common
        )
    if control["kind"] == "check":
        return ipywidgets.Checkbox(indent=False, **common)
    if control["kind"] == "choice":
        return ipywidgets.Dropdown(options=[(label, option) for option, label in control["options"]], **common)
    limits = {name: control[name] for name in ("min", "max", "step")}
    whole = all(isinstance(limit, int) for limit in limits.values())
    slider = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    return slider(readout=False, continuous_update=True, **limits, **common)


def _classes(control: Mapping[str, Any]) -> tuple[str, ...]:
    wide = ("sw-wide",) if control.get("wide") else ()
    when = (f"sw-when-{control['when']}",) if "when" in control else ()
    return ("sw-control", f"sw-{control['kind']}", f"sw-control-{control['name']}", *wide, *when)
