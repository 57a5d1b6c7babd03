"""merge_heads: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _counted(*size: int) -> Any:
    return torch.arange(float(torch.Size(size).numel())).reshape(size)


def _no_transpose(y: Any) -> Any:
    b, h, t, d = y.shape
    return y.reshape(b, t, h * d)


def _view_after_a_swap(y: Any) -> Any:
    # Any view of an axis that a swap has torn apart fails with the same words.
    return y.mT.view(y.numel())


def _one_view(y: Any) -> Any:
    b, h, t, d = y.shape
    return y.view(b, t, h * d)


def _heads_after_heads(y: Any) -> Any:
    return torch.cat(list(y.unbind(dim=1)), dim=1)


def _interleaved(y: Any) -> Any:
    return torch.stack(list(y.unbind(dim=1)), dim=-1).flatten(start_dim=2)


def _last_axes_swapped(y: Any) -> Any:
    b, h, t, d = y.shape
    return y.mT.reshape(b, t, h * d)


def _reshaped_to_split_again(y: Any) -> Any:
    b, h, t, d = y.shape
    return y.reshape(b, t, h, d)


def _not_joined(y: Any) -> Any:
    return torch.stack(list(y.unbind(dim=1)), dim=2)


def _heads_added(y: Any) -> Any:
    return y.sum(dim=1)


def _heads_averaged(y: Any) -> Any:
    return y.mean(dim=1)


def _batch_lost(y: Any) -> Any:
    return torch.cat(list(y.unbind(dim=1)), dim=-1).squeeze()


def _swapped_in_place(y: Any) -> Any:
    merged = torch.cat(list(y.unbind(dim=1)), dim=-1)
    y.transpose_(1, 2)
    return merged


_TOKEN_FIRST = "Bring heads and head_dim next to each other, behind the tokens. Join them then."

EXERCISE = Exercise(
    signature="merge_heads(y)",
    notebook="4_layout",
    points=3,
    axes=("batch", "seq", "width"),
    input_axes={"y": ("sequence", "head", "token", "feature")},
    result="x",
    cases=(
        Case("y (2, 3, 4, 5), contiguous", lambda: (_counted(2, 3, 4, 5),)),
        Case("y (2, 3, 4, 5), whose axes heads and seq were swapped", lambda: (_counted(2, 4, 3, 5).transpose(1, 2),)),
        Case("y (2, 3, 3, 4): as many heads as tokens", lambda: (_counted(2, 3, 3, 4),)),
        Case("one sequence: y (1, 2, 3, 4)", lambda: (_counted(1, 2, 3, 4),), edge=True),
        Case("one head: y (2, 1, 3, 4)", lambda: (_counted(2, 1, 3, 4),), edge=True),
        Case("one token: y (2, 3, 1, 4)", lambda: (_counted(2, 3, 1, 4),), edge=True),
    ),
    mistakes=(
        Mistake(
            _no_transpose,
            "Your result is `y.reshape(batch, seq, heads * head_dim)`. It cuts the row of numbers in its order "
            "in memory, "
            "and there all tokens of head 0 come first. So one row mixes several tokens of one head.",
            _TOKEN_FIRST,
        ),
        Mistake(
            _one_view,
            "Your code calls `view` on `y` as it came. It cuts in the order of memory, and fails where `y` was "
            "swapped before.",
            _TOKEN_FIRST,
        ),
        Mistake(
            _view_after_a_swap,
            "After a swap the two axes do not follow each other in memory, and one stride cannot describe both. "
            "`view` copies "
            "nothing, so it refuses.",
            "Copy: use `reshape`, or `contiguous` before `view`.",
        ),
        Mistake(
            _heads_after_heads,
            "Your heads stand one below the other: the sequence has become `heads` times as long.",
            "Put the heads of one token side by side, along the features.",
        ),
        Mistake(
            _interleaved,
            "Your features take turns: feature 0 of every head, then feature 1 of every head. The heads stand behind "
            "head_dim when they are joined.",
            "Join in the order (heads, head_dim): first all of head 0, then all of head 1.",
        ),
        Mistake(
            _last_axes_swapped,
            "Your code swaps seq and head_dim, the last two axes.",
            "Swap heads and seq.",
        ),
        Mistake(
            _reshaped_to_split_again,
            "Your result still has four axes, and the reshape has mixed the tokens.",
            _TOKEN_FIRST,
        ),
        Mistake(
            _not_joined,
            "The swap is right. Your result still has four axes: the last two are not joined yet.",
            "Make (heads, head_dim) one axis.",
        ),
        Mistake(
            _heads_added,
            "Your result adds the heads up. Each head has found something of its own, and a sum mixes it for good.",
            "Keep every number: put the heads side by side.",
        ),
        Mistake(
            _heads_averaged,
            "Your result averages the heads. Each head has found something of its own, and an average mixes it "
            "for good.",
            "Keep every number: put the heads side by side.",
        ),
        Mistake(
            _batch_lost,
            "Your result has lost an axis of size 1: `squeeze` without an axis drops every one of them.",
            "Name the shape that you want, and let axes of size 1 stand.",
        ),
        Mistake(
            _swapped_in_place,
            "The underscore in `transpose_` says: in place. The caller's own `y` has another shape now.",
            "Use the swap that returns a new view.",
        ),
    ),
)
