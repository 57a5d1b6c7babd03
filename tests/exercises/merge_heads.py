"""Answers to merge_heads."""

import torch

from tests.exercises.answers import made, right, wrong


@right
def permuted_and_flattened(y):
    return y.permute(0, 2, 1, 3).flatten(start_dim=2)


@right
def contiguous_then_view(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(1, 2).contiguous().view(batch, seq, -1)


@right
def concatenated(y):
    return torch.cat([y[:, head] for head in range(y.shape[1])], dim=-1)


@right
def filled_in_by_a_loop(y):
    batch, heads, seq, head_dim = y.shape
    out = torch.empty(batch, seq, heads * head_dim, dtype=y.dtype)
    for head in range(heads):
        out[..., head * head_dim : (head + 1) * head_dim] = y[:, head]
    return out


@right
def numpy_detour(y):
    batch, heads, seq, head_dim = y.shape
    return torch.from_numpy(y.detach().numpy().swapaxes(1, 2).reshape(batch, seq, heads * head_dim))


@right
def einsum(y):
    batch, heads, seq, head_dim = y.shape
    return torch.einsum("bhtd->bthd", y).reshape(batch, seq, heads * head_dim)


@right
@made
def compiled():
    def merge(y):
        batch, heads, seq, head_dim = y.shape
        return y.transpose(1, 2).reshape(batch, seq, heads * head_dim)

    return torch.compile(merge, backend="eager")


_TOKEN_FIRST = "Bring heads and head_dim next to each other, behind the tokens. Join them then."
_KEEP = "Keep every number: put the heads side by side."


@wrong(
    "The target shape fits, so one reshape must do it",
    "Your result is `y.reshape(batch, seq, heads * head_dim)`. It cuts the row of numbers as it comes, and there all "
    "tokens of head 0 come first. So one row mixes several tokens of one head.",
    _TOKEN_FIRST,
)
def one_reshape(y):
    batch, heads, seq, head_dim = y.shape
    return y.reshape(batch, seq, heads * head_dim)


@wrong("Copies first, as the error advises, but does not swap", like=one_reshape)
def contiguous_without_a_swap(y):
    batch, heads, seq, head_dim = y.shape
    return y.contiguous().view(batch, seq, heads * head_dim)


@wrong(
    "The target shape fits, so one view must do it",
    "Your code calls `view` on `y` as it came. It cuts in the order of memory, and fails where `y` was swapped before.",
    _TOKEN_FIRST,
)
def one_view(y):
    batch, heads, seq, head_dim = y.shape
    return y.view(batch, seq, heads * head_dim)


@wrong(
    "Joins after the swap with view, which a strided tensor refuses",
    "After a swap the two axes do not follow each other in memory, and one stride cannot describe both. `view` copies "
    "nothing, so it refuses.",
    "Copy: use `reshape`, or `contiguous` before `view`.",
)
def view_after_a_swap(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(1, 2).view(batch, seq, heads * head_dim)


@wrong("Calls contiguous before the swap, where it does nothing", like=view_after_a_swap)
def contiguous_too_early(y):
    batch, heads, seq, head_dim = y.shape
    return y.contiguous().transpose(1, 2).view(batch, seq, heads * head_dim)


@wrong(
    "Knows that something must be swapped, and swaps the last two, as for Q @ K^T",
    "Your code swaps seq and head_dim, the last two axes.",
    "Swap heads and seq.",
)
def last_two_swapped(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(-1, -2).reshape(batch, seq, heads * head_dim)


@wrong(
    "Brings the heads to the end instead of before head_dim",
    "Your features take turns: feature 0 of every head, then feature 1 of every head. The heads stand behind head_dim "
    "when they are joined.",
    "Join in the order (heads, head_dim): first all of head 0, then all of head 1.",
)
def heads_to_the_end(y):
    return y.permute(0, 2, 3, 1).flatten(start_dim=2)


@wrong(
    "Concatenates along the axis after the batch",
    "Your heads stand one below the other: the sequence has become `heads` times as long.",
    "Put the heads of one token side by side, along the features.",
)
def heads_below_each_other(y):
    return torch.cat(list(y.unbind(dim=1)), dim=1)


@wrong("Flattens the two axes in the middle, which stand next to each other already", like=heads_below_each_other)
def heads_and_tokens_flattened(y):
    return y.flatten(1, 2)


@wrong(
    "Turns the heads and the tokens, and flattens the middle",
    "The swap is right. Then your code joins tokens and heads, the two axes in the middle.",
    "Join the last two, heads and head_dim.",
)
def tokens_and_heads_flattened(y):
    return y.transpose(1, 2).flatten(1, 2)


@wrong(
    "Stops after the swap",
    "The swap is right. Your result still has four axes: the last two are not joined yet.",
    "Make (heads, head_dim) one axis.",
)
def not_joined(y):
    return y.transpose(1, 2)


@wrong(
    "Takes merging for adding up",
    "Your result adds the heads up. Each head has found something of its own, and a sum mixes it for good.",
    _KEEP,
)
def added(y):
    return y.sum(dim=1)


@wrong(
    "Adds the heads up, and repeats the sum until the shape is right",
    "Your result adds the heads up, and repeats the sum. Each head has found something of its own, and a sum mixes it "
    "for good.",
    _KEEP,
)
def added_and_repeated(y):
    return y.sum(dim=1).repeat(1, 1, y.shape[1])


@wrong(
    "Takes merging for averaging",
    "Your result averages the heads. Each head has found something of its own, and an average mixes it for good.",
    _KEEP,
)
def averaged(y):
    return y.mean(dim=1)


@wrong(
    "Gets rid of left-over axes with squeeze",
    "Your result has lost an axis of size 1: `squeeze` without an axis drops every one of them.",
    "Name the shape that you want, and let axes of size 1 stand.",
)
def squeezed(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(1, 2).reshape(batch, seq, heads * head_dim).squeeze()


@wrong(
    "Takes transpose_ for transpose",
    "The underscore in `transpose_` says: in place. The caller's own `y` has another shape now.",
    "Use the swap that returns a new view.",
)
def swapped_in_place(y):
    batch, heads, seq, head_dim = y.shape
    y.transpose_(1, 2)
    return y.reshape(batch, seq, heads * head_dim)


@wrong(
    "Copies the sizes of the lesson's example",
    "Your code holds sizes of the lesson's example, which had 32 tokens of 64 features.",
    "Take the sizes from `y.shape`.",
)
def sizes_of_the_lesson(y):
    return y.transpose(1, 2).reshape(-1, 32, 64)


@wrong(
    "Fills a tensor that it made without y's dtype",
    "Your result is float32, whatever `y` is: `torch.zeros` makes float32 unless it is told another dtype.",
    "Make it with `dtype=y.dtype`, or let `reshape` make it.",
)
def filled_in_float32(y):
    batch, heads, seq, head_dim = y.shape
    out = torch.zeros(batch, seq, heads * head_dim)
    for head in range(heads):
        out[..., head * head_dim : (head + 1) * head_dim] = y[:, head]
    return out


@wrong(
    "Undoes the fold of heads into the batch, which was never made",
    "Your code takes the batch for folded heads, and swaps batch and heads.",
    _TOKEN_FIRST,
)
def batch_and_heads_swapped(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(0, 1).reshape(batch, seq, heads * head_dim)
