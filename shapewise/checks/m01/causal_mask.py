"""causal_mask: what its check tries, and the mistakes that it knows."""

from collections.abc import Callable
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _table(queries: int, keys: int, allowed: Callable[[int, int], bool]) -> Any:
    rows = [[allowed(query, key) for key in range(keys)] for query in range(queries)]
    return torch.tensor(rows, dtype=torch.bool).reshape(queries, keys)


def _hidden_is_true(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: keys - key < queries - query)


def _not_itself(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: keys - key > queries - query)


def _one_ahead(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: keys - key >= queries - query - 1)


def _aligned_to_the_start(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: key <= query)


def _offset_subtracted(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: key <= query - (keys - queries))


def _query_positions_in_a_row(queries: int, keys: int) -> Any:
    return torch.arange(queries) + (keys - queries) >= torch.arange(keys)


def _looks_ahead_only(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: keys - key <= queries - query)


def _everything(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: True)


def _itself_only(queries: int, keys: int) -> Any:
    return _table(queries, keys, lambda query, key: keys - key == queries - query)


def _keys_in_rows(queries: int, keys: int) -> Any:
    return _table(keys, queries, lambda key, query: keys - key >= queries - query)


def _ones_and_zeros(queries: int, keys: int) -> Any:
    return 1.0 - _hidden_is_true(queries, keys).float()


def _whole_numbers(queries: int, keys: int) -> Any:
    return 1 - _hidden_is_true(queries, keys).long()


EXERCISE = Exercise(
    signature="causal_mask(queries, keys)",
    notebook="5_attention",
    points=3,
    axes=("query", "key"),
    result="mask",
    cases=(
        Case("4 queries, 4 keys", lambda: (4, 4)),
        Case("3 queries, 5 keys", lambda: (3, 5)),
        Case("1 query, 6 keys: generating", lambda: (1, 6), edge=True),
        Case("no queries, 3 keys", lambda: (0, 3), edge=True),
    ),
    mistakes=(
        Mistake(
            _hidden_is_true,
            "Your mask is inverted: `True` where the query may not look. Some libraries do it this way; here `True` "
            "allows.",
            "Turn it round.",
        ),
        Mistake(
            _not_itself,
            "Your mask is strict: a query may not look at its own token. The first of all tokens could look nowhere.",
            "Let the comparison include the query's own position.",
        ),
        Mistake(
            _one_ahead,
            "Your mask lets each query see one token ahead, the very one that it should predict.",
            "End each row at the query's own position.",
        ),
        Mistake(
            _aligned_to_the_start,
            "Your mask is aligned to the start: query 0 is taken for token 0. With cached keys the queries are "
            "the last tokens.",
            "Find the position of query 0 from the number of keys and queries, and count from there.",
        ),
        Mistake(
            _offset_subtracted,
            "Your offset has the wrong sign: query 0 comes out before token 0, not among the last tokens.",
            "Add the offset to the number of the query.",
        ),
        Mistake(
            _query_positions_in_a_row,
            "Your query positions are a row, as the key positions are. So they meet one by one, not each with each.",
            "Turn the query positions into a column with `[:, None]`.",
        ),
        Mistake(
            _looks_ahead_only,
            "Your mask is the upper triangle: each query sees itself and the future.",
            "Allow the keys before the query, not those behind it.",
        ),
        Mistake(
            _everything,
            "Your mask is `True` everywhere, so every query sees the future.",
            "Compare the position of the key with the position of the query.",
        ),
        Mistake(
            _itself_only,
            "Your mask lets each query see its own token only, not those before it.",
            "Allow all keys up to the query's own position.",
        ),
        Mistake(
            _keys_in_rows,
            "Your mask has keys in its rows. Scores have queries in rows and keys in columns, and the mask must "
            "fit them.",
            "Swap the two: (queries, keys).",
        ),
        Mistake(
            _ones_and_zeros,
            "Your mask holds ones and zeros as floating-point numbers. `~mask` and `masked_fill` need bool.",
            "Make it bool; a comparison is bool by itself.",
        ),
        Mistake(
            _whole_numbers,
            "Your mask holds whole numbers. `~` on them flips bits: `~1` is -2.",
            "Make it bool; a comparison is bool by itself.",
        ),
    ),
)
