"""The attention explorer against torch, and its picture: every step, what it hides, where its arrows may go."""

import json
import random

import pytest
import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class

ATTENTION = explorer("attention")
WORDS = ("the", "cat", "sat", "on", "the", "mat")


def random_states(count, seed):
    """States of 1 to 6 tokens with arrows anywhere in the plane, every switch on and off."""
    rng = random.Random(seed)
    for _ in range(count):
        tokens = rng.randint(1, 6)
        vectors = [[round(rng.uniform(-2, 2), 2) for _ in range(2)] for _ in range(tokens)]
        yield (
            {
                "tokens": " ".join(WORDS[:tokens]),
                "vectors": typed(vectors),
                "query": rng.randrange(tokens),
                "scaled": rng.random() < 0.5,
                "causal": rng.random() < 0.5,
                "temperature": rng.choice([0.1, 0.5, 1, 1.7, 5]),
            },
            torch.tensor(vectors, dtype=torch.float64),
        )


def typed(vectors):
    return "; ".join(", ".join(map(str, vector)) for vector in vectors)


def test_every_step_agrees_with_torch_on_five_thousand_random_states():
    cases = list(random_states(5_000, seed=0))
    for (state, x), facts in zip(cases, ATTENTION.many_facts(state for state, _ in cases), strict=True):
        scores = x @ x.T
        scaled = scores / (2**0.5 if state["scaled"] else 1)
        cooled = scaled / state["temperature"]
        causal = torch.ones(len(x), len(x), dtype=torch.bool).tril()
        masked = cooled.masked_fill(~causal, -torch.inf) if state["causal"] else cooled
        weights = torch.softmax(masked, dim=-1)
        found_mask = [[float(score) for score in row] for row in facts["masked"]]
        for name, found, wanted in (
            ("scores", facts["scores"], scores),
            ("scaled", facts["scaled"], scaled),
            ("cooled", facts["cooled"], cooled),
            ("masked", found_mask, masked),
            ("weights", facts["weights"], weights),
            ("output", facts["output"], weights @ x),
        ):
            assert torch.allclose(torch.tensor(found, dtype=torch.float64), wanted, atol=1e-12), (name, state)


def test_it_starts_with_the_lesson_s_own_numbers():
    vectors = torch.tensor([[0.3, 0.5], [1.2, 0.8], [0.7, 0.8]])
    weights = torch.softmax(vectors @ vectors.T, dim=-1)
    assert torch.allclose(torch.tensor(ATTENTION.facts()["weights"]), weights)
    assert "0.47" in ATTENTION.words()


def test_its_line_of_torch_gives_the_output_that_it_shows():
    for state, _ in random_states(50, seed=1):
        scope = {"torch": torch}
        lines = ATTENTION.torch(**state).split("; ")
        exec("\n".join(lines[:-1]), scope)
        assert torch.allclose(eval(lines[-1], scope), torch.tensor(ATTENTION.facts(**state)["output"]), atol=1e-5)


def test_an_arrow_is_dragged_moved_with_the_keys_and_held_in_the_plane():
    state, says = ATTENTION.drag(ATTENTION.initial, "token-0", 170 + 75, 170 - 150)
    assert state["vectors"].startswith("1, 2; ") and says is None
    state, says = ATTENTION.nudge(state, "token-0", 0, 1)
    assert state["vectors"].startswith("1, 2; ") and "2" in says
    state, says = ATTENTION.nudge(state, "token-0", -1, 0, large=True)
    assert state["vectors"].startswith("0.5, 2; ") and says is None
    state, says = ATTENTION.drag(state, "token-2", -1e6, 1e6)
    assert state["vectors"].endswith("; -2, -2") and says


def test_a_new_token_brings_an_arrow_and_a_repeated_word_the_same_one():
    state, _ = ATTENTION.set(ATTENTION.initial, tokens="the cat sat on the mat")
    rows = state["vectors"].split("; ")
    assert len(rows) == 6 and rows[4] == rows[0] and not ATTENTION.problems(**state)
    state, _ = ATTENTION.set({**state, "query": 5}, tokens="the cat")
    assert state["vectors"] == "0.3, 0.5; 1.2, 0.8" and state["query"] == 1


@pytest.mark.parametrize(
    ("box", "text"),
    [
        ("tokens", ""), ("tokens", "a b c d e f g"), ("tokens", "incomprehensibilities"),
        ("vectors", ""), ("vectors", "1, 2"), ("vectors", "1; 2; 3"), ("vectors", "1, 2, 3; 4, 5, 6; 7, 8, 9"),
        ("vectors", "1, 2; 3, 4; 5, 6"), ("vectors", "1, 2; 1, a; 1, 2"), ("vectors", "[[1, 2], [1, 2], [1, 2]"),
        ("vectors", "1, 2; 1; 1, 2"), ("vectors", "1, " * 2000),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_a_sentence(box, text):
    state = {box: text}
    assert ATTENTION.problems(**state)[box]["message"].endswith(".")
    assert ATTENTION.facts(**state) is None
    assert elements(ATTENTION.frame(**state)) and ATTENTION.words(**state)


@pytest.mark.parametrize(
    "text", ["[[0.3, 0.5], [1.2, 0.8], [0.7, 0.8]]", "torch.tensor([[.3, .5], [1.2, .8], [7e-1, .8]])"]
)
def test_vectors_may_be_pasted_as_python_writes_them(text):
    assert ATTENTION.facts(vectors=text) == ATTENTION.facts()


def test_predict_first_hides_every_number_and_the_output_arrow():
    for state, _ in random_states(100, seed=2):
        hidden = {**state, "predict": True}
        picture = ATTENTION.render(**hidden)
        assert not with_class(picture, "sw-cell") and "sw-att-output" not in picture and "output of" not in picture
        assert "data-from" not in picture and "gives" not in ATTENTION.words(**hidden)


def test_a_prediction_is_judged_and_another_question_forgets_it():
    state = ATTENTION.state(predict=True, prediction="cat")
    assert "cat: right" in ATTENTION.words(**state)
    assert "sat; it is cat" in ATTENTION.words(**{**state, "prediction": "sat"})
    assert "prediction" in ATTENTION.problems(**{**state, "prediction": "dog"})
    assert ATTENTION.set(state, causal=True)[0]["prediction"] == ""
    assert ATTENTION.nudge(state, "token-0", 1, 0)[0]["prediction"] == ""


def test_the_row_of_the_token_that_asks_is_marked_and_its_button_pressed():
    picture = ATTENTION.render(query=0)
    pressed = [
        b.attributes["data-key"] for b in with_class(picture, "sw-button") if b.attributes["aria-pressed"] == "true"
    ]
    assert pressed == ["query-0"]
    assert len(with_class(picture, "sw-att-row")) == 3


def test_what_was_typed_never_becomes_markup():
    picture = ATTENTION.frame(tokens="<b>x</b> <i> </i>", prediction="<img>", predict=True)
    assert "<b>x" not in picture and "<img>" not in picture
    assert json.dumps(picture)
