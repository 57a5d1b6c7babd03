"""The parts of attention as torch has them, for those that the learner has not passed yet.

None of them is written out: torch's own functions do the work, some of them by a way round that answers no exercise.
"""

from __future__ import annotations

import torch
from torch.nn import functional

__all__ = [
    "add_positions", "attention", "causal_mask", "embed", "layer_norm", "linear", "merge_heads", "split_heads",
]


def embed(ids: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """``(...)``, ``(vocab, embed)`` -> ``(..., embed)``."""
    return functional.embedding(ids, table)


def add_positions(x: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    """``(batch, seq, embed)``, ``(longest, embed)`` -> ``(batch, seq, embed)``."""
    places = torch.arange(x.shape[1], device=x.device)
    return torch.add(x, functional.embedding(places, positions))


def layer_norm(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float) -> torch.Tensor:
    """``(..., embed)``, ``(embed,)``, ``(embed,)`` -> ``(..., embed)``."""
    return functional.layer_norm(x, x.shape[-1:], weight, bias, eps)


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """``(..., in)``, ``(out, in)``, ``(out,)`` -> ``(..., out)``."""
    return functional.linear(x, weight, bias)


def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """``(batch, seq, embed)`` -> ``(batch, heads, seq, head_dim)``; a copy."""
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


def merge_heads(y: torch.Tensor) -> torch.Tensor:
    """``(batch, heads, seq, head_dim)`` -> ``(batch, seq, embed)``."""
    batch, heads, seq, _ = y.shape
    shuffled: torch.Tensor = functional.channel_shuffle(y.flatten(1, 2), heads)
    return torch.flatten(torch.unflatten(shuffled, 1, (seq, heads)), 2)


def causal_mask(queries: int, keys: int) -> torch.Tensor:
    """Bool ``(queries, keys)``, True where the query may look; as many queries as keys."""
    if queries != keys:
        raise ValueError(f"torch's mask is square: {queries} queries and {keys} keys")
    hidden: torch.Tensor = torch.nn.Transformer.generate_square_subsequent_mask(queries)
    return hidden == 0


def attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Output and weights: ``(..., queries, head_dim)``, ``(..., queries, keys)``."""
    output = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    one_for_each_key = torch.eye(k.shape[-2], dtype=v.dtype, device=v.device).expand(*k.shape[:-1], -1)
    return output, functional.scaled_dot_product_attention(q, k, one_for_each_key, attn_mask=mask)
