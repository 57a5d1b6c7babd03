"""An explorer's rendered states -> its two outputs in a notebook: a stored picture, then the live view.

The stored picture is plain HTML and so is never blank; the live view hides it as soon as it works. What ipywidgets
cannot do (accessible names, keeping keys from JupyterLab, lighting up where a cell came from) is done by one small
script, ``live.js``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import anywidget
import ipywidgets
import traitlets
from IPython.display import display

from shapewise.explorers.palette import variables
from shapewise.explorers.stored import small_multiples

__all__ = ["Companion", "View", "frames_behind_a_slider"]

_HERE = Path(__file__).parent
_DARK = 'body[data-jp-theme-light="false"]', 'html[theme="dark"]', "html[data-theme=dark]", "body.vscode-dark"


def _stylesheet() -> str:
    dark = ", ".join(f"{selector} .shapewise-explorer" for selector in _DARK)
    rules = (_HERE / "live.css").read_text(encoding="utf-8")
    return f".shapewise-explorer {{ {variables(False)} }}\n{dark} {{ {variables(True)} }}\n{rules}"


class Companion(anywidget.AnyWidget):
    """The script beside a live view: names, value texts, the key guard, provenance, what is read aloud."""

    _esm = (_HERE / "live.js").read_text(encoding="utf-8")
    _css = _stylesheet()
    names = traitlets.Dict(help="the accessible name of each control, by the class of its widget").tag(sync=True)
    value_texts = traitlets.List(traitlets.Unicode(), help="what each value of the slider is called").tag(sync=True)
    needs_kernel = traitlets.Bool(False, help="whether the view is rendered in Python").tag(sync=True)
    message = traitlets.Unicode("", help="what is read aloud").tag(sync=True)
    problems = traitlets.Dict(help="what is wrong with each text box, by the class of its widget").tag(sync=True)
    revision = traitlets.Int(0, help="how many times Python has rendered").tag(sync=True)


class View(traitlets.HasTraits):
    """An explorer in a notebook: the value of a cell shows it; its traits tell, and set, what it shows now."""

    name: ClassVar[str]
    _live: ipywidgets.Widget | None = None

    def _pictures(self) -> list[str]:
        """Every state, or the ones worth showing, as HTML for where there is no live view."""
        raise NotImplementedError

    def _lines(self) -> list[str]:
        """The same states, each as a line of text."""
        raise NotImplementedError

    def _build(self) -> ipywidgets.Widget:
        """Make the live widget; called once, when the view is first shown."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Everything that the stored picture says, as text."""
        return "\n".join((self.name, *(f"  {line}" for line in self._lines())))

    def still_picture(self) -> str:
        """The states as HTML that needs neither kernel nor script nor stylesheet."""
        return small_multiples(self.name, self._pictures())

    def _ipython_display_(self) -> None:
        """Called by IPython when the view is the value of a cell."""
        if self._live is None:
            self._live = self._build()
        still = {"text/html": self.still_picture(), "text/plain": repr(self)}
        live = {
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self._live.model_id,
            },
            "text/plain": f"({self.name}: run this cell in JupyterLab to use it.)",
        }
        for bundle in (still, live):
            display(bundle, raw=True)  # type: ignore[no-untyped-call]


def frames_behind_a_slider(
    name: str, label: str, frames: Sequence[str], value_texts: Sequence[str]
) -> tuple[ipywidgets.Widget, ipywidgets.IntSlider]:
    """A slider that picks one of the rendered frames in the browser, with no kernel needed; (live view, slider)."""
    slider = ipywidgets.IntSlider(
        value=0, min=0, max=len(frames) - 1, description=label, readout=False, continuous_update=True
    )
    slider.add_class("sw-slider")
    stack = ipywidgets.Stack([ipywidgets.HTML(frame) for frame in frames], selected_index=0)
    stack.add_class("sw-stack")
    link = ipywidgets.jslink((slider, "value"), (stack, "selected_index"))
    companion = Companion(names={"sw-slider": f"{name}: {label}"}, value_texts=list(value_texts))
    live = ipywidgets.VBox([slider, stack, companion])
    live.add_class("shapewise-explorer")
    live.add_class("sw-pending")
    live.link = link  # keeps the link from being collected
    return live, slider
