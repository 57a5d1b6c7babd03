"""Answers to split_heads."""

import numpy as np
import torch

from tests.exercises.answers import made, right, wrong


def _refuse(embed, heads):
    if embed % heads:
        raise ValueError(f"{embed} features cannot be split into {heads} heads")


@right
def unflatten_and_swap(x, heads):
    _refuse(x.shape[-1], heads)
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


@right
def permuted(x, heads):
    _refuse(x.shape[-1], heads)
    batch, seq, embed = x.shape
    return x.reshape(batch, seq, heads, embed // heads).permute(0, 2, 1, 3)


@right
def by_strides(x, heads):
    _refuse(x.shape[-1], heads)
    batch, seq, embed = x.shape
    size = embed // heads
    a, b, c = x.stride()
    return torch.as_strided(x, (batch, heads, seq, size), (a, size * c, b, c), x.storage_offset())


@right
def numpy_view(x, heads):
    _refuse(x.shape[-1], heads)
    batch, seq, embed = x.shape
    array = x.detach().numpy()
    return torch.from_numpy(np.swapaxes(array.reshape(batch, seq, heads, embed // heads), 1, 2))


@right
@made
def a_module():
    class Split(torch.nn.Module):
        def forward(self, x, heads):
            batch, seq, embed = x.shape
            if embed % heads:
                raise ValueError("heads")
            return x.view(batch, seq, heads, -1).transpose(1, 2)

    return Split()


_REFUSE = "Test `embed % heads` before anything else, and raise a `ValueError` that names both numbers."
_ONE_VIEW = "`view` and `reshape` cut memory in its order, so one head gets features of several tokens."
_SPLIT_THEN_SWAP = "Split only the last axis into (heads, head_dim) first; then swap the axes seq and heads."


@wrong(
    "The target shape fits, so one view must do it",
    f"Your result is `x.view(batch, heads, seq, head_dim)`: {_ONE_VIEW}",
    _SPLIT_THEN_SWAP,
)
def one_view(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.view(batch, heads, seq, embed // heads)


@wrong("One view, and nothing is refused", like=one_view)
def one_view_unrefused(x, heads):
    batch, seq, embed = x.shape
    return x.view(batch, heads, seq, embed // heads)


@wrong("One view, with -1 for the size that torch can find out", like=one_view)
def one_view_with_minus_one(x, heads):
    return x.view(x.shape[0], heads, x.shape[1], -1)


@wrong(
    "view complained about strides, and the message says to use reshape",
    f"Your result is `x.reshape(batch, heads, seq, head_dim)`: {_ONE_VIEW}",
    _SPLIT_THEN_SWAP,
)
def one_reshape(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.reshape(batch, heads, seq, embed // heads)


@wrong("One reshape, and nothing is refused", like=one_reshape)
def one_reshape_unrefused(x, heads):
    batch, seq, embed = x.shape
    return x.reshape(batch, heads, seq, embed // heads)


@wrong(
    "Stops after the first of two steps",
    "The last axis is split rightly, but the heads stand behind the tokens: (batch, seq, heads, head_dim).",
    "Swap the axes seq and heads, so that each head holds its own (seq, head_dim) matrix.",
)
def no_transpose(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.view(batch, seq, heads, embed // heads)


@wrong("Stops after the first step, and refuses nothing", like=no_transpose)
def no_transpose_unrefused(x, heads):
    batch, seq, embed = x.shape
    return x.view(batch, seq, heads, embed // heads)


@wrong(
    "Writes (batch, -1, heads, head_dim), as some libraries do, and swaps",
    "With -1 in it, `view` takes what is left for the number of tokens. Where the heads do not divide the features, it "
    "finds a number of its own, and no error.",
    _REFUSE,
)
def tokens_left_to_view(x, heads):
    batch, seq, embed = x.shape
    return x.reshape(batch, -1, heads, embed // heads).transpose(1, 2)


@wrong(
    "Splits the features as (head_dim, heads), so that heads interleave",
    "Your heads take every so many-th feature: the last axis was split into (head_dim, heads). Head 0 should hold "
    "neighboring features.",
    "Split the last axis into (heads, head_dim), in this order.",
)
def interleaved(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.unflatten(-1, (embed // heads, heads)).permute(0, 3, 1, 2)


@wrong("Interleaves, and refuses nothing", like=interleaved)
def interleaved_unrefused(x, heads):
    batch, seq, embed = x.shape
    return x.view(batch, seq, embed // heads, heads).permute(0, 3, 1, 2)


@wrong(
    "Adds contiguous out of habit, to be safe",
    "`contiguous`, `clone`, `stack` and, after a swap, `reshape` write the whole tensor once more.",
    "Return the swapped view itself: writing into it must change `x`.",
)
def contiguous(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.reshape(batch, seq, heads, embed // heads).transpose(1, 2).clone()


@wrong("contiguous copies only where it has to, as after a swap", like=contiguous)
def contiguous_where_needed(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.reshape(batch, seq, heads, embed // heads).transpose(1, 2).contiguous()


@wrong("Thinks of heads as a list to be stacked, which copies", like=contiguous)
def stacked_chunks(x, heads):
    batch, seq, embed = x.shape
    return torch.stack(x.split(embed // heads, dim=-1), dim=1)


@wrong("Stacks chunks, and torch.chunk makes as many as it can", like=contiguous)
def stacked_chunks_unrefused(x, heads):
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


@wrong(
    "Makes x contiguous first, so that view never fails",
    "`contiguous` copies an `x` that is a view of something else, and the result is then a view of that copy.",
    "Leave it out: cutting the last axis in two needs no copy, whatever the strides are.",
)
def contiguous_first(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.contiguous().view(batch, seq, heads, embed // heads).transpose(1, 2)


@wrong(
    "Stacks the heads in front of the batch",
    "Your heads stand in front of the batch: (heads, batch, seq, head_dim).",
    "Leave the batch where it is, and swap only the axes seq and heads.",
)
def heads_first(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.reshape(batch, seq, heads, embed // heads).permute(2, 0, 1, 3)


@wrong(
    "Folds the heads into the batch, for bmm",
    "Your heads are folded into the batch: (batch * heads, seq, head_dim). Some models do so; here they keep an "
    "axis of their own.",
    "Leave the result with four axes.",
)
def heads_in_the_batch(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.reshape(batch, seq, heads, embed // heads).transpose(1, 2).reshape(batch * heads, seq, embed // heads)


@wrong(
    "Swaps the last two axes instead of the middle two",
    "Each head holds a column per token here: (batch, seq, head_dim, heads), cut rightly and turned too far.",
    "After the cut, swap the two axes in the middle: seq and heads.",
)
def swaps_the_last_two(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.reshape(batch, seq, heads, embed // heads).transpose(-1, -2)


@wrong(
    "Makes keys of it at once, as for q @ k.T",
    "Each of your heads is turned: (batch, heads, head_dim, seq).",
    "Swap the axes seq and heads, and leave head_dim at the end.",
)
def heads_transposed(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.reshape(batch, seq, heads, embed // heads).permute(0, 2, 3, 1)


@wrong(
    "embed / heads, as on paper",
    "`embed / heads` is a float, also where the heads divide the features, and sizes are whole numbers.",
    "Write `embed // heads`.",
)
def divided_by_a_slash(x, heads):
    batch, seq, embed = x.shape
    if embed % heads:
        raise ValueError("heads")
    return x.view(batch, seq, heads, embed / heads).transpose(1, 2)


@wrong("embed / heads, and nothing is refused", like=divided_by_a_slash)
def divided_by_a_slash_unrefused(x, heads):
    batch, seq, embed = x.shape
    return x.view(batch, seq, heads, embed / heads).transpose(1, 2)


@wrong("Transposes before it views, so features become tokens", like=contiguous)
def transposed_first(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.transpose(1, 2).reshape(batch, heads, embed // heads, seq).transpose(2, 3)[:, :, :, :].clone()


@wrong(
    "Swaps first and cuts then",
    "Your code swaps before it cuts, and then cuts with one `reshape`: numbers of several tokens meet in one head.",
    _SPLIT_THEN_SWAP,
)
def swapped_before_the_cut(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    return x.transpose(1, 2).reshape(batch, heads, seq, embed // heads)


@wrong(
    "Trusts // and drops the features that are left over",
    "With 3 heads, `8 // 3` is 2, so the last two features are dropped without a word.",
    _REFUSE,
)
def drops_the_rest(x, heads):
    batch, seq, embed = x.shape
    size = embed // heads
    return x[..., : heads * size].unflatten(-1, (heads, size)).transpose(1, 2)


@wrong(
    "Lets torch refuse, with whatever exception torch has",
    "You leave it to `view` to refuse, and its message speaks of a shape that the caller has never seen.",
    _REFUSE,
)
def torchs_own_error(x, heads):
    batch, seq, embed = x.shape
    return x.view(batch, seq, heads, embed // heads).transpose(1, 2)


@wrong("Lets unflatten refuse", like=torchs_own_error)
def torchs_own_error_of_unflatten(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


@wrong("Lets unflatten refuse, which is told the head_dim", like=torchs_own_error)
def torchs_own_error_of_two_sizes(x, heads):
    return x.unflatten(-1, (heads, x.shape[-1] // heads)).transpose(1, 2)


@wrong("Lets reshape refuse", like=torchs_own_error)
def torchs_own_error_of_minus_one(x, heads):
    batch, seq, embed = x.shape
    return x.view(batch, seq, heads, -1).transpose(1, 2)


@wrong(
    "asserts instead of raising a ValueError",
    "An `assert` is for what cannot happen; Python leaves it out when it runs with `-O`. A wrong argument can happen.",
    _REFUSE,
)
def asserts(x, heads):
    batch, seq, embed = x.shape
    assert embed % heads == 0
    return x.view(batch, seq, heads, embed // heads).transpose(1, 2)


@wrong(
    "Returns None where it cannot split",
    "Where the heads do not divide the features, you return `None`. Whoever calls would go on without noticing.",
    _REFUSE,
)
def returns_none(x, heads):
    return permuted(x, heads) if x.shape[-1] % heads == 0 else None


@wrong(
    "Works the strides out from the sizes, as if every x were contiguous",
    "Your strides are worked out from the sizes, as if `x` were contiguous. It may be a view of something larger.",
    "Ask `x` for its strides, or use `view` and `transpose`, which do.",
)
def ignores_the_strides(x, heads):
    batch, seq, embed = x.shape
    _refuse(embed, heads)
    size = embed // heads
    return torch.as_strided(x, (batch, heads, seq, size), (seq * embed, size, embed, 1))
