"""Answers to causal_mask."""

import numpy as np
import torch

from tests.exercises.answers import right, wrong


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


@wrong("The triangle of a square, as in every picture; cached keys are not thought of")
def aligned_to_the_start(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril()


@wrong("Takes causal to mean strictly before")
def strict(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries - 1)


@wrong("Moves the diagonal one too far")
def one_ahead(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries + 1)


@wrong("Marks what is hidden, as torch.nn.MultiheadAttention wants it")
def inverted(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries + 1)


@wrong("Uses triu for tril")
def upper_triangle(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries)


@wrong("torch.ones makes float32")
def floats(queries, keys):
    return torch.ones(queries, keys).tril(keys - queries)


@wrong("Thinks of a mask as 0 and 1")
def whole_numbers(queries, keys):
    return (torch.arange(keys) <= torch.arange(queries)[:, None] + keys - queries).int()


@wrong("Gives what is added to the scores: 0 and -inf")
def additive(queries, keys):
    return torch.full((queries, keys), float("-inf")).triu(keys - queries + 1)


@wrong("Puts keys in rows")
def keys_in_rows(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries).T


@wrong("Shifts the wrong way: queries - keys")
def shifted_the_wrong_way(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(queries - keys)


@wrong("Makes a square mask and lets broadcasting sort it out")
def square(queries, keys):
    return torch.ones(keys, keys, dtype=torch.bool).tril()


@wrong("Lets each token see itself alone")
def itself_only(queries, keys):
    return torch.arange(keys) == torch.arange(queries)[:, None] + keys - queries


@wrong("Hides nothing, since cached keys are all in the past")
def everything(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool)


@wrong("Returns nested lists")
def lists(queries, keys):
    return [[key <= query + keys - queries for key in range(keys)] for query in range(queries)]
