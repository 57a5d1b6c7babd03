"""last_valid: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import scattered

__all__ = ["EXERCISE"]


def _with_tokens_of_zeros() -> torch.Tensor:
    """The last real token of sequence 0, number 4, is all zeros, and so is the padding behind it."""
    x = scattered(2, 7, 4)
    x[0, 4:] = 0
    return x


EXERCISE = Exercise(
    signature="last_valid(x, lengths)",
    notebook="1_shapes",
    points=5,
    axes=("batch", "embed"),
    input_axes={"x": ("sequence", "token", "feature")},
    moves="x",
    vectorised=(
        lambda: (scattered(2, 3, 4), torch.tensor([1, 3])),
        lambda: (scattered(26, 3, 4), 1 + torch.arange(26) % 3),
    ),
    rows_added=24,
    cases=(
        Case("x (3, 8, 5), lengths 2, 7, 4", lambda: (scattered(3, 8, 5), torch.tensor([2, 7, 4]))),
        Case("x (2, 6, 4), lengths 6, 1", lambda: (scattered(2, 6, 4), torch.tensor([6, 1]))),
        Case(
            "x (2, 7, 4) with gradients, lengths 5, 2",
            lambda: (scattered(2, 7, 4), torch.tensor([5, 2])),
            grad_weights=lambda: torch.arange(1.0, 9.0).reshape(2, 4),
        ),
        Case(
            "lengths as int32: x (2, 7, 4), lengths 6, 1",
            lambda: (scattered(2, 7, 4), torch.tensor([6, 1], dtype=torch.int32)),
            edge=True,
        ),
        Case("x (2, 7, 4) in float64, lengths 3, 6", lambda: (scattered(2, 7, 4).double(), torch.tensor([3, 6])),
             edge=True),
        Case("x (2, 7, 4) of whole numbers, int64", lambda: (scattered(2, 7, 4).long(), torch.tensor([3, 6])),
             edge=True),
        Case(
            "as many sequences as tokens: x (3, 3, 6), lengths 3, 1, 2",
            lambda: (scattered(3, 3, 6), torch.tensor([3, 1, 2])),
            edge=True,
        ),
        Case("one sequence: x (1, 6, 4), length 3", lambda: (scattered(1, 6, 4), torch.tensor([3])), edge=True),
        Case("all lengths 2: x (3, 5, 7)", lambda: (scattered(3, 5, 7), torch.tensor([2, 2, 2])), edge=True),
        Case(
            "a last real token that is all zeros: x (2, 7, 4), lengths 5, 3",
            lambda: (_with_tokens_of_zeros(), torch.tensor([5, 3])),
            edge=True,
        ),
        Case(
            "x (3, 5, 7) that is not contiguous: two axes were swapped",
            lambda: (scattered(5, 3, 7).transpose(0, 1), torch.tensor([4, 1, 2])),
            edge=True,
        ),
    ),
)
