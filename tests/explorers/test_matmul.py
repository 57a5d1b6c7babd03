"""The matrix product explorer against torch: shapes, values, refusals in torch's words, and where numbers come from."""

import html
import json
import random

import pytest
import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class

MATMUL = explorer("matmul")


def random_pairs(count, seed):
    """Pairs of shapes of 0 to 5 axes, related so that about half of them multiply."""
    rng = random.Random(seed)
    for _ in range(count):
        rows, inner, columns = (rng.choice([0, 1, 2, 3, 4, 5]) for _ in range(3))
        full = [rng.choice([0, 1, 2, 3]) for _ in range(rng.randint(0, 3))]

        def leading(full=full):
            return [
                rng.choice([size, size, size, 1, rng.choice([1, 2, 3])]) for size in full[rng.randint(0, len(full)) :]
            ]

        other = inner if rng.random() < 0.7 else rng.randint(0, 5)
        a, b = [*leading(), rows, inner], [*leading(), other, columns]
        kind = rng.random()
        if kind < 0.12:
            a = [inner]
        elif kind < 0.24:
            b = [other]
        elif kind < 0.28:
            a, b = [inner], [other]
        elif kind < 0.30:
            a, b = rng.choice([([], b), (a, []), ([], [])])
        yield tuple(a), tuple(b)


def typed(shape):
    return ", ".join(map(str, shape)) or "()"


def filled(shape):
    return torch.arange(torch.Size(shape).numel()).reshape(shape)


def facts_of(pairs):
    return zip(pairs, MATMUL.many_facts({"a": typed(a), "b": typed(b)} for a, b in pairs), strict=True)


def test_shape_values_and_refusal_agree_with_torch_on_five_thousand_random_pairs():
    outcomes = {True: 0, False: 0}
    for (a, b), facts in facts_of(list(random_pairs(5_000, seed=0))):
        try:
            wanted = filled(a) @ filled(b)
        except RuntimeError:
            wanted = None
        outcomes[wanted is not None] += 1
        if wanted is None:
            assert facts["result"] is None, (a, b)
            continue
        assert facts["result"] == list(wanted.shape), (a, b)
        if facts["values"] is not None:
            assert facts["values"] == wanted.flatten().tolist(), (a, b)
        else:
            assert wanted.numel() == 0 or wanted.numel() > 2_000
    assert min(outcomes.values()) > 1_000


def test_a_refusal_has_torch_s_own_message():
    refused = 0
    for (a, b), facts in facts_of(list(random_pairs(5_000, seed=1))):
        if facts["result"] is None:
            with pytest.raises(RuntimeError) as raised:
                torch.zeros(a) @ torch.zeros(b)
            assert facts["says"] == str(raised.value), (a, b)
            refused += 1
    assert refused > 1_000


def test_every_mend_is_done_by_torch_as_it_is_written():
    mended = 0
    for (a, b), facts in facts_of(list(random_pairs(2_000, seed=2))):
        for mend in facts["mends"]:
            made = eval(mend["code"], {"A": torch.zeros(a), "B": torch.zeros(b)})
            assert list(made.shape) == mend["result"]
            mended += 1
    assert mended > 200


def test_each_number_names_its_row_and_its_column_and_its_formula_ends_in_it():
    checked = 0
    for a, b in (((2, 3), (3, 4)), ((3, 4), (4,)), ((3,), (3, 2)), ((2, 1, 3, 2), (2, 2, 2)), ((3, 2, 2), (2, 2))):
        picture = MATMUL.render(a=typed(a), b=typed(b))
        drawn = {e.attributes["data-cell"]: int(e.words) for e in elements(picture) if "data-cell" in e.attributes}
        for cell in with_class(picture, "sw-sum"):
            names = cell.attributes["data-from"].split()
            rows, columns = names[::2], names[1::2]
            assert all(name[0] == "a" for name in rows) and all(name[0] == "b" for name in columns)
            value = sum(drawn[row] * drawn[column] for row, column in zip(rows, columns, strict=True))
            assert int(cell.words) == value and f"= {value}" in cell.attributes["data-formula"]
            checked += 1
    assert checked > 30


def test_a_conflict_offers_buttons_that_mend_it():
    state = {"a": "2, 2, 4, 3", "b": "2, 2, 4, 3"}
    buttons = [
        b for b in with_class(MATMUL.render(**state), "sw-button") if b.attributes["data-key"].startswith("mend")
    ]
    assert "B.transpose(-2, -1)" in buttons[0].words
    for button in buttons:
        changes = json.loads(html.unescape(button.attributes["data-set"]))
        assert MATMUL.facts(**{**state, **changes})["result"]
    assert "not the one you want" in MATMUL.render(a="2, 3", b="7, 5")


def test_large_shapes_are_multiplied_as_shapes_and_silly_ones_refused_with_a_sentence():
    assert MATMUL.facts(a="32, 512, 768", b="768, 50257")["result"] == [32, 512, 50257]
    picture = MATMUL.render(a="32, 512, 768", b="768, 50257")
    assert len(with_class(picture, "sw-sum")) < 50 and "768 products" in picture
    for silly in ("1000000000, 1000000000", "1, " * 9, "1," * 65, "2.5"):
        assert MATMUL.problems(a=silly)["a"]["message"].endswith(".")
        assert MATMUL.facts(a=silly) is None and elements(MATMUL.frame(a=silly)) and MATMUL.words(a=silly)


def test_empty_and_scalar_shapes_are_drawn_too():
    for a, b in (("2, 0", "0, 3"), ("0, 2", "2, 3"), ("()", "()"), ("0", "0"), ("0, 2, 3", "3, 4")):
        for predict in (False, True):
            assert elements(MATMUL.frame(a=a, b=b, predict=predict))


def test_predict_first_hides_everything_that_gives_the_answer_away():
    for a, b in random_pairs(200, seed=3):
        state = {"a": typed(a), "b": typed(b), "predict": True}
        picture = MATMUL.render(**state)
        for told in ("→", "✕", "inner", "data-from", "torch says", "mend", "conflict", "gives"):
            assert told not in picture, (told, a, b)
        assert "gives" not in MATMUL.words(**state) and "refused" not in MATMUL.words(**state)


@pytest.mark.parametrize(
    ("prediction", "sign"), [("(2, 4)", "sw-good"), ("2, 3, 4", "sw-conflict"), ("error", "sw-conflict")]
)
def test_a_prediction_is_judged_and_another_question_forgets_it(prediction, sign):
    picture = MATMUL.render(predict=True, prediction=prediction)
    assert f'class="sw-chip {sign}"' in picture[picture.index("sw-verdict") :].split("</p>")[0]
    assert MATMUL.set(MATMUL.state(predict=True, prediction=prediction), b="3, 5")[0]["prediction"] == ""


def test_its_line_of_torch_makes_the_numbers_that_it_shows():
    for a, b in (((2, 3), (3, 4)), ((4, 3, 2), (2, 5)), ((3,), (3,))):
        made = eval(MATMUL.torch(a=typed(a), b=typed(b)), {"torch": torch})
        assert made.flatten().tolist() == MATMUL.facts(a=typed(a), b=typed(b))["values"]
