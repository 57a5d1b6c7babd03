"""What was pasted into a submitted text -> the pictures of it that are kept: PNG, JPEG, GIF and WebP, of some size."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["MOST_OF_PICTURES", "Attachments", "attached_pictures", "size_of"]

Attachments = dict[str, dict[str, str]]
"""File name -> kind -> the picture in base64, as a notebook's cell has it."""
MOST_OF_PICTURES = 16 * 2**20
"""How many characters all pictures of a notebook may have together."""
_MOST_OF_ONE = 4 * 2**20
_KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")


def attached_pictures(given: Any) -> Attachments:
    """The pictures in what a submitted cell calls its attachments, whatever that is."""
    kept = {
        name.encode("utf-8", "replace").decode("utf-8"): {
            kind: picture for kind in _KINDS if (picture := _picture(bundle.get(kind)))
        }
        for name, bundle in (given.items() if isinstance(given, dict) else ())
        if isinstance(name, str) and isinstance(bundle, dict)
    }
    return {name: bundle for name, bundle in kept.items() if bundle}


def size_of(attachments: Attachments) -> int:
    """How many characters they have."""
    return sum(len(picture) for bundle in attachments.values() for picture in bundle.values())


def _picture(content: Any) -> str:
    """A picture in base64, which is stored as one string or in lines; nothing where it is none, or too large."""
    text = "".join(part for part in content if isinstance(part, str)) if isinstance(content, list) else content
    return text if isinstance(text, str) and len(text) <= _MOST_OF_ONE and _BASE64.fullmatch(text) else ""
