"""lookup: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _columns(ids: Any, table: Any) -> Any:
    return torch.stack([table[:, place] for place in ids.tolist()], dim=1)


def _columns_as_rows(ids: Any, table: Any) -> Any:
    return torch.stack([table[:, place] for place in ids.tolist()])


def _first_rows(ids: Any, table: Any) -> Any:
    return table[: len(ids)]


def _counted_from_one(ids: Any, table: Any) -> Any:
    return torch.stack([table[place - 1] for place in ids.tolist()])


def _in_sorted_order(ids: Any, table: Any) -> Any:
    return torch.stack([table[place] for place in sorted(ids.tolist())])


def _each_word_once(ids: Any, table: Any) -> Any:
    return torch.stack([table[place] for place in sorted(set(ids.tolist()))])


def _from_first_to_last(ids: Any, table: Any) -> Any:
    return table[ids[0] : ids[-1]]


def _added_up(ids: Any, table: Any) -> Any:
    return sum(table[place] for place in ids.tolist())


def _squeezed(ids: Any, table: Any) -> Any:
    return torch.stack([table[place] for place in ids.tolist()]).squeeze()


def _listed(ids: Any, table: Any) -> Any:
    return [table[place] for place in ids.tolist()]


def _made_of_a_list(ids: Any, table: Any) -> Any:
    return torch.tensor([table[place] for place in ids])


def _table_as_the_index(ids: Any, table: Any) -> Any:
    return ids[table]


_ROWS_FIRST = "Words are the first dimension of the table, so let the ids index that one."

EXERCISE = Exercise(
    signature="lookup(ids, table)",
    notebook="5_attention",
    points=2,
    axes=("token", "feature"),
    input_axes={"table": ("word", "feature")},
    result="vectors",
    cases=(
        Case("ids [2, 0, 2], table (5, 4)", lambda: (torch.tensor([2, 0, 2]), torch.arange(20.0).reshape(5, 4))),
        Case(
            "ids [5, 23, 7, 42], table (100, 32)",
            lambda: (torch.tensor([5, 23, 7, 42]), torch.arange(3200.0).reshape(100, 32)),
        ),
        Case(
            "ids [2, 0, 1], a square table (3, 3)",
            lambda: (torch.tensor([2, 0, 1]), torch.arange(9.0).reshape(3, 3)),
            edge=True,
        ),
        Case(
            "a float64 table (3, 2)",
            lambda: (torch.tensor([1, 0]), torch.arange(6, dtype=torch.float64).reshape(3, 2)),
            edge=True,
        ),
        Case("one id, table (4, 2)", lambda: (torch.tensor([3]), torch.arange(8.0).reshape(4, 2)), edge=True),
    ),
    mistakes=(
        Mistake(
            _columns,
            "Your result is `table[:, ids]`: the ids pick columns, one feature of all words, not the vector of a word.",
            _ROWS_FIRST,
        ),
        Mistake(
            _columns_as_rows,
            "Your result is `table.T[ids]`: after the transpose the ids pick features, not words.",
            _ROWS_FIRST,
        ),
        Mistake(
            _first_rows,
            "Your result holds the first rows of the table. How many ids there are is right, which ids they are "
            "is lost.",
            "Use the ids themselves as the index, not their number.",
        ),
        Mistake(
            _counted_from_one,
            "Your result is one row too early: it takes id 1 for the first row. Rows count from 0, and so do ids.",
            "Use the ids as they are.",
        ),
        Mistake(
            _in_sorted_order,
            "Your result has the right rows in the order of the table. A sentence has its own order.",
            "Keep one row for each id, in the order of the ids.",
        ),
        Mistake(
            _each_word_once,
            "Your result has each word once. A word that occurs twice in the text needs its vector twice.",
            "Keep one row for each id, repeats included.",
        ),
        Mistake(
            _from_first_to_last,
            "Your result is a slice from the first id to the last: all rows in between come along.",
            "Index with the whole tensor of ids, not with a slice.",
        ),
        Mistake(
            _added_up,
            "Your result is a single vector, the sum over the tokens. That mixes tokens, which is the job of "
            "attention.",
            "Keep one row for each id.",
        ),
        Mistake(
            _squeezed,
            "Your result drops every axis of size 1, so that a text of one token loses its token axis.",
            "Keep the token axis, however long the text is.",
        ),
        Mistake(
            _made_of_a_list,
            "`torch.tensor` makes a tensor of numbers. You hand it a list of vectors.",
            "Let one indexing operation make the tensor, without a loop.",
        ),
        Mistake(
            _table_as_the_index,
            "Your code writes `ids[table]`. The table is what you look things up in, the ids say where.",
            "Put the ids between the brackets of the table.",
        ),
        Mistake(
            _listed,
            "Your result is a list of vectors. The right ones, but a model needs them in one tensor.",
            "Let one indexing operation make the tensor, without a loop.",
        ),
    ),
)
