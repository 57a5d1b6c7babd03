"""add_positions: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _hundreds(*size: int) -> Any:
    """100, 200, 300, ...: what is added to them can be read off."""
    return 100 * torch.arange(1.0, 1 + torch.Size(size).numel()).reshape(size)


def _table(rows: int, width: int) -> Any:
    """Row t holds 10 t, 10 t + 1, ..."""
    return 10 * torch.arange(float(rows))[:, None] + torch.arange(float(width))


def _random(*size: int, seed: int) -> Any:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _each(x: Any, rows: Any) -> Any:
    """Token t of every sequence, plus the t-th of the given rows."""
    return torch.stack([x[:, t] + row for t, row in enumerate(rows)], dim=1)


def _whole_table(x: Any, positions: Any) -> Any:
    return x + positions


def _rows_by_batch(x: Any, positions: Any) -> Any:
    return x + positions[: x.shape[0]]


def _rows_by_width(x: Any, positions: Any) -> Any:
    return x + positions[: x.shape[2]]


def _one_row_per_sequence(x: Any, positions: Any) -> Any:
    return x + positions[: x.shape[1]].unsqueeze(1)


def _one_row_per_sequence_of_batch(x: Any, positions: Any) -> Any:
    return x + positions[: x.shape[0]].unsqueeze(1)


def _the_last_rows(x: Any, positions: Any) -> Any:
    return x + positions[-x.shape[1] :]


def _one_row_late(x: Any, positions: Any) -> Any:
    return x + positions[1 : x.shape[1] + 1]


def _one_row_for_all(x: Any, positions: Any) -> Any:
    return x + positions[x.shape[1]]


def _last_row_in_use_for_all(x: Any, positions: Any) -> Any:
    return x + positions[x.shape[1] - 1]


def _row_zero_for_all(x: Any, positions: Any) -> Any:
    return x + positions[0]


def _multiplied(x: Any, positions: Any) -> Any:
    return torch.stack([x[:, t] * positions[t] for t in range(x.shape[1])], dim=1)


def _concatenated(x: Any, positions: Any) -> Any:
    rows = positions[: x.shape[1]].expand(x.shape[0], -1, -1)
    return torch.cat([x, rows], dim=-1)


def _in_place(x: Any, positions: Any) -> Any:
    for t in range(x.shape[1]):
        x[:, t] += positions[t]
    return x


def _table_cut_off(x: Any, positions: Any) -> Any:
    return _each(x, positions.detach()[: x.shape[1]])


def _all_cut_off(x: Any, positions: Any) -> Any:
    return _each(x.detach(), positions.detach()[: x.shape[1]])


_TRAP = "Where batch and seq are equal, that raises no error."

EXERCISE = Exercise(
    signature="add_positions(x, positions)",
    notebook="3_pytorch",
    points=4,
    axes=("batch", "seq", "embed"),
    cases=(
        Case("x (2, 3, 4), positions (6, 4)", lambda: (_hundreds(2, 3, 4), _table(6, 4))),
        Case("x (3, 3, 2), positions (5, 2)", lambda: (_hundreds(3, 3, 2), _table(5, 2))),
        Case("x (2, 5, 4), positions (5, 4): every row in use", lambda: (_hundreds(2, 5, 4), _table(5, 4)), edge=True),
        Case("one token: x (3, 1, 2), positions (4, 2)", lambda: (_hundreds(3, 1, 2), _table(4, 2)), edge=True),
        Case(
            "gradients: x (2, 3, 4), positions (6, 4)",
            lambda: (_random(2, 3, 4, seed=71), _random(6, 4, seed=72)),
            edge=True,
            grad_weights=lambda: _random(2, 3, 4, seed=73),
        ),
    ),
    mistakes=(
        Mistake(
            _whole_table,
            "Your code adds the whole table. It has a row for the longest sequence there may be, and these are "
            "shorter.",
            "Take as many rows from its start as there are tokens.",
        ),
        Mistake(
            _rows_by_batch,
            f"Your code takes as many rows as there are sequences: `x.shape[0]` is the batch. {_TRAP}",
            "Count the tokens. They are the axis after the batch.",
        ),
        Mistake(
            _rows_by_width,
            "Your code takes as many rows as there are features: `x.shape[2]` is the width of a token.",
            "Count the tokens. They are the axis between the batch and the features.",
        ),
        Mistake(
            _one_row_per_sequence,
            f"Your rows have a new axis in the middle: (seq, 1, embed). Aligned from the right, their first axis meets "
            f"the batch, so a whole sequence gets one row. {_TRAP}",
            "Add no axis. (seq, embed) lines up with the last two axes of `x`, and broadcasts over the batch.",
        ),
        Mistake(
            _one_row_per_sequence_of_batch,
            "Your code gives one row to each sequence: all tokens of sequence 1 get row 1.",
            "Give row t to token t. The slice follows the tokens, and needs no new axis.",
        ),
        Mistake(
            _the_last_rows,
            "Your rows come from the end of the table.",
            "Token 0 gets row 0, so the slice starts at the beginning.",
        ),
        Mistake(
            _one_row_late,
            "Your rows start at 1: token 0 got row 1.",
            "Positions count from 0, as Python does.",
        ),
        Mistake(
            _one_row_for_all,
            "Every token got the same row: `positions[seq]` is one single row, the one after the last token's.",
            "Take a slice of rows. Mind the colon.",
        ),
        Mistake(
            _last_row_in_use_for_all,
            "Every token got the same row: `positions[seq - 1]` is one single row, the last token's.",
            "Take a slice of rows. Mind the colon.",
        ),
        Mistake(
            _row_zero_for_all,
            "Every token got row 0, so no token can tell where it stands.",
            "Take one row for each token.",
        ),
        Mistake(
            _multiplied,
            "Your result multiplies by the rows.",
            "Positions are added to the token's vector.",
        ),
        Mistake(
            _concatenated,
            "Your result puts the position behind the token's features, so that the width has doubled. Some "
            "models do so. "
            "Here the two vectors are added, and the width stays.",
            "Add the rows instead of appending them.",
        ),
        Mistake(
            _in_place,
            "`+=` and `add_` work in place: they write into the caller's own tensor. Whoever calls twice gets the "
            "positions twice.",
            "Make a new tensor, and return it.",
        ),
        Mistake(
            _table_cut_off,
            "Somewhere the table was cut off from its history, so it could never be learned.",
            "Use `positions` itself, without `detach`, `data` or NumPy.",
        ),
        Mistake(
            _all_cut_off,
            "`detach`, `numpy` and `no_grad` cut the result off from both arguments, so nothing before it could learn.",
            "Use torch operations on the arguments themselves.",
        ),
    ),
)
