"""Answers to causal_mask."""

import numpy as np
import torch

from tests.exercises.answers import made, right, wrong


@right
def lower_triangle(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)


@right
def last_rows_of_the_square(queries, keys):
    position = torch.arange(keys)
    return (position[:, None] >= position)[keys - queries :]


@right
def numpy_triangle(queries, keys):
    return torch.from_numpy(np.tri(queries, keys, keys - queries, dtype=bool))


@right
def entry_by_entry(queries, keys):
    mask = torch.zeros(queries, keys, dtype=torch.bool)
    for query in range(queries):
        mask[query, : keys - queries + query + 1] = True
    return mask


@right
def not_the_upper_triangle(queries, keys):
    return ~torch.triu(torch.ones(queries, keys, dtype=torch.bool), diagonal=keys - queries + 1)


@right
@made
def a_lambda():
    return lambda queries, keys: torch.arange(keys) <= torch.arange(keys - queries, keys)[:, None]


_BOOL = "Make it bool; a comparison is bool by itself."
_OFFSET = "Find the position of query 0 from the number of keys and queries, and count from there."


@wrong(
    "The triangle of a square, as in every picture; cached keys are not thought of",
    "Your mask is aligned to the start: query 0 is taken for token 0. With cached keys the queries are the last "
    "tokens.",
    _OFFSET,
)
def aligned_to_the_start(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril()


@wrong(
    "Takes causal to mean strictly before",
    "Your mask is strict: a query may not look at its own token. The first of all tokens could look nowhere.",
    "Let the comparison include the query's own position.",
)
def strict(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries - 1)


@wrong(
    "Strict, and aligned to the start",
    "Your mask is strict and aligned to the start: query 0 is taken for token 0, and may not even look at itself.",
    _OFFSET + " Let the comparison include the query's own position.",
)
def strict_from_the_start(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(-1)


@wrong(
    "Moves the diagonal one too far",
    "Your mask lets each query see one token ahead, the very one that it should predict.",
    "End each row at the query's own position.",
)
def one_ahead(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries + 1)


@wrong(
    "Marks what is hidden, as torch.nn.MultiheadAttention wants it",
    "Your mask is inverted: `True` where the query may not look. Some libraries do it this way; here `True` allows.",
    "Turn it round.",
)
def inverted(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries + 1)


@wrong(
    "Marks what is hidden, in a square that starts with query 0",
    "Your mask is inverted, and aligned to the start: `True` where the query may not look, with query 0 taken for "
    "token 0.",
    "Turn it round. " + _OFFSET,
)
def inverted_from_the_start(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu(1)


@wrong(
    "Uses triu for tril",
    "Your mask is the upper triangle: each query sees itself and the future.",
    "Allow the keys before the query, not those behind it.",
)
def upper_triangle(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries)


@wrong("Uses triu for tril, from the start", like=upper_triangle)
def upper_triangle_from_the_start(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu()


@wrong(
    "torch.ones makes float32",
    "Your mask holds ones and zeros as floating-point numbers. `~mask` and `masked_fill` need bool.",
    _BOOL,
)
def floats(queries, keys):
    return torch.ones(queries, keys).tril(keys - queries)


@wrong("torch.ones makes float32; aligned to the start", like=floats)
def floats_from_the_start(queries, keys):
    return torch.ones(queries, keys).tril()


@wrong(
    "Thinks of a mask as 0 and 1",
    "Your mask holds whole numbers. `~` on them flips bits: `~1` is -2.",
    _BOOL,
)
def whole_numbers(queries, keys):
    return (torch.arange(keys) <= torch.arange(queries)[:, None] + keys - queries).int()


@wrong("Makes a triangle of int64", like=whole_numbers)
def long_numbers(queries, keys):
    return torch.ones(queries, keys, dtype=torch.int64).tril(keys - queries)


@wrong(
    "Gives what is added to the scores: 0 and -inf",
    "Your mask is one to be added to scores: 0 where the query may look, `-inf` where not. Here a bool tensor is "
    "wanted.",
    _BOOL,
)
def additive(queries, keys):
    return torch.full((queries, keys), float("-inf")).triu(keys - queries + 1)


@wrong("Gives 0 and -inf, aligned to the start", like=additive)
def additive_from_the_start(queries, keys):
    return torch.full((queries, keys), float("-inf")).triu(1)


@wrong("Gives 0 and -inf by masked_fill", like=additive)
def additive_by_filling(queries, keys):
    hidden = torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries + 1)
    return torch.zeros(queries, keys).masked_fill(hidden, float("-inf"))


@wrong(
    "Puts keys in rows",
    "Your mask has keys in its rows. Scores have queries in rows and keys in columns, and the mask must fit them.",
    "Swap the two: (queries, keys).",
)
def keys_in_rows(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries).T


@wrong(
    "Makes (keys, queries) and takes its triangle",
    "Your mask is of the shape (keys, queries), and its triangle is another one.",
    "Swap the two: (queries, keys).",
)
def sizes_swapped(queries, keys):
    return torch.ones(keys, queries, dtype=torch.bool).tril()


@wrong(
    "Shifts the wrong way: queries - keys",
    "Your offset has the wrong sign: query 0 comes out before token 0, not among the last tokens.",
    "Add the offset to the number of the query: `keys - queries`.",
)
def shifted_the_wrong_way(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(queries - keys)


@wrong(
    "Forgets to make a column of the query positions",
    "Your query positions are a row, as the key positions are. So they meet one by one, not each with each.",
    "Turn the query positions into a column with `[:, None]`.",
)
def positions_in_a_row(queries, keys):
    return torch.arange(keys) <= torch.arange(queries) + (keys - queries)


@wrong("Positions in a row, written the other way round", like=positions_in_a_row)
def positions_in_a_row_turned(queries, keys):
    return torch.arange(queries) + (keys - queries) >= torch.arange(keys)


@wrong(
    "Makes a square mask and lets broadcasting sort it out",
    "Your mask is a square of all keys. The queries are the last of the tokens, so only the last rows are theirs.",
    "Take the last `queries` rows, or make no others.",
)
def square(queries, keys):
    return torch.ones(keys, keys, dtype=torch.bool).tril()


@wrong("Makes a square mask and takes its first rows", like=aligned_to_the_start)
def first_rows_of_the_square(queries, keys):
    return torch.ones(keys, keys, dtype=torch.bool).tril()[:queries]


@wrong(
    "Takes the last rows by a negative slice, which for 0 rows takes all",
    "Your rows are `[-queries:]`, the last ones. With no queries that is `[0:]`, which takes all of them.",
    "Count the first row: `[keys - queries:]`.",
)
def last_rows_by_a_negative_slice(queries, keys):
    return torch.ones(keys, keys, dtype=torch.bool).tril()[-queries:]


@wrong(
    "Lets each token see itself alone",
    "Your mask lets each query see its own token only, not those before it.",
    "Allow all keys up to the query's own position.",
)
def itself_only(queries, keys):
    return torch.arange(keys) == torch.arange(queries)[:, None] + keys - queries


@wrong(
    "Hides nothing, since cached keys are all in the past",
    "Your mask is `True` everywhere, so every query sees the future.",
    "Compare the position of the key with the position of the query.",
)
def everything(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool)


@wrong("Returns nested lists", "Your mask is a list of lists.", "Make a tensor; a comparison of positions is one.")
def lists(queries, keys):
    return [[key <= query + keys - queries for key in range(keys)] for query in range(queries)]


@wrong(
    "Makes a tensor of nested lists, which for no rows has no columns",
    "A list of no rows does not know how long its rows were, nor that they held bools.",
    "Compare tensors of positions: their sizes are kept where there is nothing in them.",
)
def tensor_of_lists(queries, keys):
    return torch.tensor([[key <= query + keys - queries for key in range(keys)] for query in range(queries)])
