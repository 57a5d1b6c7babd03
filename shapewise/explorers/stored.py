"""What ``render`` gives -> HTML that teaches with no stylesheet, no script and no kernel around it.

A page that was exported, a feedback page or an untrusted notebook keeps only plain tags, inline styles and pictures.
So each drawing becomes an ``<img>`` with its words as ``alt``, and every class becomes the style that it stands for, in
the colours of a light page, on a surface of its own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from html import unescape

from shapewise.explorers.palette import FATES, literal

__all__ = ["small_multiples", "stored"]

_FONT = "font-family:system-ui,sans-serif;"
_MONO = "font-family:monospace;font-size:13px;"
_STYLES = {
    "sw-frame": "text-align:left",
    "sw-panel": "margin:0;padding:0",
    "sw-title": f"margin:6px 0 2px 0;font-weight:bold;font-size:15px;color:{literal('ink')}",
    "sw-text": f"margin:2px 0;font-size:13px;line-height:1.45;color:{literal('ink')}",
    "sw-note": f"margin:4px 0;font-size:12px;color:{literal('muted')}",
    "sw-facts": "border-collapse:collapse;margin:4px 0;width:auto",
    "sw-grid": "border-collapse:collapse;margin:4px 8px 4px 0;width:auto",
    "sw-key": f"text-align:left;padding:1px 10px 1px 0;font-size:12px;font-weight:normal;color:{literal('muted')}",
    "sw-value": f"text-align:left;padding:1px 0;font-size:13px;overflow-wrap:anywhere;color:{literal('ink')}",
    "sw-spaced": "padding:1px 10px 1px 0",
    "sw-outcome": f"margin:6px 0;font-size:14px;font-weight:bold;color:{literal('ink')}",
    "sw-more": f"border:0;padding:0 4px;color:{literal('muted')}",
    "sw-entry": "display:block;margin:3px 0",
    "sw-caption": f"margin:6px 0 2px 0;font-weight:bold;font-size:13px;color:{literal('ink')}",
    "sw-code": f"{_MONO}color:{literal('ink')};background-color:transparent",
    "sw-head": f"padding:1px 4px;font-size:11px;font-weight:normal;color:{literal('muted')};text-align:center",
    "sw-cell": f"{_MONO}font-size:11px;border:1px solid {literal('strong-line')};padding:2px 4px;text-align:center;"
    f"color:{literal('ink')}",
    "sw-error": f"margin:4px 0;font-size:13px;color:{literal('conflict')}",
    "sw-chip": f"{_MONO}display:inline-block;border-radius:4px;padding:1px 7px;margin:1px;white-space:nowrap",
} | {
    f"sw-{name}": f"color:{fate.ink.light};background-color:{fate.ink.light_tint};"
    f"border:{3 if fate.border == 'double' else 1}px {fate.border} {fate.ink.light}"
    for name, fate in FATES.items()
}
_HIDES = (
    "<style>"
    ".jp-OutputArea:has(.shapewise-live) .jp-OutputArea-child:has(.sw-stored){display:none!important}"
    ".jp-OutputArea:has(.shapewise-live) .sw-stored{display:none!important}"
    ".jp-OutputArea:has(.sw-stored) .jp-OutputArea-child:has(.sw-pending){display:none!important}"
    ".jp-OutputArea:has(.sw-stored) .jupyter-widgets:not(:has(*)){display:none!important}"
    "</style>"
)


def stored(html: str) -> str:
    """One rendered state, fit for pages with neither stylesheet nor script."""
    html = re.sub(r"<svg\b.*?</svg>", _as_image, html, flags=re.DOTALL)
    html = re.sub(r"</?button[^>]*>", "", html)
    html = re.sub(r'\s(?:tabindex|role|data-[a-z-]+)="[^"]*"', "", html)
    return re.sub(r'class="([^"]*)"(?:\sstyle="([^"]*)")?', _as_style, html)


def small_multiples(name: str, frames: Iterable[str]) -> str:
    """All the rendered states side by side under the explorer's name, hidden while the live view is there."""
    surface = (
        f"display:inline-block;vertical-align:top;box-sizing:border-box;width:440px;max-width:100%;margin:0 8px 8px 0;"
        f"padding:10px;border:1px solid {literal('line')};border-radius:6px;background-color:{literal('paper')};"
        f"color:{literal('ink')};"
    )
    cards = "".join(f'<div style="{surface}">{stored(frame)}</div>' for frame in frames)
    return f'{_HIDES}<div class="sw-stored" style="{_FONT}"><p style="margin:0 0 6px 0"><b>{name}</b></p>{cards}</div>'


def _as_image(match: re.Match[str]) -> str:
    drawing = re.sub(r"var\(--sw-[a-z-]+, (#\w+)\)", r"\1", match[0])
    alt = re.search(r'aria-label="([^"]*)"', drawing)
    width = re.search(r'width="(\d+)"', drawing)
    data = base64.b64encode(drawing.encode()).decode()
    return (
        f'<img alt="{alt[1] if alt else ""}" src="data:image/svg+xml;base64,{data}" '
        f'style="display:block;width:{width[1] if width else 300}px;max-width:100%;'
        f'background-color:{literal("paper")}">'
    )


def _as_style(match: re.Match[str]) -> str:
    styles = [_STYLES[name] for name in match[1].split() if name in _STYLES]
    styles += [unescape(match[2])] if match[2] else []
    return f'style="{";".join(styles)}"' if styles else ""
