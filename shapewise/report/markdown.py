"""A student's Markdown -> HTML that does nothing: no script runs, no address is asked for a picture.

mistune renders, nh3 sanitises what it rendered. Pictures and formulas are made here, so they join after that: until
then marks stand for them, which no student can guess. A picture is shown if it belongs to the cell or lies beside the
notebook; links lead to http, https, mailto or a place on the page.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import mistune
import nh3

from shapewise.report.mathematics import mathml

__all__ = ["PICTURES", "FindPicture", "html_of", "picture_html", "sanitized"]

PICTURES = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "image/gif": b"GIF8", "image/webp": b"RIFF"}
"""The kinds of pictures that may be shown, and how each begins."""
FindPicture = Callable[[str], tuple[str, str] | None]
"""The address of a picture in a text -> its kind and its content in base64; None where there is none."""

_PLUGINS = ("strikethrough", "table", "url", "task_lists", "def_list")
_KEPT = """
a abbr b blockquote br caption cite code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li
mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr
"""
_DROPPED = """
audio base body button canvas embed fieldset font form frame frameset head html iframe img input label link main math
meta noscript object option script section select source style svg template textarea title video
"""
_TAGS = set(_KEPT.split())
_ELEMENTS = _TAGS | nh3.ALLOWED_TAGS | set(_DROPPED.split())
_CLASSES = {"p": {"heading"}, "span": {"missing"}, "td": {"right", "center"}, "th": {"right", "center"}}
_LINK = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_NO_ELEMENT = re.compile(r"<(?=/?([A-Za-z][^\s/>]*))")
_IMAGE_TAG = re.compile(r"<img\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>?", re.IGNORECASE)
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_INLINE_MATH = (
    r"\$\$(?P<math_two>[^$]+?)\$\$"
    r"|\\\\\[(?P<math_square>[\s\S]+?)\\\\\]"
    r"|\\\\\((?P<math_round>[\s\S]+?)\\\\\)"
    r"|\$(?![\s$])(?P<math_one>(?:[^$\\\n]|\\.|\n(?!\n))+?)(?<!\s)\$(?!\d)"
    r"|\\begin\{(?P<math_name>[a-z]+\*?)\}(?P<math_body>[\s\S]+?)\\end\{(?P=math_name)\}"
)
_BLOCK_MATH = r"^ {0,3}\$\$[ \t]*\n?(?P<math_block>[^$]+?)\n?[ \t]*\$\$[ \t]*(?:\n|$)"


def html_of(text: str, find_picture: FindPicture | None = None, *, headings: bool = True) -> str:
    """Markdown as HTML; without ``headings`` a heading is a paragraph, for a page that has its own."""
    renderer = _Renderer(find_picture or (lambda address: None), headings)
    return renderer.joined(sanitized(str(_markdown(renderer)(text)), renderer.mark))


def sanitized(html: str, mark: str = "") -> str:
    """HTML without whatever could run, load or look like the page around it; ``mark`` stands in no attribute."""

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if mark and mark in value:
            return None
        return None if attribute == "href" and not _LINK.match(value) else value

    return nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}, "details": {"open"}, "ol": {"start"}},
        clean_content_tags={"script", "style", "iframe", "object", "template", "title", "noscript"},
        allowed_classes=_CLASSES, attribute_filter=kept, url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"pre": {"tabindex": "0"}},  # long lines scroll with the keyboard, too
        url_relative=lambda address: address if address.startswith("#") else None,
    )  # fmt: skip


def picture_html(kind: str, content: str, description: str) -> str | None:
    """A picture with its content in it; None where it is none of those that may be shown."""
    packed = "".join(content.split())
    if kind not in PICTURES or not _BASE64.fullmatch(packed):
        return None
    try:
        begin = base64.b64decode(packed[:64])
    except ValueError:
        return None
    if not begin.startswith(PICTURES[kind]):
        return None
    return f'<img src="data:{kind};base64,{packed}" alt="{escape(description)}">'


class _Renderer(mistune.HTMLRenderer):
    def __init__(self, find_picture: FindPicture, headings: bool) -> None:
        super().__init__(escape=False)
        self.mark = f"m{secrets.token_hex(8)}n"
        self._find, self._headings, self._made = find_picture, headings, list[str]()

    def joined(self, html: str) -> str:
        """The text with the pictures and formulas where their marks stand."""
        return re.sub(rf"{self.mark}(\d+)z", lambda found: self._made[int(found[1])], html)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        description = unescape(nh3.clean(re.sub(rf"{self.mark}\d+z", "", text), tags=set())) or title or ""
        written = _DATA.fullmatch(url)
        found = (written[1], written[2]) if written else self._find(unquote(url))
        picture = picture_html(*found, description or "A picture without a description") if found else None
        if picture is None:
            said = f"{description}: " if description else ""
            picture = f'<span class="missing">[{escape(said)}picture {escape(url[:80])}, not shown]</span>'
        return self._marked(picture)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<h{level}>{text}</h{level}>\n" if self._headings else f'<p class="heading">{text}</p>\n'

    def sanitize_url(self, url: str) -> str:
        return url  # nh3 judges it

    def inline_html(self, html: str) -> str:
        return _NO_ELEMENT.sub(_shown_or_kept, _IMAGE_TAG.sub(self._written_as_html, html))

    def block_html(self, html: str) -> str:
        return self.inline_html(html) + "\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag = "th" if head else "td"
        place = f' class="{align}"' if align in ("right", "center") else ""
        return f"<{tag}{place}>{text}</{tag}>\n"

    def task_list_item(self, text: str, checked: bool = False) -> str:
        return f"<li>{chr(0x2611 if checked else 0x2610)} {text}</li>\n"

    def formula(self, text: str, block: bool = False) -> str:
        return self._marked(mathml(text.strip(), block=block))

    def _marked(self, html: str) -> str:
        self._made.append(html)
        return f"{self.mark}{len(self._made) - 1}z"

    def _written_as_html(self, tag: re.Match[str]) -> str:
        attributes = _Attributes.of(tag[0])
        return self.image(escape(attributes.get("alt") or ""), attributes.get("src") or "")


class _Attributes(HTMLParser):
    found: dict[str, str | None]

    @classmethod
    def of(cls, tag: str) -> dict[str, str | None]:
        parser = cls()
        parser.found = {}
        parser.feed(tag if tag.endswith(">") else f"{tag}>")
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = dict(attrs)


def _shown_or_kept(tag: re.Match[str]) -> str:
    """``List<int>`` is no HTML, and is shown as it was written."""
    return "<" if tag[1].lower() in _ELEMENTS else "&lt;"


def _markdown(renderer: _Renderer) -> mistune.Markdown:
    markdown = mistune.create_markdown(escape=False, renderer=renderer, plugins=list(_PLUGINS))
    markdown.inline.register("formula", _INLINE_MATH, _inline_formula, before="escape")
    markdown.block.register("formula_block", _BLOCK_MATH, _formula_block, before="list")
    renderer.register("formula", lambda self, text, block=False: self.formula(text, block))
    return markdown


def _inline_formula(inline: mistune.InlineParser, found: re.Match[str], state: mistune.InlineState) -> int:
    block = found["math_two"] or found["math_square"]
    name = found["math_name"]
    body = f"\\begin{{{name}}}{found['math_body']}\\end{{{name}}}" if name else ""
    text = block or body or found["math_round"] or found["math_one"]
    state.append_token({"type": "formula", "raw": text, "attrs": {"block": bool(block or body)}})
    return found.end()


def _formula_block(block: mistune.BlockParser, found: re.Match[str], state: mistune.BlockState) -> int:
    state.append_token({"type": "formula", "raw": found["math_block"], "attrs": {"block": True}})
    return found.end()
