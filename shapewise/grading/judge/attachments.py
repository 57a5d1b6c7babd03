"""The pictures pasted into a Markdown cell -> those that the graded notebook keeps, with a sign where one is missing.

A picture that is named (``![](attachment:x.png)``) and not there stops whoever shows the notebook: it is lost when a
cell is copied to another notebook, and when it is too large or no picture to keep.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote

__all__ = ["MOST_OF_PICTURES", "Attachments", "attached_pictures", "size_of", "with_pictures"]

Attachments = dict[str, dict[str, str]]
"""File name -> kind -> the picture in base64, as a notebook's cell has it."""
MOST_OF_PICTURES = 16 * 2**20
"""How many characters all pictures of a notebook may have together."""

_KINDS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "image/webp": b"RIFF"}
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_MOST_OF_ONE, _MOST_IN_A_CELL, _MOST_PICTURES, _LONGEST_NAME = 4 * 2**20, 8 * 2**20, 50, 300
_MOST_NAMED = 2000
_NAMED = re.compile(r"(<?)attachment:(?=([^\n]{0,300}))", re.IGNORECASE)
_SAFE = ":/?#@!$&()*+,;=%"  # as Markdown's renderer leaves them in an address


def attached_pictures(attachments: Any) -> Attachments:
    """Of a submitted cell's attachments those that are pictures, each in one kind, within the limits."""
    kept: Attachments = {}
    room = _MOST_IN_A_CELL
    for name, kinds in list(attachments.items())[:_MOST_PICTURES] if isinstance(attachments, dict) else ():
        if not isinstance(kinds, dict) or len(name) > _LONGEST_NAME or not name.isprintable():
            continue
        for kind, begins in _KINDS.items():
            content = _text(kinds.get(kind))
            if 0 < len(content) <= min(_MOST_OF_ONE, room) and _is_picture(content, begins):
                kept[name] = {kind: content}
                room -= len(content)
                break
    return kept


def size_of(attachments: Attachments) -> int:
    """How many characters they have."""
    return sum(len(picture) for bundle in attachments.values() for picture in bundle.values())


def with_pictures(node: dict[str, Any], added: Attachments) -> dict[str, Any]:
    """A Markdown cell with the pictures ``added`` to its own, and a sign for each that its text names and has not."""
    if node["cell_type"] != "markdown":
        return node
    kept = {**node.get("attachments", {}), **added}
    for name in _names(node["source"]):
        kept.setdefault(name, kept.get(unquote(name), {"image/png": _MISSING}))
    return {**node, "attachments": kept} if kept else node


def _names(text: str) -> set[str]:
    """Every name that a text calls a picture by, as it stands there and as a renderer writes it in an address."""
    names = set()
    for found in islice(_NAMED.finditer(text), _MOST_NAMED):
        for quotes in ("", "\"'<>]"):  # in Markdown they are part of a name, in HTML they end it
            name = unescape(_destination(found[2], ">" if found[1] else "", quotes))
            names |= {name, re.sub(r"\\([!-/:-@[-`{-~])", r"\1", name)}
    return {kind for name in names for kind in (name, quote(name, safe=_SAFE), quote(unquote(name), safe=_SAFE))}


def _destination(rest: str, end: str, quotes: str) -> str:
    """The part of a line that is the picture's name: to the ``end``, or to a space, a quote, or a bracket too many."""
    if end and end in rest:
        return rest.partition(end)[0]
    depth = 0
    for at, letter in enumerate(rest):
        depth += (letter == "(") - (letter == ")")
        if letter.isspace() or letter in quotes or depth < 0:
            return rest[:at]
    return rest


def _text(content: Any) -> str:
    if isinstance(content, list):  # nbformat splits long text into lines
        content = "".join(part for part in content if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _is_picture(content: str, begins: bytes) -> bool:
    if _BASE64.fullmatch(content) is None:
        return False
    try:
        return base64.b64decode("".join(content[:60].split())[:16]).startswith(begins[:12])
    except ValueError:
        return False


def _sign() -> str:
    """A grey square with a cross, as PNG in base64."""
    size, grey, ink = 24, 0xDD, 0x77
    lines = ({y, size - 1 - y, *((0, size - 1) if 0 < y < size - 1 else range(size))} for y in range(size))
    rows = [bytes(ink if x in line else grey for x in range(size)) for line in lines]
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    packed = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    return base64.b64encode(_KINDS["image/png"] + b"".join(packed)).decode()


_MISSING = _sign()
