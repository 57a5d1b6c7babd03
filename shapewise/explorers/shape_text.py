"""What somebody typed -> a shape, or a sentence that says what is wrong with it and where."""

from __future__ import annotations

import re

__all__ = ["ShapeError", "as_text", "parse_shape"]

_PAIRS = {"(": ")", "[": "]"}
_LARGEST = 2**63 - 1
_TOKEN = re.compile(r"\s+|[,()\[\]]|[^\s,()\[\]]+")


class ShapeError(ValueError):
    """``part`` is the offending piece of the text (empty where something is missing), ``at`` where it starts."""

    def __init__(self, message: str, part: str, at: int) -> None:
        """The message is a whole sentence for the person who typed."""
        super().__init__(message)
        self.part = part
        self.at = at


def as_text(shape: tuple[int, ...]) -> str:
    """As Python writes it: ``(4, 1, 3)``, ``(5,)``, ``()``."""
    return str(tuple(shape))


def parse_shape(text: str) -> tuple[int, ...]:
    """Sizes with commas between them, spaces anywhere, in round or square brackets or in none; else ShapeError."""
    tokens = [(match[0], match.start()) for match in _TOKEN.finditer(text) if not match[0].isspace()]
    if not tokens:
        raise ShapeError("Nothing here yet. Enter sizes with commas between them, like 4, 1, 3.", "", len(text))
    bracketed = tokens[0][0] in _PAIRS
    inside = _without_brackets(tokens, len(text)) if bracketed else tokens
    sizes: list[int] = []
    comma = True
    for position, (token, at) in enumerate(inside):
        if token == ",":
            if comma:
                raise ShapeError(f"There is no size before ',' at character {at + 1}.", token, at)
            comma = True
            continue
        size = _size(token, at)
        if not comma:
            before = inside[position - 1][0]
            raise ShapeError(f"A comma is missing between {before} and {token}, at character {at + 1}.", token, at)
        sizes.append(size)
        comma = False
    if not sizes and not bracketed:
        raise ShapeError("There is no size here. The shape of a scalar is ().", text.strip(), tokens[0][1])
    return tuple(sizes)


def _without_brackets(tokens: list[tuple[str, int]], end: int) -> list[tuple[str, int]]:
    """What stands between the first token, an opening bracket, and the last one, which must close it."""
    (opened, start), (last, at) = tokens[0], tokens[-1]
    closing = _PAIRS[opened]
    if last != closing:
        if last in ")]":
            raise ShapeError(f"{opened} was opened, and {last} at character {at + 1} does not close it.", last, at)
        if closing in [token for token, _ in tokens]:
            extra, at = next(pair for pair in tokens[[token for token, _ in tokens].index(closing) + 1 :])
            raise ShapeError(
                f"The shape ends at its {closing}, but {extra!r} follows at character {at + 1}.", extra, at
            )
        raise ShapeError(f"{opened} at character {start + 1} is never closed: {closing} is missing.", opened, start)
    return tokens[1:-1]


def _size(token: str, at: int) -> int:
    """One size; every other token gets its own sentence."""
    here = f"{token!r} at character {at + 1}"
    if re.fullmatch("[0-9]+", token):
        if len(token) > 1 and token[0] == "0":
            raise ShapeError(f"{here} starts with a zero, which Python refuses too.", token, at)
        if int(token) > _LARGEST:
            raise ShapeError(f"{here} is larger than any tensor can be.", token, at)
        return int(token)
    if token in "()[]":
        raise ShapeError(f"{here} does not belong there: one pair of brackets around all sizes is enough.", token, at)
    if re.fullmatch(r"-[0-9]+", token):
        raise ShapeError(f"{here} is negative. A size is 0 or more.", token, at)
    if re.fullmatch(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+e[+-]?[0-9]+)", token, re.IGNORECASE):
        raise ShapeError(f"{here} is not a whole number. A size counts elements.", token, at)
    raise ShapeError(f"{here} is not a size. Sizes are whole numbers, with commas between them.", token, at)
