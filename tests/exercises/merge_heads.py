"""Answers to merge_heads."""

import torch

from tests.exercises.answers import right, wrong


@right
def permuted_and_flattened(y):
    return y.permute(0, 2, 1, 3).flatten(start_dim=2)


@right
def contiguous_then_view(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(1, 2).contiguous().view(batch, seq, -1 if y.numel() else heads * head_dim)


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


@wrong("The target shape fits, so one reshape must do it")
def one_reshape(y):
    batch, heads, seq, head_dim = y.shape
    return y.reshape(batch, seq, heads * head_dim)


@wrong("The target shape fits, so one view must do it")
def one_view(y):
    batch, heads, seq, head_dim = y.shape
    return y.view(batch, seq, heads * head_dim)


@wrong("Copies first, as the error advises, but does not swap")
def contiguous_without_a_swap(y):
    batch, heads, seq, head_dim = y.shape
    return y.contiguous().view(batch, seq, heads * head_dim)


@wrong("Joins after the swap with view, which a strided tensor refuses")
def view_after_a_swap(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(1, 2).view(batch, seq, heads * head_dim)


@wrong("Calls contiguous before the swap, where it does nothing")
def contiguous_too_early(y):
    batch, heads, seq, head_dim = y.shape
    return y.contiguous().transpose(1, 2).view(batch, seq, heads * head_dim)


@wrong("Knows that something must be swapped, and swaps the last two, as for Q @ K^T")
def last_two_swapped(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(-1, -2).reshape(batch, seq, heads * head_dim)


@wrong("Brings the heads to the end instead of before head_dim")
def heads_to_the_end(y):
    return y.permute(0, 2, 3, 1).flatten(start_dim=2)


@wrong("Concatenates along the axis after the batch")
def heads_below_each_other(y):
    return torch.cat(list(y.unbind(dim=1)), dim=1)


@wrong("Flattens the two axes in the middle, which stand next to each other already")
def heads_and_tokens_flattened(y):
    return y.flatten(1, 2)


@wrong("Stops after the swap")
def not_joined(y):
    return y.transpose(1, 2)


@wrong("Takes merging for adding up")
def added(y):
    return y.sum(dim=1)


@wrong("Takes merging for averaging")
def averaged(y):
    return y.mean(dim=1)


@wrong("Gets rid of left-over axes with squeeze")
def squeezed(y):
    batch, heads, seq, head_dim = y.shape
    return y.transpose(1, 2).reshape(batch, seq, heads * head_dim).squeeze()


@wrong("Takes transpose_ for transpose")
def swapped_in_place(y):
    batch, heads, seq, head_dim = y.shape
    y.transpose_(1, 2)
    return y.reshape(batch, seq, heads * head_dim)


@wrong("Copies the sizes of the lesson's example")
def sizes_of_the_lesson(y):
    return y.transpose(1, 2).reshape(-1, 32, 64)
