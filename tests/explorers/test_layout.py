"""The layout explorer against torch: each number is torch's own, and a chain is read as Python reads it."""

import random

import pytest
import torch

from tests.explorers.against_torch import layout_differences
from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class
from tests.explorers.random_chains import random_chains

LAYOUT = explorer("layout")

# torch warns of what it still does: .T on three axes, lists in lists.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

REFUSED = [
    ("transpose(0, 1)", "t"),
    (".frob(1)", "frob"),
    (".numpy()", "numpy"),
    (".transpose", "transpose"),
    (".transpose(0, 1", ""),
    (".transpose(0, a)", "a"),
    (".transpose(0, 1.5)", "1.5"),
    (".reshape(*[2, 6])", "*"),
    (".__class__()", "__class__"),
    ("[__import__('os')]", "__import__('os')"),
    (".transpose(0, 1) + 1", ".transpose(0, 1) + 1"),
    (".view(3, ５)", "５"),
    (".transpose(0, 7)", ".transpose(0, 7)"),
    (".transpose(0, 1).view(12)", ".view(12)"),
    ("[5]", "[5]"),
    ("[::-1]", "[::-1]"),
    (".expand(5, 5)", ".expand(5, 5)"),
    (".chunk(2)", ".chunk(2)"),
]
TAKEN = [  # what people write, and the shape and whether it is a copy
    ("x.transpose(0, 1)", [4, 3], False),
    ("(x\n  .transpose(0, 1)\n  [1:])", [3, 3], False),
    (".T", [4, 3], False),
    (".mT.t()", [3, 4], False),
    (".swapaxes(0, 1)", [4, 3], False),
    (".movedim(0, 1)", [4, 3], False),
    (".narrow(0, 1, 2)", [2, 4], False),
    (".select(1, 2)", [3], False),
    (".unfold(1, 2, 1)", [3, 3, 2], False),
    (".as_strided((2, 2), (1, 2))", [2, 2], False),
    (".unflatten(1, (2, 2))", [3, 2, 2], False),
    (".diagonal()", [3], False),
    (".chunk(2)[0]", [2, 4], False),
    (".split(2)[1]", [1, 4], False),
    (".unbind(0)[1]", [4], False),
    (".flip(0)", [3, 4], True),
    (".repeat(2, 1)", [6, 4], True),
    (".clone()", [3, 4], True),
    (".ravel()", [12], False),
    (".unsqueeze(0).expand_as(torch.zeros(2, 3, 4))", [2, 3, 4], False),
    (".transpose(dim0=0, dim1=1)", [4, 3], False),
    (".reshape(3*2, 2)", [6, 2], False),
    ("[[0, 1]]", [2, 4], True),
    ("[x > 5]", [6], True),
    ("[[True, False, True]]", [2, 4], True),
]


def test_shape_stride_offset_storage_and_values_after_random_chains_are_what_torch_has():
    found, counts = layout_differences(3_000, seed=0)
    assert found == []
    assert counts["same"] > 2_000 and counts["refused by both"] > 100


def test_a_step_is_called_a_copy_exactly_when_its_result_has_storage_of_its_own():
    checked = {True: 0, False: 0}
    for shape, chain in random_chains(500, seed=2):
        facts = LAYOUT.facts(shape=", ".join(map(str, shape)) or "()", chain=chain)
        start = tensor = torch.arange(torch.Size(shape).numel()).view(shape)
        for step in facts["steps"][1:]:
            after = eval(f"y{step['code']}", {"y": tensor, "x": start, "torch": torch})
            if after.numel() and tensor.numel():
                shares = after.untyped_storage().data_ptr() == tensor.untyped_storage().data_ptr()
                assert step["copied"] != shares, (shape, chain)
                checked[step["copied"]] += 1
            tensor = after
    assert min(checked.values()) > 50


def test_view_is_said_to_work_exactly_where_torch_lets_it():
    verdicts = {True: 0, False: 0}
    for shape, chain in random_chains(500, seed=3):
        facts = LAYOUT.facts(shape=", ".join(map(str, shape)) or "()", chain=chain)
        if facts["problem"]:
            continue
        x = torch.arange(torch.Size(shape).numel()).view(shape)
        after = eval(f"x{chain}", {"x": x, "torch": torch})
        try:
            after.view(-1)
        except RuntimeError:
            works = False
        else:
            works = True
        assert facts["steps"][-1]["view"] == works, (shape, chain)
        verdicts[works] += 1
    assert min(verdicts.values()) > 20


@pytest.mark.parametrize(("chain", "shape", "copied"), TAKEN)
def test_what_people_write_is_read(chain, shape, copied):
    facts = LAYOUT.facts(chain=chain)
    assert facts["problem"] is None
    assert (facts["steps"][-1]["shape"], facts["steps"][-1]["copied"]) == (shape, copied)


@pytest.mark.parametrize(("chain", "part"), REFUSED)
def test_a_chain_that_is_refused_names_the_part_where_it_stands_and_keeps_what_worked(chain, part):
    problem = LAYOUT.problems(chain=chain)["chain"]
    assert part.removeprefix("x") in problem["part"]
    picture = LAYOUT.frame(chain=chain)
    assert [mark.words for mark in elements(picture) if mark.tag == "mark"] == [" ".join(problem["part"].split())]
    assert LAYOUT.words(chain=chain).startswith("Chain")
    assert with_class(picture, "sw-steps")


def test_what_torch_offers_instead_of_a_negative_step_is_said():
    assert ".flip(0)" in LAYOUT.problems(chain="[::-1]")["chain"]["message"]


def test_what_view_refuses_is_said_in_torch_s_own_words():
    with pytest.raises(RuntimeError) as raised:
        torch.arange(12).view(3, 4).transpose(0, 1).view(12)
    assert str(raised.value) in LAYOUT.problems(chain=".transpose(0, 1).view(12)")["chain"]["message"]


def test_a_chain_that_fails_keeps_the_steps_that_worked():
    facts = LAYOUT.facts(chain=".transpose(0, 1).view(12)")
    assert [step["code"] for step in facts["steps"]] == ["x", ".transpose(0, 1)"]
    assert len(with_class(LAYOUT.render(chain=".transpose(0, 1).view(12)"), "sw-sum")) == 12


def test_random_text_is_read_or_refused_with_a_sentence():
    rng = random.Random(4)
    for _ in range(1_500):
        text = "".join(rng.choice(".[](),:0123 x-transposeviw\n'\"*é") for _ in range(rng.randint(0, 24)))
        problem = LAYOUT.problems(chain=text).get("chain")
        assert problem is None or problem["message"].endswith((".", ")", "s", "0", "1", "2", "3"))
        assert elements(LAYOUT.frame(chain=text))


def test_each_element_names_the_place_that_it_is_read_from():
    for shape, chain in random_chains(120, seed=8):
        text = ", ".join(map(str, shape)) or "()"
        last = LAYOUT.facts(shape=text, chain=chain)["steps"][-1]
        cells = with_class(LAYOUT.render(shape=text, chain=chain), "sw-sum")
        for cell in cells:
            assert cell.attributes["data-formula"].endswith(f"{cell.words} is stored")
        assert not cells or last["values"]


def test_a_tensor_that_is_too_large_to_draw_is_still_worked_out_and_one_too_large_to_store_is_refused():
    picture = LAYOUT.render(shape="4, 32, 64", chain=".view(4, 32, 8, 8).transpose(1, 2)")
    assert "(2048, 8, 64, 1)" in picture and "too many to draw" in picture
    assert "65536" in LAYOUT.problems(shape="1000, 1000")["shape"]["message"]
    assert LAYOUT.facts(shape="3, 1", chain=".expand(3, 1000000)")["steps"][-1]["stride"] == [1, 0]
    assert LAYOUT.problems(shape="3, 1", chain=".expand(3, 1000000).contiguous()")["chain"]
