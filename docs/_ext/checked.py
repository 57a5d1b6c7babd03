"""A folder of pages -> what is wrong with it: links that lead nowhere, requests to elsewhere, too much weight."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["HEAVIEST", "Page", "problems_of", "read_page"]

HEAVIEST = 1_500_000
"""The most bytes that a page may have, with the pictures that are in it."""

_LOADED = {("script", "src"), ("link", "href"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("use", "href")}
_NO_REQUEST = ("next", "prev", "search", "index")  # a <link> that only says how pages belong together
_STYLE_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")


@dataclass
class Page:
    """What a page asks for, what it links to, and which places in it have a name."""

    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.page.ids |= {found[name] for name in ("id", "name") if found.get(name)}
        for name, value in found.items():
            if (tag, name) in _LOADED and found.get("rel") not in _NO_REQUEST:
                self.page.loads.append(value)
            elif name == "href":
                self.page.links.append(value)
            elif name == "style":
                self.page.loads += _STYLE_URL.findall(value)


def read_page(text: str) -> Page:
    """What stands in one page."""
    reader = _Reader()
    reader.feed(text)
    return reader.page


def problems_of(site: Path) -> list[str]:
    """One sentence for each thing that is wrong."""
    pages = {path: read_page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        size = path.stat().st_size
        if size > HEAVIEST:
            found.append(f"{name} has {size:,} bytes; {HEAVIEST:,} are allowed.")
        for address in page.loads:
            if _goes_elsewhere(address):
                found.append(f"{name} asks another server for {address}.")
        for address in [*page.loads, *page.links]:
            found += [f"{name} {what}" for what in _broken(address, path, pages, site)]
    for styles in sorted(site.rglob("*.css")):
        for address in _STYLE_URL.findall(styles.read_text(encoding="utf-8")):
            if _goes_elsewhere(address) or _broken(address, styles, pages, site):
                found.append(f"{styles.relative_to(site)} asks for {address}, which is not here.")
    return found


def _goes_elsewhere(address: str) -> bool:
    return urlsplit(address).scheme not in ("", "data") or address.startswith("//")


def _broken(address: str, page: Path, pages: dict[Path, Page], site: Path) -> list[str]:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or address.startswith("//"):
        return []
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if site.resolve() not in target.resolve().parents:
        return [f"links to {address}, which is outside the site."]
    if not target.is_file():
        return [f"links to {address}, which is not there."]
    place = unquote(parts.fragment).split("?")[0]
    if place and target.suffix == ".html" and target in pages and place not in pages[target].ids:
        return [f"links to {address}, and that page has no such place."]
    return []
