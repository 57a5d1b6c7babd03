"""Nothing, or a few starting values -> an explorer: a picture that answers to mouse, touch and keyboard.

A cell whose value is one shows it; its traits tell what it shows, so that code can ask, and set it. The pictures are
drawn in the browser by the bundle in ``static/``, made from ``web/``. The widgets are imported when they are wanted,
because grading imports this package and shows nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapewise.explorers.explorer import Explorer

__all__ = ["explore_broadcast", "explore_dimensions", "explore_layout", "explore_pipeline"]

Shape = str | tuple[int, ...]
Setting = str | int | float | bool


def explore_dimensions(ndim: int = 0) -> Explorer:
    """Show what tensors of 0 to 3 dimensions look like; ``ndim`` is where the slider starts."""
    return _explorer("dimensions", ndim=ndim)


def explore_pipeline(stage: int = 0) -> Explorer:
    """Show what shape the numbers have on their way through a language model, from token ids to logits (0 to 6)."""
    return _explorer("pipeline", stage=stage)


def explore_broadcast(a: Shape = "4, 1, 3", b: Shape = "5, 3", predict: bool = False) -> Explorer:
    """Show how two shapes broadcast; ``predict`` hides the result until a shape has been entered."""
    return _explorer("broadcast", a=_typed(a), b=_typed(b), predict=predict)


def explore_layout(shape: Shape = "3, 4", chain: str = ".transpose(0, 1)") -> Explorer:
    """Show how a tensor lies in memory, and what a chain of methods and indices makes of it."""
    return _explorer("layout", shape=_typed(shape), chain=chain)


def _explorer(name: str, **state: Setting) -> Explorer:
    from shapewise.explorers.explorer import explorer

    return explorer(name, **state)


def _typed(shape: Shape) -> str:
    return shape if isinstance(shape, str) else ", ".join(map(str, shape)) or "()"
