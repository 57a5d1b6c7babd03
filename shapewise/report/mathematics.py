r"""TeX, as ``$x < y$`` in a text -> MathML, which browsers show without a script or a font from elsewhere.

The converter passes on what stands in ``\href`` or ``\style``, and text as if it were markup. So of its tree only the
elements and attributes of presentation are kept, and every text is escaped here.
"""

from __future__ import annotations

import re
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

__all__ = ["mathml"]

_ELEMENTS = """
math mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup
mtable mtd mtext mtr munder munderover none
"""
_ATTRIBUTES = """
accent columnalign columnlines columnspacing display displaystyle fence form largeop linethickness lspace mathvariant
maxsize minsize movablelimits rowlines rowspacing rspace scriptlevel separator stretchy symmetric width
"""
_KEPT, _KEPT_ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|gathered|split)\}")  # the converter knows align* only
_EQUATION = re.compile(r"\\(?:begin|end)\{equation\*?\}")
_MOST_CHARACTERS, _DEEPEST = 2000, 60


def mathml(tex: str, *, block: bool = False) -> str:
    """The formula as MathML; TeX that cannot be read is shown as it was written."""
    shown = f"$${tex}$$" if block else f"${tex}$"
    plain = f'<code class="tex">{escape(shown)}</code>'
    if len(tex) > _MOST_CHARACTERS:
        return plain
    tex = _EQUATION.sub("", _ALIGNED.sub(r"\\\1{align*}", tex))
    try:
        return _markup(convert_to_element(tex, display="block" if block else "inline"), 0)
    except Exception:  # whatever a student wrote there
        return plain


def _markup(element: Element, depth: int) -> str:
    if element.tag not in _KEPT or depth > _DEEPEST:
        raise ValueError(f"no element of a formula: {element.tag}")
    attributes = "".join(
        f' {name}="{escape(unescape(value))}"' for name, value in element.attrib.items() if name in _KEPT_ATTRIBUTES
    )
    text = escape(unescape(element.text or ""))
    inside = "".join(_markup(child, depth + 1) for child in element)
    return f"<{element.tag}{attributes}>{text}{inside}</{element.tag}>"
