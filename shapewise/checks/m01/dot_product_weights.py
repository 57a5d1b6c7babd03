"""dot_product_weights: what its check tries."""

import torch

from shapewise.checks.exercise import Case, Exercise

__all__ = ["EXERCISE"]

EXERCISE = Exercise(
    signature="dot_product_weights(tokens)",
    notebook="5_attention",
    points=3,
    axes=("query", "key"),
    result="weights",
    cases=(
        Case(
            "4 tokens of 2 features: [[1, 0], [1, 1], [0, 2], [-1, 1]]",
            lambda: (torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0], [-1.0, 1.0]]),),
        ),
        Case(
            "2 tokens of 5 features: [[1, 0, -1, 0, 1], [0, 1, 1, 1, 0]]",
            lambda: (torch.tensor([[1.0, 0.0, -1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 1.0, 0.0]]),),
        ),
        Case(
            "as many tokens as features: [[1, 2], [0, -1]]",
            lambda: (torch.tensor([[1.0, 2.0], [0.0, -1.0]]),),
            edge=True,
        ),
        Case(
            "large numbers: [[12, 0, 1], [12, 1, 0], [11, 5, 1]]",
            lambda: (torch.tensor([[12.0, 0.0, 1.0], [12.0, 1.0, 0.0], [11.0, 5.0, 1.0]]),),
            edge=True,
        ),
        Case("a token alone: [[1, 0, 2]]", lambda: (torch.tensor([[1.0, 0.0, 2.0]]),), edge=True),
        Case(
            "3 tokens of 5 features in float64",
            lambda: (torch.arange(-7.0, 8.0, dtype=torch.float64).reshape(3, 5) / 8,),
            edge=True,
        ),
    ),
)
