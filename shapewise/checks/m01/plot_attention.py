"""plot_attention: what its check tries, and how it reads a picture: as facts in words."""

from typing import Any

import numpy as np
import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.plain import Opaque, Picture

__all__ = ["EXERCISE"]

Facts = dict[str, str]

_ASPECTS = (
    "weights", "tokens along x", "tokens along y", "label on x", "label on y", "color scale", "color bar", "title",
)


def _facts(value: Any) -> Any:
    """What counts of a picture."""
    if isinstance(value, Opaque):
        return {"returned": value.kind} | dict.fromkeys(_ASPECTS, "")
    if not isinstance(value, Picture):
        return value
    labels = {
        "label on x": value.x_label.strip().capitalize(),
        "label on y": value.y_label.strip().capitalize(),
        "title": "there" if value.title.strip() else "missing",
    }
    if len(value.images) != 1:
        return _ordered({"returned": "Axes", "weights": f"{len(value.images)} heatmaps", **labels})
    image = value.images[0]
    left, right, bottom, top = image.extent
    rows, columns = image.data.shape
    bar = "missing" if image.colorbar is None else "with a label" if image.colorbar.strip() else "without a label"
    return _ordered({
        "returned": "Axes",
        "weights": _numbers(image.data),
        "tokens along x": _tokens(value.x_ticks, left, right, columns),
        "tokens along y": _tokens(value.y_ticks, top, bottom, rows),
        "color scale": f"{image.color_scale[0]:.2f} to {image.color_scale[1]:.2f}",
        "color bar": bar,
        **labels,
    })


def _ordered(facts: Facts) -> Facts:
    return {name: facts.get(name, "") for name in ("returned", *_ASPECTS)}


def _numbers(weights: Any) -> str:
    rows = np.asarray(weights, dtype=float).tolist()
    return " / ".join(" ".join(f"{weight:.2f}" for weight in row) for row in rows)


def _tokens(ticks: tuple[tuple[float, str], ...], first: float, last: float, count: int) -> str:
    """The texts of the cells from edge ``first`` (row or column 0) to edge ``last``, whichever way up they stand."""
    cells: list[list[str]] = [[] for _ in range(count)]
    for place, text in ticks:
        way = (place - first) / (last - first)
        if text and 0 < way < 1:
            cells[int(way * count)].append(text)
    texts = ["".join(cell) or "(none)" for cell in cells]
    plain = [text.replace("\N{MINUS SIGN}", "-").replace(".", "").lstrip("-") for cell in cells for text in cell]
    return "numbers" if plain and all(text.isdigit() for text in plain) else ", ".join(texts)


EXERCISE = Exercise(
    signature="plot_attention(weights, query_tokens, key_tokens)",
    notebook="6_build",
    points=4,
    axes={},
    result="picture",
    reads=_facts,
    cases=(
        Case(
            "2 queries, 4 keys",
            lambda: (
                torch.tensor([[0.1, 0.2, 0.6, 0.1], [0.4, 0.3, 0.2, 0.1]]), ["we", "read"], ["you", "may", "see", "it"],
            ),
        ),
        Case(
            "4 queries, 2 keys, all weights faint",
            lambda: (
                torch.tensor([[0.1, 0.2], [0.05, 0.3], [0.25, 0.15], [0.2, 0.1]]), ["a", "b", "c", "d"], ["so", "far"],
            ),
            edge=True,
        ),
        Case(
            "3 queries, 3 keys, and a word that occurs twice",
            lambda: (
                torch.tensor([[0.5, 0.5, 0.0], [0.25, 0.7, 0.05], [0.4, 0.5, 0.1]]), ["the", "cat", "the"],
                ["the", "cat", "the"],
            ),
            edge=True,
        ),
    ),
)
