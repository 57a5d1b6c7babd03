"""Answers to last_valid."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.exercises.answers import made, right, wrong


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


@right
@made
def scripted():
    import warnings

    def last_valid(x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        return x[torch.arange(x.size(0)), lengths.long() - 1]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch would rather have its newer compiler used
        return torch.jit.script(last_valid)


@right
@made
def a_lambda():
    return lambda x, lengths: x[torch.arange(len(x)), lengths - 1]


_PAIRS = (
    "Give two lists of places: which sequence (0, 1, 2, ...), and which token of it. They are walked through in pairs."
)


@wrong(
    "Forgets that sequences are padded",
    "Your result is `x[:, -1]`: the last token of every sequence, be it real or padding.",
    "Use `lengths`: they say where the real tokens of each sequence stop.",
)
def always_last(x, lengths):
    return x[:, -1]


@wrong("Reads last as first", "Your result is `x[:, 0]`, the first token of every sequence.", "Use `lengths`.")
def always_first(x, lengths):
    return x[:, 0]


@wrong(
    "Puts the lengths where the token number goes, and leaves the batch to the colon",
    "Your result is `x[:, lengths - 1]`: a slice combines with a list as every with every, so each sequence gets the "
    "tokens of all lengths.",
    _PAIRS,
)
def colon_and_list(x, lengths):
    return x[:, lengths - 1]


@wrong(
    "The first thing that comes to mind",
    "Your result is `x[lengths]`: a single index counts along the first axis, so it picks sequences.",
    _PAIRS,
)
def indexed_by_lengths(x, lengths):
    return x[lengths]


@wrong(
    "As with slices: all sequences, and in each of them the place that lengths says",
    "Your result is `x[:, lengths]`: a slice combines with a list as every with every, so each sequence gets the "
    "tokens of all lengths. And tokens are counted from 0.",
    _PAIRS,
)
def colon_and_lengths(x, lengths):
    return x[:, lengths]


@wrong(
    "Length n, so token n",
    "Your result takes token number `lengths`. Tokens are counted from 0, so a sequence of 2 has tokens 0 and 1, and "
    "token 2 is padding (or does not exist).",
    "Step back by one.",
)
def off_by_one(x, lengths):
    return x[torch.arange(len(x)), lengths]


@wrong("Length n, so token n, one sequence at a time", like=off_by_one)
def off_by_one_in_a_loop(x, lengths):
    return torch.stack([x[b, n] for b, n in enumerate(lengths.tolist())])


@wrong("Length n, so token n, by gather", like=off_by_one)
def off_by_one_by_gather(x, lengths):
    places = lengths.long()[:, None, None].expand(-1, 1, x.shape[-1])
    return x.gather(1, places).squeeze(1)


@wrong(
    "Off by one, clamped until the IndexError goes away",
    "Your result takes token number `lengths`, pushed back where that would lie behind the end. Tokens are counted "
    "from 0, so a sequence of 2 has tokens 0 and 1.",
    "Step back by one, and no clamping is needed.",
)
def off_by_one_clamped(x, lengths):
    return x[torch.arange(len(x)), lengths.clamp(max=x.shape[1] - 1)]


@wrong(
    "Steps back twice: once for counting from 0, once for 'before the padding'",
    "Your result is the token before the last real one.",
    "Step back by one, not by two.",
)
def two_back(x, lengths):
    return x[torch.arange(len(x)), lengths - 2]


@wrong(
    "The example had one length, so one length it is",
    "Your result takes the length of the first sequence for all of them.",
    _PAIRS,
)
def first_length_for_all(x, lengths):
    return x[:, lengths[0] - 1]


@wrong(
    "Reads 'last' as the longest",
    "Your result takes the largest length for all of them, so the shorter sequences give padding.",
    _PAIRS,
)
def longest_for_all(x, lengths):
    return x[:, lengths.max() - 1]


@wrong(
    "Indexes x with the lengths and hopes that torch knows which axis is meant",
    "Your result is `x[lengths - 1]`: a single index counts along the first axis, so it picks sequences.",
    _PAIRS,
)
def picks_sequences(x, lengths):
    return x[lengths - 1]


@wrong(
    "Mixes up the order of the two lists",
    "Your two lists stand in the wrong order: the first one must count sequences, the second one tokens.",
    "Put the list of sequences first: axis 0 of `x` is the batch.",
)
def swapped_lists(x, lengths):
    return x[lengths - 1, torch.arange(x.shape[0])]


@wrong(
    "gather keeps the axis that it gathers along",
    "The vectors are right, but an axis of length 1 is left where *seq* was.",
    "Take that axis away. An index with two lists leaves none in the first place.",
)
def gather_without_squeeze(x, lengths):
    return x.gather(1, (lengths.long() - 1)[:, None, None].expand(-1, 1, x.shape[-1]))


@wrong(
    "gather without expand takes one feature only",
    "Your `gather` takes one number a sequence: it gives as many as its index has, and that has one feature.",
    "Expand the index over the features, or index with two lists.",
)
def gather_without_expand(x, lengths):
    return x.gather(1, (lengths.long() - 1)[:, None, None]).squeeze(1)


@wrong(
    "gather leaves an axis of 1, and squeeze looks like its cure",
    "`squeeze()` without an axis drops every axis of length 1, so a batch of one sequence loses its batch axis.",
    "Name the axis: `squeeze(1)`.",
)
def squeezes_everything(x, lengths):
    return x.gather(1, (lengths.long() - 1)[:, None, None].expand(-1, 1, x.shape[-1])).squeeze()


@wrong(
    "A loop is the first thing that works",
    "Your function goes through the sequences one by one, in Python.",
    _PAIRS,
)
def loop_and_stack(x, lengths):
    return torch.stack([x[b, n - 1] for b, n in enumerate(lengths.tolist())])


@wrong(
    "A loop into an empty tensor, as in NumPy",
    "Your function writes into a tensor of its own, one sequence after the other: a loop in Python, and a tensor that "
    "is made without `x` has a dtype of its own.",
    _PAIRS,
)
def loop_and_fill_float32(x, lengths):
    y = torch.zeros(x.shape[0], x.shape[2])
    for b in range(x.shape[0]):
        y[b] = x[b, lengths[b] - 1]
    return y


@wrong("A loop into an empty tensor, as in NumPy", like=loop_and_stack)
def loop_and_fill(x, lengths):
    y = torch.zeros(x.shape[0], x.shape[2], dtype=x.dtype)
    for b in range(x.shape[0]):
        y[b] = x[b, lengths[b] - 1]
    return y


@wrong(
    "Takes the average of the sentence for its last token, a common pooling",
    "Your result is the mean of all real tokens of each sequence.",
    "Only the last of them is wanted.",
)
def mean_pooling(x, lengths):
    real = torch.arange(x.shape[1]) < lengths[:, None]
    return (x * real[..., None]).sum(dim=1) / lengths[:, None]


@wrong(
    "Adds up what the mask leaves",
    "Your result is the sum of all real tokens of each sequence.",
    "Only the last of them is wanted.",
)
def sum_pooling(x, lengths):
    real = torch.arange(x.shape[1]) < lengths[:, None]
    return (x * real[..., None]).sum(dim=1)


@wrong(
    "Max pooling, which also gives one vector a sentence",
    "Your result holds the largest number of each feature over the real tokens. It comes from several tokens.",
    "Only the last of them is wanted.",
)
def max_pooling(x, lengths):
    real = torch.arange(x.shape[1]) < lengths[:, None]
    return x.masked_fill(~real[..., None], -99_999).amax(dim=1)


@wrong(
    "Looks for the last row that is not zero, since padding often is",
    "Your result takes the last token that is not all zeros. Padding may hold anything, and a real token may be zeros.",
    "Use `lengths`: they alone say which tokens are real.",
)
def last_nonzero(x, lengths):
    places = torch.arange(x.shape[1])
    last = torch.where((x != 0).any(dim=-1), places, 0).amax(dim=1)
    return x[torch.arange(x.shape[0]), last]


@wrong(
    "Writes lengths -= 1 to save a name",
    "The vectors are right, but `lengths -= 1` writes into the caller's tensor. The next call will find lengths that "
    "are too small.",
    "Write `lengths - 1`, which makes a new tensor.",
)
def changes_lengths(x, lengths):
    lengths -= 1
    return x[torch.arange(x.shape[0]), lengths]


@wrong(
    "Knows NumPy better, and converts there and back",
    "Your function takes `x` over to NumPy. A tensor that records gradients is not handed out.",
    "Stay in torch: it indexes with lists of places just as NumPy does.",
)
def through_numpy(x, lengths):
    import numpy as np

    array = x.numpy()
    return torch.from_numpy(array[np.arange(len(array)), lengths.numpy() - 1])


@wrong(
    "Met 'Can't call numpy() on Tensor that requires grad', and did what the message says",
    "The vectors are right, but the thread to `x` is cut (`detach`, `.data`, or a tensor made anew).",
    "Return what indexing gives.",
)
def detached(x, lengths):
    return x.detach()[torch.arange(x.shape[0]), lengths - 1]


@wrong(
    "one_hot wants int64, and int64 is what it was tried with",
    "Your function needs int64: `one_hot` refuses other integers.",
    "Convert the lengths first, or use an index, which takes both.",
)
def one_hot_of_int64(x, lengths):
    chosen = F.one_hot(lengths - 1, x.shape[1]).to(x.dtype)
    return torch.einsum("btd,bt->bd", x, chosen)


@wrong(
    "one_hot gives int64, and float is float32",
    "Your one-hot numbers are float32, whatever `x` is, and a product wants one dtype on both sides.",
    "Convert them to `x.dtype`, or use an index, which needs no product.",
)
def one_hot_in_float32(x, lengths):
    chosen = F.one_hot(lengths.long() - 1, x.shape[1]).float()
    return torch.bmm(chosen[:, None], x).squeeze(1)


@wrong("one_hot gives int64, and float is float32", like=one_hot_in_float32)
def one_hot_in_float32_by_einsum(x, lengths):
    chosen = F.one_hot(lengths.long() - 1, x.shape[1]).float()
    return torch.einsum("btd,bt->bd", x, chosen)


@wrong(
    "Lays all tokens in one row by view, which a strided x refuses",
    "Your code calls `view` on `x`. Two axes can become one without a copy only where they follow each other in "
    "memory, and this `x` may be a view of something else.",
    "Use `reshape`, or index with two lists, which needs no flat row.",
)
def flat_view(x, lengths):
    batch, seq, embed = x.shape
    return x.view(-1, embed)[torch.arange(batch) * seq + lengths.long() - 1]


@wrong(
    "Lengths between 1 and seq make good negative indices, or so it seems",
    "Your result counts `lengths` back from the end. The real tokens stand at the front.",
    "Count from the front, where the first token is number 0.",
)
def counts_from_the_end(x, lengths):
    return x[torch.arange(x.shape[0]), -lengths]


@wrong("Counts the padding where the tokens should be counted", like=counts_from_the_end)
def padding_counted(x, lengths):
    return x[torch.arange(x.shape[0]), x.shape[1] - lengths]
