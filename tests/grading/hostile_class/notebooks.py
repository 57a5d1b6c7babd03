"""Whole notebooks with something in them that once cost the class, or their own students, something."""

from __future__ import annotations

import json
from typing import Any

from tests.grading import small_course
from tests.grading.attacks import ATTACKS
from tests.grading.attacks.attack import as_submission
from tests.grading.hostile_class.hand_in import HandIn, in_notebook, right, with_cells, written

__all__ = ["HAND_INS"]

PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)  # fmt: skip
ATTACKS_THERE = (
    "an answer nested a hundred thousand deep",
    "the process that serves the judge says that the test was passed",
    "a message that claims to be larger than the world",
    "half a surrogate pair is printed, raised and returned",
    "texts that exhaust a parser",
    "marks that are lists, numbers and nothing",
    "the gradebook is opened and a grade changed",
    "the instructor's notebooks and other students' are read",
)


# What a page, or formgrader, could obey in one way or another; each begins a paragraph of its own.
OBEYED = (
    "[x](vbscript:x)", "<a href='java&#10;script:alert(1)'>x</a>", "[x]: javascript:alert(1)\n[x]",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)", "<img srcset='http://192.0.2.1/a 1x'>", "<svg onload=alert(1)>",
    "<base href=http://192.0.2.1/>", "<meta http-equiv=refresh content='0;url=http://192.0.2.1'>",
    "<style>@import url(http://192.0.2.1)</style>", "<link rel=stylesheet href=http://192.0.2.1>",
    "<form action=http://192.0.2.1><input autofocus onfocus=alert(1)></form>", "<object data=http://192.0.2.1>",
    "<video poster=http://192.0.2.1 src=x onerror=alert(1)>", "<div style='background:url(http://192.0.2.1)'>x</div>",
    r"$\href{javascript:alert(1)}{x}$", r"$\unicode{x<script>alert(1)</script>}$", "<details open ontoggle=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "[x](JaVaScRiPt&colon;alert(1))", "![x](//192.0.2.1/p.png)",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "![x][r]\n\n[r]: http://192.0.2.1/p.png",
    "<textarea></textarea><script>alert(1)</script>", "<table background=http://192.0.2.1>",
    "<template><script>alert(1)</script></template>", "<a href='//192.0.2.1/x' ping=http://192.0.2.1>x</a>",
    "<x onclick=alert(1) style='position:fixed;inset:0;z-index:99'>x</x>", "</pre></style><script>alert(1)</script>",
)
SHOWS = """from IPython.display import HTML, IFrame, Image, Javascript, Latex, Markdown, SVG, display
display(HTML('<script>alert(1)</script>'), Javascript('alert(1)'), Latex('$x$'), Markdown('[a](javascript:alert(1))'))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), IFrame('http://192.0.2.1', 1, 1))
display(Image(url='http://192.0.2.1/x.png'))
raise type('<img src=x onerror=alert(1)>', (Exception,), {})('<script>alert(1)</script> [x](javascript:alert(1))')"""


def _text(text: str, attachments: Any = None, kind: str = "markdown") -> dict[str, Any]:
    cell = {"cell_type": kind, "id": "mine", "metadata": {}, "source": text}
    return cell if attachments is None else {**cell, "attachments": attachments}


def _pasted(kind: str, content: Any, name: str = "x.png") -> Any:
    return with_cells(_text(f"See ![x](attachment:{name}).", {name: {kind: content}}))


def _old(notebook: dict[str, Any]) -> None:
    notebook["nbformat_minor"] = 2
    for cell in notebook["cells"]:
        del cell["id"]


def _same_ids(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "same"


def _replaced(old: bytes, new: bytes) -> Any:
    assert old in right()
    return written(right().replace(old, new, 1))


def _oldest() -> Any:
    cells = [
        {"cell_type": "code", "language": "python", "input": cell["source"], "metadata": {}, "outputs": []}
        for cell in json.loads(right())["cells"] if cell["cell_type"] == "code"
    ]  # fmt: skip
    sheets = [{"cells": cells, "metadata": {}}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets, "cells": None}
    return written(json.dumps(old).encode())


def _attack(name: str) -> HandIn:
    attack = next(attack for attack in ATTACKS if attack.name == name)
    worth = {"doubled": 3.0, "heads": 3.0, "label": 4.0}
    points = sum(worth[solved] for solved in attack.solved)
    made = written(as_submission(attack.hostile, otherwise_right=False, solved=attack.solved))
    return HandIn(f"attack-{ATTACKS_THERE.index(name)}", f"D, E: {name}", made, says=".*", points=points)


HAND_INS = (
    HandIn("a1-pasted", "A1: a picture pasted into a Markdown cell", _pasted("image/png", PICTURE)),
    HandIn("a1-lines", "A1: the picture is split into lines", _pasted("image/png", [PICTURE[:40], PICTURE[40:]])),
    HandIn("a1-spaces", "A1: a picture whose name has spaces", with_cells(
        _text("![x](attachment:my%20pic.png)", {"my pic.png": {"image/png": PICTURE}}))),
    HandIn("a1-lost", "A1: only the reference was copied", with_cells(_text("![x](attachment:lost.png)"))),
    HandIn("a1-two", "A1: two references in a line", with_cells(_text("![](attachment:a.png) ![](attachment:b.png)"))),
    HandIn("a1-html", "A1: a reference in HTML", with_cells(_text("<img src='attachment:x.png'>"))),
    HandIn("a1-svg", "A1: a drawing that could hold a script", _pasted("image/svg+xml", "<svg onload='alert(1)'/>")),
    HandIn("a1-text", "A1: a picture that is no picture", _pasted("image/png", "<script>alert(1)</script>")),
    HandIn("a1-list", "A1: attachments that are a list", with_cells(_text("![x](attachment:x)", [1, {}]))),
    HandIn("a1-none", "A1: attachments that hold nothing", with_cells(_text("![x](attachment:x)", {"x": None}))),
    HandIn("a1-code", "A1: attachments of a code cell", with_cells(
        {**_text("1", {"x": {"image/png": PICTURE}}, "code"), "outputs": [], "execution_count": None})),
    HandIn("a1-lesson", "A1: a picture pasted into the lesson's own text", in_notebook(lambda notebook: notebook[
        "cells"][0].update(source="# A small lesson\n![x](attachment:x.png)", attachments={"x.png": {
            "image/png": PICTURE}}))),
    HandIn("a5-stars", "A5: text that takes a Markdown parser long", with_cells(_text("*a **b " * 300))),
    HandIn("a5-brackets", "A5: text that takes a Markdown parser long", with_cells(_text("[" * 1500))),
    HandIn("b7-math", "B7: math and code with a less-than sign", with_cells(_text("$x<y$ and `a<b`"))),
    HandIn("b8-bom", "B8: a notebook with a byte order mark", written(b"\xef\xbb\xbf" + right())),
    HandIn("b8-utf16", "B8: a notebook in UTF-16", written(right().decode().encode("utf-16"))),
    HandIn("b8-old", "B8: a notebook of format 4.2, whose cells have no ids", in_notebook(_old)),
    HandIn("c1-links", "C1, C5: links that run scripts, pictures from elsewhere", with_cells(
        _text("[x](javascript:alert(1)) ![p](http://192.0.2.1/p.png) <script>alert(1)</script>"))),
    HandIn("odd-metadata", "kind of A: metadata of the wrong types", in_notebook(lambda notebook: notebook.update(
        metadata=[1], nbformat_minor="x"))),
    HandIn("blank", "kind of A: handed in as released", in_notebook(lambda notebook: notebook["cells"].__setitem__(
        slice(0, -1), small_course.release()["cells"])), points=0.0),
    HandIn("long-line", "kind of A5: a line of 100,000 letters", with_cells(_text("x" * 100_000))),
    HandIn("foreign", "kind of A: another assignment's notebook", written(json.dumps({
        "cells": [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "other", "solution": True}},
                   "source": "1", "outputs": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()),
           says="another assignment", points=0.0),
    HandIn("b8-oldest", "B8: a notebook of format 3, without marks", _oldest(), says="put back"),
    HandIn("b8-utf32", "B8: a notebook in UTF-32", written(right().decode().encode("utf-32"))),
    HandIn("a6-digits", "A6: a count of 5,000 digits", _replaced(b'"execution_count": null', b'"execution_count": 1'
           + b"0" * 5000), says="not a notebook that can be read", points=0.0),
    HandIn("a6-numbers-2", "A6: numbers that are none", _replaced(b'"nbformat":', b'"x": [NaN, 1e999], "nbformat":')),
    HandIn("same-ids", "kind of A: all cells have one id", in_notebook(_same_ids)),
    HandIn("no-cells", "kind of A: cells that are none", in_notebook(lambda notebook: notebook["cells"].extend(
        [None, 1, "x", []])), says="4 cells that are no cells"),
    HandIn("a1-many", "A1: a thousand pictures", with_cells(_text("![](attachment:7)", {
        str(number): {"image/png": PICTURE} for number in range(1000)}))),
    HandIn("a1-named", "A1: pictures whose names are markup and paths", with_cells(_text(
        "![](attachment:<script>alert(1)</script>) ![](attachment:../../x.png)", {
            name: {"image/png": PICTURE} for name in ("<script>alert(1)</script>", "../../x.png")}))),
    HandIn("a5-divs", "A5: elements within elements", with_cells(_text("<div>" * 20_000))),
    HandIn("a5-quotes", "A5: quotes within quotes", with_cells(_text(">" * 20_000))),
    HandIn("c1-obeyed", "C1, C5: all that a page could obey", with_cells(_text("\n\n".join(OBEYED)))),
    HandIn("c1-shown", "C1, C5: a cell shows what a page could obey", with_cells(
        {**_text(SHOWS, kind="code"), "outputs": [], "execution_count": None})),
    *map(_attack, ATTACKS_THERE),
)  # fmt: skip
