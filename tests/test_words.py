"""The word vectors: real ones, in which near means alike."""

from __future__ import annotations

import json

import pytest
import torch

from shapewise import word_vectors
from shapewise.words import _DATA

WORDS, VECTORS = word_vectors()


def nearest(vector: torch.Tensor, but: set[str]) -> str:
    """The word with the smallest angle to a vector, leaving out those it was made from."""
    closeness = torch.nn.functional.cosine_similarity(VECTORS, vector, dim=-1)
    return next(WORDS[at] for at in closeness.argsort(descending=True).tolist() if WORDS[at] not in but)


def of(word: str) -> torch.Tensor:
    return VECTORS[WORDS.index(word)]


def test_there_are_200_different_words_with_16_numbers_each() -> None:
    assert len(set(WORDS)) == len(WORDS) == 200
    assert VECTORS.shape == (200, 16) and VECTORS.dtype == torch.float32


def test_the_squares_of_the_numbers_average_one_and_no_axis_is_shifted() -> None:
    assert VECTORS.square().mean().item() == pytest.approx(1, abs=1e-3)
    assert VECTORS.mean(dim=0).abs().max().item() < 1e-3


def test_the_sentence_of_the_course_is_in_it() -> None:
    assert {"the", "cat", "sat", "on", "mat"} <= set(WORDS)


@pytest.mark.parametrize(
    ("word", "neighbor"),
    [("cat", "dog"), ("dog", "cat"), ("tea", "coffee"), ("red", "green"), ("two", "three"), ("ate", "drank"),
     ("queen", "prince"), ("on", "the"), ("paris", "berlin"), ("doctor", "nurse"), ("rug", "sofa")],
)  # fmt: skip
def test_the_nearest_word_is_one_of_its_kind(word: str, neighbor: str) -> None:
    assert nearest(of(word), {word}) == neighbor


@pytest.mark.parametrize(
    ("a", "b", "c", "d"),
    [("king", "man", "woman", "queen"), ("father", "man", "woman", "mother"), ("tokyo", "japan", "germany", "berlin")],
)
def test_differences_between_words_mean_something(a: str, b: str, c: str, d: str) -> None:
    assert nearest(of(a) - of(b) + of(c), {a, b, c}) == d


def test_a_write_into_the_vectors_does_not_reach_the_next_caller() -> None:
    words, vectors = word_vectors()
    words.clear()
    vectors.zero_()
    assert word_vectors()[0] == WORDS and torch.equal(word_vectors()[1], VECTORS)


def test_source_and_license_stand_with_the_numbers() -> None:
    about = json.loads(_DATA.read_text("utf-8"))["about"]
    assert about.keys() == {"source", "address", "license"}
    assert "Public Domain" in about["license"]
