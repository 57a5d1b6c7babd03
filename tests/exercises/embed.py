"""Answers to embed."""

import torch

from tests.exercises.answers import right, wrong


def _refuse(ids, table):
    if ((ids < 0) | (ids >= len(table))).any():
        raise IndexError("unknown id")


@right
def embedding_of_torch(ids, table):
    return torch.nn.functional.embedding(ids, table)


@right
def one_hot_product(ids, table):
    _refuse(ids, table)
    if ids.numel() == 0:
        return table.new_zeros(*ids.shape, table.shape[1])
    return torch.nn.functional.one_hot(ids, len(table)).to(table.dtype) @ table


@right
def index_select_and_reshape(ids, table):
    _refuse(ids, table)
    return table.index_select(0, ids.reshape(-1)).reshape(*ids.shape, table.shape[1])


@right
def limits_by_minimum_and_maximum(ids, table):
    if ids.numel() and not (ids.min() >= 0 and ids.max() < table.size(0)):
        raise IndexError(f"ids from {ids.min()} to {ids.max()}, table of {table.size(0)} rows")
    return table[ids]


@wrong("Indexing does it all; negative ids are not thought of")
def plain_indexing(ids, table):
    return table[ids]


@wrong("Only asks whether ids are too large")
def only_too_large(ids, table):
    if (ids >= len(table)).any():
        raise IndexError("id too large")
    return table[ids]


@wrong("Asks for > where >= is needed, and clamps what is left")
def off_by_one_limit(ids, table):
    if (ids < 0).any() or (ids > len(table)).any():
        raise IndexError("unknown id")
    return table[ids.clamp(max=len(table) - 1)]


@wrong("A ValueError seems right for a wrong value")
def value_error(ids, table):
    if ((ids < 0) | (ids >= len(table))).any():
        raise ValueError("unknown id")
    return table[ids]


@wrong("An assertion is a check, too")
def asserts(ids, table):
    assert ((ids >= 0) & (ids < len(table))).all()
    return table[ids]


@wrong("Pushes unknown ids to the nearest row, so that nothing crashes")
def clamps(ids, table):
    return table[ids.clamp(0, len(table) - 1)]


@wrong("Gives unknown ids a vector of zeros, as padding gets")
def zeros_for_unknown_ids(ids, table):
    known = (ids >= 0) & (ids < len(table))
    return table[ids * known] * known[..., None]


@wrong("Asks min and max, which fail when there are no ids")
def fails_on_no_ids(ids, table):
    if ids.min() < 0 or ids.max() >= len(table):
        raise IndexError("unknown id")
    return table[ids]


@wrong("Looks one id up after the other")
def loop(ids, table):
    _refuse(ids, table)
    rows = [table[place] for place in ids.reshape(-1).tolist()]
    return torch.stack(rows).reshape(*ids.shape, -1) if rows else table.new_zeros(*ids.shape, table.shape[1])


@wrong("Words stand in columns, so transposes first")
def transposed_table(ids, table):
    _refuse(ids, table.T)
    return table.T[ids]


@wrong("Flattens the ids and forgets to restore their shape")
def flattened(ids, table):
    _refuse(ids, table)
    return table[ids.flatten()]


@wrong("Detaches, because lookups are not arithmetic")
def detached(ids, table):
    _refuse(ids, table)
    return table.detach()[ids]


@wrong("Goes through NumPy, where the gradient is lost")
def through_numpy(ids, table):
    _refuse(ids, table)
    return torch.from_numpy(table.detach().numpy()[ids.numpy()])


@wrong("Written for a batch of sequences only")
def two_dimensional_ids_only(ids, table):
    _refuse(ids, table)
    batch, seq = ids.shape
    return table[ids.reshape(-1)].reshape(batch, seq, -1)
