"""Answers to last_valid."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import right, wrong


@right
def by_gather(x, lengths):
    places = (lengths.long() - 1)[:, None, None].expand(-1, 1, x.shape[-1])
    return x.gather(1, places).squeeze(1)


@right
def by_mask(x, lengths):
    return x[torch.arange(x.shape[1]) == (lengths - 1)[:, None]]


@right
def by_flat_index(x, lengths):
    batch, seq, embed = x.shape
    return x.reshape(batch * seq, embed)[torch.arange(batch) * seq + lengths - 1]


@right
def by_einsum(x, lengths):
    chosen = F.one_hot(lengths.long() - 1, x.shape[1]).to(x.dtype)
    return torch.einsum("btd,bt->bd", x, chosen)


@right
def from_the_end(x, lengths):
    return x[range(x.shape[0]), lengths - 1 - x.shape[1]]


@wrong("Forgets that sequences are padded")
def always_last(x, lengths):
    return x[:, -1]


@wrong("Puts the lengths where the token number goes, and leaves the batch to the colon")
def colon_and_list(x, lengths):
    return x[:, lengths - 1]


@wrong("The first thing that comes to mind")
def indexed_by_lengths(x, lengths):
    return x[lengths]


@wrong("As with slices: all sequences, and in each of them the place that lengths says")
def colon_and_lengths(x, lengths):
    return x[:, lengths]


@wrong("Length n, so token n")
def off_by_one(x, lengths):
    return x[torch.arange(len(x)), lengths]


@wrong("Off by one, clamped until the IndexError goes away")
def off_by_one_clamped(x, lengths):
    return x[torch.arange(len(x)), lengths.clamp(max=x.shape[1] - 1)]


@wrong("The example had one length, so one length it is")
def first_length_for_all(x, lengths):
    return x[:, lengths[0] - 1]


@wrong("Reads 'last' as the longest")
def longest_for_all(x, lengths):
    return x[:, lengths.max() - 1]


@wrong("Indexes x with the lengths and hopes that torch knows which axis is meant")
def picks_sequences(x, lengths):
    return x[lengths - 1]


@wrong("Mixes up the order of the two lists")
def swapped_lists(x, lengths):
    return x[lengths - 1, torch.arange(x.shape[0])]


@wrong("gather keeps the axis that it gathers along")
def gather_without_squeeze(x, lengths):
    return x.gather(1, (lengths.long() - 1)[:, None, None].expand(-1, 1, x.shape[-1]))


@wrong("gather without expand takes one feature only")
def gather_without_expand(x, lengths):
    return x.gather(1, (lengths.long() - 1)[:, None, None]).squeeze(1)


@wrong("A loop is the first thing that works")
def loop_and_stack(x, lengths):
    return torch.stack([x[b, n - 1] for b, n in enumerate(lengths.tolist())])


@wrong("A loop into an empty tensor, as in NumPy")
def loop_and_fill(x, lengths):
    y = torch.zeros(x.shape[0], x.shape[2], dtype=x.dtype)
    for b in range(x.shape[0]):
        y[b] = x[b, lengths[b] - 1]
    return y


@wrong("Takes the average of the sentence for its last token, a common pooling")
def mean_pooling(x, lengths):
    real = torch.arange(x.shape[1]) < lengths[:, None]
    return (x * real[..., None]).sum(dim=1) / lengths[:, None]


@wrong("Looks for the last row that is not zero, since padding often is")
def last_nonzero(x, lengths):
    places = torch.arange(x.shape[1])
    last = torch.where((x != 0).any(dim=-1), places, 0).amax(dim=1)
    return x[torch.arange(x.shape[0]), last]


@wrong("Writes lengths -= 1 to save a name")
def changes_lengths(x, lengths):
    lengths -= 1
    return x[torch.arange(x.shape[0]), lengths]


@wrong("Knows NumPy better, and converts there and back")
def through_numpy(x, lengths):
    import numpy as np

    array = x.numpy()
    return torch.from_numpy(array[np.arange(len(array)), lengths.numpy() - 1])


@wrong("Met 'Can't call numpy() on Tensor that requires grad', and did what the message says")
def detached(x, lengths):
    return x.detach()[torch.arange(x.shape[0]), lengths - 1]


@wrong("one_hot wants int64, and int64 is what it was tried with")
def one_hot_of_int64(x, lengths):
    chosen = F.one_hot(lengths - 1, x.shape[1]).to(x.dtype)
    return torch.einsum("btd,bt->bd", x, chosen)


@wrong("Lengths between 1 and seq make good negative indices, or so it seems")
def counts_from_the_end(x, lengths):
    return x[torch.arange(x.shape[0]), -lengths]
