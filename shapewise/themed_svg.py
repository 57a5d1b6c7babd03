"""A matplotlib figure -> SVG that stands on a light or a dark page in the page's own colors.

What has the color that matplotlib gives to text, axes and ticks takes the page's color of text, and white paper goes. A
color that somebody chose stays, and so does text that lies on something drawn, as on a bar or a heatmap.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["themed_svg"]

_FAINT = 0.25  # how much of that color a grid has
_INK = "#010203"  # stands for the page's color while matplotlib draws; nobody chooses it
_SETTINGS: Any = {"svg.hashsalt": "shapewise", "svg.fonttype": "path"}
_LEAST = 0.7  # of its width: on a narrower screen its words could not be read, so it scrolls
_NO_DATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_PIXELS_PER_POINT = 96 / 72


def themed_svg(figure: Any) -> str:
    """The figure as an ``<svg>`` element without a prolog, as wide as its place allows."""
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context(_SETTINGS), _in_the_page_s_colors(figure):
        figure.savefig(buffer, format="svg", bbox_inches="tight", facecolor="none", metadata=_NO_DATA)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    width = float(re.search(r'width="([\d.]+)pt"', text)[1]) * _PIXELS_PER_POINT  # type: ignore[index]
    box = re.search(r'viewBox="([^"]+)"', text)[1]  # type: ignore[index]
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}" '
        f'aria-hidden="true" style="display:block;width:{width:.0f}px;max-width:100%;min-width:{_LEAST * width:.0f}px;'
        'height:auto;color:var(--jp-content-font-color1, inherit)">'
    )
    drawn = text[text.index(">", text.index("viewBox")) + 1 :].replace(_INK, "currentColor")
    return "".join(line.strip() + "\n" for line in (root + drawn).splitlines())


@contextmanager
def _in_the_page_s_colors(figure: Any) -> Iterator[None]:
    """Give the artists the stand-in for the page's color, and put back what they had."""
    figure.canvas.draw()  # the places of texts are known once they have been drawn
    undo: list[Callable[[], None]] = []

    def change(artist: Any, what: str, value: Any) -> None:
        before = getattr(artist, f"get_{what}")()
        undo.append(lambda: getattr(artist, f"set_{what}")(before))
        getattr(artist, f"set_{what}")(value)

    try:
        for artist, what, value in list(_changes(figure)):
            change(artist, what, value)
        yield
    finally:
        for step in reversed(undo):
            step()


def _changes(figure: Any) -> Iterator[tuple[Any, str, Any]]:
    from matplotlib import rcParams
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.spines import Spine
    from matplotlib.text import Annotation, Text

    papers = [figure.patch, *(axes.patch for axes in figure.axes)]
    papers += [legend.get_frame() for legend in figure.findobj(Legend)]
    for paper in papers:
        if _is(paper.get_facecolor(), "white"):
            yield paper, "facecolor", "none"
    drawn = {id(axes): _drawn_in(axes) for axes in figure.axes}
    for text in figure.findobj(Text):
        if _is(text.get_color(), "black") and not _lies_on(text, drawn.get(id(text.axes), [])):
            yield text, "color", _INK
    grids = {id(line) for axes in figure.axes for line in (*axes.get_xgridlines(), *axes.get_ygridlines())}
    for line in figure.findobj(Line2D):
        if id(line) in grids and _is(line.get_color(), rcParams["grid.color"]):
            yield line, "color", _INK
            yield line, "alpha", _FAINT
        for what in ("color", "markeredgecolor", "markerfacecolor"):
            if _is(getattr(line, f"get_{what}")(), "black"):
                yield line, what, _INK
    arrows = [note.arrow_patch for note in figure.findobj(Annotation) if note.arrow_patch is not None]
    for shape in [*figure.findobj(Spine), *figure.findobj(FancyArrowPatch), *arrows]:
        for what in ("edgecolor", "facecolor"):
            if _is(getattr(shape, f"get_{what}")(), "black"):
                yield shape, what, _INK


def _is(color: Any, name: str) -> bool:
    from matplotlib.colors import is_color_like, same_color, to_rgba

    return bool(is_color_like(color)) and to_rgba(color)[3] > 0 and same_color(to_rgba(color)[:3], name)


def _drawn_in(axes: Any) -> list[Any]:
    """Where something filled lies in an Axes: boxes in pixels."""
    shapes = [patch for patch in axes.patches if patch.get_visible() and patch.get_fill()]
    meshes = [mesh for mesh in axes.collections if hasattr(mesh, "get_coordinates")]
    return [shape.get_window_extent() for shape in [*shapes, *axes.images, *meshes]]


def _lies_on(text: Any, boxes: list[Any]) -> bool:
    if text not in text.axes.texts if text.axes is not None else True:
        return False  # a title, a label, a tick: beside what is drawn
    extent = text.get_window_extent()
    x, y = (extent.x0 + extent.x1) / 2, (extent.y0 + extent.y1) / 2
    return any(box.contains(x, y) for box in boxes)
