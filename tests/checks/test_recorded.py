"""Expected answers, written and read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from shapewise.checks.comparing import same
from shapewise.checks.outcomes import Outcome, Raised
from shapewise.checks.plain import Opaque
from shapewise.checks.recorded import Expected, Mistake, Recording, Row, load, save

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
    save(tmp_path / "answers.json", Recording({"a case": Expected(value)}))
    assert same(load(tmp_path / "answers.json").expected["a case"].value, value)


def test_errors_and_gradients_are_read_back(tmp_path: Path) -> None:
    gradient = torch.rand(3, generator=_RANDOM)
    answers = {"refused": Expected(error="ValueError"), "made": Expected(1, gradients={0: gradient, 2: None})}
    save(tmp_path / "answers.json", Recording(answers))
    found = load(tmp_path / "answers.json").expected
    assert found["refused"].error == "ValueError"
    assert same(dict(found["made"].gradients), {0: gradient, 2: None})


def test_what_cannot_be_recorded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="set"):
        save(tmp_path / "answers.json", Recording({"a case": Expected({1, 2})}))


def test_a_mistake_is_read_back_with_what_each_version_of_it_does(tmp_path: Path) -> None:
    wrong = {
        "a value": Outcome(torch.tensor([[1.5, float("nan")]]), changed=(0,), shares_memory=(1,)),
        "gradients": Outcome(1.0, gradients={0: torch.ones(2), 1: None}),
        "an error": Outcome(error=Raised("IndexError", ("IndexError",), "index 3 is out of bounds")),
        "a refusal": Outcome(error=Raised("TypeError", ("TypeError",), "own words", deliberate=True)),
        "an object": Outcome(Opaque("Figure", "<Figure>")),
        "a dtype": Outcome(torch.float32),
    }
    mistake = Mistake("wrong", "Your result is `1`.", "Do better.", (Row.of(wrong),), noise=0.5)
    save(tmp_path / "answers.json", Recording({"a value": Expected(1)}, (mistake,)))
    (found,) = load(tmp_path / "answers.json").mistakes
    assert (found.name, found.says, found.do, found.noise) == ("wrong", "Your result is `1`.", "Do better.", 0.5)
    (row,) = found.rows
    assert not row.wrong_in("another call")
    for key, outcome in wrong.items():
        read = row.outcome(key)
        assert same(read.value, outcome.value)
        assert (read.changed, read.shares_memory) == (outcome.changed, outcome.shares_memory)
        assert same(dict(read.gradients), dict(outcome.gradients))
    assert row.outcome("an error").error == Raised("IndexError", (), "index 3 is out of bounds")
    refusal = row.outcome("a refusal").error
    assert refusal is not None
    assert (refusal.kind, refusal.deliberate, refusal.message) == ("TypeError", True, "")
