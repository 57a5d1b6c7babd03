"""The eight parts come from mine.py where they pass their check, and from torch where not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from shapewise import my_parts
from shapewise.checks.comparing import close
from shapewise.library import parts, standins
from tests.exercises.lessons import lessons


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder, in which the library would lie."""
    monkeypatch.setattr(parts, "library_file", lambda: tmp_path / "mine.py")
    return tmp_path


_IDS = torch.tensor([[3, 0, 4], [1, 1, 2]])


def _random(*size: int) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(sum(size)), dtype=torch.float64)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("embed", (_IDS, _random(5, 4))),
        ("add_positions", (_random(2, 3, 4), _random(7, 4))),
        ("layer_norm", (_random(2, 3, 5), _random(5), _random(5), 1e-5)),
        ("linear", (_random(2, 3, 5), _random(7, 5), _random(7))),
        ("linear", (_random(2, 3, 5), _random(7, 5))),
        ("split_heads", (_random(2, 5, 6), 3)),
        ("merge_heads", (_random(2, 3, 5, 4),)),
        ("causal_mask", (5, 5)),
        ("attention", (_random(2, 3, 5, 4), _random(2, 3, 5, 4), _random(2, 3, 5, 6))),
        ("attention", (_random(2, 3, 5, 4), _random(2, 3, 5, 4), _random(2, 3, 5, 6), torch.ones(5, 5).tril().bool())),
    ],
)
def test_a_stand_in_does_what_the_course_asks_of_the_part(name: str, arguments: tuple[Any, ...]) -> None:
    wanted = lessons()[name].reference()(*arguments)
    assert close(getattr(standins, name)(*arguments), wanted)


def test_without_a_library_all_parts_are_torchs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert my_parts().yours == frozenset()
    assert capsys.readouterr().out.count("○") == 8


def test_parts_that_pass_are_the_learners_and_others_are_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = lessons()["linear"].reference_source()
    wrong = "def merge_heads(y):\n    return y\nsplit_heads = 7\n"
    (folder / "mine.py").write_text(f"import torch\n{answer}\n{wrong}", "utf-8")
    found = my_parts()
    assert found.yours == {"linear"}
    assert found.merge_heads is standins.merge_heads
    assert capsys.readouterr().out.count("✓") == 1


@pytest.mark.parametrize("text", ["def linear(", "1 / 0", "import nowhere"])
def test_a_library_that_does_not_run_is_told_and_leaves_torchs_parts(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.py").write_text(text, "utf-8")
    assert my_parts().yours == frozenset()
    assert "does not run" in capsys.readouterr().out


def test_a_stand_in_that_the_library_borrows_does_not_count_as_the_learners(folder: Path) -> None:
    (folder / "mine.py").write_text("from shapewise.library.standins import linear\n", "utf-8")
    assert my_parts().yours == frozenset()
