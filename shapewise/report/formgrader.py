"""A graded notebook -> the page that nbgrader's formgrader shows, on which nothing that a student wrote does anything.

``nbgrader_config.py`` names these filters and the folder of templates. nbconvert's own settings would pass on scripts,
links to ``javascript:`` and pictures from other servers. The template puts a policy where MathJax was loaded from
another server; formulas are MathML.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from pygments.formatters import HtmlFormatter

from shapewise.report.highlighting import Rendering, highlighted
from shapewise.report.markdown import FindPicture

__all__ = ["FILTERS", "TEMPLATES", "code", "markdown", "raw"]

FILTERS = {
    "markdown2html": f"{__name__}.markdown",
    "highlight_code": f"{__name__}.code",
    "clean_html": f"{__name__}.raw",
}
"""nbconvert's names for what is rendered here."""
TEMPLATES = str(Path(__file__).parent / "templates")
"""A folder with a template ``formgrade`` that completes nbgrader's."""

_FRAME: HtmlFormatter[str] = HtmlFormatter(cssclass="highlight hl-ipython3")
_KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
_MOST_PICTURE = 4 * 2**20


@pass_context
def markdown(context: Context, text: str) -> str:
    """Markdown -> HTML, with the pictures of the cell and those beside the notebook in it."""
    cell = context.get("cell", {})
    resources = context.get("resources", {})
    folder = resources.get("metadata", {}).get("path", "")
    find = _pictures(cell.get("attachments", {}) if cell else {}, Path(folder) if folder else None)
    return _rendering(resources).markdown(text, find, headings=True)


@pass_context
def code(context: Context, text: str, language: str | None = None, metadata: Any = None, **_: Any) -> str:
    """Code -> HTML as nbconvert's style sheet expects it."""
    html = _rendering(context.get("resources", {})).code(text, lambda text: highlighted(text, _FRAME))
    return html if html.startswith("<div") else f'<div class="highlight hl-ipython3"><pre>{html}</pre></div>'


def raw(text: str) -> str:
    """A raw cell, which nbconvert would pass on: as text."""
    return f"<pre>{escape(str(text))}</pre>"


def _rendering(resources: Any) -> Rendering:
    """The one for all cells of a page, so that its seconds are counted together."""
    rendering: Rendering = resources.setdefault("shapewise_rendering", Rendering())
    return rendering


def _pictures(attachments: Mapping[str, Mapping[str, str]], folder: Path | None) -> FindPicture:
    def find(address: str) -> tuple[str, str] | None:
        if address.startswith("attachment:"):
            bundle = attachments.get(address.removeprefix("attachment:"))
            return next(iter(bundle.items()), None) if bundle else None
        return _beside(address, folder) if folder is not None else None

    return find


def _beside(address: str, folder: Path) -> tuple[str, str] | None:
    """A picture that lies in the notebook's folder; links lead nowhere."""
    try:
        path = folder / address
        inside = path.resolve().is_relative_to(folder.resolve()) and not Path(address).is_absolute()
        kind = _KINDS.get(path.suffix.lower())
        if kind is None or not inside or not path.is_file() or path.stat().st_size > _MOST_PICTURE:
            return None
        return kind, base64.b64encode(path.read_bytes()).decode()
    except (OSError, ValueError):  # no name that a file can have
        return None
