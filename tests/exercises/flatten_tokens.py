"""Answers to flatten_tokens."""

import torch

from tests.exercises.answers import right, wrong


@right
def reshaped(x):
    return x.transpose(0, 1).reshape(-1, x.shape[2])


@right
def contiguous_first(x):
    seq, batch, embed = x.shape
    return x.transpose(0, 1).contiguous().view(batch * seq, embed)


@right
def flattened(x):
    return x.permute(1, 0, 2).flatten(0, 1)


@right
def put_together(x):
    return torch.cat(x.unbind(1))


@right
def one_by_one(x):
    return torch.stack([x[token, sequence] for sequence in range(x.shape[1]) for token in range(x.shape[0])])


_RESHAPE = "Keep the transpose, and use `reshape`, which copies where it must."


@wrong(
    "Leaves it as it was",
    "`view` cannot make one axis of two that do not follow each other in memory, as after the transpose.",
    _RESHAPE,
)
def as_handed_out(x):
    seq, batch, embed = x.shape
    return x.transpose(0, 1).view(batch * seq, embed)


@wrong("Makes x contiguous before the transpose, not after it", like=as_handed_out)
def contiguous_too_early(x):
    return x.contiguous().transpose(0, 1).view(-1, x.shape[-1])


@wrong(
    "Leaves the transpose out, so that view works",
    "Without the transpose nothing is refused, and the tokens come out in the wrong order: token 0 of each sequence "
    "first.",
    _RESHAPE,
)
def without_the_transpose(x):
    seq, batch, embed = x.shape
    return x.reshape(batch * seq, embed)


@wrong("Reshapes to (batch, seq, embed) instead of transposing", like=without_the_transpose)
def reshaped_instead_of_swapped(x):
    seq, batch, embed = x.shape
    return x.reshape(batch, seq, embed).reshape(-1, embed)


@wrong(
    "Swaps the wrong axes",
    "You swap batch and embed, so numbers of several sequences come into one row.",
    "Swap axes 0 and 1.",
)
def batch_and_embed_swapped(x):
    seq, batch, embed = x.shape
    return x.transpose(1, 2).reshape(batch * seq, embed)


@wrong(
    "Swaps the first and the last axis",
    "You swap seq and embed, so numbers of several tokens come into one row.",
    "Swap axes 0 and 1.",
)
def seq_and_embed_swapped(x):
    seq, batch, embed = x.shape
    return x.transpose(0, 2).reshape(batch * seq, embed)


@wrong(
    "Forgets to flatten",
    "Your result has three axes: batch and seq are swapped, and not yet one.",
    "Make one axis of the first two: `reshape(batch * seq, embed)`.",
)
def only_swapped(x):
    return x.transpose(0, 1).contiguous()


@wrong(
    "Flattens the wrong two axes",
    "You make one axis of seq and embed. Rows should be tokens.",
    "Make one axis of batch and seq: `reshape(batch * seq, embed)`.",
)
def a_row_for_each_sequence(x):
    return x.transpose(0, 1).reshape(x.shape[1], -1)


@wrong(
    "Flattens all of it",
    "All axes are one. A row should hold the numbers of one token.",
    "Keep the last axis: `reshape(batch * seq, embed)`.",
)
def all_flat(x):
    return x.transpose(0, 1).reshape(-1)


@wrong(
    "Goes backwards through the sequences",
    "The sequences come in the wrong order: the last one first.",
    "Sequence 0 comes first.",
)
def last_sequence_first(x):
    return x.flip(1).transpose(0, 1).reshape(-1, x.shape[2])


@wrong(
    "Swaps in place",
    "You swap the axes of `x` itself, and whoever called finds it changed.",
    "Use `transpose`, without `_`.",
)
def swapped_in_place(x):
    x.transpose_(0, 1)
    return x.reshape(-1, x.shape[2])


@wrong("Takes as_strided with the strides of a contiguous tensor", like=without_the_transpose)
def by_strides(x):
    seq, batch, embed = x.shape
    return x.contiguous().as_strided((batch * seq, embed), (embed, 1))


@wrong("Gives back the reverse shape", "Your result is transposed: `(embed, batch * seq)`.", "Tokens are the rows.")
def transposed_result(x):
    return x.transpose(0, 1).flatten(0, 1).T
