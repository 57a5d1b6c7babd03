"""An exercise and the call that failed -> the explorer that fits, loaded with that call's shapes and values.

``check`` calls ``offer`` after its panel. Nothing here knows a solution: an explorer shows what went in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shapewise.explorers.catalogue import Value, declared

__all__ = ["FITTING", "Offer", "offer", "offered"]

_ROWS, _COLUMNS = 3, 6  # as many logits as the softmax explorer takes
_TOKENS = 6  # and tokens the attention explorer
_FARTHEST = 2.0  # its plane goes from -2 to 2


@dataclass(frozen=True)
class Offer:
    """An explorer, and the state that shows the call."""

    explorer: str
    state: dict[str, Value]

    @property
    def label(self) -> str:
        """What the button says."""
        return f"See this call in the {declared(self.explorer).title.lower()}"


def offered(exercise: str, arguments: Sequence[Any]) -> Offer | None:
    """The explorer that fits a failing call of this exercise; None where none does."""
    fitting = FITTING.get(exercise)
    if fitting is None:
        return None
    name, state_of = fitting
    try:
        state = state_of(*arguments)
    except (TypeError, ValueError, AttributeError, IndexError):
        return None  # a call with other arguments than the exercise asks for has nothing to show
    return Offer(name, state)


def offer(exercise: str, arguments: Sequence[Any]) -> None:
    """Show a button that opens the fitting explorer below it; nothing in a terminal."""
    found = offered(exercise, arguments)
    if found is None:
        return
    from shapewise.explorers.opening import show_offer

    show_offer(found)


def _typed(shape: Sequence[int]) -> str:
    return ", ".join(map(str, shape)) or "()"


def _layout(x: Any, *_: Any) -> dict[str, Value]:
    return {"shape": _typed(x.shape), "chain": ""}


def _pair(a: Any, b: Any, *_: Any) -> dict[str, Value]:
    return {"a": _typed(getattr(a, "shape", a)), "b": _typed(getattr(b, "shape", b))}


def _with_itself(x: Any) -> dict[str, Value]:
    return {"a": _typed(x.shape), "b": _typed(x.shape)}


def _logits(x: Any, dim: int = -1, *_: Any) -> dict[str, Value]:
    matrix = x.reshape(-1, x.shape[-1]) if len(x.shape) != 1 else x.reshape(1, -1)
    rows = [[_number(value) for value in row[:_COLUMNS]] for row in matrix[:_ROWS].tolist()]
    down = len(x.shape) > 1 and dim not in (-1, len(x.shape) - 1)
    return {"logits": "; ".join(", ".join(row) for row in rows), "dim": "0" if down else "-1"}


def _number(value: float) -> str:
    held = value if math.isinf(value) else max(-1000.0, min(1000.0, value))
    return f"{held:.4g}"


def _tokens(q: Any, k: Any, v: Any, mask: Any = None) -> dict[str, Value]:
    """The values of the first sequence (of the first head), as arrows: their first two numbers."""
    rows = v.reshape(-1, v.shape[-2], v.shape[-1])[0][:_TOKENS, :2].tolist()
    vectors = [[f"{max(-_FARTHEST, min(_FARTHEST, value)):.2f}" for value in (*row, 0.0)[:2]] for row in rows]
    return {
        "tokens": " ".join(f"t{t}" for t in range(len(rows))),
        "vectors": "; ".join(", ".join(row) for row in vectors),
        "query": len(rows) - 1,
        "scaled": True,
        "causal": mask is not None,
    }


def _last(x: Any, *_: Any) -> dict[str, Value]:
    return {"shape": _typed(x.shape), "index": "x[:, -1]"}


def _rows(ids: Any, table: Any) -> dict[str, Value]:
    first = [int(k) for k in ids.reshape(-1)[:4].tolist()]
    return {"shape": _typed(table.shape), "index": f"x[{first}]"}


FITTING: dict[str, tuple[str, Callable[..., dict[str, Value]]]] = {
    "split_heads": ("layout", _layout),
    "merge_heads": ("layout", _layout),
    "sliding_windows": ("layout", _layout),
    "flatten_tokens": ("layout", _layout),
    "multi_head_attention": ("layout", _layout),
    "block": ("layout", _layout),
    "add_positions": ("broadcast", _pair),
    "broadcast_shape": ("broadcast", _pair),
    "pairwise_sqdist": ("broadcast", _pair),
    "layer_norm": ("broadcast", _pair),
    "masked_mean": ("broadcast", _pair),
    "linear": ("matmul", _pair),
    "word_scores": ("matmul", _pair),
    "apply_weights": ("matmul", _pair),
    "dot_product_weights": ("matmul", _with_itself),
    "stable_softmax": ("softmax", _logits),
    "attention": ("attention", _tokens),
    "last_valid": ("indexing", _last),
    "lookup": ("indexing", _rows),
    "embed": ("indexing", _rows),
}
"""Which explorer shows a call of which exercise, and how its state is made of the arguments."""
