"""The layout explorer against torch: the chain is read as Python reads it, and each number is torch's own."""

import ast
import random

import pytest
import torch

from shapewise.explorers import layout
from shapewise.explorers.chain import LARGEST, ChainError, read_chain, steps
from shapewise.explorers.layout import TRY_THIS, State, problems, render, walk, why_view, words
from tests.explorers.markup import elements, with_class

REFUSED = [
    ("transpose(0, 1)", "t"),
    (".T", ".T"),
    (".frob(1)", "frob"),
    (".numpy()", "numpy"),
    (".transpose(0, 1", "("),
    (".transpose(0, a)", "a"),
    (".transpose(0, 1.5)", "1.5"),
    (".transpose(dim0=0, dim1=1)", "0"),
    (".reshape(*[2, 6])", "*[2, 6]"),
    (".__class__()", "__class__"),
    ("[__import__('os')]", "__import__('os')"),
    ("[True]", "True"),
    (".transpose(0, 1) + 1", ".transpose(0, 1) + 1"),
    (".view(3, ５)", "５"),
    (".transpose(0, 7)", ".transpose(0, 7)"),
    (".transpose(0, 1).view(12)", ".view(12)"),
    ("[5]", "[5]"),
    (".expand(5, 5)", ".expand(5, 5)"),
    (".unsqueeze(0).expand(999, 3, 4)", ".expand(999, 3, 4)"),
]


def random_chain(rng, tensor):
    """A chain of up to three operations that fit, as text."""
    code = ""
    for _ in range(rng.randint(0, 3)):
        rank = tensor.dim()
        axes = list(range(rank))
        rng.shuffle(axes)
        choices = [".contiguous()", ".unsqueeze(0)", f".reshape({tensor.numel()})", "[...]", "[None]"]
        if rank:
            choices += [
                f".permute({', '.join(map(str, axes))})",
                f".transpose(0, {rank - 1})",
                "[1:]",
                "[::2]",
                "[..., -1:]",
            ]
        if rank > 1:
            choices += ["[:, 1:]", "[:, None]", "[0]"]
        if 1 in tensor.shape and tensor.numel():
            choices.append(f".expand({', '.join('2' if size == 1 else '-1' for size in tensor.shape)})")
        step = rng.choice(choices)
        try:
            after = eval(f"x{step}", {"x": tensor})
        except (IndexError, RuntimeError):
            continue
        if after.numel() > LARGEST:
            continue
        tensor, code = after, code + step
    return code, tensor


def random_cases(count, seed):
    rng = random.Random(seed)
    for _ in range(count):
        shape = tuple(rng.choice([1, 2, 3, 4]) for _ in range(rng.choice([0, 1, 2, 2, 3, 3])))
        yield shape, *random_chain(rng, torch.arange(torch.Size(shape).numel()).view(shape))


def test_shape_stride_offset_and_contiguity_after_a_random_chain_are_what_torch_has():
    for shape, code, expected in random_cases(600, seed=0):
        last = steps(shape, read_chain(code))[-1]
        assert last.shape == tuple(expected.shape), code
        assert last.stride == expected.stride()
        assert last.offset == expected.storage_offset()
        assert last.contiguous == expected.is_contiguous()


def test_each_address_is_where_the_storage_holds_that_element():
    for shape, code, expected in random_cases(600, seed=1):
        last = steps(shape, read_chain(code))[-1]
        storage = torch.tensor([], dtype=expected.dtype).set_(expected.untyped_storage())
        assert [storage[address].item() for address in last.addresses] == expected.flatten().tolist()
        assert last.storage == len(storage)


def test_a_step_is_called_a_copy_exactly_when_its_result_has_storage_of_its_own():
    checked = {True: 0, False: 0}
    for shape, code, _ in random_cases(2000, seed=2):
        tensor = torch.arange(torch.Size(shape).numel()).view(shape)
        for step in steps(shape, read_chain(code))[1:]:
            after = eval(f"x{step.code}", {"x": tensor})
            if not after.numel():
                break
            shares = after.untyped_storage().data_ptr() == tensor.untyped_storage().data_ptr()
            assert step.copied != shares
            checked[step.copied] += 1
            tensor = after
    assert min(checked.values()) > 20


def test_view_is_said_to_work_exactly_where_torch_lets_it():
    verdicts = {True: 0, False: 0}
    for shape, code, expected in random_cases(800, seed=3):
        works, why = why_view(steps(shape, read_chain(code))[-1])
        try:
            expected.view(-1)
        except RuntimeError:
            assert not works, (shape, code)
        else:
            assert works, (shape, code)
        assert why
        verdicts[works] += 1
    assert min(verdicts.values()) > 50


@pytest.mark.parametrize(("chain", "part"), REFUSED)
def test_a_chain_that_is_refused_names_the_part_where_it_stands(chain, part):
    state = State("3, 4", chain)
    error = walk(state).error
    assert isinstance(error, ChainError)
    assert chain[error.at : error.at + len(error.part)] == error.part
    assert part in error.part
    assert error.part in str(error) or part in str(error) or "character" in str(error)
    assert problems(state)["sw-chain"] == str(error) and not problems(state)["sw-shape"]
    assert [mark.words for mark in elements(render(state)) if mark.tag == "mark"] == [" ".join(error.part.split())]
    assert words(state).startswith("Chain")


def test_what_torch_refuses_is_said_in_torch_s_own_words():
    with pytest.raises(RuntimeError) as raised:
        torch.arange(12).view(3, 4).transpose(0, 1).view(12)
    assert str(raised.value) in str(walk(State("3, 4", ".transpose(0, 1).view(12)")).error)


def test_a_chain_that_fails_keeps_the_steps_that_worked():
    found = walk(State("3, 4", ".transpose(0, 1).view(12)"))
    assert [step.code for step in found.steps] == ["x", ".transpose(0, 1)"]
    assert len(with_class(render(State("3, 4", ".transpose(0, 1).view(12)")), "sw-sum")) == 12


def test_random_text_is_read_or_refused_and_never_run(monkeypatch):
    monkeypatch.setattr("builtins.eval", lambda *_: pytest.fail("eval was called"))
    monkeypatch.setattr("builtins.exec", lambda *_: pytest.fail("exec was called"))
    rng = random.Random(4)
    pieces = [
        ".",
        "[",
        "]",
        "(",
        ")",
        ",",
        ":",
        "0",
        "1",
        "-1",
        "None",
        "...",
        " ",
        "transpose",
        "permute",
        "x",
        "*",
        "\\",
    ]
    for _ in range(4000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(0, 9)))
        error = walk(State("3, 4", text)).error
        assert error is None or text[error.at : error.at + len(error.part)] == error.part


@pytest.mark.parametrize(
    ("shape", "part"), [("3, x", "x"), ("", ""), ("50, 50", "50, 50"), (f"{2**62}, 4", str(2**62))]
)
def test_a_shape_that_is_refused_or_too_large_to_draw_is_named(shape, part):
    found = walk(State(shape, ""))
    assert found.box == "shape" and found.error is not None
    assert part in found.error.part or part in str(found.error)
    assert with_class(render(State(shape, "")), "sw-error")


def test_every_element_points_at_its_place_in_the_storage_and_that_place_is_drawn():
    for shape, chain, _ in TRY_THIS:
        picture = render(State(shape, chain))
        places = {e.attributes["data-cell"] for e in elements(picture) if "data-cell" in e.attributes}
        cells = with_class(picture, "sw-sum")
        addresses = walk(State(shape, chain)).steps[-1].addresses
        assert {cell.attributes["data-from"] for cell in cells} <= places
        if len(cells) == len(addresses):
            assert [cell.attributes["data-from"] for cell in cells] == [f"s{address}" for address in addresses]


def test_the_walk_visits_the_addresses_in_order():
    picture = render(State("3, 4", ".transpose(0, 1)"))
    (line,) = [element for element in elements(picture) if element.tag == "polyline"]
    across = [float(point.split(",")[0]) for point in line.attributes["points"].split()]
    order = [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]
    ranks = [sorted(across).index(x) for x in across]
    assert ranks == order


def test_every_random_state_gives_well_formed_html_that_is_the_same_every_time():
    for shape, code, _ in random_cases(200, seed=5):
        state = State(", ".join(map(str, shape)) or "()", code)
        picture = render(state)
        assert elements(picture)
        layout.walk.cache_clear()
        assert picture == render(state)


def test_every_step_that_is_offered_works():
    import json

    for shape, code, _ in random_cases(200, seed=6):
        state = State(", ".join(map(str, shape)) or "()", code)
        for button in with_class(render(state), "sw-button"):
            chain = json.loads(button.attributes["data-set"])["chain"]
            assert walk(State(state.shape, chain)).error is None, (state, chain)


def test_a_chain_is_read_as_python_reads_it():
    for _, code, _ in random_cases(200, seed=7):
        assert "".join(operation.code for operation in read_chain(code)) == code
        ast.parse(f"x{code}")
