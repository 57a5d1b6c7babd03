"""Sizes -> tensors that the checks hand to a learner's function: the same numbers on every machine."""

from __future__ import annotations

import math

import torch

__all__ = ["counted", "normal", "scattered"]

_PRIME = 4001


def counted(*size: int) -> torch.Tensor:
    """1, 2, 3, ... in reading order."""
    return torch.arange(1.0, 1 + math.prod(size)).reshape(size)


def scattered(*size: int) -> torch.Tensor:
    """Distinct whole numbers above 1000, in no order that anybody would guess.

    Where a function should only move entries, these tell where each of its result came from: a sum or a multiple of
    some is none of the others, and a maximum is seldom the last one.
    """
    return 1000.0 + (torch.arange(math.prod(size)) * 1389 + 83).remainder(_PRIME).reshape(size)


def normal(*size: int, seed: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Draws from the normal distribution; those of both precisions are the same numbers, but for the digits."""
    return torch.randn(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)
