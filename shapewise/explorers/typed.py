"""Text boxes and a renderer -> a live view that is drawn anew in Python with each keystroke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any, ClassVar

import ipywidgets

from shapewise.explorers.view import Companion, View

__all__ = ["Box", "TypedView"]


@dataclass(frozen=True)
class Box:
    """A text box for the trait of the same name; ``at_once`` renders as one types, else on Enter.

    ``label`` stands beside it, ``name`` is what a screen reader calls it.
    """

    trait: str
    label: str
    name: str
    placeholder: str
    at_once: bool = True


class TypedView(View):
    """A view whose traits are text; ``_boxes`` says which of them have a box, and in which order."""

    _boxes: ClassVar[tuple[Box, ...]] = ()

    def _draw(self) -> str:
        """The picture of the state now, as HTML."""
        raise NotImplementedError

    def _say(self) -> str:
        """The state now in a line that is read aloud."""
        raise NotImplementedError

    def _problems(self) -> dict[str, str]:
        """What is wrong with each box, by its class (``sw-`` and the trait); empty where nothing is."""
        raise NotImplementedError

    def _controls(self) -> list[ipywidgets.Widget]:
        """The rows above the picture."""
        return [ipywidgets.HBox(list(self._texts.values()), _dom_classes=("sw-boxes",))]

    def _build(self) -> ipywidgets.Widget:
        self._one_at_a_time = RLock()
        self._drawing = True
        self._texts = {box.trait: self._text(box) for box in self._boxes}
        self._picture = ipywidgets.HTML(self._draw(), _dom_classes=("sw-picture-of",))
        self._companion = Companion(
            names={f"sw-{box.trait}": box.name for box in self._boxes}, needs_kernel=True, problems=self._problems()
        )
        self._companion.on_msg(self._on_message)
        live = ipywidgets.VBox([*self._controls(), self._picture, self._companion])
        live.add_class("shapewise-explorer")
        live.add_class("sw-pending")
        self.observe(self._redraw, names=list(self.trait_names()))
        return live

    def _text(self, box: Box) -> ipywidgets.Text:
        text = ipywidgets.Text(
            value=getattr(self, box.trait),
            description=box.label,
            placeholder=box.placeholder,
            continuous_update=box.at_once,
            _dom_classes=(f"sw-{box.trait}", "sw-box"),
        )
        text.observe(lambda change: self._set({box.trait: change["new"]}), names="value")
        self.observe(lambda change: text.set_trait("value", change["new"]), names=box.trait)
        return text

    def _set(self, values: Mapping[str, str]) -> None:
        """Change several boxes and draw once. JupyterLab may bring what two boxes say on two threads."""
        with self._one_at_a_time:
            self._drawing = False
            for name, value in values.items():
                self.set_trait(name, value)
            self._drawing = True
            self._redraw()

    def _redraw(self, _: Any = None) -> None:
        with self._one_at_a_time:
            if not self._drawing:
                return
            self._picture.value = self._draw()
            with self._companion.hold_sync():
                self._companion.message = self._say()
                self._companion.problems = self._problems()
                self._companion.revision += 1

    def _on_message(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:
        """The page asks whether somebody is there, or one of its buttons sets the text of boxes."""
        boxes = {box.trait for box in self._boxes}
        values = {name: value for name, value in content.items() if name in boxes and isinstance(value, str)}
        if values:
            self._set(values)
        self._companion.send({"alive": True})
