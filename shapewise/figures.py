"""A matplotlib figure and a sentence saying what it shows -> a picture in the notebook with that text alternative.

JupyterLab drops the text alternative of a plot that it shows by itself, so figures go out as HTML. It holds the figure
twice: as SVG in the page's own colors, and as an image on white for pages that take no SVG (feedback, a notebook that
nobody trusts yet).
"""

from __future__ import annotations

import base64
import html
import io
from functools import cached_property
from typing import Any

from shapewise.themed_svg import themed_svg

__all__ = ["Figure", "show_figure", "show_own_figures"]

_PIXELS_PER_INCH = 96
_SHARPNESS = 2  # pixels of the image per pixel of the page, for dense displays
_STYLE = (
    "<style>.shapewise-figure { overflow-x: auto; } .shapewise-figure:has(> svg) > img { display: none; }</style>"
)


class Figure:
    """A finished picture and its text alternative; it is drawn when a notebook asks to see it."""

    def __init__(self, figure: Any, description: str) -> None:
        """Keep the two: where nobody looks, as in grading, the drawing is saved."""
        self.description = description
        self._figure = figure

    @cached_property
    def png(self) -> bytes:
        """The picture on white."""
        buffer = io.BytesIO()
        # Without the metadata matplotlib writes its version, and the same picture differs between machines.
        self._figure.savefig(
            buffer, format="png", dpi=_SHARPNESS * _PIXELS_PER_INCH, bbox_inches="tight", facecolor="white",
            metadata={"Software": None},
        )
        return buffer.getvalue()

    @cached_property
    def svg(self) -> str:
        """The picture in the colors of the page that it stands on."""
        return themed_svg(self._figure)

    @property
    def width(self) -> int:
        """Its width on the page, in pixels."""
        pixels = int.from_bytes(self.png[16:20], "big")  # the width stands in a PNG's first chunk
        return pixels // _SHARPNESS

    def html(self) -> str:
        """The picture both ways, of which a page shows one."""
        data = base64.b64encode(self.png).decode("ascii")
        alt = html.escape(self.description, quote=True)
        style = f"width:{self.width}px;max-width:100%;height:auto;background:#fff;border-radius:6px"
        return (
            f'{_STYLE}<div class="shapewise-figure" role="img" aria-label="{alt}">{self.svg}'
            f'<img alt="{alt}" src="data:image/png;base64,{data}" style="{style}"></div>'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        data = base64.b64encode(self.png).decode("ascii")
        return {"text/html": self.html(), "image/png": data, "text/plain": self.description}

    def __repr__(self) -> str:
        """The text alternative, which is what a reader without pictures gets."""
        return self.description


def show_figure(figure: Any, description: str) -> Figure:
    """The matplotlib ``figure`` (or the Axes in it) as a picture with ``description`` as its text alternative.

    End a cell with it. The figure is closed, so that the notebook does not show it a second time.
    """
    from matplotlib import pyplot  # not at the top: importing shapewise must stay quick

    figure = getattr(figure, "figure", None) or figure
    pyplot.close(figure)
    return Figure(figure, description)


def show_own_figures(shell: Any) -> None:
    """Let the figures that a learner draws follow the page's colors, too, in the notebook of ``shell``."""
    formatter = shell.display_formatter.formatters["text/html"]
    formatter.for_type_by_name("matplotlib.figure", "Figure", lambda figure: Figure(figure, _described(figure)).html())


def _described(figure: Any) -> str:
    """What a figure says of itself: its titles and labels."""
    told = [figure.get_suptitle()]
    for axes in figure.axes:
        told += [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
    return "Figure: " + ("; ".join(" ".join(text.split()) for text in told if text.strip()) or "no title, no labels")
