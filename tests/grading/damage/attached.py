"""What editors and other programs leave in a notebook: attachments, widgets, odd numbers, keys twice, deep nesting."""

from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

from tests.grading.damage.kinds import ODD, Kinds, Notebook, marks, solutions, some, text_of

__all__ = ["CONTENT_KINDS", "FILE_KINDS"]

CONTENT_KINDS, FILE_KINDS = Kinds(), Kinds()
_PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()


def _text_cell(text: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "pasted", "metadata": {}, "source": text, **more}


@CONTENT_KINDS.named("a picture pasted into a Markdown cell", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    attached = {"x.png": {"image/png": _PICTURE}}
    at = random.randrange(len(notebook["cells"]) + 1)
    notebook["cells"].insert(at, _text_cell("My sketch: ![x](attachment:x.png)", attachments=attached))


@CONTENT_KINDS.named("a picture that is not there", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    attached = random.choice([None, {}, {"other.png": {"image/png": _PICTURE}}, {"x.png": {}}])
    more = {} if attached is None else {"attachments": attached}
    notebook["cells"].append(_text_cell("![x](attachment:x.png) ![y](nowhere/y.png)", **more))


@CONTENT_KINDS.named("attachments of any kind, on any cell", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"]):
        cell["attachments"] = random.choice([
            *ODD, {"x.png": "text"}, {"x.svg": {"image/svg+xml": "<svg onload=x>"}}, {"../x": {"image/png": _PICTURE}},
            {"x.png": {"image/png": "no base64!"}}, {"x" * 5000: {"image/png": _PICTURE}},
        ])  # fmt: skip


@CONTENT_KINDS.named("the state of widgets, megabytes of it", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    count = random.choice([3, 20_000])
    state = {f"w{n}": {"model_name": "FloatModel", "state": {"value": n / 3}} for n in range(count)}
    if isinstance(notebook.get("metadata"), dict):
        notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}


@CONTENT_KINDS.named("metadata of other programs", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    colab = {"id": "AbC", "executionInfo": {"user": {"displayName": "Ada"}}, "colab": {"base_uri": "https://x"}}
    vscode = {"vscode": {"languageId": "python"}}
    jupytext = {"lines_to_next_cell": 2, "jp-MarkdownHeadingCollapsed": True}
    for cell in some(random, notebook["cells"]):
        if isinstance(cell.get("metadata"), dict):
            cell["metadata"] |= random.choice([colab, vscode, jupytext])
    if isinstance(notebook.get("metadata"), dict):
        notebook["metadata"] |= {"colab": {"provenance": []}, "accelerator": "GPU", "vscode": {"interpreter": {}}}


@CONTENT_KINDS.named("a minor version of any size", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    notebook["nbformat_minor"] = random.choice([0, 1, 2, 3, 4, 5, 6, 10, 99, 10**6])


@CONTENT_KINDS.named("cell ids in a version that knows none, and none in one that wants them", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    old = random.random() < 0.5
    notebook["nbformat_minor"] = 2 if old else 5
    for n, cell in enumerate(notebook["cells"]):
        if old:
            cell["id"] = f"id-{n}"
        else:
            cell.pop("id", None)


@CONTENT_KINDS.named("huge numbers", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    huge = random.choice([10**300, -(10**4000), 1e308, 2**63, 2**64 - 1])
    for cell in some(random, notebook["cells"]):
        if isinstance(cell.get("metadata"), dict):
            cell["metadata"]["score"] = huge
        cell["execution_count"] = huge
    if isinstance(notebook.get("metadata"), dict):
        notebook["metadata"]["points"] = huge


@CONTENT_KINDS.named("points and scores written into marks", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if marks(cell):
            cell["metadata"]["nbgrader"] |= {"points": 10**6, "score": 100, "max_score": -1, "auto_score": 10**9}


@CONTENT_KINDS.named("metadata nested deeply", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    deep: Any = {}
    for _n in range(random.choice([20, 200, 400])):
        deep = {"a": deep} if random.random() < 0.5 else [deep]
    for cell in some(random, notebook["cells"])[:3]:
        if isinstance(cell.get("metadata"), dict):
            cell["metadata"]["deep"] = deep


@CONTENT_KINDS.named("surrogates and odd keys in metadata", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    keys = ["\ud800", "\udfff\ud800", "", "\x00", "__proto__", "constructor", "a.b", "ключ", "\U0001f98a"]
    for cell in some(random, notebook["cells"]):
        if isinstance(cell.get("metadata"), dict):
            cell["metadata"][random.choice(keys)] = random.choice(keys)


@CONTENT_KINDS.named("surrogates in code")
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, solutions(notebook)):
        cell["source"] = f"{text_of(cell)}\nword = '\ud83d{random.choice(['', chr(0xDE00), 'x'])}'"


@CONTENT_KINDS.named("hidden tests' delimiters and magics pasted into answers")
def _(random: Random, notebook: Notebook) -> None:
    words = ["### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS", "### BEGIN SOLUTION", "### END SOLUTION", "%%bash\necho 1",
             "%%time", "# YOUR CODE HERE", "%load_ext autoreload"]
    for cell in some(random, solutions(notebook)):
        cell["source"] = random.choice(["{0}\n{1}", "{1}\n{0}"]).format(random.choice(words), text_of(cell))


@CONTENT_KINDS.named("a source of numbers, or of lists", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    odd = random.choice([3, None, True, {"text": "x"}, [[["x"]]], [1, 2], {}])
    notebook["cells"].append({"cell_type": "code", "id": "odd", "metadata": {}, "source": odd, "outputs": []})


# the file


def _begun(file: bytes, first: bytes) -> bytes:
    """The file with something before its first key."""
    return b"{" + first + file.lstrip()[1:] if file.lstrip().startswith(b"{") else file


@FILE_KINDS.named("each key twice, the first one wrong", harmless=True)
def _(random: Random, file: bytes) -> bytes:
    first = random.choice([b'"cells": 3, ', b'"nbformat_minor": [], "cells": "none", ', b'"metadata": null, ' * 500])
    return _begun(file, first)


@FILE_KINDS.named("a byte order mark, several of them, and white space before", harmless=True)
def _(random: Random, file: bytes) -> bytes:
    return random.choice([b"\xef\xbb\xbf", b"\n\n  \t"]) + file


@FILE_KINDS.named("half a byte order mark, or that of another encoding")
def _(random: Random, file: bytes) -> bytes:
    return random.choice([b"\xef\xbb", b"\xff\xfe", b"\xfe\xff", b"\x00", b"\xef\xbb\xbf" * 2]) + file


@FILE_KINDS.named("numbers that JSON has and notebooks have not", harmless=True)
def _(random: Random, file: bytes) -> bytes:
    odd = random.choice([b"NaN", b"-Infinity", b"1e999", b"0." + b"0" * 5000 + b"1", b"9" * 4000])
    return _begun(file, b'"odd": ' + odd + b", ")


@FILE_KINDS.named("a number of more digits than anything reads")
def _(random: Random, file: bytes) -> bytes:
    return _begun(file, b'"odd": ' + b"9" * random.choice([5000, 10**6]) + b", ")


@FILE_KINDS.named("millions of empty things")
def _(random: Random, file: bytes) -> bytes:
    return _begun(file, b'"odd": [' + random.choice([b"[],", b"{},", b"0,"]) * 8_000_000 + b"0], ")


@FILE_KINDS.named("several notebooks in one file")
def _(random: Random, file: bytes) -> bytes:
    return random.choice([b"[" + file + b"," + file + b"]", file + b"\n" + file, b'{"notebook": ' + file + b"}"])
