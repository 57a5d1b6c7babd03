"""The broadcasting rule against torch's own, and the repairs against the rule."""

import random

import numpy as np
import pytest
import torch

from shapewise.explorers.broadcasting import align, repairs, torch_says


def random_pairs(count, seed):
    """Pairs of shapes of 0 to 5 axes, related often enough that about half of them broadcast."""
    rng = random.Random(seed)
    for _ in range(count):
        full = [rng.choice([0, 1, 2, 3, 4, 7]) for _ in range(rng.randint(0, 5))]

        def part(full=full):
            kept = full[rng.randint(0, len(full)) :]
            return tuple(rng.choice([1, size, size, rng.choice([0, 2, 3, 4])]) for size in kept)

        yield part(), part()


def torch_result(a, b):
    try:
        return tuple(torch.broadcast_shapes(a, b))
    except RuntimeError:
        return None


def test_the_result_or_its_absence_agrees_with_torch_on_twelve_thousand_random_pairs():
    outcomes = {True: 0, False: 0}
    for a, b in random_pairs(12_000, seed=0):
        result = align(a, b).result
        assert result == torch_result(a, b), (a, b)
        outcomes[result is not None] += 1
    assert min(outcomes.values()) > 1_500


def test_the_result_agrees_with_numpy_too():
    for a, b in random_pairs(2_000, seed=1):
        try:
            expected = np.broadcast_shapes(a, b)
        except ValueError:
            expected = None
        assert align(a, b).result == expected


def test_conflicts_are_exactly_the_axes_that_torch_would_refuse_alone():
    for a, b in random_pairs(3_000, seed=2):
        aligned = align(a, b)
        sizes = zip(aligned.a.aligned, aligned.b.aligned, strict=True)
        refused = tuple(axis for axis, (x, y) in enumerate(sizes) if torch_result((x,), (y,)) is None)
        assert aligned.conflicts == refused
        assert (aligned.result is None) == bool(refused)


def test_each_size_is_told_apart_as_original_padded_stretched_or_conflict():
    aligned = align((4, 1, 3), (5, 3))
    assert (aligned.a.fates, aligned.b.fates) == (
        ("original", "stretched", "original"),
        ("padded", "original", "original"),
    )
    assert align((3, 4), (2, 4)).a.fates == ("conflict", "original")
    assert align((1,), (1,)).a.fates == ("original",)


def test_only_padding_is_ever_added_and_only_in_front():
    for a, b in random_pairs(2_000, seed=3):
        for operand in (align(a, b).a, align(a, b).b):
            padding = operand.fates.count("padded")
            assert operand.fates[:padding] == ("padded",) * padding
            assert operand.aligned == (1,) * padding + operand.shape


def test_every_clashing_pair_is_offered_a_repair_and_torch_confirms_what_each_repair_promises():
    clashing = 0
    for a, b in random_pairs(4_000, seed=4):
        if align(a, b).result is not None:
            continue
        clashing += 1
        offered = repairs(a, b)
        assert 1 <= len(offered) <= 4
        for repair in offered:
            shape = {"A": a, "B": b}[repair.which]
            tensor = torch.zeros(()).expand(shape)
            by_method = eval(f"tensor{repair.method}", {"tensor": tensor})
            by_index = eval(f"tensor{repair.index}", {"tensor": tensor})
            assert tuple(by_method.shape) == tuple(by_index.shape) == repair.shape
            other = b if repair.which == "A" else a
            assert tuple(torch.broadcast_shapes(repair.shape, other)) == repair.result
    assert clashing > 500


def test_the_lesson_s_conflict_is_mended_by_one_new_axis():
    first = repairs((3, 4), (2, 4))[0]
    assert (first.method, first.index, first.result) == (".unsqueeze(1)", "[:, None]", (3, 2, 4))


@pytest.mark.parametrize(("a", "b"), [((3, 4), (2, 4)), ((2, 3), (3, 2)), ((0, 3), (2, 3))])
def test_torch_s_message_is_the_one_that_adding_such_tensors_raises(a, b):
    with pytest.raises(RuntimeError) as raised:
        torch.zeros(a) + torch.zeros(b)
    assert torch_says(a, b) == str(raised.value)


def test_torch_says_nothing_where_shapes_broadcast():
    assert torch_says((4, 1, 3), (5, 3)) == ""
