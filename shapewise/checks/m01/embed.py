"""embed: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _table() -> Any:
    return torch.arange(20.0).reshape(5, 4)


def _picked(places: Any, table: Any) -> Any:
    # Not a loop: the check would say so first. It fails where there are no ids, as the mistakes may.
    return table.index_select(0, places.flatten()).reshape(*places.shape, -1)


def _negative_ids_wrap(ids: Any, table: Any) -> Any:
    return _picked(ids % len(table), table)


def _clamped(ids: Any, table: Any) -> Any:
    return _picked(ids.clamp(0, len(table) - 1), table)


def _zeros_for_unknown_ids(ids: Any, table: Any) -> Any:
    known = (ids >= 0) & (ids < len(table))
    return _picked(ids * known, table) * known[..., None]


def _columns_as_rows(ids: Any, table: Any) -> Any:
    return _picked(ids, table.T)


def _flattened(ids: Any, table: Any) -> Any:
    return table.index_select(0, ids.flatten())


def _one_by_one(ids: Any, table: Any) -> Any:
    # No error for an id that is too large: an answer without a loop that lets id -1 pass should not look like this one.
    return torch.stack([table[place % len(table)] for place in ids.flatten().tolist()]).reshape(*ids.shape, -1)


def _if_of_many(ids: Any, table: Any) -> Any:
    if ids < 0 or ids >= len(table):
        raise IndexError("unknown id")
    return _picked(ids, table)


def _smallest_and_largest(ids: Any, table: Any) -> Any:
    if ids.min() < 0 or ids.max() >= len(table):
        raise IndexError("unknown id")
    return _picked(ids, table)


def _detached(ids: Any, table: Any) -> Any:
    return _picked(ids, table.detach())


def _features_first(ids: Any, table: Any) -> Any:
    return _picked(ids, table).movedim(-1, 0)


def _one_too_many(ids: Any, table: Any) -> Any:
    if ((ids < 0) | (ids > len(table))).any():
        raise IndexError("unknown id")
    return _picked(ids.clamp(max=len(table) - 1), table)


EXERCISE = Exercise(
    signature="embed(ids, table)",
    notebook="5_attention",
    points=4,
    axes=("...", "feature"),
    input_axes={"table": ("word", "feature")},
    result="vectors",
    vectorised=(
        lambda: (torch.tensor([1, 2, 0]), _table()),
        lambda: (torch.arange(30) % 5, _table()),
    ),
    cases=(
        Case("ids [2, 0, 2], table (5, 4)", lambda: (torch.tensor([2, 0, 2]), _table()), axes=("token", "feature")),
        Case(
            "ids (2, 3), table (5, 4)",
            lambda: (torch.tensor([[4, 1, 1], [0, 3, 2]]), _table()),
            axes=("batch", "seq", "feature"),
            grad_weights=lambda: torch.arange(24.0).reshape(2, 3, 4),
        ),
        Case("a single id, shape ()", lambda: (torch.tensor(3), _table()), axes=("feature",)),
        Case("id -1, table (5, 4)", lambda: (torch.tensor([0, -1]), _table()), edge=True),
        Case("id 5, table (5, 4)", lambda: (torch.tensor([5, 1]), _table()), edge=True),
        Case(
            "no ids, shape (0,)", lambda: (torch.empty(0, dtype=torch.int64), _table()), edge=True,
            axes=("token", "feature"),
        ),
        Case(
            "ids [2, 0, 1], a square table (3, 3)",
            lambda: (torch.tensor([2, 0, 1]), torch.arange(9.0).reshape(3, 3)),
            edge=True,
            axes=("token", "feature"),
        ),
    ),
    mistakes=(
        Mistake(
            _negative_ids_wrap,
            "Your function takes id -1 for the last row: negative numbers count from the end. A padding id of -1 "
            "would get some word's vector.",
            "Look for ids below 0 before you index, and raise `IndexError`.",
            edge=True,
        ),
        Mistake(
            _clamped,
            "Your function pushes unknown ids to the nearest known one. The model would read a word that is not there.",
            "Raise `IndexError` where an id is below 0, or `vocab` and above.",
            edge=True,
        ),
        Mistake(
            _zeros_for_unknown_ids,
            "Your function gives zeros for unknown ids, so that a mistake in the data goes unnoticed.",
            "Raise `IndexError` where an id is below 0, or `vocab` and above.",
            edge=True,
        ),
        Mistake(
            _smallest_and_largest,
            "No ids have no smallest one, so `min` refuses. A batch may be empty.",
            "Ask with `(ids < 0).any()`, which is False where there are no ids.",
            edge=True,
        ),
        Mistake(
            _if_of_many,
            "`if` and `or` need one truth value. `ids < 0` holds one for each id.",
            "Join the two comparisons with `|`, and ask with `.any()` whether one entry is True.",
        ),
        Mistake(
            _columns_as_rows,
            "Your ids pick features of all words, as in `table.T[ids]`, not the vectors of words.",
            "Words are the first dimension of the table, so let the ids index that one.",
        ),
        Mistake(
            _flattened,
            "Your result holds the right vectors in one long row of tokens: batch and seq are merged.",
            "Keep the shape of the ids in front: (..., embed).",
        ),
        Mistake(
            _one_by_one,
            "Your function visits one id after the other. A batch has tens of thousands of them.",
            "Index with the whole tensor of ids; its shape may be anything.",
        ),
        Mistake(
            _detached,
            "The numbers are right, but they are cut off from the table: `detach`, `.data`, `torch.tensor` and NumPy "
            "do that. Such a table never learns.",
            "Index the table itself.",
        ),
        Mistake(
            _features_first,
            "Your result has the features in front of the tokens.",
            "Put the shape of the ids first and the features last: (..., embed).",
        ),
        Mistake(
            _one_too_many,
            "Your function lets the id `vocab` pass. The rows of the table are 0 to `vocab - 1`.",
            "Refuse an id that equals `vocab`, too.",
            edge=True,
        ),
    ),
)
