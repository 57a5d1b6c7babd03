"""Two shapes as somebody typed them -> how they broadcast: sizes aligned, result or conflict, and the cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from shapewise.explorers.broadcast_cells import cells
from shapewise.explorers.broadcasting import Aligned, Operand, align, repairs, torch_says
from shapewise.explorers.markup import button, problem
from shapewise.explorers.palette import FATES
from shapewise.explorers.shape_text import ShapeError, as_text, parse_shape

__all__ = ["TRY_THIS", "State", "broadcast", "legend", "problems", "render", "words"]

TRY_THIS = (
    ("4, 1", "1, 3", "both stretch"),
    ("3, 4", "1", "one number everywhere"),
    ("2, 3", "2, 3", "equal shapes"),
    ("3, 4", "2, 4", "a conflict"),
    ("32, 10, 64", "64", "a bias over batch and sequence"),
)


@dataclass(frozen=True)
class State:
    """What stands in the boxes, and whether the result is hidden until the reader has entered a prediction."""

    a: str = "4, 1, 3"
    b: str = "5, 3"
    predict: bool = False
    prediction: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the reader has yet to commit to a shape."""
        return self.predict and _predicted(self.prediction) is None


def broadcast(state: State) -> Aligned | None:
    """How the two shapes meet; None while either box holds no shape."""
    if any(isinstance(shape, ShapeError) for shape in (_read(state.a), _read(state.b))):
        return None
    return align(parse_shape(state.a), parse_shape(state.b))


def problems(state: State) -> dict[str, str]:
    """What is wrong with each box, by the box's class; empty where nothing is."""
    shapes = {"sw-a": _read(state.a), "sw-b": _read(state.b)}
    found = {name: str(shape) if isinstance(shape, ShapeError) else "" for name, shape in shapes.items()}
    unreadable = state.predict and state.prediction.strip() and _predicted(state.prediction) is None
    return found | {"sw-prediction": str(_read(state.prediction)) if unreadable else ""}


def words(state: State) -> str:
    """The whole state in one line of text; it keeps a hidden result hidden."""
    for which, text in (("A", state.a), ("B", state.b)):
        error = _read(text)
        if isinstance(error, ShapeError):
            return f"Shape {which}: {error}"
    aligned = align(parse_shape(state.a), parse_shape(state.b))
    pair = f"{as_text(aligned.a.shape)} with {as_text(aligned.b.shape)}"
    if state.hidden:
        return f"{pair}: predict the result."
    verdict = f" {_verdict(state, aligned)}" if state.predict else ""
    if aligned.result is not None:
        return f"{pair} gives {as_text(aligned.result)}.{verdict}"
    return f"{pair} do not broadcast: {_why(aligned)}{verdict}"


def render(state: State, live: bool = True) -> str:
    """Table, legend, result and cells as HTML; pure. ``live=False`` leaves out what has to be used."""
    shapes = {"sw-a": _read(state.a), "sw-b": _read(state.b)}
    typed = (("sw-a", "Shape A", state.a), ("sw-b", "Shape B", state.b))
    errors = [problem(box, name, text, shapes[box]) for box, name, text in typed]
    aligned = broadcast(state)
    if aligned is None:
        return f'<div class="sw-broadcast-frame">{"".join(errors)}</div>'
    key = legend() if live else ""
    parts = [
        *errors,
        f'<div class="sw-aligned"><div class="sw-scroll">{_table(aligned, state.hidden)}</div>{key}</div>',
        _outcome(state, aligned),
    ]
    if live and aligned.result is None and not state.hidden:
        parts.append(_offers(aligned))
    if live and aligned.result is not None:
        parts.append(cells(aligned, state.hidden))
    return f'<div class="sw-broadcast-frame">{"".join(parts)}</div>'


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[int, ...] | ShapeError:
    try:
        return parse_shape(text)
    except ShapeError as error:
        return error


def _predicted(text: str) -> tuple[int, ...] | str | None:
    """The shape that was predicted, ``"error"``, or None where nothing that can be judged was entered."""
    if text.strip().lower() in ("error", "conflict"):
        return "error"
    shape = _read(text)
    return None if isinstance(shape, ShapeError) else shape


def _table(aligned: Aligned, hidden: bool) -> str:
    rank = len(aligned.a.aligned)
    heads = "".join(f'<th scope="col" class="sw-head">axis {k - rank}</th>' for k in range(rank))
    rows = _operand_row("A", aligned.a, aligned.b) + _operand_row("B", aligned.b, aligned.a)
    if hidden:
        outcome = _size("sw-unknown", "?") * rank
    else:
        sizes = [y if x == 1 else x for x, y in zip(aligned.a.aligned, aligned.b.aligned, strict=True)]
        outcome = "".join(
            _chip("conflict", "✕") if k in aligned.conflicts else _size("sw-outcome-chip", size)
            for k, size in enumerate(sizes)
        )
    shape = "?" if hidden else "none" if aligned.result is None else as_text(aligned.result)
    return (
        '<table class="sw-grid sw-shapes"><thead><tr><td class="sw-head"></td>'
        f'<th class="sw-head" scope="col">shape</th>{heads}</tr></thead><tbody>{rows}'
        f'<tr class="sw-result-row"><th scope="row" class="sw-key">Result</th>'
        f'<td class="sw-value"><code class="sw-code">{shape}</code></td>{outcome}</tr></tbody></table>'
    )


def _operand_row(which: str, own: Operand, other: Operand) -> str:
    chips = []
    for size, fate, opposite in zip(own.aligned, own.fates, other.aligned, strict=True):
        grows = f"{size}→{opposite}" if size == 1 and opposite != 1 else str(size)
        sign = {"padded": "+", "conflict": "✕"}.get(fate, "")
        chips.append(_chip(fate, f"{sign}{grows}"))
    return (
        f'<tr><th scope="row" class="sw-key">{which}</th>'
        f'<td class="sw-value"><code class="sw-code">{as_text(own.shape)}</code></td>{"".join(chips)}</tr>'
    )


def _chip(fate: str, label: str) -> str:
    return f'<td class="sw-size"><span class="sw-chip sw-{fate}" title="{FATES[fate].meaning}">{label}</span></td>'


def _size(kind: str, size: object) -> str:
    return f'<td class="sw-size"><span class="sw-chip {kind}">{size}</span></td>'


def legend() -> str:
    """What the four kinds of chips mean."""
    signs = {"original": "4", "padded": "+1", "stretched": "1→4", "conflict": "✕3"}
    return (
        '<p class="sw-note sw-legend">'
        + "".join(
            f'<span class="sw-entry"><span class="sw-chip sw-{name}">{signs[name]}</span> '
            f"{name}: {fate.meaning}</span> "
            for name, fate in FATES.items()
        )
        + "</p>"
    )


def _outcome(state: State, aligned: Aligned) -> str:
    """The one sentence that matters, and after a prediction what became of it."""
    if state.hidden:
        error = _read(state.prediction) if state.prediction.strip() else None
        wrong = problem("sw-prediction", "Prediction", state.prediction, error)
        asks = "Which shape comes out? Enter it as your prediction, or the word error."
        return f'{wrong}<p class="sw-outcome" data-key="outcome" tabindex="-1">{asks}</p>'
    verdict = _judged(state, aligned) if state.predict else ""
    if aligned.result is not None:
        return (
            f'{verdict}<p class="sw-outcome" data-key="outcome" tabindex="-1">'
            f'The result has shape <code class="sw-code">{as_text(aligned.result)}</code>.</p>'
        )
    says = torch_says(aligned.a.shape, aligned.b.shape)
    return (
        f'{verdict}<p class="sw-outcome sw-error" data-key="outcome" tabindex="-1">'
        f"These do not broadcast: {_why(aligned)}</p>"
        f'<p class="sw-text sw-torch">torch says: <code class="sw-code">{escape(says)}</code></p>'
    )


def _judged(state: State, aligned: Aligned) -> str:
    said = _verdict(state, aligned)
    sign, kind = ("✓", "sw-good") if said.endswith("right.") else ("✕", "sw-conflict")
    return f'<p class="sw-verdict"><span class="sw-chip {kind}">{sign}</span> {escape(said)}</p>'


def _why(aligned: Aligned) -> str:
    clashes = [
        f"on the {_ordinal(axis)} dimension (axis {axis - len(aligned.a.aligned)}), "
        f"{aligned.a.aligned[axis]} meets {aligned.b.aligned[axis]}"
        for axis in aligned.conflicts
    ]
    return f"{' and '.join(clashes)}. The sizes differ, and neither is 1."


def _ordinal(axis: int) -> str:
    return ("first", "second", "third", "fourth", "fifth")[axis] if axis < 5 else f"{axis + 1}th"


def _verdict(state: State, aligned: Aligned) -> str:
    predicted = _predicted(state.prediction)
    said = predicted if isinstance(predicted, str) else as_text(predicted or ())
    truth = "error" if aligned.result is None else as_text(aligned.result)
    return f"You predicted {said}: right." if said == truth else f"You predicted {said}; it is {truth}."


def _offers(aligned: Aligned) -> str:
    offers = []
    for k, repair in enumerate(repairs(aligned.a.shape, aligned.b.shape)):
        sizes = ", ".join(str(size) for size in repair.shape)
        offers.append(
            "<li>"
            + button(f"<code>{repair.which}{repair.method}</code>", {repair.which.lower(): sizes}, f"repair-{k}")
            + f' <span class="sw-text">or <code class="sw-code">{repair.which}{repair.index}</code>: '
            f"{as_text(repair.shape)}, so the result is {as_text(repair.result)}</span></li>"
        )
    heading = '<p class="sw-text"><b>Make it work</b> with a new axis of size 1:</p>'
    return f'{heading}<ul class="sw-offers">{"".join(offers)}</ul>'
