"""The indexing explorer against torch: values, shape, view or copy, refusals, and what it hides."""

import random
import warnings

import pytest
import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class

INDEXING = explorer("indexing")


def random_index(rng, shape):
    """An index as somebody writes it, of any mixture of parts; one in ten goes too far."""

    def place(size):
        far = rng.random() < 0.02
        return rng.randint(-size - 2, size + 2) if far or not size else rng.randint(-size, size - 1)

    def piece(size):
        kind = rng.random()
        if kind < 0.3:
            return str(place(size))
        if kind < 0.65:
            ends = [rng.choice(["", str(rng.randint(-size - 1, size + 1))]) for _ in range(2)]
            return ":".join(ends) + rng.choice(["", "", f":{rng.randint(1, 3)}"])
        if kind < 0.72:
            return str([rng.random() < 0.5 for _ in range(size)]) if size else ":"
        if kind < 0.78:
            return str([[place(size) for _ in range(3)] for _ in range(rng.randint(1, 2))])
        return str([place(size) for _ in range(rng.choice([1, 2, 2, 2, 3]))])

    used = rng.randint(0, len(shape)) if rng.random() < 0.95 else len(shape) + 1
    if rng.random() < 0.06:
        return f"[x {rng.choice(['>', '<', '>=', '<=', '==', '!='])} {rng.randint(-1, 20)}]"
    parts = [piece(size) for size in [*shape, 2][:used]]
    if rng.random() < 0.15:
        parts.insert(rng.randint(0, len(parts)), "None")
    if rng.random() < 0.2:
        after = rng.randint(0, len(parts))
        own = [piece(size) for size in shape[len(shape) - after :]] if after else []
        parts = [*parts[: max(0, len(shape) - after - 1)], "...", *own]
    return f"[{', '.join(parts) or '...'}]"


def random_cases(count, seed):
    rng = random.Random(seed)
    for _ in range(count):
        shape = tuple(rng.choice([1, 2, 3, 4, 5, 0 if rng.random() < 0.1 else 2]) for _ in range(rng.randint(0, 4)))
        index = random_index(rng, shape)
        if rng.random() < 0.1:
            index += random_index(rng, shape[1:])
        yield shape, f"x{index}"


def typed(shape):
    return ", ".join(map(str, shape)) or "()"


def filled(shape):
    return torch.arange(torch.Size(shape).numel()).reshape(shape)


def torch_says(shape, index):
    """(shape, values, view) of torch's result, or the message with which it refuses."""
    x = filled(shape)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that torch will one day read x[[[0], [1]]] otherwise
            made = eval(index, {"x": x})
    except (IndexError, RuntimeError) as error:
        return str(error)
    shared = made.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    return list(made.shape), made.flatten().tolist(), shared


def test_values_shape_and_view_or_copy_agree_with_torch_on_ten_thousand_random_indices():
    cases = list(random_cases(10_000, seed=0))
    seen = {"refused": 0, "view": 0, "copy": 0}
    states = [{"shape": typed(shape), "index": index} for shape, index in cases]
    for (shape, index), facts in zip(cases, INDEXING.many_facts(states), strict=True):
        wanted = torch_says(shape, index)
        if isinstance(wanted, str):
            assert facts["says"] == wanted, (shape, index)
            seen["refused"] += 1
            continue
        assert (facts.get("shape"), facts.get("values")) == wanted[:2], (shape, index)
        if filled(shape).numel() and wanted[1]:  # nothing at all lies nowhere: torch cannot tell
            assert facts["view"] == wanted[2], (shape, index)
            seen["view" if wanted[2] else "copy"] += 1
    assert min(seen.values()) > 500, seen


@pytest.mark.parametrize(
    "index",
    [
        "x[:, 0]", "x[[0, 1], [2, 1]]", "x[x > 10]",
        "x[..., -1]", "[0]", "x[0][1]", "x[:, None, 0]", "x[x % 2 == 0]",
        "x[[True, False]]", "x[torch.tensor([1, 0])]", "x[[0, 1], :, [2, 1]]", "x[:, [[0, 1], [1, 2]]]",
        "x[[0], [1, 2]]",
        "x[-1, -1, -1]", "x[:, ::2]", "x[0:1]", "x[[]]", "x[1,]", "x[ 0 , 1 ]", "x[x < 0]", "x[0, [1], 1:]",
    ],
)  # fmt: skip
def test_what_people_write_is_understood(index):
    made = eval(index if index.startswith("x") else f"x{index}", {"x": filled((2, 3, 4)), "torch": torch})
    facts = INDEXING.facts(index=index)
    assert (facts["shape"], facts["values"]) == (list(made.shape), made.flatten().tolist())


@pytest.mark.parametrize(
    "index",
    [
        "", "x", "x[", "x[]", "x[0", "x[0 1]", "x[::-1]", "x[::0]", "x[1.5]", "x[y]", "x[[1, [2]]]", "x[True]", "x[0]0",
        "x[..., ...]", "x[[1, True]]", "x[x > y]", "x[x]", "x[[0, 1]", "x[" + "0, " * 300, "x.T", "x[0][0][0][0][0]",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_a_sentence_and_its_place(index):
    problem = INDEXING.problems(index=index)["index"]
    assert problem["message"].endswith(".")
    assert index[problem["at"] :].startswith(problem["part"])
    assert INDEXING.facts(index=index) is None and elements(INDEXING.frame(index=index)) and INDEXING.words(index=index)


def test_silly_shapes_are_refused_with_a_sentence():
    for silly in ("100, 100", "1, " * 7, "1," * 65, "9" * 15):
        assert INDEXING.problems(shape=silly)["shape"]["message"].endswith(".")
        assert INDEXING.facts(shape=silly) is None


def test_the_picked_cells_are_marked_in_x_and_each_number_names_where_it_stood():
    for index in ("x[:, 0]", "x[x > 10]", "x[[0, 1], [2, 1]]", "x[..., -1]"):
        picture = INDEXING.render(index=index)
        wanted = eval(index, {"x": filled((2, 3, 4))}).flatten().tolist()
        assert sorted(int(cell.words) for cell in with_class(picture, "sw-picked")) == sorted(wanted)
        for cell in with_class(picture, "sw-sum"):
            assert cell.attributes["data-from"] == f"x{cell.words}"


def test_predict_first_hides_everything_that_gives_the_answer_away():
    for shape, index in random_cases(300, seed=4):
        state = {"shape": typed(shape), "index": index, "predict": True}
        picture, words = INDEXING.render(**state), INDEXING.words(**state)
        for told in ("sw-picked", "data-from", "torch says", "view", "copy", "gone", "becomes", "a slice keeps"):
            assert told not in picture, (told, index)
        assert "gives" not in words and "refused" not in words


def test_a_prediction_is_judged_and_another_question_forgets_it():
    for prediction, word in (("(2, 4)", "right"), ("2, 1, 4", "it is (2, 4)"), ("error", "it is (2, 4)")):
        assert word in INDEXING.words(predict=True, prediction=prediction)
    assert "right" in INDEXING.words(index="x[0, 3]", predict=True, prediction="error")
    assert INDEXING.set(INDEXING.state(predict=True, prediction="error"), index="x[0]")[0]["prediction"] == ""


def test_what_was_typed_never_becomes_markup():
    picture = INDEXING.frame(index="<img src=x>", shape="<b>")
    assert "<img" not in picture and "<b>x" not in picture


def test_its_line_of_torch_makes_what_it_shows():
    for index in ("x[:, 0]", "[x > 10]", "x[tensor([1, 0])]", "x[np.newaxis]"):
        first, last = INDEXING.torch(index=index).split("; ")
        scope = {"torch": torch}
        exec(first, scope)
        assert eval(last, scope).flatten().tolist() == INDEXING.facts(index=index)["values"]
