"""Answers to embed."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


def _refuse(ids, table):
    if ((ids < 0) | (ids >= len(table))).any():
        raise IndexError("unknown id")


@right
def embedding_of_torch(ids, table):
    return F.embedding(ids, table)


@right
def one_hot_product(ids, table):
    _refuse(ids, table)
    if ids.numel() == 0:
        return table.new_zeros(*ids.shape, table.shape[1])
    return F.one_hot(ids, len(table)).to(table.dtype) @ table


@right
def index_select_and_reshape(ids, table):
    _refuse(ids, table)
    return table.index_select(0, ids.reshape(-1)).reshape(*ids.shape, table.shape[1])


@right
def limits_by_minimum_and_maximum(ids, table):
    if ids.numel() and not (ids.min() >= 0 and ids.max() < table.size(0)):
        raise IndexError(f"ids from {ids.min()} to {ids.max()}, table of {table.size(0)} rows")
    return table[ids]


@right
def ids_looked_at_in_python(ids, table):
    if any(place < 0 or place >= len(table) for place in ids.flatten().tolist()):
        raise IndexError("unknown id")
    return table[ids]


@right
def only_negative_ids_refused(ids, table):
    if (ids < 0).any():
        raise IndexError("negative id")
    return table[ids]


@right
@made
def a_module():
    class Embed(torch.nn.Module):
        def forward(self, ids, table):
            if bool((ids < 0).any()):
                raise IndexError(ids)
            return table[ids]

    return Embed()


_REFUSE = "Raise `IndexError` where an id is below 0, or `vocab` and above."
_ANY = "Ask with `((ids < 0) | (ids >= vocab)).any()`, which is False where there are no ids."


@wrong(
    "Indexing does it all; negative ids are not thought of",
    "Your function takes id -1 for the last row: negative numbers count from the end. A padding id of -1 would get "
    "some word's vector.",
    "Look for ids below 0 before you index, and raise `IndexError`.",
)
def plain_indexing(ids, table):
    return table[ids]


@wrong("Only asks whether ids are too large", like=plain_indexing)
def only_too_large(ids, table):
    if (ids >= len(table)).any():
        raise IndexError("id too large")
    return table[ids]


@wrong("Knows that -1 is the last row, and asks for less than that", like=plain_indexing)
def one_lookup_more(ids, table):
    return table[ids.reshape(-1)].reshape(*ids.shape, table.shape[1])


@wrong(
    "Looks for the one negative id that the text names",
    "Your function refuses id -1 alone. Id -2 counts from the end just as well.",
    "Look for all ids below 0: `(ids < 0).any()`.",
)
def minus_one_alone(ids, table):
    if -1 in ids:
        raise IndexError("negative id")
    return table[ids]


@wrong("Looks for -1 by ==", like=minus_one_alone)
def minus_one_alone_by_equality(ids, table):
    if (ids == -1).any() or (ids >= len(table)).any():
        raise IndexError("negative id")
    return table[ids]


@wrong(
    "Wraps ids round with %",
    "Your function wraps unknown ids round the table. The model would read a word that is not there.",
    _REFUSE,
)
def wraps_round(ids, table):
    return table[ids % len(table)]


@wrong(
    "Asks for > where >= is needed, and clamps what is left",
    "Your function lets the id `vocab` pass. The rows of the table are 0 to `vocab - 1`.",
    "Refuse an id that equals `vocab`, too.",
)
def off_by_one_limit(ids, table):
    if (ids < 0).any() or (ids > len(table)).any():
        raise IndexError("unknown id")
    return table[ids.clamp(max=len(table) - 1)]


@wrong(
    "A ValueError seems right for a wrong value",
    "You raise another exception. An id that the table does not have is an index out of range.",
    "Raise `IndexError`.",
)
def value_error(ids, table):
    if ((ids < 0) | (ids >= len(table))).any():
        raise ValueError("unknown id")
    return table[ids]


@wrong("A ValueError for negative ids; torch refuses the others itself", like=value_error)
def value_error_for_negative_ids(ids, table):
    if (ids < 0).any():
        raise ValueError("negative id")
    return table[ids]


@wrong(
    "An assertion is a check, too",
    "An `assert` is for what cannot happen; Python leaves it out when it runs with `-O`. A wrong id can happen.",
    _REFUSE,
)
def asserts(ids, table):
    assert ((ids >= 0) & (ids < len(table))).all()
    return table[ids]


@wrong(
    "Gives zeros for unknown ids",
    "Your function gives zeros for unknown ids, so that a mistake in the data goes unnoticed.",
    _REFUSE,
)
def zeros_for_unknown_ids(ids, table):
    known = (ids >= 0) & (ids < len(table))
    return table[torch.where(known, ids, 0)] * known[..., None]


@wrong(
    "Clamps ids, so that indexing never fails",
    "Your function pushes unknown ids to the nearest known one. The model would read a word that is not there.",
    _REFUSE,
)
def clamped(ids, table):
    return table[ids.clamp(0, len(table) - 1)]


@wrong(
    "Refuses id 0, which is padding in some vocabularies",
    "Your function refuses id 0. It is the first row of the table.",
    "Refuse what is below 0.",
)
def zero_refused(ids, table):
    if (ids <= 0).any() or (ids >= len(table)).any():
        raise IndexError("unknown id")
    return table[ids]


@wrong(
    "Asks for the smallest and the largest id; there may be none",
    "No ids have no smallest one, so `min` refuses. A batch may be empty.",
    _ANY,
)
def limits_without_a_look_at_the_number(ids, table):
    if ids.min() < 0 or ids.max() >= len(table):
        raise IndexError("unknown id")
    return table[ids]


@wrong(
    "Writes the condition as for a single id",
    "`if` and `or` need one truth value. `ids < 0` holds one for each id.",
    "Join the two comparisons with `|`, and ask with `.any()` whether one entry is True.",
)
def truth_of_many(ids, table):
    if ids < 0 or ids >= len(table):
        raise IndexError("unknown id")
    return table[ids]


@wrong(
    "Visits one id after the other",
    "Your function visits one id after the other. A batch has tens of thousands of them.",
    "Index with the whole tensor of ids; its shape may be anything.",
)
def loop(ids, table):
    _refuse(ids, table)
    rows = [table[place] for place in ids.reshape(-1).tolist()]
    return torch.stack(rows).reshape(*ids.shape, -1) if rows else table.new_zeros(*ids.shape, table.shape[1])


@wrong("Visits one id after the other, and refuses nothing", like=loop)
def loop_unrefused(ids, table):
    return torch.stack([table[place] for place in ids.reshape(-1)]).reshape(*ids.shape, table.shape[1])


@wrong("Visits one id after the other; an empty list cannot be stacked", like=loop)
def loop_that_stacks(ids, table):
    _refuse(ids, table)
    return torch.stack([table[place] for place in ids.reshape(-1)]).reshape(*ids.shape, table.shape[1])


@wrong(
    "Indexes the features",
    "Your ids pick features of all words, as in `table.T[ids]`, not the vectors of words.",
    "Words are the first axis of the table, so let the ids index that one.",
)
def transposed_table(ids, table):
    _refuse(ids, table)
    return table.T[ids]


@wrong("Indexes the features, and refuses nothing", like=transposed_table)
def transposed_table_unrefused(ids, table):
    return table.T[ids]


@wrong(
    "Flattens the ids and forgets to restore their shape",
    "Your result holds the right vectors in one long row of tokens: batch and seq are merged.",
    "Keep the shape of the ids in front: (..., embed).",
)
def flattened(ids, table):
    _refuse(ids, table)
    return table[ids.flatten()]


@wrong("Flattens the ids, and refuses nothing", like=flattened)
def flattened_unrefused(ids, table):
    return table[ids.flatten()]


@wrong(
    "Detaches, because lookups are not arithmetic",
    "The numbers are right, but they are cut off from the table: `detach`, `.data`, `torch.tensor` and NumPy do that. "
    "Such a table never learns.",
    "Index the table itself.",
)
def detached(ids, table):
    _refuse(ids, table)
    return table.detach()[ids]


@wrong("Detaches, and lets negative ids pass", like=detached)
def detached_unrefused(ids, table):
    return table.data[ids]


@wrong("Goes through NumPy, where the gradient is lost", like=detached)
def through_numpy(ids, table):
    _refuse(ids, table)
    return torch.from_numpy(table.detach().numpy()[ids.numpy()])


@wrong(
    "Has read of padding_idx, and that padding is often 0",
    "`padding_idx=0` keeps the gradient from row 0: that word would never learn.",
    "Leave it out: here no id is padding.",
)
def padding_index(ids, table):
    return F.embedding(ids, table, padding_idx=0)


@wrong(
    "Written for a batch of sequences only",
    "Your code unpacks the shape of the ids into two sizes. A single id has none, and others have one or three.",
    "Index with the ids as they are: their shape stands in front of the result.",
)
def two_dimensional_ids_only(ids, table):
    _refuse(ids, table)
    batch, seq = ids.shape
    return table[ids.reshape(-1)].reshape(batch, seq, -1)


@wrong("Written for a batch of sequences only, and refuses nothing", like=two_dimensional_ids_only)
def two_dimensional_ids_unrefused(ids, table):
    batch, seq = ids.shape
    return table[ids.reshape(-1)].reshape(batch, seq, -1)


@wrong(
    "Puts features in front, as images have channels",
    "Your result has the features in front of the tokens.",
    "Put the shape of the ids first and the features last: (..., embed).",
)
def features_first(ids, table):
    _refuse(ids, table)
    return table[ids].movedim(-1, 0)


@wrong(
    "Scales by the root of d, as the first transformer did",
    "Your result is multiplied by the root of d. Some models do so; here the rows are wanted as they are.",
    "Return the rows of the table.",
)
def scaled(ids, table):
    _refuse(ids, table)
    return table[ids] * table.shape[1] ** 0.5
