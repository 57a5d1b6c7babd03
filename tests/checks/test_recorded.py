"""Expected answers, written and read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from shapewise.checks.comparing import same
from shapewise.checks.plain import Opaque
from shapewise.checks.recorded import Expected, load, save

_RANDOM = torch.Generator().manual_seed(3)


@pytest.mark.parametrize(
    "value",
    [
        torch.rand(2, 3, generator=_RANDOM),
        torch.rand(2, 3, dtype=torch.float64, generator=_RANDOM),
        torch.rand(4, generator=_RANDOM).to(torch.bfloat16),
        torch.tensor([float("nan"), float("-inf"), float("inf"), -0.0]),
        torch.zeros(0, 3),
        torch.tensor(7),
        torch.tensor([[True, False]]),
        np.arange(6, dtype=np.int32).reshape(2, 3),
        (1, "two", 3.5, None, True),
        [float("nan"), [1]],
        {"shape": (2, 3), "dtype": "float32", 4: [1.0]},
    ],
)
def test_an_answer_is_read_back_bit_for_bit(tmp_path: Path, value: object) -> None:
    save(tmp_path / "answers.json", {"a case": Expected(value)})
    assert same(load(tmp_path / "answers.json")["a case"].value, value)


def test_errors_and_gradients_are_read_back(tmp_path: Path) -> None:
    gradient = torch.rand(3, generator=_RANDOM)
    answers = {"refused": Expected(error="ValueError"), "made": Expected(1, gradients={0: gradient, 2: None})}
    save(tmp_path / "answers.json", answers)
    found = load(tmp_path / "answers.json")
    assert found["refused"].error == "ValueError"
    assert same(dict(found["made"].gradients), {0: gradient, 2: None})


def test_what_cannot_be_recorded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="Opaque"):
        save(tmp_path / "answers.json", {"a case": Expected(Opaque("Axes", ""))})
