"""Markdown with a prediction and its unfolding choices -> the same, marked so that the page can lock the choices.

A prediction is a paragraph that begins with ``**Predict.**`` and the ``<details>`` that follow each other after it.
Where no script runs they stay what they are: details, of which one is open at a time.
"""

from __future__ import annotations

import re

__all__ = ["count_predictions", "ends_with_prediction", "marked_predictions"]

_ASKED = re.compile(r"^\*\*Predict\.\*\*", re.MULTILINE)
_CHOICES = re.compile(r"(?:^<details>.*?^</details>\s*?(?:\n|\Z)\s*)+", re.MULTILINE | re.DOTALL)
_NEXT_HEADING = re.compile(r"^#+ ", re.MULTILINE)


def marked_predictions(text: str, first: int = 1) -> str:
    """Each prediction of a cell's text in an element of its own; they are numbered from ``first``."""
    done, rest, number = "", text, first
    while (found := _parts(rest)) is not None:
        before, question, choices, rest = found
        choices = choices.replace("<details>", f'<details class="choice" name="prediction-{number}">')
        choices = re.sub(r"</details>\s*<details", "</details>\n<details", choices.strip())
        # Blank lines, because what stands between two tags is Markdown only if it begins a block.
        done += f'{before}<div class="prediction">\n\n{question.strip()}\n\n{choices}\n</div>\n\n'
        number += 1
    return done + rest


def count_predictions(text: str) -> int:
    """How many predictions a cell's text asks for."""
    return marked_predictions(text).count('<div class="prediction">')


def ends_with_prediction(text: str) -> bool:
    """Whether nothing follows the last choices: then the next cell's output is the answer."""
    return marked_predictions(text).rstrip().endswith("</details>\n</div>")


def _parts(text: str) -> tuple[str, str, str, str] | None:
    asked = _ASKED.search(text)
    choices = _CHOICES.search(text, asked.end()) if asked else None
    if asked is None or choices is None or _NEXT_HEADING.search(text, asked.end(), choices.start()):
        return None
    return (
        text[: asked.start()],
        text[asked.start() : choices.start()],
        text[choices.start() : choices.end()],
        text[choices.end() :],
    )
