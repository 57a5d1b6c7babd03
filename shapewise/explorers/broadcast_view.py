"""The broadcast explorer in a notebook: two boxes for shapes, five pairs to try, and a prediction to commit to."""

from __future__ import annotations

from typing import Any, ClassVar

import ipywidgets
import traitlets

from shapewise.explorers.broadcast import TRY_THIS, State, broadcast, legend, problems, render, words
from shapewise.explorers.markup import button
from shapewise.explorers.typed import Box, TypedView

__all__ = ["BroadcastView"]


class BroadcastView(TypedView):
    """Traits ``a``, ``b``, ``predict`` and ``prediction`` are what is typed; ``result`` is what comes out."""

    name = "Broadcast explorer"
    a = traitlets.Unicode("4, 1, 3")
    b = traitlets.Unicode("5, 3")
    predict = traitlets.Bool(False)
    prediction = traitlets.Unicode()
    _boxes: ClassVar[tuple[Box, ...]] = (
        Box("a", "Shape A", "Shape A", "for example 4, 1, 3"),
        Box("b", "Shape B", "Shape B", "for example 5, 3"),
        Box("prediction", "Prediction", "Your prediction of the result", "a shape, or: error", at_once=False),
    )

    @property
    def state(self) -> State:
        """What is shown now."""
        return State(self.a, self.b, self.predict, self.prediction)

    @property
    def result(self) -> tuple[int, ...] | None:
        """The shape that comes out; None where the shapes clash, or where a box holds no shape."""
        aligned = broadcast(self.state)
        return aligned.result if aligned else None

    @traitlets.observe("a", "b")
    def _forget_the_prediction(self, _: Any) -> None:
        self.prediction = ""

    def _shown(self) -> list[State]:
        tries = [State(a, b) for a, b, _ in TRY_THIS]
        return [State(self.a, self.b), *(state for state in tries if (state.a, state.b) != (self.a, self.b))]

    def _pictures(self) -> list[str]:
        return [*(render(state, live=False) for state in self._shown()), f"<div>{legend()}</div>"]

    def _lines(self) -> list[str]:
        return [words(state) for state in self._shown()]

    def _draw(self) -> str:
        return render(self.state)

    def _say(self) -> str:
        return words(self.state)

    def _problems(self) -> dict[str, str]:
        return problems(self.state)

    def _controls(self) -> list[ipywidgets.Widget]:
        presets = "".join(
            f'<li>{button(f"({a}) with ({b})", {"a": a, "b": b}, f"try-{k}")} <span class="sw-note">{why}</span></li>'
            for k, (a, b, why) in enumerate(TRY_THIS)
        )
        tries = ipywidgets.HTML(f'<p class="sw-note">Try this</p><ul class="sw-tries">{presets}</ul>')
        predict = ipywidgets.Checkbox(
            value=self.predict, description="Predict first", indent=False, _dom_classes=("sw-predict",)
        )
        traitlets.link((self, "predict"), (predict, "value"))
        box = self._texts["prediction"]
        box.layout.display = "" if self.predict else "none"
        self.observe(lambda change: setattr(box.layout, "display", "" if change["new"] else "none"), names="predict")
        return [
            ipywidgets.HBox([self._texts["a"], self._texts["b"]], _dom_classes=("sw-boxes",)),
            tries,
            ipywidgets.HBox([predict, box], _dom_classes=("sw-boxes",)),
        ]
