"""A graded notebook -> the page that nbgrader's formgrader shows, on which nothing that a student wrote does anything.

``nbgrader_config.py`` calls ``configure``. nbconvert's own settings would pass on scripts, links to ``javascript:`` and
pictures from other servers. The template puts a policy where MathJax was loaded from another server; formulas are
MathML.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbgrader.apps import NbGraderAPI
from pygments.formatters import HtmlFormatter

from shapewise.course.timestamps import MOST_BYTES, handed_in_at
from shapewise.report.highlighting import Rendering, highlighted
from shapewise.report.markdown import FindPicture

__all__ = ["code", "configure", "markdown", "raw"]

_FILTERS = {
    "markdown2html": f"{__name__}.markdown",
    "highlight_code": f"{__name__}.code",
    "clean_html": f"{__name__}.raw",
}
_TEMPLATES = str(Path(__file__).parent / "templates")

_FRAME: HtmlFormatter[str] = HtmlFormatter(cssclass="highlight hl-ipython3")
_KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
_MOST_PICTURE = 4 * 2**20


def configure(config: Any) -> None:
    """Set in nbgrader's configuration how formgrader renders, and in a Jupyter server that reads it while it runs.

    nbgrader makes one exporter when the server starts. JupyterLab that was started elsewhere reads the course's
    configuration later, when a person opens the course as a "local formgrader", and would render with that exporter.
    """
    NbGraderAPI.get_submitted_timestamp = _handed_in_at
    config.HTMLExporter.filters = _FILTERS
    config.HTMLExporter.extra_template_basedirs.prepend([_TEMPLATES])
    settings = _settings_of_the_server()
    exporter = settings.get("nbgrader_exporter")
    if exporter is not None and not _FILTERS.items() <= exporter.filters.items():
        settings["nbgrader_exporter"] = _exporter()


def _handed_in_at(api: Any, assignment: str, student: str) -> datetime | None:
    """Takes the place of nbgrader's own, which for one date that is none shows no submission of anybody."""
    coursedir = api.coursedir
    path = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment), "timestamp.txt")
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return handed_in_at(file.read(MOST_BYTES).decode("utf-8-sig", "replace"))


def _settings_of_the_server() -> dict[str, Any]:
    """Those of the Jupyter server that runs in this process; none in a command's."""
    extension = sys.modules.get("jupyter_server.serverapp")
    if extension is None or not extension.ServerApp.initialized():
        return {}
    application = getattr(extension.ServerApp.instance(), "web_app", None)  # none while the server still starts
    settings: dict[str, Any] = getattr(application, "settings", {})
    return settings


def _exporter() -> Any:
    """As nbgrader makes it, but for the filters and the folder of templates."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader.handlers import template_path
    from traitlets.config import Config

    folders = [_TEMPLATES, template_path]
    options = {"template_name": "formgrade", "extra_template_basedirs": folders, "filters": _FILTERS}
    return HTMLExporter(config=Config(HTMLExporter=options))


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
