"""Answers to add_positions."""

import torch

from tests.exercises.answers import right, wrong


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


@wrong("Takes broadcasting to cut what is too long")
def the_whole_table(x, positions):
    return x + positions


@wrong("Takes the first axis for the sequence")
def rows_by_batch(x, positions):
    return x + positions[: x.shape[0]]


@wrong("Takes len(x) for the length of the sequence, and adds an axis until it runs")
def rows_by_batch_with_an_axis(x, positions):
    return x + positions[: len(x)].unsqueeze(1)


@wrong("Counts axes from the end and lands on the features")
def rows_by_width(x, positions):
    return x + positions[: x.shape[-1]]


@wrong("Adds the new axis in the middle, against the batch instead of in front of it")
def unsqueeze_1(x, positions):
    return x + positions[: x.shape[1]].unsqueeze(1)


@wrong("Takes the last rows, as one takes the last words of a text")
def the_last_rows(x, positions):
    return x + positions[-x.shape[1] :]


@wrong("Counts positions from 1")
def one_late(x, positions):
    return x + positions[1 : x.shape[1] + 1]


@wrong("Forgets the colon, so that one row goes to all")
def one_row(x, positions):
    return x + positions[x.shape[1]]


@wrong("Forgets the colon and mends the IndexError by a - 1")
def the_last_row_in_use(x, positions):
    return x + positions[x.shape[1] - 1]


@wrong("Writes the sum into x")
def in_place(x, positions):
    x += positions[: x.shape[1]]
    return x


@wrong("Uses a loop over sequences, and writes into them")
def in_place_loop(x, positions):
    for sequence in x:
        sequence.add_(positions[: x.shape[1]])
    return x


@wrong("Multiplies, as a mask would")
def multiplied(x, positions):
    return x * positions[: x.shape[1]]


@wrong("Appends the position to the features, as one adds a column to a table")
def concatenated(x, positions):
    rows = positions[: x.shape[1]].expand(x.shape[0], -1, -1)
    return torch.cat([x, rows], dim=-1)


@wrong("Takes positions for constants, as sinusoidal ones are")
def detached(x, positions):
    return x + positions[: x.shape[1]].detach()


@wrong("Computes in NumPy and converts back")
def numpy_detour(x, positions):
    return torch.from_numpy(x.detach().numpy() + positions.detach().numpy()[: x.shape[1]])


@wrong("Pads the tokens to the length of the table")
def padded(x, positions):
    batch, seq, embed = x.shape
    longer = torch.zeros(batch, positions.shape[0], embed, dtype=x.dtype)
    longer[:, :seq] = x
    return longer + positions


@wrong("Leaves out the slice and takes the first row for a start")
def row_zero(x, positions):
    return x + positions[0]
