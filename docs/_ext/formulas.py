"""Sphinx's formulas -> HTML that is finished when the page is made. One that cannot be read stops the build."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from _ext.scripts import FormulaError, formula

__all__ = ["setup"]


class UnreadableFormulaError(SphinxError):
    """Where a formula stands, and what is wrong with it."""

    category = "A formula cannot be read"


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_html_math_renderer("katex", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(visitor: Any, node: nodes.math) -> None:
    visitor.body.append(_made(node, display=False))
    raise nodes.SkipNode


def _block(visitor: Any, node: nodes.math_block) -> None:
    visitor.body.append(f'<div class="formula">{_made(node, display=True)}</div>')
    raise nodes.SkipNode


def _made(node: nodes.Element, display: bool) -> str:
    tex = node.astext()
    try:
        return formula(tex, display)
    except FormulaError as error:
        source, line = node.source or "a page", node.line
        raise UnreadableFormulaError(f"{source}{f', line {line}' if line else ''}: ${tex}$\n  {error}") from None
