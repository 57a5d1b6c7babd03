"""The layout explorer in a notebook: a box for a shape, a box for a chain, and steps that are one click away."""

from __future__ import annotations

from html import escape
from typing import ClassVar

import ipywidgets
import traitlets

from shapewise.explorers.chain import Step
from shapewise.explorers.layout import TRY_THIS, State, problems, render, walk, words
from shapewise.explorers.markup import button
from shapewise.explorers.typed import Box, TypedView

__all__ = ["LayoutView"]


class LayoutView(TypedView):
    """Traits ``shape`` and ``chain`` are what stands in the boxes; ``steps`` is what torch makes of them."""

    name = "Layout explorer"
    shape = traitlets.Unicode("3, 4")
    chain = traitlets.Unicode(".transpose(0, 1)")
    _boxes: ClassVar[tuple[Box, ...]] = (
        Box("shape", "Shape", "Shape of x", "for example 3, 4"),
        Box("chain", "x", "Operations on x", "for example .transpose(0, 1)[1:]"),
    )

    @property
    def state(self) -> State:
        """What is shown now."""
        return State(self.shape, self.chain)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The tensor after each operation; empty while a box cannot be understood."""
        found = walk(self.state)
        return () if found.error else found.steps

    def _shown(self) -> list[State]:
        tries = [State(shape, chain) for shape, chain, _ in TRY_THIS]
        return [self.state, *(state for state in tries if state != self.state)]

    def _pictures(self) -> list[str]:
        return [render(state, live=False) for state in self._shown()]

    def _lines(self) -> list[str]:
        return [words(state) for state in self._shown()]

    def _draw(self) -> str:
        return render(self.state)

    def _say(self) -> str:
        return words(self.state)

    def _problems(self) -> dict[str, str]:
        return problems(self.state)

    def _controls(self) -> list[ipywidgets.Widget]:
        tries = "".join(
            f"<li>{button(f'<code>({shape}) {escape(chain)}</code>', {'shape': shape, 'chain': chain}, f'try-{k}')} "
            f'<span class="sw-note">{why}</span></li>'
            for k, (shape, chain, why) in enumerate(TRY_THIS)
        )
        presets = ipywidgets.HTML(f'<p class="sw-note">Try this</p><ul class="sw-tries">{tries}</ul>')
        return [*super()._controls(), presets]
