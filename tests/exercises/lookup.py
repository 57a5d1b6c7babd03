"""Answers to lookup."""

import torch

from tests.exercises.answers import made, right, wrong


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


@right
@made
def a_lambda():
    return lambda ids, table: table[ids, :]


_ROWS_FIRST = "Words are the first axis of the table, so let the ids index that one."


@wrong(
    "Puts the ids behind a colon, as if the first axis were the batch",
    "Your result is `table[:, ids]`: the ids pick columns, one feature of all words, not the vector of a word.",
    _ROWS_FIRST,
)
def picks_columns(ids, table):
    return table[:, ids]


@wrong(
    "Expects words in columns, as in a data table with one column per item",
    "Your result is `table.T[ids]`: after the transpose the ids pick features, not words.",
    _ROWS_FIRST,
)
def transposed_table(ids, table):
    return table.T[ids]


@wrong(
    "Puts features in rows",
    "Your result is turned: features in rows, tokens in columns.",
    "Leave the rows as the index gives them: one for each id.",
)
def turned(ids, table):
    return table[ids].T


@wrong(
    "Takes as many rows as there are ids",
    "Your result holds the first rows of the table. How many ids there are is right, which ids they are is lost.",
    "Use the ids themselves as the index, not their number.",
)
def first_rows(ids, table):
    return table[: len(ids)]


@wrong(
    "Counts words from 1",
    "Your result is one row too early: it takes id 1 for the first row. Rows count from 0, and so do ids.",
    "Use the ids as they are.",
)
def counts_from_one(ids, table):
    return table[ids - 1]


@wrong("Counts words from 1, the other way", "Your result is one row too late: id 0 is the first row.",
       "Use the ids as they are.")
def one_too_late(ids, table):
    return table[ids + 1]


@wrong(
    "Builds a mask of the wanted rows, which forgets order and repeats",
    "Your result has each word once, in the order of the table. A sentence has its own order, and a word that occurs "
    "twice needs its vector twice.",
    "Keep one row for each id, in the order of the ids.",
)
def mask_of_rows(ids, table):
    wanted = torch.zeros(len(table), dtype=torch.bool)
    wanted[ids] = True
    return table[wanted]


@wrong("Looks each word up once", like=mask_of_rows)
def unique_ids(ids, table):
    return table[ids.unique()]


@wrong(
    "Sorts the ids for the sake of memory access",
    "Your result has the right rows in the order of the table. A sentence has its own order.",
    "Keep one row for each id, in the order of the ids.",
)
def sorted_ids(ids, table):
    return table[ids.sort().values]


@wrong(
    "Slices from the first id to the last",
    "Your result is a slice from the first id to the last: all rows in between come along.",
    "Index with the whole tensor of ids, not with a slice.",
)
def slice_of_rows(ids, table):
    return table[ids[0] : ids[-1]]


@wrong("Slices to the last id, including it", like=slice_of_rows)
def slice_of_rows_with_its_end(ids, table):
    return table[ids[0] : ids[-1] + 1]


@wrong(
    "Takes the first id alone",
    "Your result is the vector of the first id alone.",
    "Index with all ids at once.",
)
def first_id_alone(ids, table):
    return table[ids[0]]


@wrong(
    "Gives back one vector for the whole text, as a bag of words does",
    "Your result is a single vector, the sum over the tokens. That mixes tokens, which is the job of attention.",
    "Keep one row for each id.",
)
def bag_of_words(ids, table):
    return table[ids].sum(dim=0)


@wrong("sum(axis=0), as NumPy writes it", like=bag_of_words)
def bag_of_words_by_axis(ids, table):
    return table[ids].sum(axis=0)


@wrong(
    "Averages the text, as fastText does",
    "Your result is a single vector, the mean over the tokens. That mixes tokens, which is the job of attention.",
    "Keep one row for each id.",
)
def mean_of_words(ids, table):
    return table[ids].mean(dim=0)


@wrong(
    "Returns what the loop collected, without stacking it",
    "Your result is a list of vectors. The right ones, but a model needs them in one tensor.",
    "Let one indexing operation make the tensor, without a loop.",
)
def list_of_rows(ids, table):
    return [table[place] for place in ids]


@wrong(
    "Makes a tensor of the list of vectors",
    "`torch.tensor` makes a tensor of numbers. You hand it a list of vectors.",
    "Let one indexing operation make the tensor, without a loop.",
)
def tensor_of_a_list(ids, table):
    return torch.tensor([table[place] for place in ids])


@wrong(
    "Goes over the lists of Python's",
    "Your result was made of lists, and they do not know the table's dtype: `torch.tensor` makes float32 of fractions.",
    "Index the table itself: the result has its dtype.",
)
def through_lists(ids, table):
    return torch.tensor([table[place].tolist() for place in ids])


@wrong("Fills a tensor that it made without the table's dtype", like=through_lists)
def result_in_float32(ids, table):
    vectors = torch.zeros(len(ids), table.shape[1])
    for place, row in enumerate(ids.tolist()):
        vectors[place] = table[row]
    return vectors


@wrong(
    "Multiplies by the ids instead of selecting with them",
    "Your result multiplies the first rows by the ids. An id is a name, not an amount.",
    "Let the ids index the rows.",
)
def scaled_by_ids(ids, table):
    return ids[:, None] * table[: len(ids)]


@wrong(
    "Squeezes the result, so that a single id loses its axis",
    "Your result drops every axis of size 1, so that a text of one token loses its token axis.",
    "Keep the token axis, however long the text is.",
)
def squeezed(ids, table):
    return table[ids].squeeze()


@wrong(
    "Mixes up what is looked up and where",
    "Your code writes `ids[table]`. The table is what you look things up in, the ids say where.",
    "Put the ids between the brackets of the table.",
)
def table_as_the_index(ids, table):
    return ids[table]


@wrong("Makes whole numbers of the table until it is taken for an index", like=table_as_the_index)
def table_as_whole_numbers(ids, table):
    return ids[table.long()]
