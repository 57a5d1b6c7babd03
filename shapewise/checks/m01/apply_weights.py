"""apply_weights: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise
from shapewise.checks.inputs import scattered

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="apply_weights(weights, values)",
    notebook="5_attention",
    points=2,
    axes=("query", "feature"),
    result="output",
    cases=(
        Case(
            "weights (2, 4), values (4, 7)",
            lambda: (torch.tensor([[0.5, 0.25, 0.25, 0.0], [0.0, 0.25, 0.0, 0.75]]), scattered(4, 7)),
        ),
        Case(
            "weights (1, 3), values (3, 5)",
            lambda: (torch.tensor([[0.125, 0.625, 0.25]]), scattered(3, 5)),
        ),
        Case(
            "all sizes equal: weights (3, 3), values (3, 3)",
            lambda: (torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.25, 0.25, 0.5]]), scattered(3, 3)),
            edge=True,
        ),
        Case("each query looks at itself alone", lambda: (torch.eye(4), scattered(4, 2)), edge=True),
        Case(
            "all weight on one key",
            lambda: (torch.tensor([[0.0, 0.0, 1.0, 0.0]]), scattered(4, 2)),
            edge=True,
        ),
        Case(
            "weights (1, 3), values (3, 5), both in float64",
            lambda: (torch.tensor([[0.2, 0.3, 0.5]], dtype=torch.float64), scattered(3, 5).double()),
            edge=True,
        ),
    ),
)
