"""Mutants that keep all points, and the reason why each is as right as the reference."""

from __future__ import annotations

__all__ = ["EQUIVALENT"]

_COMMUTES = "The two may change places: the result is the same."
_BOTH_WAYS = "Broadcasting treats both shapes alike."
_A_SIZE_IS_A_TUPLE = "`torch.Size` is a kind of tuple."
_WORDS = "What the exception says is left open."
_ONE_AXIS = "Of one axis, 0 and -1 are the same one."
_LAST_OF_TWO = "Of two axes, 1 and -1 are the same one."
_THE_SAME_TOKENS = "Queries and keys are the same tokens."
_SHIFTED = "Softmax does not change when all its entries grow by the same number."
_TORCH_REFUSES = "Of an id that is too large, torch's own indexing raises the IndexError."
_MEAN_GONE = "A layer norm takes the mean away."
_SUMS_TO_0 = "The numbers of a normed token sum to 0, so a number added to all weights changes nothing."
_MIXED = "my.attention(q, k, v, my.causal_mask(seq, seq))"
_NORMED = "my.layer_norm(x, ones, zeros, 1e-05)"
_ATTENDED = f"multi_head_attention({_NORMED}, w_qkv, w_out, heads)"

EQUIVALENT: dict[str, dict[str, str]] = {
    "describe": {
        "4.17: tuple(t.shape) -> t.shape": _A_SIZE_IS_A_TUPLE,
        "7.17: t.numel() * t.element_size() -> t.element_size() * t.numel()": _COMMUTES,
    },
    "last_valid": {
        "2.29: x -> lengths": "There is one length for each sequence, so both have that many rows.",
    },
    "broadcast_shape": {
        "2.11: max(len(a), len(b)) -> max(len(b), len(a))": _COMMUTES,
        "6.8: (n, m) -> (m, n)": _BOTH_WAYS,
        "6.16: zip(aligned_a, aligned_b) -> zip(aligned_b, aligned_a)": _BOTH_WAYS,
        "3.16: (1,) * (ndim - len(a)) -> (ndim - len(a)) * (1,)": _COMMUTES,
        "3.41: tuple(a) -> a": "The shapes are tuples already.",
        "4.16: (1,) * (ndim - len(b)) -> (ndim - len(b)) * (1,)": _COMMUTES,
        "4.41: tuple(b) -> b": "The shapes are tuples already.",
        "12.18: ValueError(f'shapes {a} and {b} clash: {n} against {m}') -> ValueError()": _WORDS,
    },
    "pairwise_sqdist": {
        "2.17: a[:, None, :] - b[None, :, :] -> b[None, :, :] - a[:, None, :]":
            "The sign of a difference is lost in its square.",
        "2.33: b[None, :, :] -> b": "Broadcasting puts the missing axis in front.",
    },
    "to_float32": {
        "2.11: torch.from_numpy -> torch.tensor": "`torch.tensor` copies the array once more; the result is the same.",
    },
    "linear": {
        "6.17: result + bias -> bias + result": _COMMUTES,
    },
    "add_positions": {
        "3.11: x + positions[:seq] -> positions[:seq] + x": _COMMUTES,
    },
    "split_heads": {
        "3.7: embed % heads != 0 -> embed % heads > 0": "A remainder is never negative.",
        "6.11: x.view(batch, seq, heads, head_dim).transpose(1, 2)"
        " -> x.view(batch, seq, heads, head_dim).transpose(2, 1)": _COMMUTES,
        "4.14: ValueError(f'{embed} features cannot be split into {heads} equal heads') -> ValueError()": _WORDS,
        "6.60: 2 -> -2": "Of four axes, 2 and -2 are the same one.",
        "6.11: x.view -> x.reshape":
            "An axis can always be cut in two without a copy, so `reshape` gives a view here, too.",
    },
    "merge_heads": {
        "3.49: heads * head_dim -> head_dim * heads": _COMMUTES,
        "3.11: y.transpose(1, 2) -> y.transpose(2, 1)": _COMMUTES,
        "3.26: 2 -> -2": "Of four axes, 2 and -2 are the same one.",
    },
    "sliding_windows": {
        "5.16: 0 -> -1": _ONE_AXIS,
        "7.14: ValueError(f'a window of width {width} does not fit into {n} entries') -> ValueError()": _WORDS,
        "8.20: 0 -> -1": _ONE_AXIS,
        "9.25: n - width + 1 -> 1 + (n - width)": _COMMUTES,
    },
    "dot_product_weights": {
        "2.4: (queries, keys) -> (keys, queries)": _THE_SAME_TOKENS,
        "6.11: torch.softmax(scores, dim=-1) -> torch.softmax(scores + 1, dim=-1)": _SHIFTED,
        "6.11: torch.softmax(scores, dim=-1) -> torch.softmax(scores - 1, dim=-1)": _SHIFTED,
        "5.13: queries -> tokens": _THE_SAME_TOKENS,
        "5.13: queries -> keys": _THE_SAME_TOKENS,
        "5.23: keys -> tokens": _THE_SAME_TOKENS,
        "5.23: keys -> queries": _THE_SAME_TOKENS,
        "6.37: -1 -> 1": _LAST_OF_TWO,
        "6.38: 1 -> -1": _LAST_OF_TWO,
    },
    "embed": {
        "3.14: (ids < 0) | (ids >= vocab) -> (ids >= vocab) | (ids < 0)": _COMMUTES,
        "3.14: (ids < 0) | (ids >= vocab) -> ids < 0": _TORCH_REFUSES,
        "3.27: ids >= vocab -> ids > vocab": _TORCH_REFUSES,
        "5.14: IndexError(f'ids must be in 0 .. {vocab - 1}, got {ids[outside].tolist()}') -> IndexError()": _WORDS,
    },
    "layer_norm": {
        "4.11: centered / torch.sqrt(variance + eps) * weight + bias"
        " -> bias + centered / torch.sqrt(variance + eps) * weight": _COMMUTES,
        "4.11: centered / torch.sqrt(variance + eps) * weight -> weight * (centered / torch.sqrt(variance + eps))":
            _COMMUTES,
        "4.33: variance + eps -> eps + variance": _COMMUTES,
    },
    "causal_mask": {
        "2.21: torch.arange(queries) + (keys - queries) -> keys - queries + torch.arange(queries)": _COMMUTES,
    },
    "attention": {
        "7.14: torch.softmax(scores, dim=-1) -> torch.softmax(scores + 1, dim=-1)": _SHIFTED,
        "7.14: torch.softmax(scores, dim=-1) -> torch.softmax(scores - 1, dim=-1)": _SHIFTED,
        "4.17: k.transpose(-2, -1) -> k.transpose(-1, -2)": _COMMUTES,
        "4.49: q -> k": "Queries and keys have as many features.",
    },
    "multi_head_attention": {
        f"5.15: {_MIXED} -> my.attention(q, k {sign} 1, v, my.causal_mask(seq, seq))":
            "A query's scores all grow by the same number, and softmax does not change."
        for sign in "+-"
    },
    "block": {
        "6.8: x + " + _ATTENDED + " -> " + _ATTENDED + " + x": _COMMUTES,
        "8.11: x + my.linear(widened, w_down) -> my.linear(widened, w_down) + x": _COMMUTES,
        **{
            f"6.12: {_ATTENDED} -> {_ATTENDED.replace('w_qkv', f'w_qkv {sign} 1')}": _SUMS_TO_0 for sign in "+-"
        },
        **{
            f"7.25: my.linear({_NORMED}, w_up) -> my.linear({_NORMED}, w_up {sign} 1)": _SUMS_TO_0 for sign in "+-"
        },
        **{
            f"7.35: {_NORMED} -> {_NORMED.replace('x', f'x {sign} 1')}": _MEAN_GONE for sign in "+-"
        },
        **{f"4.12: x -> {other}": "All but `w_down` are as wide as `x`." for other in ("w_qkv", "w_out", "w_up")},
        **{
            f"5.{column}: x -> {other}": "All have one dtype." for column in (18, 37)
            for other in ("w_qkv", "w_out", "w_up", "w_down")
        },
    },
    "masked_mean": {"3.12: x * counted -> counted * x": _COMMUTES},
    "silu": {"3.11: x * gate -> gate * x": _COMMUTES},
    "flatten_tokens": {
        "2.4: (seq, batch, embed) -> (batch, seq, embed)": "The two are only multiplied.",
        "3.37: batch * seq -> seq * batch": _COMMUTES,
        "3.11: x.transpose(0, 1) -> x.transpose(1, 0)": _COMMUTES,
    },
    "plot_attention": {
        "3.12: axes.imshow(weights, cmap='Blues', vmin=0, vmax=1) -> axes.imshow(weights, vmin=0, vmax=1)":
            "Which colors are used is left open.",
        "4.4: figure.colorbar(image, ax=axes, label='Attention weight')"
        ""
        " -> figure.colorbar(image, label='Attention weight')":
            "A color bar takes its room from the Axes of its image, unless told otherwise.",
        "6.30: query_tokens -> weights": "There is one query token for each row of the weights.",
    },
}
