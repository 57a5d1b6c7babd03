"""The broadcast explorer against torch, and its picture: what it shows, what it hides, where cells come from."""

import html
import json
import random

import pytest
import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class
from tests.explorers.test_shape_text import REFUSED

BROADCAST = explorer("broadcast")


def random_pairs(count, seed):
    """Pairs of shapes of 0 to 5 axes, related often enough that about half of them broadcast."""
    rng = random.Random(seed)
    for _ in range(count):
        full = [rng.choice([0, 1, 2, 3, 4, 7]) for _ in range(rng.randint(0, 5))]

        def part(full=full):
            kept = full[rng.randint(0, len(full)) :]
            return tuple(rng.choice([1, size, size, rng.choice([0, 2, 3, 4])]) for size in kept)

        yield part(), part()


def typed(shape):
    return ", ".join(map(str, shape)) or "()"


def torch_result(a, b):
    try:
        return list(torch.broadcast_shapes(a, b))
    except RuntimeError:
        return None


def facts_of(pairs):
    return zip(pairs, BROADCAST.many_facts({"a": typed(a), "b": typed(b)} for a, b in pairs), strict=True)


def chips(picture):
    table = picture[picture.index("<table") : picture.index("</table>") + len("</table>")]
    return [(chip.attributes["class"].split()[1], chip.words) for chip in with_class(table, "sw-chip")]


def test_the_result_or_its_absence_agrees_with_torch_on_ten_thousand_random_pairs():
    outcomes = {True: 0, False: 0}
    for (a, b), facts in facts_of(list(random_pairs(10_000, seed=0))):
        assert facts["result"] == torch_result(a, b), (a, b)
        outcomes[facts["result"] is not None] += 1
    assert min(outcomes.values()) > 1_000


def test_a_conflict_has_torch_s_own_message():
    for (a, b), facts in facts_of(list(random_pairs(2_000, seed=1))):
        if facts["result"] is None:
            with pytest.raises(RuntimeError) as raised:
                torch.zeros(()).expand(a) + torch.zeros(()).expand(b)
            assert str(raised.value) == facts["says"]


def test_every_repair_is_done_by_torch_as_it_is_written_and_mends_the_pair():
    mended = 0
    for (a, b), facts in facts_of(list(random_pairs(2_000, seed=2))):
        for repair in facts["repairs"]:
            own, other = (a, b) if repair["which"] == "A" else (b, a)
            for way in (repair["method"], repair["index"]):
                tensor = eval(f"x{way}", {"x": torch.zeros(()).expand(own), "None": None})
                assert list(tensor.shape) == repair["shape"]
            assert torch_result(repair["shape"], other) == repair["result"]
            mended += 1
    assert mended > 300


def test_repairs_are_those_that_somebody_can_mean():
    assert BROADCAST.facts(a="2, 8, 5, 5", b="2, 5")["repairs"][0]["index"] == "[:, None, None, :]"
    assert BROADCAST.facts(a="4, 3", b="4")["repairs"][0]["index"] == "[:, None]"
    assert BROADCAST.facts(a="20, 133", b="20, 10")["repairs"] == []
    assert "not the one you want" in BROADCAST.render(a="20, 133", b="20, 10")


def test_any_two_shapes_give_well_formed_html_that_is_the_same_every_time():
    for a, b in random_pairs(300, seed=5):
        picture = BROADCAST.frame(a=typed(a), b=typed(b))
        assert elements(picture)
        assert picture == BROADCAST.frame(a=typed(a), b=typed(b))


def test_each_size_has_a_chip_and_the_conflict_is_marked_in_all_three_rows():
    assert chips(BROADCAST.render(a="4, 1, 3", b="5, 3")) == [
        ("sw-original", "4"), ("sw-stretched", "1→5"), ("sw-original", "3"),
        ("sw-padded", "+1→4"), ("sw-original", "5"), ("sw-original", "3"),
        ("sw-outcome-chip", "4"), ("sw-outcome-chip", "5"), ("sw-outcome-chip", "3"),
    ]  # fmt: skip
    assert [kind for kind, _ in chips(BROADCAST.render(a="3, 4", b="2, 4"))][::2] == ["sw-conflict"] * 3


def test_each_result_cell_names_the_cells_that_torch_adds_up_there_and_its_formula():
    checked = 0
    for (a, b), facts in facts_of(list(random_pairs(300, seed=6))):
        if facts["result"] is None or 0 in facts["result"]:
            continue
        ones = torch.arange(torch.Size(a).numel()).reshape(a).expand(facts["result"])
        others = torch.arange(torch.Size(b).numel()).reshape(b).expand(facts["result"])
        for cell in with_class(BROADCAST.render(a=typed(a), b=typed(b)), "sw-sum"):
            at = cell.attributes["aria-label"].split("(")[1].split(")")[0]
            index = tuple(int(k) for k in at.split(",") if k.strip())
            first, second = f"a{ones[index].item()}", f"b{others[index].item()}"
            assert cell.attributes["data-from"] == f"{first} {second}"
            assert cell.attributes["data-formula"].endswith(f"= {first} + {second}")
            checked += 1
    assert checked > 500


def test_every_source_that_a_drawn_cell_names_is_drawn_where_nothing_is_cut_off():
    picture = BROADCAST.render(a="4, 1, 3", b="5, 3")
    drawn = {element.attributes["data-cell"] for element in elements(picture) if "data-cell" in element.attributes}
    named = {name for cell in with_class(picture, "sw-sum") for name in cell.attributes["data-from"].split()}
    assert named == drawn


def test_a_grid_is_one_tab_stop():
    stops = [cell.attributes["tabindex"] for cell in with_class(BROADCAST.render(), "sw-sum")]
    assert stops.count("0") == 1 and stops.count("-1") == 59


def test_a_large_result_is_drawn_in_part_and_says_so():
    picture = BROADCAST.render(a="32, 10, 64", b="64")
    assert len(with_class(picture, "sw-sum")) < 50
    assert with_class(picture, "sw-more")
    assert not with_class(BROADCAST.render(), "sw-more")


def test_huge_and_empty_shapes_are_drawn_too():
    for a, b in (("9" * 15, "1"), ("1000000, 1000000, 1000000, 3", "3"), ("2, 0, 3", "1, 3"), ("()", "()")):
        assert elements(BROADCAST.render(a=a, b=b))


def test_more_axes_than_torch_allows_are_refused_with_a_sentence():
    problem = BROADCAST.problems(a="1," * 65)["a"]
    assert "64" in problem["message"] and "65" in problem["message"]
    assert not BROADCAST.problems(a="1," * 64)
    assert len(BROADCAST.frame(a="7, " * 5_000)) < 2_000


@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_a_refused_shape_is_marked_in_the_text_and_named_in_the_sentence_and_in_what_is_read_aloud(text, part):
    for box, typed_in in (("a", {"a": text, "b": "5, 3"}), ("b", {"a": "5, 3", "b": text})):
        picture = BROADCAST.frame(**typed_in)
        (sentence,) = [element for element in elements(picture) if element.attributes.get("data-problem") == box]
        assert next(mark.words for mark in elements(picture) if mark.tag == "mark") == part.strip()
        assert BROADCAST.problems(**typed_in)[box]["part"] == part
        assert f"Shape {box.upper()}" in BROADCAST.words(**typed_in) and sentence.words
        assert BROADCAST.facts(**typed_in) is None


def test_what_was_typed_never_becomes_markup():
    attack = "<img src=x onerror=alert(1)>"
    picture = BROADCAST.frame(a=attack, b=attack, predict=True, prediction=attack)
    assert "<img" not in picture
    assert "&#60;img" in picture


def test_a_conflict_offers_buttons_that_mend_it():
    buttons = [
        json.loads(html.unescape(button.attributes["data-set"]))
        for button in with_class(BROADCAST.render(a="3, 4", b="2, 4"), "sw-button")
        if button.attributes["data-key"].startswith("repair")
    ]
    assert len(buttons) >= 2
    for changes in buttons:
        assert BROADCAST.facts(**{"a": "3, 4", "b": "2, 4", **changes})["result"]


def test_predict_first_hides_everything_that_gives_the_answer_away():
    rng = random.Random(7)
    for _ in range(50):
        a, b = (rng.randint(11, 99), 1), (1, rng.randint(11, 99))
        state = {"a": typed(a), "b": typed(b), "predict": True}
        picture = BROADCAST.render(**state)
        for told in (str((a[0], b[1])), "→", "✕", "+1", "stretch", "a conflict"):
            assert told not in picture and told not in BROADCAST.words(**state)
        assert not with_class(picture, "sw-sum")
    clash = BROADCAST.render(a="3, 4", b="2, 4", predict=True)
    assert "singleton" not in clash and "✕" not in clash and "repair" not in clash


@pytest.mark.parametrize("word", ["error", "Refused", "conflict", "it does not broadcast"])
def test_a_shape_or_a_word_for_error_reveals_the_result_and_is_judged(word):
    for prediction, sign in (("(4, 3)", "sw-good"), ("4, 1", "sw-conflict")):
        picture = BROADCAST.render(a="4, 1", b="1, 3", predict=True, prediction=prediction)
        assert "(4, 3)" in picture
        assert f'class="sw-chip {sign}"' in picture[picture.index("sw-verdict") :].split("</p>")[0]
    assert 'class="sw-chip sw-good"' in BROADCAST.render(a="3, 4", b="2, 4", predict=True, prediction=word)


def test_what_is_no_shape_reveals_nothing_and_is_refused_by_name():
    state = {"a": "4, 1", "b": "1, 3", "predict": True, "prediction": "4 by 3"}
    assert BROADCAST.problems(**state)["prediction"]["part"] == "by"
    assert "(4, 3)" not in BROADCAST.frame(**state)


def test_another_question_forgets_the_prediction():
    state = BROADCAST.state(predict=True, prediction="4, 5, 3")
    assert BROADCAST.set(state, a="7, 1, 3")[0]["prediction"] == ""


def test_its_line_of_torch_makes_the_shape_that_it_shows():
    assert eval(BROADCAST.torch(), {"torch": torch}) == (4, 5, 3)
    assert eval(BROADCAST.torch(a="()", b="2"), {"torch": torch}) == (2,)
