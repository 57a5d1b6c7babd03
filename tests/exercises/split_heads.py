"""Answers to split_heads."""

import numpy as np
import torch

from tests.exercises.answers import right, wrong


def _refuse(width, heads):
    if width % heads:
        raise ValueError(f"width {width} cannot be split into {heads} heads")


@right
def unflatten_and_swap(x, heads):
    _refuse(x.shape[-1], heads)
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


@right
def permuted(x, heads):
    _refuse(x.shape[-1], heads)
    batch, seq, width = x.shape
    return x.reshape(batch, seq, heads, width // heads).permute(0, 2, 1, 3)


@right
def by_strides(x, heads):
    _refuse(x.shape[-1], heads)
    batch, seq, width = x.shape
    size = width // heads
    a, b, c = x.stride()
    return torch.as_strided(x, (batch, heads, seq, size), (a, size * c, b, c), x.storage_offset())


@right
def numpy_view(x, heads):
    _refuse(x.shape[-1], heads)
    batch, seq, width = x.shape
    array = x.detach().numpy()
    return torch.from_numpy(np.swapaxes(array.reshape(batch, seq, heads, width // heads), 1, 2))


@wrong("The target shape fits, so one view must do it")
def one_view(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.view(batch, heads, seq, width // heads)


@wrong("view complained about strides, and the message says to use reshape")
def one_reshape(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.reshape(batch, heads, seq, width // heads)


@wrong("Stops after the first of two steps")
def no_transpose(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.view(batch, seq, heads, width // heads)


@wrong("Splits the width as (head_dim, heads), so that heads interleave")
def interleaved(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.reshape(batch, seq, width // heads, heads).permute(0, 3, 1, 2)


@wrong("Adds contiguous out of habit, to be safe")
def contiguous(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.reshape(batch, seq, heads, width // heads).transpose(1, 2).contiguous()


@wrong("Thinks of heads as a list to be stacked, which copies")
def stacked_chunks(x, heads):
    _refuse(x.shape[-1], heads)
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


@wrong("Stacks the heads in front of the batch")
def heads_first(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.reshape(batch, seq, heads, width // heads).permute(2, 0, 1, 3)


@wrong("Swaps the last two axes instead of the middle two")
def swaps_the_last_two(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.reshape(batch, seq, heads, width // heads).transpose(-1, -2)


@wrong("Transposes before it views, so features become tokens")
def transposed_first(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    return x.transpose(1, 2).reshape(batch, heads, width // heads, seq).transpose(2, 3)[:, :, :, :].clone()


@wrong("Trusts // and drops the features that are left over")
def drops_the_rest(x, heads):
    batch, seq, width = x.shape
    size = width // heads
    return x[..., : heads * size].unflatten(-1, (heads, size)).transpose(1, 2)


@wrong("Lets torch refuse, with whatever exception torch has")
def torchs_own_error(x, heads):
    batch, seq, width = x.shape
    return x.view(batch, seq, heads, width // heads).transpose(1, 2)


@wrong("asserts instead of raising a ValueError")
def asserts(x, heads):
    batch, seq, width = x.shape
    assert width % heads == 0
    return x.view(batch, seq, heads, width // heads).transpose(1, 2)


@wrong("Works the strides out from the sizes, as if every x were contiguous")
def ignores_the_strides(x, heads):
    batch, seq, width = x.shape
    _refuse(width, heads)
    size = width // heads
    return torch.as_strided(x, (batch, heads, seq, size), (seq * width, size, width, 1))
