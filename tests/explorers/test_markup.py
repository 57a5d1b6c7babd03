"""How a picture is read again to find what has changed in it: web/core/markup.ts, in the committed bundle."""

from __future__ import annotations

import json
from typing import Any

import pytest
import quickjs

from tests.explorers.bundle import bundle, explorer, names
from tests.explorers.markup import elements

STATES = [(name, k) for name in names() for k in range(len(explorer(name).pictured))]


def markup_of(html: str) -> list[dict[str, Any]]:
    return json.loads(bundle().eval(f"JSON.stringify(shapewise.markupOf({json.dumps(html)}))"))


def tags(tree: list[dict[str, Any]]) -> list[str]:
    return [tag for one in tree if one["tag"] for tag in (one["tag"], *tags(one["children"]))]


@pytest.mark.parametrize(("name", "k"), STATES)
def test_every_picture_is_read_whole_with_the_elements_that_a_parser_of_html_finds(name, k):
    picture = explorer(name).frame(**explorer(name).pictured[k])
    tree = markup_of(picture)
    assert "".join(one["source"] for one in tree) == picture
    assert [tag.lower() for tag in tags(tree)] == [element.tag for element in elements(picture)]


def test_text_void_elements_and_drawings_are_told_apart():
    first, break_, drawing = markup_of('a <br><svg viewBox="0 0 2 2"><rect width="2"/><g><text>b</text></g></svg>')
    assert (first["tag"], first["source"]) == (None, "a ")
    assert (break_["tag"], break_["children"]) == ("br", [])
    assert [child["tag"] for child in drawing["children"]] == ["rect", "g"]
    assert drawing["opening"] == '<svg viewBox="0 0 2 2">'


def test_a_sign_in_a_value_does_not_end_the_tag():
    (button,) = markup_of('<button data-set="{a>b}">go</button>')
    assert button["opening"] == '<button data-set="{a>b}">'


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("<p>one</b>", "</b> closes <p>."),
        ("one</p>", "</p> closes nothing."),
        ("<p>one", "<p> is never closed."),
        ("<p>1 < 2</p>", "Not to be read: < 2</p>"),
    ],
)
def test_what_an_explorer_must_not_write_is_refused_with_a_sentence(html, sentence):
    with pytest.raises(quickjs.JSException, match="Error") as caught:
        markup_of(html)
    assert sentence in str(caught.value)
