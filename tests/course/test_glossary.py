"""Words before use: what the glossary lists is explained in bold where it says, and used nowhere before."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from dataclasses import dataclass
from functools import cache

import pytest

from tests.conftest import ROOT

GLOSSARY = ROOT / "lessons" / "m01_tensors" / "glossary.md"

_ROW = re.compile(r"^\| \*\*(?P<word>[^*]+)\*\*(?: \((?P<forms>[^)]+)\))? \| .+ \| (?P<links>.+) \|$", re.MULTILINE)
_LINK = re.compile(r"\[[^]]+\]\((?P<notebook>\w+)\.ipynb(?:#(?P<heading>[^)]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_NOT_PROSE = re.compile(
    r"^```.*?^```|`[^`\n]*`|\$[^$\n]*\$|\]\([^)]*\)|<code>.*?</code>|^\|.*\.ipynb\).*\|$", re.MULTILINE | re.DOTALL
)  # code, formulas, addresses, and rows that point to the notebook where a word is explained


@dataclass(frozen=True)
class Word:
    """A row of the glossary."""

    name: str
    forms: tuple[str, ...]
    links: tuple[tuple[str, str], ...]

    @property
    def pattern(self) -> str:
        every = "|".join(re.escape(form) for form in self.forms)
        return rf"(?<![\w-])(?:{every})s?(?![\w-])"


@cache
def words() -> tuple[Word, ...]:
    return tuple(
        Word(
            row["word"],
            (row["word"], *(row["forms"] or "").split(", ")) if row["forms"] else (row["word"],),
            tuple((link["notebook"], link["heading"] or "") for link in _LINK.finditer(row["links"])),
        )
        for row in _ROW.finditer(GLOSSARY.read_text("utf-8"))
    )


@cache
def texts() -> tuple[tuple[str, str, str], ...]:
    """What a learner reads, in order: notebook, the heading above, and the words of a cell or of a part of one."""
    found = []
    for path in sorted((ROOT / "release").glob("m01_tensors/*.ipynb")):
        heading = ""
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code":
                hidden = cell["metadata"].get("jupyter", {}).get("source_hidden")
                graded = "nbgrader" in cell["metadata"]
                found.append((path.stem, heading, _said(source) if not (hidden or graded) else ""))
                continue
            parts = _HEADING.split(source)
            found.append((path.stem, heading, parts[0]))
            for title, text in zip(parts[1::2], parts[2::2], strict=True):
                heading = re.sub(r"[`*]", "", title).replace(" ", "-")
                found.append((path.stem, heading, f"{title}\n{text}"))
    return tuple(found)


def _said(code: str) -> str:
    """The comments and the texts in a cell's code."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
        ast.parse(code)
    except (tokenize.TokenError, SyntaxError):
        return ""
    return "\n".join(token.string for token in tokens if token.type in (tokenize.COMMENT, tokenize.STRING))


@pytest.mark.parametrize("word", words(), ids=lambda word: word.name)
def test_a_word_is_explained_where_the_glossary_says_and_used_nowhere_before(word: Word) -> None:
    bold = re.compile(rf"\*\*[^*]*{word.pattern}[^*]*\*\*", re.IGNORECASE)
    plain = re.compile(word.pattern, re.IGNORECASE)
    for notebook, heading, text in texts():
        explained = bold.search(text) if (notebook, heading) == word.links[0] else None
        before = _NOT_PROSE.sub(" ", text[: explained.start()] if explained else text)
        if (notebook, heading) == word.links[0]:
            before = before.partition("\n")[2]  # the heading may name what the section is about to explain
        used = plain.search(before)
        where = f"{notebook}, {heading}: ...{before[max(0, used.start() - 60) : used.end() + 20]}..." if used else ""
        assert not used, f"{word.name} is used before {word.links[0]}: {where}"
        if explained:
            return
    pytest.fail(f"{word.name} does not stand in bold under {word.links[0]}")


def test_every_link_of_the_glossary_leads_to_a_heading() -> None:
    there = {(notebook, heading) for notebook, heading, _ in texts()} | {(notebook, "") for notebook, _, _ in texts()}
    assert [link for word in words() for link in word.links if link not in there] == []


def test_the_glossary_holds_the_words_and_letters_of_the_course() -> None:
    names = {word.name for word in words()}
    assert names >= {
        "axis", "dim", "stride", "view", "contiguous", "batch", "seq", "embed", "head", "head_dim", "query", "key",
        "value", "mask", "causal mask", "loss", "activation function", "bias", "logits", "a letter for each axis",
    }  # fmt: skip
    assert len(names) == len(words()) == GLOSSARY.read_text("utf-8").count("\n| **")


def test_every_notebook_links_to_the_glossary() -> None:
    for notebook in {notebook for notebook, _, _ in texts()}:
        assert any("(glossary.md)" in text for name, _, text in texts() if name == notebook), notebook
