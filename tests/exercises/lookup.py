"""Answers to lookup."""

import torch

from tests.exercises.answers import right, wrong


@right
def embedding_of_torch(ids, table):
    return torch.nn.functional.embedding(ids, table)


@right
def index_select(ids, table):
    return table.index_select(0, ids)


@right
def stacked_in_a_loop(ids, table):
    return torch.stack([table[place] for place in ids.tolist()])


@right
def one_hot_product(ids, table):
    return torch.nn.functional.one_hot(ids, len(table)).to(table.dtype) @ table


@right
def gathered(ids, table):
    return table.gather(0, ids[:, None].expand(-1, table.shape[1]))


@wrong("Puts the ids behind a colon, as if the first dimension were the batch")
def picks_columns(ids, table):
    return table[:, ids]


@wrong("Expects words in columns, as in a data table with one column per item")
def transposed_table(ids, table):
    return table.T[ids]


@wrong("Takes as many rows as there are ids")
def first_rows(ids, table):
    return table[: len(ids)]


@wrong("Counts words from 1")
def counts_from_one(ids, table):
    return table[ids - 1]


@wrong("Builds a mask of the wanted rows, which forgets order and repeats")
def mask_of_rows(ids, table):
    wanted = torch.zeros(len(table), dtype=torch.bool)
    wanted[ids] = True
    return table[wanted]


@wrong("Sorts the ids for the sake of memory access")
def sorted_ids(ids, table):
    return table[ids.sort().values]


@wrong("Looks each word up once")
def unique_ids(ids, table):
    return table[ids.unique()]


@wrong("Slices from the first id to the last")
def slice_of_rows(ids, table):
    return table[ids[0] : ids[-1]]


@wrong("Gives back one vector for the whole text, as a bag of words does")
def bag_of_words(ids, table):
    return table[ids].sum(dim=0)


@wrong("Returns what the loop collected, without stacking it")
def list_of_rows(ids, table):
    return [table[place] for place in ids]


@wrong("Fills a tensor that it made without the table's dtype")
def result_in_float32(ids, table):
    vectors = torch.zeros(len(ids), table.shape[1])
    for place, row in enumerate(ids.tolist()):
        vectors[place] = table[row]
    return vectors


@wrong("Multiplies by the ids instead of selecting with them")
def scaled_by_ids(ids, table):
    return ids[:, None] * table[: len(ids)]


@wrong("Squeezes the result, so that a single id loses its axis")
def squeezed(ids, table):
    return table[ids].squeeze()
