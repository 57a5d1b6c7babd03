"""layer_norm: what its check tries."""

import torch

from shapewise.checks.exercise import Axes, Case, Exercise
from shapewise.checks.inputs import normal

__all__ = ["EXERCISE"]


def _case(
    label: str, x: torch.Tensor, eps: float, *, edge: bool = True, axes: Axes | None = None, digits: bool = False
) -> Case:
    width = x.shape[-1]
    weight = 1 + torch.arange(float(width)).remainder(3) / 2
    bias = torch.arange(float(width)).remainder(4) - 1
    inputs = (x, weight.to(x.dtype), bias.to(x.dtype))
    return Case(f"{label}, eps {eps:g}", lambda: (*(part.clone() for part in inputs), eps), edge, axes, None, digits)


EXERCISE = Exercise(
    signature="layer_norm(x, weight, bias, eps)",
    notebook="6_build",
    points=4,
    rebuilds=("layer_norm", "group_norm", "batch_norm", "instance_norm", "rms_norm"),
    axes=("token", "feature"),
    cases=(
        _case("x (2, 4)", torch.tensor([[1.0, 3.0, 1.0, 3.0], [0.0, 4.0, 8.0, 4.0]]), 1e-5, edge=False),
        _case("x (2, 4, 6)", normal(2, 4, 6, seed=0) + 2, 1e-5, edge=False, axes=("batch", "token", "feature")),
        _case("one token, x (5,)", normal(5, seed=1) + 2, 1e-5, axes=("feature",)),
        _case("all sizes equal: x (4, 4, 4)", normal(4, 4, 4, seed=2), 1e-5, axes=("batch", "token", "feature")),
        _case("eps as large as the variance: x (2, 4)", torch.tensor([[0.0, 1, 0, 1], [2, 2, 3, 1]]), 0.5),
        _case("a variance near 1e-6: x (2, 6)", normal(2, 6, seed=3) / 1000, 1e-6),
        _case("a token whose features are all 3", torch.full((1, 4), 3.0), 1e-5),
        _case("a token near 10,000", torch.tensor([[10001.0, 10003.0, 10001.0, 10003.0]]), 1e-5,
              digits=True),
        _case("x (3, 5) in float64", normal(3, 5, seed=4, dtype=torch.float64) + 2, 1e-5),
    ),
)
