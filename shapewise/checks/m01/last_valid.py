"""last_valid: what its check tries, and the mistakes that it knows."""

from typing import Any

import torch

from shapewise.checks.exercise import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _always_the_last(x: Any, lengths: Any) -> Any:
    return x[:, -1]


def _the_first(x: Any, lengths: Any) -> Any:
    return x[:, 0]


def _every_length_for_every_sequence(x: Any, lengths: Any) -> Any:
    return x[:, lengths - 1]


def _every_length_one_too_far(x: Any, lengths: Any) -> Any:
    return x[:, lengths]


def _sequences_picked_by_length(x: Any, lengths: Any) -> Any:
    return x[lengths]


def _one_too_far(x: Any, lengths: Any) -> Any:
    return torch.stack([x[b, n] for b, n in enumerate(lengths.tolist())])


def _counted_from_the_end(x: Any, lengths: Any) -> Any:
    return torch.stack([x[b, -n] for b, n in enumerate(lengths.tolist())])


def _one_length_for_all(x: Any, lengths: Any) -> Any:
    return x[:, int(lengths[0]) - 1]


def _longest_for_all(x: Any, lengths: Any) -> Any:
    return x[:, int(lengths.max()) - 1]


def _sequences_picked(x: Any, lengths: Any) -> Any:
    return x[lengths - 1]


def _axes_swapped(x: Any, lengths: Any) -> Any:
    return torch.stack([x[n - 1, b] for b, n in enumerate(lengths.tolist())])


def _axis_of_length_one_left(x: Any, lengths: Any) -> Any:
    return torch.cat([x[b : b + 1, n - 1 : n] for b, n in enumerate(lengths.tolist())])


def _mean_of_the_real_ones(x: Any, lengths: Any) -> Any:
    return torch.stack([x[b, :n].mean(dim=0) for b, n in enumerate(lengths.tolist())])


def _lengths_changed(x: Any, lengths: Any) -> Any:
    lengths -= 1
    return torch.stack([x[b, n] for b, n in enumerate(lengths.tolist())])


def _one_by_one(x: Any, lengths: Any) -> Any:
    return torch.stack([x[b, n - 1] for b, n in enumerate(lengths.tolist())])


# The next two take all sequences at once: a loop of their own would make them look like any other loop.
def _by_numpy(x: Any, lengths: Any) -> Any:
    return torch.from_numpy(x.numpy()[range(len(x)), lengths.numpy() - 1])


def _cut_from_the_graph(x: Any, lengths: Any) -> Any:
    return x.detach()[range(len(x)), lengths.long() - 1]


def _as_one_hot(x: Any, lengths: Any) -> Any:
    return torch.nn.functional.one_hot(lengths - 1, x.shape[1])


def _x(batch: int, seq: int, embed: int) -> torch.Tensor:
    return torch.arange(float(batch * seq * embed)).reshape(batch, seq, embed)


_PAIRS = (
    "Give two lists of places: which sequence (0, 1, 2, ...), and which token of it. They are walked through in pairs."
)

EXERCISE = Exercise(
    signature="last_valid(x, lengths)",
    notebook="1_shapes",
    points=5,
    axes=("batch", "embed"),
    input_axes={"x": ("sequence", "token", "feature")},
    vectorised=(
        lambda: (_x(2, 3, 4), torch.tensor([1, 3])),
        lambda: (_x(12, 3, 4), torch.tensor([1, 3, 2, 2, 1, 1, 3, 3, 2, 1, 2, 3])),
    ),
    cases=(
        Case("x (3, 5, 2), lengths 2, 4, 3", lambda: (_x(3, 5, 2), torch.tensor([2, 4, 3]))),
        Case("x (4, 3, 2), lengths 3, 1, 2, 3", lambda: (_x(4, 3, 2), torch.tensor([3, 1, 2, 3]))),
        Case(
            "x (2, 4, 3) with gradients, lengths 4, 2",
            lambda: (_x(2, 4, 3), torch.tensor([4, 2])),
            grad_weights=lambda: torch.arange(1.0, 7.0).reshape(2, 3),
        ),
        Case(
            "lengths as int32: x (2, 4, 3), lengths 3, 1",
            lambda: (_x(2, 4, 3), torch.tensor([3, 1], dtype=torch.int32)),
            edge=True,
        ),
        Case(
            "as many sequences as tokens: x (3, 3, 2), lengths 3, 1, 2",
            lambda: (_x(3, 3, 2), torch.tensor([3, 1, 2])),
            edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            _always_the_last,
            "Your result is `x[:, -1]`: the last token of every sequence, be it real or padding.",
            "Use `lengths`: they say where the real tokens of each sequence stop.",
        ),
        Mistake(_the_first, "Your result is `x[:, 0]`, the first token of every sequence.", "Use `lengths`."),
        Mistake(
            _every_length_for_every_sequence,
            "Your result is `x[:, lengths - 1]`: a slice combines with a list as every with every, so each sequence "
            "gets the tokens of all lengths.",
            _PAIRS,
        ),
        Mistake(
            _one_too_far,
            "Your result takes token number `lengths`. Tokens are counted from 0, so a sequence of 2 has tokens 0 "
            "and 1, and token 2 is padding (or does not exist).",
            "Step back by one.",
        ),
        Mistake(
            _counted_from_the_end,
            "Your result counts `lengths` back from the end. The real tokens stand at the front.",
            "Count from the front, where the first token is number 0.",
        ),
        Mistake(
            _one_length_for_all,
            "Your result takes the length of the first sequence for all of them.",
            _PAIRS,
        ),
        Mistake(
            _longest_for_all,
            "Your result takes the largest length for all of them, so the shorter sequences give padding.",
            _PAIRS,
        ),
        Mistake(
            _sequences_picked,
            "Your result is `x[lengths - 1]`: a single index counts along the first axis, so it picks sequences.",
            _PAIRS,
        ),
        Mistake(
            _sequences_picked_by_length,
            "Your result is `x[lengths]`: a single index counts along the first axis, so it picks sequences.",
            _PAIRS,
        ),
        Mistake(
            _every_length_one_too_far,
            "Your result is `x[:, lengths]`: a slice combines with a list as every with every, so each sequence gets "
            "the tokens of all lengths. And tokens are counted from 0.",
            _PAIRS,
        ),
        Mistake(
            _axes_swapped,
            "Your two lists stand in the wrong order: the first one must count sequences, the second one tokens.",
            "Put the list of sequences first: axis 0 of `x` is the batch.",
        ),
        Mistake(
            _axis_of_length_one_left,
            "The vectors are right, but an axis of length 1 is left where *seq* was.",
            "Take that axis away. An index with two lists leaves none in the first place.",
        ),
        Mistake(
            _mean_of_the_real_ones,
            "Your result is the mean of all real tokens of each sequence.",
            "Only the last of them is wanted.",
        ),
        Mistake(
            _lengths_changed,
            "The vectors are right, but `lengths -= 1` writes into the caller's tensor. The next call will find "
            "lengths that are too small.",
            "Write `lengths - 1`, which makes a new tensor.",
        ),
        Mistake(_one_by_one, "Your function goes through the sequences one by one, in Python.", _PAIRS),
        Mistake(
            _by_numpy,
            "Your function takes `x` over to NumPy. A tensor that records gradients is not handed out.",
            "Stay in torch: it indexes with lists of places just as NumPy does.",
        ),
        Mistake(
            _cut_from_the_graph,
            "The vectors are right, but the thread to `x` is cut (`detach`, `.data`, or a tensor made anew).",
            "Return what indexing gives.",
        ),
        Mistake(
            _as_one_hot,
            "Your function needs int64: `one_hot` refuses other integers.",
            "Convert the lengths first, or use an index, which takes both.",
        ),
    ),
)
