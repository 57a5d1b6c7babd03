"""A student's code -> HTML with the words of Python in colors, or plain where that would take long.

Pygments and mistune take quadratic time for some texts. So what is long is shown plain, and so is all the rest of a
page once it has taken its seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.python import PythonLexer

from shapewise.report.markdown import FindPicture, html_of

__all__ = ["Rendering", "highlighted"]

_MOST_CODE, _MOST_MARKDOWN = 20_000, 10_000
_SECONDS = 2.0
_LEXER = PythonLexer(stripnl=False)
_WITHOUT_FRAME: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def highlighted(code: str, formatter: HtmlFormatter[str] = _WITHOUT_FRAME) -> str:
    """Python as HTML; text in, spans of Pygments' classes out."""
    return str(highlight(code, _LEXER, formatter))


class Rendering:
    """How the texts of one page are rendered: richly while there is time, then plain."""

    def __init__(self, *, rich: bool = True, seconds: float = _SECONDS) -> None:
        """``seconds`` of CPU time may be spent on all texts together."""
        self._rich, self._left = rich, seconds

    def code(self, text: str, render: Callable[[str], str] = highlighted) -> str:
        """Code as HTML, to stand in a ``<pre>``."""
        return self._timed(render, text) if self._may(text, _MOST_CODE) else escape(text)

    def markdown(self, text: str, find_picture: FindPicture | None = None, *, headings: bool = False) -> str:
        """Markdown as HTML that does nothing."""
        if not self._may(text, _MOST_MARKDOWN):
            return f'<pre class="plain">{escape(text)}</pre>'
        return self._timed(lambda text: html_of(text, find_picture, headings=headings), text)

    def _may(self, text: str, most: int) -> bool:
        return self._rich and self._left > 0 and len(text) <= most

    def _timed(self, render: Callable[[str], str], text: str) -> str:
        before = time.thread_time()
        try:
            return render(text)
        except (RecursionError, ValueError):  # nested too deep, a number too long: whatever a student wrote there
            return f'<pre class="plain">{escape(text)}</pre>'
        finally:
            self._left -= time.thread_time() - before
