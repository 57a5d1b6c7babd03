"""A stage of a language model, 0 to 2 -> a picture of the tensor that it hands on: token ids, embeddings, attention."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import ipywidgets
import torch
import traitlets

from shapewise.explorers import svg
from shapewise.explorers.view import View, frames_behind_a_slider

__all__ = ["PipelineView", "State", "attention_weights", "render", "title", "words"]

IDS = ((101, 2054, 2003, 102), (101, 7592, 999, 102))
BATCH, SEQ, EMBED, HEADS = 2, 4, 8, 2


@dataclass(frozen=True)
class State:
    """Which stage is looked at."""

    stage: int = 0

    def __post_init__(self) -> None:
        """Refuse what has no picture."""
        if not 0 <= self.stage <= LAST:
            raise ValueError(f"stage must be 0 to {LAST}, and is {self.stage!r}")


@dataclass(frozen=True)
class _Stage:
    name: str
    axes: str
    sizes: str
    what: str
    note: str


_STAGES = (
    _Stage(
        "Token IDs",
        "(batch, seq_len)",
        "(2, 4)",
        "Text, cut into tokens. Each number is a row of the vocabulary; two sequences of four tokens are one batch.",
        "Both sequences start with 101 and end with 102, the tokens that mark start and end.",
    ),
    _Stage(
        "Embeddings",
        "(batch, seq_len, embed_dim)",
        "(2, 4, 8)",
        "Each id becomes a vector of eight numbers, looked up in a table. The new axis comes last.",
        "The same id has the same vector: compare the first rows of the two sequences.",
    ),
    _Stage(
        "Attention",
        "(batch, heads, seq, seq)",
        "(2, 2, 4, 4)",
        "Each head has one weight for each pair of tokens: how much a query (row) takes from a key (column).",
        "Causal mask: a row sees only columns up to its own. Here the weight fades with distance; each row sums to 1. "
        "Sequence 0 is drawn; sequence 1 has two grids of its own.",
    ),
)
LAST = len(_STAGES) - 1


def title(state: State) -> str:
    """For example ``Embeddings``."""
    return _STAGES[state.stage].name


def words(state: State) -> str:
    """The whole state in one line of text."""
    stage = _STAGES[state.stage]
    return f"{stage.name}. Shape {stage.axes}, here {stage.sizes}. {stage.what} {stage.note}"


def render(state: State) -> str:
    """The stages, the current one's tensor and its panel as HTML; pure, with the colours of the page's theme."""
    stage = _STAGES[state.stage]
    tensor = (_ids, _embeddings, _attention)[state.stage]
    return (
        f'<div class="sw-frame sw-pipeline-frame">{_stages(state.stage)}'
        f'<div class="sw-tensor">{tensor()}</div>'
        f'<div class="sw-panel"><p class="sw-title">{stage.name}</p>'
        f'<p class="sw-text"><code class="sw-code">{stage.axes}</code>, here '
        f'<code class="sw-code">{stage.sizes}</code></p>'
        f'<p class="sw-text">{stage.what}</p><p class="sw-note">{stage.note}</p></div></div>'
    )


@lru_cache(maxsize=1)
def attention_weights() -> tuple[torch.Tensor, ...]:
    """Per head a causal (seq, seq) matrix whose weight fades with distance; head 1 looks further back than head 0."""
    distance = torch.arange(SEQ)[:, None] - torch.arange(SEQ)
    return tuple(
        torch.softmax((-rate * distance).masked_fill(distance < 0, -torch.inf), dim=-1) for rate in (1.2, 0.35)
    )


@lru_cache(maxsize=1)
def _vectors() -> dict[int, list[str]]:
    """A vector of sample values per token id, always the same one."""
    return {
        token: [f"{value:.1f}" for value in torch.randn(EMBED, generator=torch.Generator().manual_seed(token)).tolist()]
        for token in sorted({token for row in IDS for token in row})
    }


def _stages(now: int) -> str:
    boxes = []
    for k, stage in enumerate(_STAGES):
        x = 4 + 190 * k
        current = k == now
        fill, stroke = (
            ("accent", "accent") if current else ("accent-tint", "accent") if k < now else ("paper", "strong-line")
        )
        boxes.append(svg.rect(x, 6, 144, 50, fill=fill, stroke=stroke, radius=8, weight=2 if current else 1.5))
        ink = "on-accent" if current else "ink"
        boxes.append(svg.text(x + 72, 23, f"{k}  {stage.name}", size=14, bold=True, fill=ink))
        boxes.append(svg.text(x + 72, 42, stage.sizes, size=12.5, mono=True, fill=ink))
        if k < LAST:
            boxes.append(
                svg.line(x + 150, 31, x + 186, 31, stroke="accent" if k < now else "strong-line", weight=2, arrow=True)
            )
    alt = f"Token IDs, then Embeddings, then Attention; now at {_STAGES[now].name}"
    return svg.picture(532, 62, alt, boxes)


def _ids() -> str:
    left, top, width, height = 96, 44, 74, 44
    cells = [
        svg.rect(left + width * c, top + height * r, width, height, fill="accent-tint", stroke="accent")
        + svg.text(left + width * (c + 0.5), top + height * (r + 0.5), str(token), size=16, mono=True)
        for r, row in enumerate(IDS)
        for c, token in enumerate(row)
    ]
    right, bottom = left + width * SEQ, top + height * BATCH
    axes = [
        *(svg.text(left + width * (c + 0.5), top - 12, str(c), size=11.5, mono=True, fill="muted") for c in range(SEQ)),
        *(
            svg.text(left - 26, top + height * (r + 0.5), str(r), size=11.5, mono=True, fill="muted")
            for r in range(BATCH)
        ),
        svg.line(left, bottom + 12, right, bottom + 12, stroke="seq", weight=2, arrow=True),
        svg.text((left + right) / 2, bottom + 28, "seq (T)", size=13, bold=True, fill="seq"),
        svg.line(left - 12, top, left - 12, bottom, stroke="batch", weight=2, arrow=True),
        svg.text(left - 40, (top + bottom) / 2, "batch (B)", size=13, bold=True, fill="batch", turn=-90),
    ]
    return svg.picture(440, 180, "a grid of 2 sequences, each a row of 4 token ids", cells + axes)


def _embeddings() -> str:
    left, top, width, height = 66, 66, 34, 27
    drawn = []
    for batch in (1, 0):
        x, y = left + 40 * batch, top - 50 * batch
        for r, token in enumerate(IDS[batch]):
            for c, value in enumerate(_vectors()[token]):
                drawn.append(
                    svg.rect(
                        x + width * c,
                        y + height * r,
                        width,
                        height,
                        fill="paper" if batch else "accent-tint",
                        stroke="accent",
                    )
                )
                if batch == 0 or r < 2:
                    drawn.append(svg.text(x + width * (c + 0.5), y + height * (r + 0.5), value, size=12, mono=True))
    right, bottom = left + width * EMBED, top + height * SEQ
    drawn += [
        svg.text(left - 20, top + height * (r + 0.5), str(token), size=11.5, mono=True, fill="muted", anchor="end")
        for r, token in enumerate(IDS[0])
    ]
    drawn += [
        svg.line(left, bottom + 12, right, bottom + 12, stroke="embed", weight=2, arrow=True),
        svg.text((left + right) / 2, bottom + 27, "embed (D)", size=13, bold=True, fill="embed"),
        svg.line(left - 12, top, left - 12, bottom, stroke="seq", weight=2, arrow=True),
        svg.text(left - 22, top - 14, "seq (T)", size=13, bold=True, fill="seq"),
        svg.line(right + 10, bottom, right + 50, bottom - 50, stroke="batch", weight=2, arrow=True),
        svg.text(right + 36, bottom - 10, "batch (B)", size=13, bold=True, fill="batch", anchor="start"),
    ]
    alt = "two grids, one behind the other, each of 4 token vectors with 8 numbers"
    return svg.picture(460, 212, alt, drawn)


def _attention() -> str:
    return '<div class="sw-heads">' + "".join(_head(h, w) for h, w in enumerate(attention_weights())) + "</div>"


def _head(head: int, weights: torch.Tensor) -> str:
    """One head's weights as a grid that can be walked; a weight names the query and the keys it was made of."""
    columns = "".join(f'<th scope="col" class="sw-head" data-cell="h{head}k{k}">{k}</th>' for k in range(SEQ))
    rows = []
    for q in range(SEQ):
        cells = []
        for k in range(SEQ):
            seen = k <= q
            value = f"{weights[q, k].item():.2f}" if seen else "–"
            label = f"query {q}, key {k}: " + (f"weight {value}" if seen else "masked, the key comes later")
            sources = " ".join([f"h{head}q{q}", *(f"h{head}k{j}" for j in range(q + 1))])
            shade = f"background-color:rgba(76,130,230,{0.12 + 0.55 * weights[q, k].item():.2f})" if seen else ""
            cells.append(
                f'<td class="sw-cell{"" if seen else " sw-masked"}" style="{shade}" data-from="{sources}" '
                f'aria-label="{label}" tabindex="{0 if q == k == 0 else -1}">{value}</td>'
            )
        rows.append(f'<tr><th scope="row" class="sw-head" data-cell="h{head}q{q}">{q}</th>{"".join(cells)}</tr>')
    return (
        f'<table class="sw-grid sw-weights" role="grid" aria-label="weights of head {head}" data-walk="{SEQ}">'
        f'<caption class="sw-head">head {head}: query ↓, key →</caption>'
        f'<thead><tr><td class="sw-head"></td>{columns}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


class PipelineView(View):
    """The pipeline explorer; its trait ``stage`` follows the slider, and moves it."""

    name = "LLM pipeline explorer"
    stage = traitlets.Int(0, min=0, max=LAST)

    @property
    def state(self) -> State:
        """What is shown now."""
        return State(self.stage)

    def _pictures(self) -> list[str]:
        return [render(state) for state in _ALL]

    def _lines(self) -> list[str]:
        return [words(state) for state in _ALL]

    def _build(self) -> ipywidgets.Widget:
        names = [title(state) for state in _ALL]
        live, slider = frames_behind_a_slider(self.name, "Stage", self._pictures(), names)
        traitlets.link((self, "stage"), (slider, "value"))
        return live


_ALL = tuple(State(k) for k in range(LAST + 1))
