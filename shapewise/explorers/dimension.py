"""A number of dimensions, 0 to 3 -> a picture of such a tensor, its shape and the code that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import ipywidgets
import traitlets

from shapewise.explorers import svg
from shapewise.explorers.view import View, frames_behind_a_slider

__all__ = ["DimensionView", "State", "render", "title", "words"]


@dataclass(frozen=True)
class State:
    """How many dimensions the tensor has."""

    ndim: int = 0

    def __post_init__(self) -> None:
        """Refuse what has no picture."""
        if not 0 <= self.ndim <= LAST:
            raise ValueError(f"ndim must be 0 to {LAST}, and is {self.ndim!r}")


@dataclass(frozen=True)
class _Step:
    name: str
    what: str
    shape: str
    example: str
    code: str


_STEPS = (
    _Step("Scalar", "One number and no axis at all: a loss, a learning rate.", "()", "5", "torch.tensor(5.0)"),
    _Step(
        "Vector",
        "Numbers in a row, one axis: what a model knows about one token.",
        "(5,)",
        "[1, 2, 3, 4, 5]",
        "torch.tensor([1, 2, 3, 4, 5])",
    ),
    _Step(
        "Matrix",
        "Rows and columns, two axes: one vector for each token.",
        "(2, 3)",
        "[[1, 2, 3], [4, 5, 6]]",
        "torch.tensor([[1, 2, 3], [4, 5, 6]])",
    ),
    _Step(
        "3D tensor",
        "A stack of matrices, three axes: one matrix for each sequence.",
        "(batch, seq, embed)",
        "a stack of matrices",
        "torch.randn(4, 32, 64)",
    ),
)
LAST = len(_STEPS) - 1
_WIDTH, _HEIGHT = 380, 250
_CELL = 44


def title(state: State) -> str:
    """For example ``2D: Matrix``."""
    return f"{state.ndim}D: {_STEPS[state.ndim].name}"


def words(state: State) -> str:
    """The whole state in one line of text."""
    step = _STEPS[state.ndim]
    return f"{title(state)}. {step.what} Shape {step.shape}. Example {step.example}. Made by {step.code}."


def render(state: State) -> str:
    """The picture and its panel as one HTML figure; pure, with the colours of the page's theme."""
    step = _STEPS[state.ndim]
    drawing = (_scalar, _vector, _matrix, _stack)[state.ndim]
    alt = f"{title(state)}, drawn as {_ALTS[state.ndim]}"
    rows = (("Shape", step.shape), ("Example", step.example), ("Code", step.code))
    facts = "".join(
        f'<tr><th scope="row" class="sw-key">{key}</th>'
        f'<td class="sw-value"><code class="sw-code">{escape(value)}</code></td></tr>'
        for key, value in rows
    )
    return (
        f'<div class="sw-frame sw-dimension-frame">'
        f"{svg.picture(_WIDTH, _HEIGHT, alt, [_progress(state.ndim), drawing()])}"
        f'<div class="sw-panel"><p class="sw-title">{title(state)}</p><p class="sw-text">{step.what}</p>'
        f'<table class="sw-facts"><tbody>{facts}</tbody></table></div></div>'
    )


_ALTS = (
    "one glowing disc that holds 5",
    "a row of five cells, with indices 0 to 4 below them",
    "a grid of 2 rows and 3 columns that holds 1 to 6",
    "three grids of 2 rows and 3 columns, one behind the other; batch runs into the depth, seq down, embed across",
)


def _progress(now: int) -> str:
    """Four numbered dots: those passed are filled, the current one is ringed, the line is dashed where still to go."""
    xs = [50 + 280 * k / LAST for k in range(LAST + 1)]
    lines = [
        svg.line(xs[k] + 13, 22, xs[k + 1] - 13, 22, stroke="accent" if k < now else "line", weight=2, dashed=k >= now)
        for k in range(LAST)
    ]
    dots = []
    for k, x in enumerate(xs):
        if k == now:
            dots.append(svg.circle(x, 22, 17, fill="accent-tint", stroke="accent", weight=2))
        filled = k <= now
        dots.append(
            svg.circle(x, 22, 12, fill="accent" if filled else "paper", stroke="accent" if filled else "strong-line")
        )
        dots.append(svg.text(x, 22, f"{k}D", size=10.5, bold=True, fill="on-accent" if filled else "muted"))
    return "".join(lines + dots)


def _cell(x: float, y: float, number: str, fill: str = "accent-tint") -> str:
    box = svg.rect(x, y, _CELL, _CELL, fill=fill, stroke="accent")
    return box + (svg.text(x + _CELL / 2, y + _CELL / 2, number, size=16, mono=True) if number else "")


def _scalar() -> str:
    x, y = _WIDTH / 2, 148
    glow = [
        svg.circle(x, y, r, fill="accent", stroke="accent", weight=0, opacity=o) for r, o in ((66, 0.1), (54, 0.16))
    ]
    disc = svg.circle(x, y, 42, fill="accent-tint", stroke="accent", weight=2.5)
    return "".join(glow) + disc + svg.text(x, y, "5", size=30, bold=True, mono=True)


def _vector() -> str:
    left, top = (_WIDTH - 5 * 54 + 10) / 2, 116
    cells = [_cell(left + 54 * k, top, str(k + 1)) for k in range(5)]
    labels = [
        svg.text(left + 54 * k + _CELL / 2, top + _CELL + 16, str(k), size=12, fill="muted", mono=True)
        for k in range(5)
    ]
    return "".join(cells + labels) + svg.text(_WIDTH / 2, top + _CELL + 40, "index", size=12, fill="muted")


def _matrix() -> str:
    left, top = 134, 104
    cells = [_cell(left + 50 * c, top + 50 * r, str(3 * r + c + 1)) for r in range(2) for c in range(3)]
    columns = [svg.text(left + 50 * c + _CELL / 2, top - 14, f"col {c}", size=12, fill="muted") for c in range(3)]
    rows = [
        svg.text(left - 12, top + 50 * r + _CELL / 2, f"row {r}", size=12, fill="muted", anchor="end") for r in range(2)
    ]
    return "".join(cells + columns + rows)


def _stack() -> str:
    left, top, depth = 104, 126, 24
    layers = []
    for k in (2, 1, 0):
        x, y = left + depth * k, top - depth * 0.75 * k
        numbers = [str(3 * r + c + 1) if k == 0 else "" for r in range(2) for c in range(3)]
        layers += [
            _cell(x + _CELL * (i % 3), y + _CELL * (i // 3), number, "accent-tint" if k == 0 else "paper")
            for i, number in enumerate(numbers)
        ]
    right, bottom = left + 3 * _CELL, top + 2 * _CELL
    axes = [
        svg.line(left, bottom + 10, right, bottom + 10, stroke="embed", weight=2, arrow=True),
        svg.text((left + right) / 2, bottom + 24, "embed (D)", size=12.5, bold=True, fill="embed"),
        svg.line(left - 10, top, left - 10, bottom, stroke="seq", weight=2, arrow=True),
        svg.text(left - 18, (top + bottom) / 2, "seq (T)", size=12.5, bold=True, fill="seq", anchor="end"),
        svg.line(
            right + 10, bottom, right + 10 + 2 * depth, bottom - 1.5 * depth, stroke="batch", weight=2, arrow=True
        ),
        svg.text(right + 44, bottom - 2, "batch (B)", size=12.5, bold=True, fill="batch", anchor="start"),
    ]
    return "".join(layers + axes)


class DimensionView(View):
    """The dimension explorer; its trait ``ndim`` follows the slider, and moves it."""

    name = "Dimension explorer"
    ndim = traitlets.Int(0, min=0, max=LAST)

    @property
    def state(self) -> State:
        """What is shown now."""
        return State(self.ndim)

    def _pictures(self) -> list[str]:
        return [render(state) for state in _ALL]

    def _lines(self) -> list[str]:
        return [words(state) for state in _ALL]

    def _build(self) -> ipywidgets.Widget:
        names = [title(state) for state in _ALL]
        live, slider = frames_behind_a_slider(self.name, "Dimensions", self._pictures(), names)
        traitlets.link((self, "ndim"), (slider, "value"))
        return live


_ALL = tuple(State(k) for k in range(LAST + 1))
