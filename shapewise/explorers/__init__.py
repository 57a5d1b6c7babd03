"""Nothing, or a few starting values -> an explorer: a picture that answers to mouse, touch and keyboard.

A cell whose value is one shows it; its traits tell what it shows, so that code can ask, and set it. The pictures are
drawn in the browser by the bundle in ``static/``, made from ``web/``. The widgets are imported when they are wanted,
because grading imports this package and shows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapewise.explorers.explorer import Explorer

__all__ = [
    "explore_attention",
    "explore_bits",
    "explore_broadcast",
    "explore_dimensions",
    "explore_indexing",
    "explore_layout",
    "explore_matmul",
    "explore_pipeline",
    "explore_softmax",
]

Shape = str | tuple[int, ...]
Rows = str | Sequence[Sequence[float]] | Sequence[float]
Setting = str | int | float | bool


def explore_dimensions(ndim: int = 0) -> Explorer:
    """Show what tensors of 0 to 3 dimensions look like; ``ndim`` is where the slider starts."""
    return _explorer("dimensions", ndim=ndim)


def explore_pipeline(stage: int = 0) -> Explorer:
    """Show what shape the numbers have on their way through a language model, from token ids to logits (0 to 6)."""
    return _explorer("pipeline", stage=stage)


def explore_attention(
    tokens: str = "the cat sat", vectors: Rows | None = None, query: int = 2, **state: Setting
) -> Explorer:
    """Show attention over tokens whose vectors are arrows in a plane, from scores to the output of token ``query``.

    ``vectors`` are rows of two numbers from -2 to 2, one for each token. More settings: ``scaled``, ``causal``,
    ``temperature`` (0.1 to 5) and ``predict``.
    """
    given = {} if vectors is None else {"vectors": _rows(vectors)}
    return _explorer("attention", tokens=tokens, query=query, **given, **state)


def explore_bits(
    value: float | str = 0.1, dtype: str = "float16", terms: int = 1000, predict: bool = False
) -> Explorer:
    """Show a number's bits in float32, float16 and bfloat16, what is stored of it, and a sum of ``terms`` of it.

    ``dtype`` is the format whose numbers are shown on a line; ``terms`` goes from 1 to 4096.
    """
    return _explorer("bits", value=str(value), format=dtype, terms=terms, predict=predict)


def explore_broadcast(a: Shape = "4, 1, 3", b: Shape = "5, 3", predict: bool = False) -> Explorer:
    """Show how two shapes broadcast; ``predict`` hides the result until a shape has been entered."""
    return _explorer("broadcast", a=_typed(a), b=_typed(b), predict=predict)


def explore_layout(shape: Shape = "3, 4", chain: str = ".transpose(0, 1)") -> Explorer:
    """Show how a tensor lies in memory, and what a chain of methods and indices makes of it."""
    return _explorer("layout", shape=_typed(shape), chain=chain)


def explore_indexing(index: str = "x[:, 0]", shape: Shape = "2, 3, 4", predict: bool = False) -> Explorer:
    """Show which cells of ``x`` an index picks, the shape that comes out, and whether it is a view or a copy.

    ``x`` is filled with 0, 1, 2 and so on; ``predict`` hides the result until a shape has been entered.
    """
    return _explorer("indexing", shape=_typed(shape), index=index, predict=predict)


def explore_matmul(a: Shape = "2, 3", b: Shape = "3, 4", predict: bool = False) -> Explorer:
    """Show the matrix product ``A @ B`` of two shapes, or why torch refuses it; ``predict`` hides it until then."""
    return _explorer("matmul", a=_typed(a), b=_typed(b), predict=predict)


def explore_softmax(
    logits: Rows = "2, 1, 0.1", temperature: float = 1, add: float = 0, dim: int = -1, predict: bool = False
) -> Explorer:
    """Show softmax step by step: of ``(logits + add) / temperature``, as by hand in float32 and as torch does it.

    ``logits`` are one to three rows of at most six numbers; ``dim`` is -1 (each row sums to 1) or 0 (each column).
    """
    settings: dict[str, Setting] = {"temperature": temperature, "add": add, "dim": str(dim), "predict": predict}
    return _explorer("softmax", logits=_rows(logits), **settings)


def _explorer(name: str, **state: Setting) -> Explorer:
    from shapewise.explorers.explorer import explorer

    return explorer(name, **state)


def _typed(shape: Shape) -> str:
    return shape if isinstance(shape, str) else ", ".join(map(str, shape)) or "()"


def _rows(rows: Rows) -> str:
    """Rows of numbers as somebody would type them: ``0.3, 0.5; 1.2, 0.8``."""
    if isinstance(rows, str):
        return rows
    if not all(isinstance(row, Sequence) for row in rows):
        return ", ".join(map(str, rows))
    return "; ".join(_rows(row) for row in rows if isinstance(row, Sequence))
