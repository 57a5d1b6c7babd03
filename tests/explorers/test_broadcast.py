"""The broadcast explorer's picture as text: what it shows, what it hides, and where each cell is said to come from."""

import html
import json
import random

import pytest
import torch

from shapewise.explorers.broadcast import TRY_THIS, State, broadcast, problems, render, words
from tests.explorers.markup import elements, with_class
from tests.explorers.test_broadcasting import random_pairs
from tests.explorers.test_shape_text import REFUSED


def typed(shape):
    return ", ".join(map(str, shape)) or "()"


def chips(picture):
    table = picture[picture.index("<table") : picture.index("</table>") + len("</table>")]
    return [(chip.attributes["class"].split()[1], chip.words) for chip in with_class(table, "sw-chip")]


def test_any_two_shapes_give_well_formed_html_that_is_the_same_every_time():
    for a, b in random_pairs(400, seed=5):
        state = State(typed(a), typed(b))
        picture = render(state)
        assert elements(picture)
        assert picture == render(State(typed(a), typed(b)))


def test_each_size_has_a_chip_and_the_conflict_is_marked_in_all_three_rows():
    assert chips(render(State("4, 1, 3", "5, 3"))) == [
        ("sw-original", "4"), ("sw-stretched", "1→5"), ("sw-original", "3"),
        ("sw-padded", "+1→4"), ("sw-original", "5"), ("sw-original", "3"),
        ("sw-outcome-chip", "4"), ("sw-outcome-chip", "5"), ("sw-outcome-chip", "3"),
    ]  # fmt: skip
    assert [kind for kind, _ in chips(render(State("3, 4", "2, 4")))][::2] == ["sw-conflict"] * 3


@pytest.mark.parametrize(("a", "b", "_"), TRY_THIS)
def test_each_pair_to_try_shows_what_torch_gives(a, b, _):
    aligned = broadcast(State(a, b))
    shown = [element.words for element in with_class(render(State(a, b)), "sw-outcome")]
    try:
        result = tuple(torch.broadcast_shapes(aligned.a.shape, aligned.b.shape))
    except RuntimeError:
        assert aligned.result is None
        assert "first" in shown[0] and "3" in shown[0] and "2" in shown[0]
    else:
        assert str(result) in shown[0]


def test_each_result_cell_names_the_cells_that_torch_adds_up_there():
    checked = 0
    for a, b in random_pairs(600, seed=6):
        aligned = broadcast(State(typed(a), typed(b)))
        if aligned.result is None or 0 in aligned.result:
            continue
        ones = torch.arange(torch.Size(a).numel()).reshape(a).expand(aligned.result)
        others = torch.arange(torch.Size(b).numel()).reshape(b).expand(aligned.result)
        for cell in with_class(render(State(typed(a), typed(b))), "sw-sum"):
            at = cell.attributes["aria-label"].split("(")[1].split(")")[0]
            index = tuple(int(k) for k in at.split(",") if k.strip())
            assert cell.attributes["data-from"] == f"a{ones[index].item()} b{others[index].item()}"
            checked += 1
    assert checked > 1_000


def test_every_source_that_a_drawn_cell_names_is_drawn_where_nothing_is_cut_off():
    picture = render(State("4, 1, 3", "5, 3"))
    drawn = {element.attributes["data-cell"] for element in elements(picture) if "data-cell" in element.attributes}
    named = {name for cell in with_class(picture, "sw-sum") for name in cell.attributes["data-from"].split()}
    assert named == drawn


def test_a_grid_is_one_tab_stop():
    stops = [cell.attributes["tabindex"] for cell in with_class(render(State("4, 1, 3", "5, 3")), "sw-sum")]
    assert stops.count("0") == 1 and stops.count("-1") == 59


def test_a_large_result_is_drawn_in_part_and_says_so():
    picture = render(State("32, 10, 64", "64"))
    assert len(with_class(picture, "sw-sum")) < 50
    assert with_class(picture, "sw-more")
    assert not with_class(render(State("4, 1, 3", "5, 3")), "sw-more")


def test_huge_and_empty_shapes_are_drawn_too():
    for a, b in (("9" * 18, "1"), ("1000000, 1000000, 1000000, 3", "3"), ("2, 0, 3", "1, 3"), ("()", "()")):
        assert elements(render(State(a, b)))


@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_a_refused_shape_is_marked_in_the_text_and_named_in_the_sentence_and_in_what_is_read_aloud(text, part):
    for state, box, name in ((State(text, "5, 3"), "sw-a", "Shape A"), (State("5, 3", text), "sw-b", "Shape B")):
        picture = render(state)
        (sentence,) = [element for element in elements(picture) if element.attributes.get("data-problem") == box]
        assert part.strip() in sentence.words
        assert next(mark.words for mark in elements(picture) if mark.tag == "mark") == part.strip()
        assert part in problems(state)[box]
        assert words(state).startswith(name) and part in words(state)
        assert broadcast(state) is None


def test_what_was_typed_never_becomes_markup():
    attack = "<img src=x onerror=alert(1)>"
    picture = render(State(attack, attack, predict=True, prediction=attack))
    assert "<img" not in picture
    assert html.escape(attack.split()[0]) in picture


def test_a_conflict_shows_torch_s_own_message_and_buttons_that_mend_it():
    picture = render(State("3, 4", "2, 4"))
    with pytest.raises(RuntimeError) as raised:
        torch.zeros(3, 4) + torch.zeros(2, 4)
    assert str(raised.value) in " ".join(element.words for element in with_class(picture, "sw-torch"))
    buttons = with_class(picture, "sw-button")
    assert len(buttons) >= 2
    for button in buttons:
        mended = State("3, 4", "2, 4")
        changes = json.loads(button.attributes["data-set"])
        after = State(**{"a": mended.a, "b": mended.b, **changes})
        assert broadcast(after).result is not None


def test_predict_first_keeps_the_result_out_of_the_picture_and_out_of_what_is_read_aloud():
    rng = random.Random(7)
    for _ in range(50):
        a, b = (rng.randint(11, 99), 1), (1, rng.randint(11, 99))
        state = State(typed(a), typed(b), predict=True)
        assert state.hidden
        assert str((a[0], b[1])) not in render(state) and str((a[0], b[1])) not in words(state)
        assert not with_class(render(state), "sw-sum")
    clash = State("3, 4", "2, 4", predict=True)
    assert not with_class(render(clash), "sw-button") and "singleton" not in render(clash)


def test_a_shape_or_the_word_error_reveals_the_result_and_is_judged():
    right, wrong = State("4, 1", "1, 3", True, "(4, 3)"), State("4, 1", "1, 3", True, "4, 1")
    for state, sign in ((right, "sw-good"), (wrong, "sw-conflict")):
        assert not state.hidden and "(4, 3)" in render(state)
        (verdict,) = with_class(render(state), "sw-verdict")
        picture = render(state)
        assert f'class="sw-chip {sign}"' in picture[picture.index("sw-verdict") :].split("</p>")[0]
        assert verdict.words
    assert 'class="sw-chip sw-good"' in render(State("3, 4", "2, 4", True, "error"))


def test_what_is_no_shape_reveals_nothing_and_is_refused_by_name():
    state = State("4, 1", "1, 3", True, "4 by 3")
    assert state.hidden
    assert "by" in problems(state)["sw-prediction"]
    assert "(4, 3)" not in render(state)
