"""What somebody types as a shape: accepted as it is meant, or refused with the offending part named."""

import random

import pytest

from shapewise.explorers.shape_text import ShapeError, parse_shape

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
    ("<script>", "<script>"),
]


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
        (str(2**63 - 1), (2**63 - 1,)),
    ],
)
def test_sizes_with_commas_in_either_bracket_or_none_are_a_shape(text, shape):
    assert parse_shape(text) == shape


def test_every_random_shape_is_read_back_from_every_way_of_writing_it():
    rng = random.Random(0)
    for _ in range(2000):
        shape = tuple(rng.choice([0, 1, 2, 3, 17, 1000]) for _ in range(rng.randint(1, 6)))
        gaps = [rng.choice(["", " ", "  "]) for _ in shape]
        inside = ",".join(f"{gap}{size}{gap}" for gap, size in zip(gaps, shape, strict=True)) + rng.choice(["", ","])
        opened, closed = rng.choice([("", ""), ("(", ")"), ("[", "]")])
        assert parse_shape(opened + inside + closed) == shape


@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_what_is_no_shape_is_refused_and_the_message_names_the_part_and_where_it_stands(text, part):
    with pytest.raises(ShapeError) as refused:
        parse_shape(text)
    error = refused.value
    assert error.part == part
    assert text[error.at : error.at + len(part)] == part
    assert part in str(error)


def test_random_rubbish_is_either_read_as_python_reads_it_or_refused_with_the_offending_part():
    rng = random.Random(1)
    read = refused = 0
    for _ in range(10_000):
        text = "".join(rng.choice("0123456789,,, ()[]-.x") for _ in range(rng.randint(0, 8)))
        try:
            shape = parse_shape(text)
        except ShapeError as error:
            refused += 1
            assert text[error.at : error.at + len(error.part)] == error.part
            assert error.part in str(error)
        else:
            read += 1
            bare = text.strip().strip("()[]")
            assert shape == tuple(int(size) for size in bare.split(",") if size.strip())
    assert min(read, refused) > 500
