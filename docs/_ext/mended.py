"""A page as the theme and Markdown make it -> the same with what they leave out for people who do not see it."""

from __future__ import annotations

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
    (r'<div id="search-results">', '<h1>Search</h1>\n<div id="search-results">'),
)


def mended(page: str) -> str:
    """The HTML of one page; what it lacks nothing of stays as it is."""
    for what, by in _MENDS:
        page = re.sub(what, by, page)
    return page
