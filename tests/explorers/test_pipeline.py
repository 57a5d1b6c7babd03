"""The pipeline explorer: what each stage says and draws, and that its numbers are what torch makes of them."""

import torch

from tests.explorers.bundle import explorer
from tests.explorers.markup import elements, with_class

PIPELINE = explorer("pipeline")
STAGES = ["Token IDs", "Embeddings", "Queries and keys", "Scores", "Attention", "Mixed", "Logits"]
SHAPES = ["(2, 4)", "(2, 4, 8)", "(2, 2, 4, 4)", "(2, 2, 4, 4)", "(2, 2, 4, 4)", "(2, 4, 8)", "(2, 4, 30522)"]


def test_each_stage_has_its_name_and_shape_and_its_line_of_torch_makes_that_shape():
    for stage, (name, shape) in enumerate(zip(STAGES, SHAPES, strict=True)):
        picture = PIPELINE.render(stage=stage)
        assert with_class(picture, "sw-title")[0].words.startswith(name)
        assert shape in [element.words for element in elements(picture) if element.tag == "code"]
        made: dict[str, object] = {"torch": torch}
        exec(PIPELINE.torch(stage=stage), made)
        assert str(tuple(list(made.values())[-1].shape)) == shape
        assert with_class(picture, "sw-button")[stage].attributes["aria-pressed"] == "true"


def test_ids_stand_with_their_words():
    words = [element.words for element in elements(PIPELINE.render(stage=0)) if element.tag == "text"]
    for pair in (("what", "2054"), ("is", "2003"), ("hello", "7592"), ("!", "999")):
        assert words[words.index(pair[0]) + 1] == pair[1]


def test_the_numbers_are_those_that_torch_computes():
    facts = PIPELINE.facts()
    q, k = (torch.tensor(facts[name], dtype=torch.float64) for name in ("queries", "keys"))
    x = torch.tensor(facts["embeddings"], dtype=torch.float64)
    scores = q @ k.mT / 2
    weights = scores.masked_fill(torch.ones(4, 4).triu(1).bool(), -torch.inf).softmax(-1)
    mixed = (weights @ x.view(2, 4, 2, 4).transpose(1, 2)).transpose(1, 2).reshape(2, 4, 8)
    logits = mixed @ torch.tensor(facts["table"], dtype=torch.float64).T
    for name, wanted in (("scores", scores), ("weights", weights), ("mixed", mixed), ("logits", logits)):
        torch.testing.assert_close(torch.tensor(facts[name], dtype=torch.float64), wanted)


def test_attention_weights_are_causal_and_fade_with_distance():
    for weights in torch.tensor(PIPELINE.facts()["weights"]):
        assert torch.equal(weights.triu(1), torch.zeros(4, 4))
        for row, weight in enumerate(weights):
            assert torch.equal(weight[: row + 1], weight[: row + 1].sort().values)


def test_heads_are_a_preview_until_they_are_explained():
    for stage in range(7):
        assert ("preview" in PIPELINE.render(stage=stage)) == (2 <= stage <= 5)
