"""A page as the theme and Markdown make it -> the same with what they leave out for people who do not see it."""

from __future__ import annotations

import html
import re

__all__ = ["mended"]

_MENDS: tuple[tuple[str, str], ...] = (
    # The two drawers are landmarks, and need names to be told apart.
    (r'<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="All pages">'),
    (r'<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'),
    (r'aria-label="Toggle site navigation sidebar"', 'aria-label="All pages"'),
    (r'aria-label="Toggle table of contents sidebar"', 'aria-label="On this page"'),
    # A heading has a level.
    (r'<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    # What folds says by its text what is in it.
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # A panel is part of its section, and no heading of the page.
    (r'<p class="sw-title" role="heading" aria-level="4">', '<p class="sw-title">'),
    # A table whose corner is empty has no heading there.
    (r'<th class="head"><p></p></th>', "<td></td>"),
    # The page of results begins, as all do, with what it is.
    (
        r'<div id="search-results">',
        '<h1>Search</h1>\n<form class="search-again" role="search" aria-label="Search again">'
        '<input type="search" name="q" aria-label="Words to look for"><button>Search</button></form>\n'
        '<div id="search-results">',
    ),
)
_CODE = re.compile(r'<code class="docutils literal notranslate">(.*?)</code>', re.DOTALL)
_CODE_AS = '<code class="docutils literal notranslate{}">{}</code>'
_SHORT, _LONG = 20, 32  # characters that stand in one line together on any screen; more than a narrow one's line holds
_JOINTS = re.compile(r"(?<=\w[._])(?=\w)")



def mended(page: str) -> str:
    """The HTML of one page; what it lacks nothing of stays as it is."""
    for what, by in _MENDS:
        page = re.sub(what, by, page)
    return _CODE.sub(_breakable, page)


def _breakable(code: re.Match[str]) -> str:
    """A name in the text: a short one breaks nowhere, a word too long for a line at its dots and underscores."""
    text = html.unescape(re.sub("<.*?>", "", code[1]))
    if len(text) <= _SHORT:
        return _CODE_AS.format(" is-short", code[1])
    if max(map(len, text.split())) <= _LONG:
        return code[0]
    return _CODE_AS.format(" is-long", _JOINTS.sub("<wbr>", code[1]))
