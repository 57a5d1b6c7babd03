"""position_ids: what its check tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise

__all__ = ["EXERCISE"]


def _inputs(batch: int, seq: int, device: str = "cpu", dtype: torch.dtype = torch.int64) -> Callable[[], tuple[Any]]:
    def make() -> tuple[Any]:
        return (((7 * torch.arange(batch * seq) + 3) % 40).reshape(batch, seq).to(dtype).to(device),)

    return make


EXERCISE = Exercise(
    signature="position_ids(ids)",
    notebook="6_build",
    points=2,
    axes=("batch", "seq"),
    result="places",
    cases=(
        Case("ids (2, 6)", _inputs(2, 6)),
        Case("ids (2, 6) on the device meta", _inputs(2, 6, "meta")),
        Case("as many sequences as tokens: ids (4, 4)", _inputs(4, 4), edge=True),
        Case("as many sequences as tokens: ids (4, 4) on the device meta", _inputs(4, 4, "meta"), edge=True),
        Case("one sequence: ids (1, 5)", _inputs(1, 5), edge=True),
        Case("one sequence: ids (1, 5) on the device meta", _inputs(1, 5, "meta"), edge=True),
        Case("one token each: ids (3, 1)", _inputs(3, 1), edge=True),
        Case("one token each: ids (3, 1) on the device meta", _inputs(3, 1, "meta"), edge=True),
        Case("ids (1, 5) in int32", _inputs(1, 5, dtype=torch.int32), edge=True),
    ),
)
