""""Which shape comes out?": the page's questions, asked of torch, thousands of them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
import quickjs
import torch

from tests.conftest import ROOT

MANY = 800


@cache
def page() -> quickjs.Context:
    context = quickjs.Context()
    context.eval((ROOT / "docs" / "_static" / "site.js").read_text(encoding="utf-8"))
    return context


def kinds() -> list[str]:
    found: list[str] = json.loads(page().eval("JSON.stringify([...site.KINDS.keys()])"))
    return found


def asked(kind: str, seed: int, count: int) -> list[dict[str, Any]]:
    code = (
        f"(() => {{ const chance = site.chanceFrom({seed}); const ask = site.KINDS.get({json.dumps(kind)});"
        f" return JSON.stringify(Array.from({{length: {count}}}, () => ask(chance))); }})()"
    )
    found: list[dict[str, Any]] = json.loads(page().eval(code))
    return found


def judged(question: dict[str, Any], answer: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        page().eval(f"JSON.stringify(site.judge({json.dumps(question)}, {json.dumps(answer)}))")
    )
    return found


def by_torch(lines: list[str]) -> list[int] | None:
    here: dict[str, Any] = {"torch": torch}
    exec("\n".join(lines[:-1]), here)
    try:
        return list(eval(lines[-1], here).shape)
    except (RuntimeError, IndexError):
        return None


@pytest.mark.parametrize("kind", kinds())
def test_the_page_s_answer_is_torch_s(kind: str) -> None:
    questions = asked(kind, 11, MANY)
    for question in questions:
        assert question["shape"] == by_torch(question["lines"]), question["lines"]
        assert question["why"].endswith(".")
    refused = sum(question["shape"] is None for question in questions)
    assert 0.02 * MANY < refused < 0.5 * MANY  # now and then torch refuses, so that "error" is worth a thought
    assert len({json.dumps(question["lines"]) for question in questions}) > MANY / 2


@pytest.mark.parametrize("kind", kinds())
def test_the_same_seed_asks_the_same_and_another_one_other_questions(kind: str) -> None:
    assert asked(kind, 3, 20) == asked(kind, 3, 20) != asked(kind, 4, 20)


def test_an_answer_is_judged_however_it_is_written() -> None:
    question = {"shape": [4, 3]}
    for right in ("4, 3", "(4, 3)", "[4,3]", "torch.Size([4, 3])"):
        assert judged(question, right) == {"right": True}
    for wrong in ("3, 4", "(4,)", "error", "()"):
        assert judged(question, wrong) == {"right": False}
    assert judged({"shape": None}, "error") == {"right": True}
    assert judged({"shape": None}, "4, 3") == {"right": False}
    assert "unread" in judged(question, "4 3")
