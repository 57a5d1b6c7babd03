"""Two hundred common English words -> their vectors: what a model learned of each, in 16 numbers.

The numbers are Stanford's GloVe, reduced by ``tools/make_words.py``; source and license stand in ``vectors.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

__all__ = ["word_vectors"]

_DATA = Path(__file__).parent / "vectors.json"


def word_vectors() -> tuple[list[str], torch.Tensor]:
    """The words, and their vectors as a float32 tensor of shape (200, 16): row ``i`` belongs to word ``i``.

    Each call returns a list and a tensor of its own. On average the square of a number is 1.

    >>> words, vectors = word_vectors()
    >>> vectors[words.index("cat")].shape
    torch.Size([16])
    """
    import torch  # not at the top: the commands need none

    rows = json.loads(_DATA.read_text("utf-8"))["vectors"]
    return [word for word, *_ in rows], torch.tensor([numbers for _, *numbers in rows], dtype=torch.float32)
