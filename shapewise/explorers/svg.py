"""Numbers and words -> the few SVG shapes that the explorers' pictures are drawn with, coloured by name."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from shapewise.explorers.palette import color

__all__ = ["circle", "line", "picture", "polyline", "rect", "text"]

_SANS = "system-ui,sans-serif"
_MONO = "font-family:ui-monospace,monospace;"


def picture(width: int, height: int, alt: str, parts: Iterable[str]) -> str:
    """The whole drawing; ``alt`` says in words what it shows."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(alt)}" class="sw-picture" style="font-family:{_SANS}">{"".join(parts)}</svg>'
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 13,
    fill: str = "ink",
    anchor: str = "middle",
    mono: bool = False,
    bold: bool = False,
    turn: float = 0,
) -> str:
    """Words centred vertically on ``y``; ``turn`` rotates them by so many degrees."""
    around = f' transform="rotate({turn:g} {x:g} {y:g})"' if turn else ""
    weight = "font-weight:600;" if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" dy="0.35em" text-anchor="{anchor}"{around} '
        f'style="{_MONO if mono else ""}{weight}font-size:{size:g}px;fill:{color(fill)}">{escape(words)}</text>'
    )


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "paper",
    stroke: str = "strong-line",
    radius: float = 3,
    weight: float = 1.25,
) -> str:
    """A box with its top left corner at (x, y)."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" '
        f'style="fill:{color(fill)};stroke:{color(stroke)};stroke-width:{weight:g}"/>'
    )


def circle(
    x: float, y: float, radius: float, *, fill: str, stroke: str, weight: float = 1.5, opacity: float = 1
) -> str:
    """A disc around (x, y)."""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" '
        f'style="fill:{color(fill)};stroke:{color(stroke)};stroke-width:{weight:g};opacity:{opacity:g}"/>'
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    stroke: str = "strong-line",
    weight: float = 1.5,
    dashed: bool = False,
    arrow: bool = False,
) -> str:
    """A straight line, with a head at its end if it is an arrow."""
    dashes = ";stroke-dasharray:4 4" if dashed else ""
    drawn = (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        f'style="stroke:{color(stroke)};stroke-width:{weight:g}{dashes}"/>'
    )
    return drawn + _head(x1, y1, x2, y2, stroke) if arrow else drawn


def polyline(points: Iterable[tuple[float, float]], *, stroke: str, weight: float = 1.5) -> str:
    """A line through the points in order."""
    at = " ".join(f"{x:g},{y:g}" for x, y in points)
    style = f"fill:none;stroke:{color(stroke)};stroke-width:{weight:g};stroke-linejoin:round"
    return f'<polyline points="{at}" style="{style}"/>'


def _head(x1: float, y1: float, x2: float, y2: float, fill: str) -> str:
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    back_x, back_y = x2 - 7 * ux, y2 - 7 * uy
    corners = f"{x2:g},{y2:g} {back_x - 4 * uy:.1f},{back_y + 4 * ux:.1f} {back_x + 4 * uy:.1f},{back_y - 4 * ux:.1f}"
    return f'<polygon points="{corners}" style="fill:{color(fill)}"/>'
