"""Broken notebooks and files: other versions, wrong types, odd text; truncated, re-encoded, or no notebook at all."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

from tests.grading.damage.kinds import ODD, Kinds, Notebook, solutions, some, text_of

__all__ = ["CONTENT_KINDS", "FILE_KINDS"]

CONTENT_KINDS, FILE_KINDS = Kinds(), Kinds()


@CONTENT_KINDS.named("nbformat 4.0 to 4.9", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    minor = notebook["nbformat_minor"] = random.randint(0, 9)
    for cell in notebook["cells"] if minor < 5 else []:
        cell.pop("id", None)


@CONTENT_KINDS.named("nbformat 3", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    cells = []
    for cell in notebook.pop("cells"):
        cell = {key: value for key, value in cell.items() if key not in ("id", "execution_count")}
        if cell.get("cell_type") == "code":
            cell = {**cell, "input": cell.pop("source", ""), "outputs": [], "prompt_number": 3, "language": "python"}
        cells.append(cell)
    sheets = [cells] if random.random() < 0.7 else [cells[:3], cells[3:]]
    notebook["worksheets"] = [{"cells": sheet, "metadata": {}} for sheet in sheets]
    notebook["nbformat"], notebook["nbformat_minor"] = 3, 0


@CONTENT_KINDS.named("an odd nbformat")
def _(random: Random, notebook: Notebook) -> None:
    notebook[random.choice(["nbformat", "nbformat_minor"])] = random.choice([*ODD, 1, 2, 3, 5, 99, "4"])
    if random.random() < 0.3:
        notebook.pop("nbformat", None)


def _paths(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [node]
    for holder in waiting:
        steps: list[Any] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        found += [(holder, step) for step in steps]
        waiting += [holder[step] for step in steps if isinstance(holder[step], dict | list)]
    return found


@CONTENT_KINDS.named("a wrong type in any field")
def _(random: Random, notebook: Notebook) -> None:
    for _n in range(random.randint(1, 4)):
        holder, step = random.choice(_paths(notebook))
        holder[step] = copy.deepcopy(random.choice(ODD))


@CONTENT_KINDS.named("any field dropped")
def _(random: Random, notebook: Notebook) -> None:
    for _n in range(random.randint(1, 4)):
        holder, step = random.choice(_paths(notebook) or [({0: 0}, 0)])
        del holder[step]


@CONTENT_KINDS.named("comments and text in unicode", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    odd = ["\U0001f98a", "ünïcödé", "\u202e", "\u200b", "\ud800", "\u2028", "数", "\ufeff", "e\u0301"]
    for cell in some(random, notebook["cells"]):
        text = "".join(random.choices(odd, k=random.randint(1, 20)))
        cell["source"] = f"{text_of(cell)}\n# {text}"


@CONTENT_KINDS.named("odd characters in code")
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, solutions(notebook)):
        text, at = text_of(cell), random.randint(0, len(text_of(cell)))
        cell["source"] = (
            text[:at] + random.choice(["\x00", "\u00a0", "\u200b", "\t", "\x0c", "’", "\ud83e", "\r"]) + text[at:]
        )


@CONTENT_KINDS.named("lines as a list, tabs, CRLF in cells", harmless=True)
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, notebook["cells"]):
        change = random.randrange(3)
        text = text_of(cell)
        cell["source"] = [
            text.splitlines(keepends=True), text.replace("    ", "\t"), text.replace("\n", "\r\n"),
        ][change]  # fmt: skip


@CONTENT_KINDS.named("code cut off or doubled")
def _(random: Random, notebook: Notebook) -> None:
    for cell in some(random, solutions(notebook)):
        text = text_of(cell)
        cut = text[: random.randint(0, len(text))]
        cell["source"] = random.choice(
            [cut, f"{text}\n{cut}", f"{cut}\n{text}", f"<<<<<<< HEAD\n{text}\n=======\n{cut}\n>>>>>>>"]
        )


# the file


@FILE_KINDS.named("truncated")
def _(random: Random, file: bytes) -> bytes:
    return file[: random.randrange(len(file))]


@FILE_KINDS.named("bytes changed")
def _(random: Random, file: bytes) -> bytes:
    content = bytearray(file)
    for _n in range(random.choice([1, 1, 5, 100])):
        content[random.randrange(len(content))] = random.randrange(256)
    return bytes(content)


@FILE_KINDS.named("a piece missing or doubled")
def _(random: Random, file: bytes) -> bytes:
    low, high = sorted(random.choices(range(len(file)), k=2))
    return file[:low] + file[high:] if random.random() < 0.5 else file[:high] + file[low:]


@FILE_KINDS.named("a byte order mark", harmless=True)
def _(random: Random, file: bytes) -> bytes:
    return b"\xef\xbb\xbf" + file


@FILE_KINDS.named("another encoding")
def _(random: Random, file: bytes) -> bytes:
    text = json.dumps(json.loads(file), ensure_ascii=False)
    return text.encode(random.choice(["utf-16", "utf-32", "latin-1", "cp1252", "utf-16-be", "cp037"]), "replace")


@FILE_KINDS.named("CRLF and white space", harmless=True)
def _(random: Random, file: bytes) -> bytes:
    text = json.dumps(json.loads(file), indent=random.choice([0, 1, 4, "\t"])).encode()
    return text.replace(b"\n", b"\r\n") + b"\r\n" * random.randint(0, 3)


@FILE_KINDS.named("a key twice", harmless=True)
def _(random: Random, file: bytes) -> bytes:
    return b'{"cells": [], "nbformat": 9, "metadata": [], ' + file.lstrip()[1:]


@FILE_KINDS.named("nested deeply")
def _(random: Random, file: bytes) -> bytes:
    depth = random.choice([50, 900, 100_000])
    return b'{"deep": ' + b"[" * depth + b"]" * depth + b", " + file.lstrip()[1:]


@FILE_KINDS.named("something else than a notebook")
def _(random: Random, file: bytes) -> bytes:
    return random.choice([
        b"", b" ", b"null", b"[]", b"{}", b'"text"', b"\x89PNG\r\n\x1a\n" + file[:500], b"PK\x03\x04" + file,
        b"<!DOCTYPE html><title>404</title>", b"# a script\ndef doubled(x): return 2 * x\n", b'{"cells": {}}',
        b"\x00" * 1000, b"%PDF-1.7", b'{"cells": null}', b'{"cells": [], "nbformat": 3}',
        b'{"worksheets": 1, "nbformat": 3}', b"NaN", b"[" * 10_000,
        file + file, file + b"}", b"Infinity", bytes(random.randrange(256) for _n in range(300)),
    ])  # fmt: skip


@FILE_KINDS.named("larger than a notebook may be")
def _(random: Random, file: bytes) -> bytes:
    return file + b" " * (41 * 2**20)
