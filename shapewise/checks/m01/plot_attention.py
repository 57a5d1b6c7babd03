"""plot_attention: what its check tries, and the mistakes that it knows.

The check reads a picture as facts in words. A mistake gives those facts itself, so that naming it draws nothing.
"""

from typing import Any

import numpy as np
import torch

from shapewise.checks.exercise import Case, Exercise, Mistake
from shapewise.checks.plain import Opaque, Picture

__all__ = ["EXERCISE"]

Facts = dict[str, str]

_ASPECTS = (
    "weights", "tokens along x", "tokens along y", "label on x", "label on y", "color scale", "color bar", "title",
)


def _facts(value: Any) -> Any:
    """What counts of a picture; a mistake's facts as they are."""
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


def _seen(weights: Any, queries: Any, keys: Any, **changed: str) -> Facts:
    named = {name.replace("_", " "): fact for name, fact in changed.items()}
    return _ordered({
        "returned": "Axes",
        "weights": _numbers(weights),
        "tokens along x": ", ".join(keys),
        "tokens along y": ", ".join(queries),
        "label on x": "Key token",
        "label on y": "Query token",
        "color scale": "0.00 to 1.00",
        "color bar": "with a label",
        "title": "there",
    } | named)


def _turned(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights.T, key_tokens, query_tokens, label_on_x="Query token", label_on_y="Key token")


def _weights_turned(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    seen = _seen(weights.T, query_tokens, key_tokens)
    return seen | {
        "tokens along x": ", ".join(_as_many(key_tokens, weights.shape[0])),
        "tokens along y": ", ".join(_as_many(query_tokens, weights.shape[1])),
    }


def _tokens_swapped(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, _as_many(key_tokens, len(weights)), _as_many(query_tokens, len(weights.T)))


def _tokens_reversed(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens[::-1], key_tokens)


def _rows_reversed(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights.flip(0), query_tokens, key_tokens)


def _rows_and_tokens_reversed(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights.flip(0), query_tokens[::-1], key_tokens)


def _tokens_at_other_ticks(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, _as_many(query_tokens[1:], len(weights)), _as_many(key_tokens[1:], len(weights.T)))


def _as_many(tokens: Any, count: int) -> list[str]:
    return [*tokens, *["(none)"] * count][:count]


def _turned_but_for_the_labels(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights.T, key_tokens, query_tokens)


def _labels_swapped(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens, key_tokens, label_on_x="Query token", label_on_y="Key token")


def _no_tokens(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens, key_tokens, tokens_along_x="numbers", tokens_along_y="numbers")


def _no_labels(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens, key_tokens, label_on_x="", label_on_y="")


def _a_scale_of_its_own(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    scale = f"{weights.min():.2f} to {weights.max():.2f}"
    return _seen(weights, query_tokens, key_tokens, color_scale=scale)


def _scale_from_zero_to_the_largest(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens, key_tokens, color_scale=f"0.00 to {weights.max():.2f}")


def _no_color_bar(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens, key_tokens, color_bar="missing")


def _color_bar_without_a_label(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens, key_tokens, color_bar="without a label")


def _no_title(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _seen(weights, query_tokens, key_tokens, title="missing")


def _figure_returned(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _ordered({"returned": "Figure"})


def _image_returned(weights: Any, query_tokens: Any, key_tokens: Any) -> Facts:
    return _ordered({"returned": "AxesImage"})


_LARGEST = "Then the same color means another weight in each picture, and a faint weight can look like certainty."

EXERCISE = Exercise(
    signature="plot_attention(weights, query_tokens, key_tokens)",
    notebook="5_attention",
    points=4,
    axes={},
    result="picture",
    reads=_facts,
    cases=(
        Case(
            "2 queries, 3 keys",
            lambda: (torch.tensor([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]), ["we", "read"], ["you", "may", "see"]),
        ),
        Case(
            "a word that occurs twice",
            lambda: (torch.tensor([[0.5, 0.5], [0.25, 0.75], [0.4, 0.6]]), ["the", "cat", "the"], ["so", "so"]),
            edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            _turned,
            "Your picture is turned: queries run along x and keys along y. A row of the tensor is a query.",
            "Draw the weights as they come, rows from top to bottom, with the key tokens on x.",
        ),
        Mistake(
            _weights_turned,
            "Your weights are transposed, but the tokens are not: each label names the wrong cells.",
            "Draw the weights as they come, rows from top to bottom.",
        ),
        Mistake(
            _tokens_swapped,
            "Your cells are right, but the tokens are swapped: query tokens stand along x, key tokens along y.",
            "Set the x ticks with the key tokens and the y ticks with the query tokens.",
        ),
        Mistake(
            _tokens_reversed,
            "Your query tokens run against the rows: each names the weights of another query.",
            "Let the label of query 0 stand at row 0 of the weights, and so on.",
        ),
        Mistake(
            _rows_reversed,
            "Your rows are upside down, but the tokens are not: each row is labeled with another query.",
            "Draw the weights as they come, row 0 first.",
        ),
        Mistake(
            _rows_and_tokens_reversed,
            "Your rows and their tokens are upside down: the last query is row 0.",
            "Draw the weights as they come, row 0 first, and label them in the same order.",
        ),
        Mistake(
            _tokens_at_other_ticks,
            "Your tokens stand in the wrong cells: the labels went to ticks that matplotlib chose, from one before the "
            "first cell on.",
            "Set ticks and labels together: `set_xticks(range(number), texts)`.",
        ),
        Mistake(
            _turned_but_for_the_labels,
            "Your cells and tokens are turned, with the queries along x. The axis labels say otherwise.",
            "Draw the weights as they come, rows from top to bottom, with the key tokens on x.",
        ),
        Mistake(
            _labels_swapped,
            "The cells are right, but the axis labels are swapped: columns are keys, rows are queries.",
            'Write "Key token" on x and "Query token" on y.',
        ),
        Mistake(
            _no_tokens,
            "Your axes are numbered. Nobody can tell which word looks at which.",
            "Set one tick per row and column, labeled with its token.",
        ),
        Mistake(
            _no_labels,
            "Your axes do not say which are the queries and which the keys.",
            'Write "Key token" on x and "Query token" on y.',
        ),
        Mistake(
            _a_scale_of_its_own,
            f"Your colors run from the smallest to the largest weight of this picture. {_LARGEST}",
            "Fix both ends of the color scale: 0 and 1.",
        ),
        Mistake(
            _scale_from_zero_to_the_largest,
            f"Your colors end at the largest weight of this picture. {_LARGEST}",
            "Fix the upper end of the color scale, too: 1.",
        ),
        Mistake(
            _no_color_bar,
            "Your picture has no color bar, so no color can be read as a number.",
            "Add one, with a label.",
        ),
        Mistake(
            _color_bar_without_a_label,
            "Your color bar does not say what its numbers are.",
            "Give the color bar a label.",
        ),
        Mistake(_no_title, "Your picture has no title.", "Give the Axes a title."),
        Mistake(
            _figure_returned,
            "You return the Figure. The caller wants to go on drawing in the Axes.",
            "Return the Axes.",
        ),
        Mistake(
            _image_returned,
            "You return the image that was drawn, not the Axes that it stands in.",
            "Return the Axes.",
        ),
    ),
)
