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


def _text(text: str, attachments: Any = None, kind: str = "markdown") -> dict[str, Any]:
    cell = {"cell_type": kind, "id": "mine", "metadata": {}, "source": text}
    return cell if attachments is None else {**cell, "attachments": attachments}


def _pasted(kind: str, content: Any, name: str = "x.png") -> Any:
    return with_cells(_text(f"See ![x](attachment:{name}).", {name: {kind: content}}))


def _old(notebook: dict[str, Any]) -> None:
    notebook["nbformat_minor"] = 2
    for cell in notebook["cells"]:
        del cell["id"]


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
    *map(_attack, ATTACKS_THERE),
)  # fmt: skip
