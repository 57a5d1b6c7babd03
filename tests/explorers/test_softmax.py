"""The softmax explorer against torch: the shares, the version by hand in float32, and what it hides."""

import random

import pytest
import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class

SOFTMAX = explorer("softmax")


def random_states(count, seed):
    """One to three rows of logits, some of them -inf, with any temperature and a constant that often overflows."""
    rng = random.Random(seed)
    for _ in range(count):
        spread = rng.choice([1, 5, 60, 1000])
        columns = rng.randint(1, 6)

        def value(spread=spread):
            return float("-inf") if rng.random() < 0.05 else round(rng.uniform(-spread, spread), 2)

        rows = [[value() for _ in range(columns)] for _ in range(rng.choice([1, 1, 2, 3]))]
        yield (
            rows,
            {
                "logits": "; ".join(", ".join(map(str, row)) for row in rows),
                "temperature": rng.choice([0.1, 0.5, 1, 1, 2.3, 5]),
                "add": rng.choice([0, 0, 100, -100, 200, 3]),
                "dim": rng.choice(["-1", "0"]),
            },
        )


def tensor(table, dtype=torch.float64):
    return torch.tensor([[float(value) for value in row] for row in table], dtype=dtype)


def test_shares_and_the_version_by_hand_agree_with_torch_on_five_thousand_random_states():
    cases = list(random_states(5_000, seed=0))
    broken = 0
    for (rows, state), facts in zip(cases, SOFTMAX.many_facts(state for _, state in cases), strict=True):
        dim = int(state["dim"]) if len(rows) > 1 else -1
        exact = (tensor(rows) + state["add"]) / state["temperature"]
        assert torch.allclose(tensor(facts["shares"]), torch.softmax(exact, dim), atol=1e-12, equal_nan=True), state
        ready = (tensor(rows, torch.float32) + state["add"]) / state["temperature"]
        hand = ready.exp() / ready.exp().sum(dim, keepdim=True)
        powers, shares = tensor(facts["powers"], torch.float32), tensor(facts["by_hand"], torch.float32)
        assert torch.allclose(powers, ready.exp(), rtol=1e-5, atol=1e-44), state
        assert torch.allclose(shares, hand, rtol=1e-4, atol=1e-6, equal_nan=True), state
        broken += bool(hand.isnan().any())
    assert 500 < broken < 4_500


def test_adding_a_constant_moves_no_share_until_the_version_by_hand_overflows():
    shares = SOFTMAX.facts()["shares"]
    for add in (-80, 3, 50, 85):
        facts = SOFTMAX.facts(add=add)
        assert torch.allclose(tensor(facts["shares"]), tensor(shares))
        assert torch.allclose(tensor(facts["by_hand"]), tensor(shares), atol=1e-5)
        assert "the same" in SOFTMAX.words(add=add)
    assert SOFTMAX.facts(add=100)["by_hand"] == [["nan"] * 3]
    assert torch.allclose(tensor(SOFTMAX.facts(add=100)["shares"]), tensor(shares))
    for add in (100, -200):
        assert "breaks" in SOFTMAX.words(add=add)
        assert len(with_class(SOFTMAX.render(add=add), "sw-soft-broken")) == 3


def test_flipping_dim_makes_the_columns_sum_to_one_instead_of_the_rows():
    state = {"logits": "1, 2, 3; 1, 1, 5"}
    for dim, sums in (("-1", ["1.00"] * 2), ("0", ["1.00"] * 3)):
        shares = SOFTMAX.render(**state, dim=dim).split('class="sw-soft-s"')[1]
        assert [
            cell.words for cell in with_class(f"<tbody{shares}".split("</tbody>")[0] + "</tbody>", "sw-soft-one")
        ] == sums
    _, says = SOFTMAX.set(SOFTMAX.initial, dim="0")
    assert "one dimension" in says


def test_the_formula_follows_the_temperature_and_the_constant():
    def formula(**state):
        return next(e.words for e in elements(SOFTMAX.render(**state)) if e.has_class("sw-soft-math"))

    assert "/ 0.5" not in formula() and "ezi / 0.5" in formula(temperature=0.5)
    assert "e(zi + 3) / 2" in formula(temperature=2, add=3)


def test_a_bar_is_dragged_moved_with_the_keys_and_held_on_its_scale():
    state, says = SOFTMAX.nudge(SOFTMAX.initial, "z-0-1", 0, 1)
    assert state["logits"] == "2, 1.1, 0.1" and says is None
    state, _ = SOFTMAX.nudge(state, "z-0-0", 0, -1, large=True)
    assert state["logits"] == "1, 1.1, 0.1"
    state, says = SOFTMAX.drag(state, "z-0-2", 0, -1e6)
    assert state["logits"] == "1, 1.1, 5" and "5" in says
    state, _ = SOFTMAX.drag(SOFTMAX.initial, "z-0-0", 0, 109)
    assert state["logits"] == "0, 1, 0.1"
    state, _ = SOFTMAX.nudge(SOFTMAX.state(logits="-inf, 1"), "z-0-0", 0, 1)
    assert SOFTMAX.facts(**state)["values"][0][0] == -4.9


@pytest.mark.parametrize("text", ["", "1, a", "1;2;3;4", "1,2,3,4,5,6,7", "1001", "1, 2; 3", "inf", "[1, 2"])
def test_what_cannot_be_drawn_is_refused_with_a_sentence(text):
    assert SOFTMAX.problems(logits=text)["logits"]["message"].endswith(".")
    assert SOFTMAX.facts(logits=text) is None and elements(SOFTMAX.frame(logits=text)) and SOFTMAX.words(logits=text)


def test_predict_first_hides_every_share_and_every_step():
    for rows, state in random_states(100, seed=2):
        hidden = {**state, "predict": True}
        picture = SOFTMAX.render(**hidden)
        assert "data-from" not in picture and "Bars of the shares" not in picture and len(rows) < 4
        assert "largest share is" not in picture + SOFTMAX.words(**hidden)
        assert "nan" not in picture


def test_a_prediction_is_judged_as_a_share_or_in_percent_and_another_question_forgets_it():
    for prediction, word in (("0.66", "right"), ("66%", "right"), ("70 %", "right"), ("0.5", "0.66")):
        assert word in SOFTMAX.words(predict=True, prediction=prediction)
    assert "prediction" in SOFTMAX.problems(predict=True, prediction="66")
    state = SOFTMAX.state(predict=True, prediction="0.5")
    assert SOFTMAX.set(state, temperature=2)[0]["prediction"] == ""
    assert SOFTMAX.nudge(state, "z-0-0", 0, 1)[0]["prediction"] == ""


def test_its_line_of_torch_gives_the_shares_that_it_shows():
    for _, state in random_states(100, seed=3):
        made = eval(SOFTMAX.torch(**state), {"torch": torch})
        shown = tensor(SOFTMAX.facts(**state)["shares"]).reshape(made.shape)
        assert torch.allclose(made.double(), shown, atol=2e-3, equal_nan=True), state
