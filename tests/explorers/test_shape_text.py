"""What somebody types as a shape: accepted as it is meant, or refused with the offending part named."""

import random

import pytest

from tests.explorers.bundle import explorer

BROADCAST = explorer("broadcast")

REFUSED = [
    ("", ""),
    ("   ", ""),
    (",", ","),
    ("4, x, 3", "x"),
    ("4,,3", ","),
    (",4", ","),
    ("4, -1", "-1"),
    ("4, 2.5", "2.5"),
    ("4, 1e3", "1e3"),
    ("4 3", "3"),
    ("4x3", "4x3"),
    ("4; 3", "4;"),
    ("(4, 3", "("),
    ("[4, 3", "["),
    ("(4, 3]", "]"),
    ("[4, 3)", ")"),
    ("4, 3)", ")"),
    ("(4, (3, 2))", "("),
    ("(4) 3", "3"),
    ("()()", ")"),
    ("007", "007"),
    ("4, ３", "３"),
    ("4, ²", "²"),
    ("None", "None"),
    ("4, True", "True"),
    (str(2**63), str(2**63)),
    ("torch.Size([2, 3]", "torch.Size([2, 3]"),
    ("<script>", "<script>"),
]


def shape_of(text):
    return tuple(BROADCAST.facts(a=text, b="()")["result"])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("4, 1, 3", (4, 1, 3)),
        ("4,1,3", (4, 1, 3)),
        ("  4 ,\t1 , 3  ", (4, 1, 3)),
        ("(4, 1, 3)", (4, 1, 3)),
        ("[4, 1, 3]", (4, 1, 3)),
        ("( 4 , 1 , 3 )", (4, 1, 3)),
        ("5", (5,)),
        ("5,", (5,)),
        ("(5,)", (5,)),
        ("()", ()),
        ("[ ]", ()),
        ("0", (0,)),
        ("2, 0, 3", (2, 0, 3)),
        (str(2**53 - 1), (2**53 - 1,)),
        ("torch.Size([2, 3])", (2, 3)),
        ("Size([])", ()),
    ],
)
def test_sizes_with_commas_in_either_bracket_or_none_are_a_shape(text, shape):
    assert shape_of(text) == shape


def test_every_random_shape_is_read_back_from_every_way_of_writing_it():
    rng = random.Random(0)
    for _ in range(2000):
        shape = tuple(rng.choice([0, 1, 2, 3, 17, 1000]) for _ in range(rng.randint(1, 6)))
        gaps = [rng.choice(["", " ", "  "]) for _ in shape]
        inside = ",".join(f"{gap}{size}{gap}" for gap, size in zip(gaps, shape, strict=True)) + rng.choice(["", ","])
        opened, closed = rng.choice([("", ""), ("(", ")"), ("[", "]")])
        assert shape_of(opened + inside + closed) == shape


@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_what_is_no_shape_is_refused_and_the_message_names_the_part_and_where_it_stands(text, part):
    problem = BROADCAST.problems(a=text)["a"]
    assert problem["part"] == part
    assert text[problem["at"] : problem["at"] + len(part)] == part
    assert part in problem["message"] or not part


def test_random_rubbish_is_either_read_as_python_reads_it_or_refused_with_the_offending_part():
    rng = random.Random(1)
    read = refused = 0
    texts = ["".join(rng.choice("0123456789,,, ()[]-.x") for _ in range(rng.randint(0, 8))) for _ in range(5_000)]
    for text, facts in zip(texts, BROADCAST.many_facts({"a": text, "b": "()"} for text in texts), strict=True):
        if facts is None:
            problem = BROADCAST.problems(a=text)["a"]
            refused += 1
            assert text[problem["at"] : problem["at"] + len(problem["part"])] == problem["part"]
            assert problem["part"] in problem["message"] or not problem["part"]
        else:
            read += 1
            bare = text.strip().strip("()[]")
            assert facts["result"] == [int(size) for size in bare.split(",") if size.strip()]
    assert min(read, refused) > 300
