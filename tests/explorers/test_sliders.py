"""The dimension and pipeline explorers: every state's picture, and the facts that the lesson relies on."""

import re

import pytest
import torch

from shapewise.explorers import dimension, pipeline
from tests.explorers.markup import elements, with_class


@pytest.mark.parametrize(
    ("ndim", "name", "shape"),
    [(0, "Scalar", "()"), (1, "Vector", "(5,)"), (2, "Matrix", "(2, 3)"), (3, "3D tensor", "(batch, seq, embed)")],
)
def test_each_number_of_dimensions_has_its_name_shape_example_and_code(ndim, name, shape):
    picture = dimension.render(dimension.State(ndim))
    assert [e.words for e in with_class(picture, "sw-title")] == [f"{ndim}D: {name}"]
    shown_shape, example, code = [e.words for e in elements(picture) if e.tag == "code"]
    assert shown_shape == shape
    made = eval(code, {"torch": torch})
    assert made.dim() == ndim
    if ndim < 3:
        assert str(tuple(made.shape)) == shape
        assert torch.equal(made, torch.tensor(eval(example), dtype=made.dtype))


def test_the_progress_line_fills_the_dots_that_were_passed_and_is_dashed_ahead():
    for ndim in range(4):
        picture = dimension.render(dimension.State(ndim))
        assert picture.count("stroke-dasharray") == 3 - ndim
        words = [e.words for e in elements(picture) if e.tag == "text"]
        assert words[:4] == ["0D", "1D", "2D", "3D"]


def test_the_three_axes_of_a_stack_are_labelled():
    words = " ".join(e.words for e in elements(dimension.render(dimension.State(3))) if e.tag == "text")
    for axis in ("batch", "seq", "embed"):
        assert axis in words


def test_each_stage_says_its_shape_and_draws_that_many_cells():
    drawn = {}
    for stage in range(3):
        picture = pipeline.render(pipeline.State(stage))
        title = with_class(picture, "sw-title")[0].words
        drawn[title] = [e.words for e in elements(picture) if e.tag == "code"]
        assert len([e for e in elements(picture) if e.tag == "polygon"]) >= 2, "two arrows join three boxes"
    assert drawn == {
        "Token IDs": ["(batch, seq_len)", "(2, 4)"],
        "Embeddings": ["(batch, seq_len, embed_dim)", "(2, 4, 8)"],
        "Attention": ["(batch, heads, seq, seq)", "(2, 2, 4, 4)"],
    }
    ids = [e.words for e in elements(pipeline.render(pipeline.State(0))) if e.tag == "text"]
    assert [int(word) for word in ids if word.isdigit() and int(word) > 3] == [
        101,
        2054,
        2003,
        102,
        101,
        7592,
        999,
        102,
    ]


def test_attention_weights_are_causal_sum_to_one_and_fade_with_distance():
    for weights in pipeline.attention_weights():
        assert torch.equal(weights.triu(1), torch.zeros(4, 4))
        assert torch.allclose(weights.sum(-1), torch.ones(4))
        for q in range(4):
            seen = weights[q, : q + 1]
            assert torch.equal(seen, seen.sort().values)


def test_a_weight_names_its_query_and_the_keys_up_to_it():
    picture = pipeline.render(pipeline.State(2))
    named = {e.attributes["data-cell"] for e in elements(picture) if "data-cell" in e.attributes}
    for cell in with_class(picture, "sw-cell"):
        head, query = re.match(r"h(\d)q(\d)", cell.attributes["data-from"]).groups()
        keys = re.findall(r"k(\d)", cell.attributes["data-from"])
        assert keys == [str(k) for k in range(int(query) + 1)]
        assert set(cell.attributes["data-from"].split()) <= named
        assert f"query {query}" in cell.attributes["aria-label"]
        assert head in "01"


@pytest.mark.parametrize("module", [dimension, pipeline])
def test_every_frame_is_well_formed_the_same_every_time_and_says_in_words_what_it_draws(module):
    for k in range(module.LAST + 1):
        picture = module.render(module.State(k))
        assert picture == module.render(module.State(k))
        for drawing in (e for e in elements(picture) if e.tag == "svg"):
            assert drawing.attributes["role"] == "img" and len(drawing.attributes["aria-label"]) > 20
        assert module.title(module.State(k)) in module.words(module.State(k))


@pytest.mark.parametrize("state", [dimension.State, pipeline.State])
@pytest.mark.parametrize("value", [-1, 4])
def test_a_state_without_a_picture_is_refused(state, value):
    with pytest.raises(ValueError, match=str(value)):
        state(value)
