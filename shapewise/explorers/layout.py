"""A shape and a chain of operations as typed -> strides, offset, contiguity, and the walk through the flat storage."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from shapewise.explorers import svg
from shapewise.explorers.chain import LARGEST, ChainError, Step, read_chain, steps
from shapewise.explorers.grids import grids
from shapewise.explorers.markup import button, problem
from shapewise.explorers.shape_text import ShapeError, as_text, parse_shape

__all__ = ["TRY_THIS", "State", "problems", "render", "walk", "why_view", "words"]

TRY_THIS = (
    ("3, 4", "", "as it was made"),
    ("3, 4", ".transpose(0, 1)", "rows become columns"),
    ("2, 3, 4", ".permute(2, 0, 1)", "axes in another order"),
    ("4, 6", "[1:, ::2]", "a slice"),
    ("3, 1", ".expand(3, 4)", "stride 0"),
    ("3, 4", ".transpose(0, 1).reshape(2, 6)", "a copy"),
)


@dataclass(frozen=True)
class State:
    """What stands in the boxes."""

    shape: str = "3, 4"
    chain: str = ".transpose(0, 1)"


@dataclass(frozen=True)
class Walk:
    """The steps that could be taken; ``error`` and ``box`` (shape or chain) say what stopped them, if anything did."""

    steps: tuple[Step, ...] = ()
    box: str = ""
    error: ShapeError | None = None


@lru_cache(maxsize=32)
def walk(state: State) -> Walk:
    """Do with torch what stands in the boxes."""
    try:
        shape = parse_shape(state.shape)
        if math.prod(shape) > LARGEST:
            message = f"A tensor of this shape has {math.prod(shape)} elements; the picture holds {LARGEST}."
            raise ShapeError(message, state.shape, 0)
    except ShapeError as error:
        return Walk(box="shape", error=error)
    try:
        return Walk(steps(shape, read_chain(state.chain)))
    except ChainError as error:
        return Walk(error.done or steps(shape, ()), "chain", error)


def why_view(step: Step) -> tuple[bool, str]:
    """Whether ``view(-1)`` works on this tensor, and why: whether each axis starts where the one after it ends."""
    axes = [
        (k, size, stride) for k, (size, stride) in enumerate(zip(step.shape, step.stride, strict=True)) if size != 1
    ]
    if 0 in step.shape or len(axes) < 1:
        return True, "there is at most one element, so there is no order to keep"
    for (k, _, stride), (j, size, inner) in itertools.pairwise(axes):
        if stride != inner * size:
            return False, (
                f"a step along axis {k} moves {stride}, but all of axis {j} is {size} x {inner} = {size * inner} long, "
                f"so no one stride walks through both"
            )
    return True, "each axis starts where the one after it ends, so one stride walks through all of it"


def words(state: State) -> str:
    """The state in one line of text."""
    found = walk(state)
    if found.error is not None:
        return f"{found.box.capitalize()}: {found.error}"
    last = found.steps[-1]
    works, why = why_view(last)
    return (
        f"x of shape {state.shape}, then {state.chain or 'nothing'}: shape {as_text(last.shape)}, "
        f"stride {as_text(last.stride)}, offset {last.offset}, {'' if last.contiguous else 'not '}contiguous. "
        f"view(-1) {'works' if works else 'fails'}: {why}."
    )


def problems(state: State) -> dict[str, str]:
    """What is wrong with each box, by the box's class; empty where nothing is."""
    found = walk(state)
    return {f"sw-{box}": str(found.error) if found.box == box else "" for box in ("shape", "chain")}


def render(state: State, live: bool = True) -> str:
    """The steps, the verdict on ``view``, the tensor's cells and the walk as HTML; pure. ``live`` adds what is used."""
    found = walk(state)
    parts = []
    if found.error is not None:
        typed = state.shape if found.box == "shape" else state.chain
        parts.append(problem(f"sw-{found.box}", found.box.capitalize(), typed, found.error))
    if live:
        parts.append(_buttons(state, found))
    if found.steps:
        last = found.steps[-1]
        parts += [_table(found.steps), _verdict(last)]
        parts.append(f'<div class="sw-walk">{_cells(last) if live else ""}{_picture(last)}</div>')
    return f'<div class="sw-layout-frame">{"".join(parts)}</div>'


def _table(done: tuple[Step, ...]) -> str:
    heads = "".join(
        f'<th scope="col" class="sw-head">{name}</th>'
        for name in ("step", "shape", "stride", "offset", "contiguous", "storage")
    )
    rows = "".join(
        f'<tr><th scope="row" class="sw-key"><code class="sw-code">{escape(step.code)}</code></th>'
        + "".join(
            f'<td class="sw-value sw-spaced"><code class="sw-code">{value}</code></td>'
            for value in (as_text(step.shape), as_text(step.stride), step.offset)
        )
        + f'<td class="sw-value sw-spaced">{"yes" if step.contiguous else "no"}</td>'
        f'<td class="sw-value sw-spaced">{"new" if k == 0 else "copied" if step.copied else "shared"}</td></tr>'
        for k, step in enumerate(done)
    )
    table = f'<table class="sw-grid sw-steps"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="sw-scroll">{table}</div>'


def _verdict(step: Step) -> str:
    works, why = why_view(step)
    sign, kind = ("✓ works", "sw-good") if works else ("✕ fails", "sw-conflict")
    return (
        f'<p class="sw-text" data-key="outcome" tabindex="-1"><code class="sw-code">.view(-1)</code> '
        f'<span class="sw-chip {kind}">{sign}</span> {why}.</p>'
    )


def _cells(step: Step) -> str:
    """The tensor as it is indexed; each cell names the place in the storage that it is read from."""
    if not step.addresses:
        return '<p class="sw-note">The tensor is empty: there is nothing to walk through.</p>'
    places = dict(zip(_indices(step.shape), zip(step.addresses, step.values, strict=True), strict=True))

    def cell(index: tuple[int, ...]) -> str:
        own = index[len(index) - len(step.shape) :] if step.shape else ()
        address, value = places[own]
        return (
            f'<td class="sw-cell sw-sum" tabindex="{-1 if any(index) else 0}" data-from="s{address}" '
            f'aria-label="element {as_text(own)} is {value}, at address {address}">{value}</td>'
        )

    hint = "Point at an element, or walk with the arrow keys, to see where in the storage it lies."
    drawn = grids(f"Elements {as_text(step.shape)}", step.shape, cell, walked=True)
    return f'<div class="sw-elements">{drawn}<p class="sw-note">{hint}</p></div>'


def _indices(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    return list(itertools.product(*map(range, shape)))


_WIDTH, _HEIGHT = 460, 300


def _picture(step: Step) -> str:
    """The storage as a strip; below it one dot per element, in the order of iteration from top to bottom."""
    left, top, plot, bottom = 62, 14, 60, _HEIGHT - 12
    cell = min(32.0, (_WIDTH - left - 12) / max(step.storage, 1))
    down = min(18.0, (bottom - plot) / max(len(step.addresses), 1))
    visited = set(step.addresses)
    parts = [svg.text(left - 8, top + 14, "storage", size=12, fill="muted", anchor="end")]
    for address in range(step.storage):
        inside = address in visited
        box = svg.rect(
            left + cell * address,
            top,
            cell,
            28,
            fill="accent-tint" if inside else "paper",
            stroke="accent" if inside else "line",
            radius=2,
        )
        number = (
            svg.text(
                left + cell * (address + 0.5),
                top + 14,
                str(address),
                size=min(12, cell * 0.55),
                mono=True,
                fill="ink" if inside else "muted",
            )
            if cell >= 13
            else ""
        )
        parts.append(f'<g data-cell="s{address}" class="sw-place">{box}{number}</g>')
    points = [(left + cell * (a + 0.5), plot + down * (k + 0.5)) for k, a in enumerate(step.addresses)]
    parts.append(svg.text(left - 8, plot + 8, "first", size=12, fill="muted", anchor="end"))
    if len(points) > 1:
        parts.append(svg.text(left - 8, points[-1][1], "last", size=12, fill="muted", anchor="end"))
    parts.append(svg.polyline(points, stroke="accent", weight=1.5))
    parts += [svg.circle(x, y, min(4.0, down * 0.4), fill="accent", stroke="accent", weight=0) for x, y in points]
    order = ", ".join(map(str, step.addresses[:24])) + (", and so on" if len(step.addresses) > 24 else "")
    alt = f"storage of {step.storage} numbers; iteration visits addresses {order or 'none'}"
    return svg.picture(_WIDTH, _HEIGHT, alt, parts)


def _buttons(state: State, found: Walk) -> str:
    """One-click steps that fit the tensor as it is now, and the way back."""
    chain = state.chain.strip()
    offered = _next_steps(found.steps[-1]) if found.error is None else []
    adds = "".join(
        button(f"<code>{escape(code)}</code>", {"chain": chain + code}, f"add-{k}") for k, code in enumerate(offered)
    )
    back = button("Clear", {"chain": ""}, "clear") if chain else ""
    if chain and found.box != "shape":
        shorter = "".join(step.code for step in (found.steps if found.error else found.steps[:-1])[1:])
        back = button("Undo the last", {"chain": shorter}, "undo") + back
    label = '<span class="sw-note">Add a step</span> ' if offered else ""
    return f'<div class="sw-adds">{label}{adds}{back}</div>'


def _next_steps(last: Step) -> list[str]:
    rank, elements = len(last.shape), len(last.addresses)
    found = []
    if rank > 1:
        found.append(f".transpose({rank - 2}, {rank - 1})")
        found.append("[:, ::2]")
    if rank > 2:
        found.append(f".permute({', '.join(map(str, (rank - 1, *range(rank - 1))))})")
    if rank and last.shape[0] > 1:
        found.append("[1:]")
    if rank > 1 and 1 in last.shape and elements * 3 ** last.shape.count(1) <= LARGEST:
        found.append(f".expand({', '.join('3' if size == 1 else '-1' for size in last.shape)})")
    if rank == 1:
        found.append(".unsqueeze(0)")
    if rank > 1 or elements % 2 or not elements:
        found.append(".reshape(-1)" if elements else ".contiguous()")
    else:
        found.append(f".reshape(2, {elements // 2})")
    if not last.contiguous:
        found.append(".contiguous()")
    return found
