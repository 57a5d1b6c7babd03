"""Answers to add_positions."""

import torch

from tests.exercises.answers import made, right, wrong


@right
def with_an_explicit_batch_axis(x, positions):
    return x + positions[None, : x.shape[1], :]


@right
def indexed_by_arange(x, positions):
    batch, seq, embed = x.shape
    return x + positions[torch.arange(seq)]


@right
def in_place_on_a_copy(x, positions):
    result = x.clone()
    result += positions[: x.size(1)]
    return result


@right
def sequence_by_sequence(x, positions):
    rows = positions[: x.shape[1]]
    return torch.stack([sequence + rows for sequence in x])


@right
def looked_up(x, positions):
    return x + torch.nn.functional.embedding(torch.arange(x.shape[-2]), positions)


@right
def narrowed_and_expanded(x, positions):
    return torch.add(x, positions.narrow(0, 0, x.shape[1]).expand_as(x))


@right
@made
def partly_applied():
    from functools import partial

    def add(x, positions, scale):
        return scale * x + positions[: x.shape[1]]

    return partial(add, scale=1)


_COUNT_TOKENS = "Count the tokens. They are the axis between the batch and the features."


@wrong(
    "Takes broadcasting to cut what is too long",
    "Your code adds the whole table. It has a row for the longest sequence there may be, and these are shorter.",
    "Take as many rows from its start as there are tokens.",
)
def the_whole_table(x, positions):
    return x + positions


@wrong(
    "Takes the first axis for the sequence",
    "Your code takes as many rows as there are sequences: `x.shape[0]` is the batch. Where batch and seq are equal, "
    "that raises no error.",
    _COUNT_TOKENS,
)
def rows_by_batch(x, positions):
    return x + positions[: x.shape[0]]


@wrong(
    "Takes len(x) for the length of the sequence, and adds an axis until it runs",
    "Your code gives one row to each sequence: all tokens of sequence 1 get row 1.",
    "Give row t to token t. The slice follows the tokens, and needs no new axis.",
)
def rows_by_batch_with_an_axis(x, positions):
    return x + positions[: len(x)].unsqueeze(1)


@wrong(
    "Counts axes from the end and lands on the features",
    "Your code takes as many rows as there are features: `x.shape[2]` is how many features a token has.",
    _COUNT_TOKENS,
)
def rows_by_width(x, positions):
    return x + positions[: x.shape[-1]]


@wrong(
    "Counts the class token in, as a vision model has one",
    "Your code takes one row more than there are tokens.",
    "Take `seq` rows, not `seq + 1`.",
)
def one_row_more(x, positions):
    return x + positions[: x.shape[1] + 1]


@wrong(
    "Thinks that a slice includes its end",
    "Your code takes one row less than there are tokens. A slice leaves out its end already.",
    "Take `seq` rows, not `seq - 1`.",
)
def one_row_less(x, positions):
    return x + positions[: x.shape[1] - 1]


@wrong(
    "Adds the new axis in the middle, against the batch instead of in front of it",
    "Your rows have a new axis in the middle: (seq, 1, embed). Aligned from the right, their first axis meets the "
    "batch, so a whole sequence gets one row. Where batch and seq are equal, that raises no error.",
    "Add no axis. (seq, embed) lines up with the last two axes of `x`, and broadcasts over the batch.",
)
def unsqueeze_1(x, positions):
    return x + positions[: x.shape[1]].unsqueeze(1)


@wrong(
    "Takes the last rows, as one takes the last words of a text",
    "Your rows come from the end of the table.",
    "Token 0 gets row 0, so the slice starts at the beginning.",
)
def the_last_rows(x, positions):
    return x + positions[-x.shape[1] :]


@wrong(
    "Counts positions from 1",
    "Your rows start at 1: token 0 got row 1.",
    "Positions count from 0, as Python does.",
)
def one_late(x, positions):
    return x + positions[1 : x.shape[1] + 1]


@wrong("Counts positions from 1, in a lookup", like=one_late)
def one_late_looked_up(x, positions):
    return x + positions[torch.arange(1, x.shape[1] + 1)]


@wrong(
    "Turns the order round, as for reading from right to left",
    "Your rows run backwards: the last token got row 0.",
    "Give row t to token t.",
)
def rows_reversed(x, positions):
    return x + positions[: x.shape[1]].flip(0)


@wrong(
    "Forgets the colon, so that one row goes to all",
    "Every token got the same row: `positions[seq]` is one single row, the one after the last token's.",
    "Take a slice of rows. Mind the colon.",
)
def one_row(x, positions):
    return x + positions[x.shape[1]]


@wrong(
    "Forgets the colon and mends the IndexError by a - 1",
    "Every token got the same row: `positions[seq - 1]` is one single row, the last token's.",
    "Take a slice of rows. Mind the colon.",
)
def the_last_row_in_use(x, positions):
    return x + positions[x.shape[1] - 1]


@wrong(
    "Leaves out the slice and takes the first row for a start",
    "Every token got row 0, so no token can tell where it stands.",
    "Take one row for each token.",
)
def row_zero(x, positions):
    return x + positions[0]


@wrong(
    "Writes the sum into x",
    "`+=` and `add_` work in place: they write into the caller's own tensor. Whoever calls twice gets the positions "
    "twice.",
    "Make a new tensor, and return it.",
)
def in_place(x, positions):
    x += positions[: x.shape[1]]
    return x


@wrong("Uses a loop over sequences, and writes into them", like=in_place)
def in_place_loop(x, positions):
    for sequence in x:
        sequence.add_(positions[: x.shape[1]])
    return x


@wrong("Multiplies, as a mask would", "Your result multiplies by the rows.",
       "Positions are added to the token's vector.")
def multiplied(x, positions):
    return x * positions[: x.shape[1]]


@wrong("A minus for a plus", "Your result subtracts the rows.", "Positions are added to the token's vector.")
def subtracted(x, positions):
    return x - positions[: x.shape[1]]


@wrong(
    "Scales the embedding, as the first transformer did",
    "Your result multiplies `x` by the root of `x.shape[2]`. Some models do so; here the two are added as they are.",
    "Leave `x` as it is.",
)
def scaled(x, positions):
    return x * x.shape[-1] ** 0.5 + positions[: x.shape[1]]


@wrong(
    "Appends the position to the features, as one adds a column to a table",
    "Your result puts the position behind the token's features, so that it has twice as many. Some do so. Here the "
    "two vectors are added, and their number stays.",
    "Add the rows instead of appending them.",
)
def concatenated(x, positions):
    rows = positions[: x.shape[1]].expand(x.shape[0], -1, -1)
    return torch.cat([x, rows], dim=-1)


@wrong(
    "Takes positions for constants, as sinusoidal ones are",
    "Somewhere the table was cut off from its history, so it could never be learned.",
    "Use `positions` itself, without `detach`, `data` or NumPy.",
)
def detached(x, positions):
    return x + positions[: x.shape[1]].detach()


@wrong(
    "Computes in NumPy and converts back",
    "`detach`, `numpy` and `no_grad` cut the result off from both arguments, so nothing before it could learn.",
    "Use torch operations on the arguments themselves.",
)
def numpy_detour(x, positions):
    return torch.from_numpy(x.detach().numpy() + positions.detach().numpy()[: x.shape[1]])


@wrong("Computes in NumPy, which wants no gradients", like=numpy_detour)
def numpy_without_detach(x, positions):
    return torch.from_numpy(x.numpy() + positions.numpy()[: x.shape[1]])


@wrong(
    "Pads the tokens to the length of the table",
    "Your result is as long as the table: the sequences were filled up to `max_seq`.",
    "Leave `x` as long as it is, and take fewer rows.",
)
def padded(x, positions):
    batch, seq, embed = x.shape
    longer = torch.zeros(batch, positions.shape[0], embed, dtype=x.dtype)
    longer[:, :seq] = x
    return longer + positions


@wrong(
    "Fills a tensor that it made without a dtype",
    "Your result is float32 whatever came in.",
    "Let the dtype of the arguments decide; no tensor of your own is needed.",
)
def float32_always(x, positions):
    return x.float() + positions[: x.shape[1]].float()
