"""The pictures pasted into a cell: which are kept, up to which limits, and what stands where one is missing."""

from __future__ import annotations

import base64
import io
import json
import struct
from typing import Any

import pytest
from PIL import Image

from shapewise.grading.judge.attachments import attached_pictures, size_of, with_pictures
from shapewise.grading.judge.submitted import read

PNG = "iVBORw0KGgoA"
BEGINS = {
    "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff\xe0", "image/gif": b"GIF89a",
    "image/webp": b"RIFF1234WEBP",
}  # fmt: skip
ONE, CELL = 4 * 2**20, 8 * 2**20


def picture(size: int = 40) -> dict[str, str]:
    """A bundle with a picture of so many characters."""
    return {"image/png": PNG + "A" * (size - len(PNG))}


def markdown(text: str, attachments: Any = None) -> dict[str, Any]:
    node: dict[str, Any] = {"cell_type": "markdown", "metadata": {}, "source": text}
    return node if attachments is None else {**node, "attachments": attachments}


def named(text: str) -> set[str]:
    """The names that a text calls pictures by."""
    return set(with_pictures(markdown(text), {}).get("attachments", {}))


@pytest.mark.parametrize("kind", BEGINS)
def test_a_picture_of_each_kind_is_kept_and_under_another_kind_s_name_it_is_not(kind: str) -> None:
    content = base64.b64encode(BEGINS[kind] + bytes(30)).decode()
    assert attached_pictures({"a": {kind: content}}) == {"a": {kind: content}}
    for other in BEGINS.keys() - {kind}:
        assert attached_pictures({"a": {other: content}}) == {}


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/pdf", "image/bmp"])
def test_what_is_no_picture_to_keep_is_left_out(kind: str) -> None:
    assert attached_pictures({"a": {kind: PNG * 4}}) == {}


@pytest.mark.parametrize("content", ["", "<svg>", "iVBORw0KGgoA<b>", "AAAA", PNG + "é", 7, None, [], {}, [7], "iVB"])
def test_a_picture_that_is_none_is_left_out(content: Any) -> None:
    assert attached_pictures({"a": {"image/png": content}}) == {}


@pytest.mark.parametrize("attachments", [None, 3, [], "a", {"a": None}, {"a": "b"}, {"a": ["image/png"]}])
def test_attachments_that_are_none_harm_nobody(attachments: Any) -> None:
    assert attached_pictures(attachments) == {}


def test_a_picture_split_into_lines_is_put_together() -> None:
    assert attached_pictures({"a": {"image/png": ["iVBORw0K\n", 7, "GgoA"]}}) == {"a": {"image/png": "iVBORw0K\nGgoA"}}


def test_white_space_before_a_picture_is_no_harm_up_to_44_letters() -> None:
    for spaces, kept in ((44, True), (45, False)):
        assert bool(attached_pictures({"a": {"image/png": " " * spaces + PNG + "AAAA" * 5}})) is kept


def test_of_two_kinds_of_one_picture_the_first_is_kept() -> None:
    gif = base64.b64encode(BEGINS["image/gif"]).decode()
    assert attached_pictures({"a": {"image/gif": gif, "image/png": PNG}}) == {"a": {"image/png": PNG}}


def test_a_picture_has_at_most_4_mib() -> None:
    assert list(attached_pictures({"a": picture(ONE), "b": picture(ONE + 1)})) == ["a"]
    assert attached_pictures({"b": picture(ONE + 1)}) == {}


def test_the_pictures_of_a_cell_have_at_most_8_mib_together() -> None:
    assert len(attached_pictures({"a": picture(ONE), "b": picture(ONE)})) == 2
    three = {"a": picture(ONE), "b": picture(ONE - 40), "c": picture(40), "d": picture(12)}
    assert list(attached_pictures(three)) == ["a", "b", "c"]
    assert list(attached_pictures({**three, "c": picture(41)})) == ["a", "b", "d"]
    assert size_of(attached_pictures(three)) == CELL


def test_the_pictures_of_a_notebook_have_at_most_16_mib_together() -> None:
    cells = [markdown("", {"a": picture(ONE), "b": picture(ONE)}) for _ in range(2)]
    for last, kept in (({}, 2), ({"c": picture(40)}, 2)):
        read_cells, _ = read(json.dumps({"cells": [*cells, markdown("", last)]}).encode())
        assert sum(bool(cell.attachments) for cell in read_cells) == kept
    cells[0] = markdown("", {"a": picture(ONE), "b": picture(ONE - 40)})
    read_cells, _ = read(json.dumps({"cells": [*cells, markdown("", {"c": picture(40)})]}).encode())
    assert sum(bool(cell.attachments) for cell in read_cells) == 3


def test_a_cell_has_at_most_50_pictures() -> None:
    assert list(attached_pictures({str(n): picture() for n in range(52)})) == [str(n) for n in range(50)]


def test_a_name_has_at_most_300_letters_all_of_which_can_be_printed() -> None:
    names = ["x" * 300, "x" * 301, "a\nb", "a\0b", "ein Bild.png"]
    assert list(attached_pictures(dict.fromkeys(names, picture()))) == [names[0], names[4]]


def test_a_broken_picture_does_not_cost_the_next_one_its_place() -> None:
    assert list(attached_pictures({"a": {"image/png": "no"}, "b\n": picture(), "c": picture()})) == ["c"]


def test_a_size_is_the_letters_of_all_pictures_and_not_those_of_names() -> None:
    assert size_of({"long name": {"image/png": "12345"}, "b": {"image/gif": "123"}}) == 8


def test_a_markdown_cell_keeps_its_own_pictures_beside_the_added_ones() -> None:
    node = with_pictures(markdown("text", {"mine": {"image/png": "1"}}), {"theirs": {"image/png": "2"}})
    assert node["attachments"] == {"mine": {"image/png": "1"}, "theirs": {"image/png": "2"}}


@pytest.mark.parametrize("kind", ["code", "raw"])
def test_a_cell_of_another_kind_gets_no_pictures(kind: str) -> None:
    node = {"cell_type": kind, "source": "![](attachment:x.png)"}
    assert with_pictures(node, {"x.png": picture()}) == node


def test_a_text_that_names_no_picture_gets_no_attachments() -> None:
    assert "attachments" not in with_pictures(markdown("attachments: none"), {})


def test_a_picture_that_is_there_stays_what_it_is() -> None:
    own = {"x.png": picture()}
    assert with_pictures(markdown("![](attachment:x.png)"), own)["attachments"] == own


def test_a_picture_named_in_an_address_s_letters_is_the_one_of_that_name() -> None:
    node = with_pictures(markdown("![](attachment:ein%20Bild.png)"), {"ein Bild.png": picture(44)})
    assert node["attachments"]["ein%20Bild.png"] == picture(44)


def test_a_missing_picture_is_a_grey_square_with_a_frame_and_a_cross() -> None:
    (bundle,) = with_pictures(markdown("![](attachment:x)"), {})["attachments"].values()
    sign = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert (sign.format, sign.mode, sign.size) == ("PNG", "L", (24, 24))
    header = base64.b64decode(bundle["image/png"])[16:29]
    assert struct.unpack(">IIBBBBB", header) == (24, 24, 8, 0, 0, 0, 0)  # the one method each that PNG knows
    for x in range(24):
        for y in range(24):
            is_line = x == y or x + y == 23 or {x, y} & {0, 23}
            assert sign.getpixel((x, y)) == (0x77 if is_line else 0xDD)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("![](attachment:x.png)", "x.png"),
        ("![a](ATTACHMENT:x.png 'title')", "x.png"),
        ("![](attachment:a(1).png)", "a(1).png"),
        ("![](attachment:a(1)(2).png)", "a(1)(2).png"),
        ("![](<attachment:ein Bild.png>)", "ein Bild.png"),
        ("[ref]: attachment:x.png", "x.png"),
        ("[ref]: attachment:x.png\nnext", "x.png"),
        ('<img src="attachment:x.png">', "x.png"),
        ("<img src='attachment:x.png'/>", "x.png"),
        ("<attachment:x.png", "x.png"),
        ("![](attachment:x&amp;y.png)", "x&y.png"),
        (r"![](attachment:x\_y.png)", "x_y.png"),
        ("![](attachment:x]y.png)", "x]y.png"),
        ("![](attachment:é.png)", "%C3%A9.png"),
        ("![](attachment:a%2fb.png)", "a/b.png"),
    ],
)
def test_a_picture_is_found_however_it_is_named(text: str, name: str) -> None:
    assert name in named(text)


@pytest.mark.parametrize(("text", "name"), [("![](attachment:a(1).png)", "a(1"), ("![](attachment:x y)", "x y")])
def test_a_name_ends_where_a_renderer_ends_it(text: str, name: str) -> None:
    assert name not in named(text)


def test_of_one_text_2000_names_are_looked_up_and_no_more() -> None:
    found = named(" ".join(f"attachment:{n}" for n in range(2002)))
    assert {"1999"} <= found
    assert found.isdisjoint({"2000", "2001"})
