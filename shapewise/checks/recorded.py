"""Expected answers <-> JSON: plain data with exact dtypes, shapes and values.

Floating numbers are written with as many digits as they need to be read back bit for bit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from shapewise.checks.comparing import numbers

__all__ = ["Expected", "decoded", "encoded", "load", "recording", "save"]

_NUMBER_WORDS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


@dataclass(frozen=True)
class Expected:
    """What the reference does in one case: a value or the name of an exception, and gradients if asked for."""

    value: Any = None
    error: str | None = None
    gradients: Mapping[int, Any] = field(default_factory=dict)


def recording(package: str, name: str) -> Path:
    """Where the expected answers of one exercise lie: beside its spec."""
    module = __import__(package, fromlist=["__file__"])
    return Path(str(module.__file__)).with_name(f"{name}.json")


def load(path: Path) -> dict[str, Expected]:
    """Read the expected answers of one exercise, by the label of the case."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        label: Expected(
            value=decoded(case.get("value")),
            error=case.get("error"),
            gradients={int(at): decoded(value) for at, value in case.get("gradients", {}).items()},
        )
        for label, case in raw.items()
    }


def save(path: Path, answers: Mapping[str, Expected]) -> None:
    """Write the expected answers of one exercise, one case a line."""
    lines = [f"  {json.dumps(label)}: {json.dumps(_case(answer))}" for label, answer in answers.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _case(answer: Expected) -> dict[str, Any]:
    if answer.error is not None:
        return {"error": answer.error}
    case: dict[str, Any] = {"value": encoded(answer.value)}
    if answer.gradients:
        case["gradients"] = {str(at): encoded(value) for at, value in answer.gradients.items()}
    return case


def encoded(value: Any) -> Any:
    """Plain data as what JSON can hold."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return {"float": _number(value)}
    if isinstance(value, torch.Tensor | np.ndarray):
        kind = "tensor" if isinstance(value, torch.Tensor) else "array"
        flat = [_number(item) for item in numbers(value).ravel().tolist()]
        return {kind: str(value.dtype).removeprefix("torch."), "shape": list(value.shape), "values": flat}
    if isinstance(value, tuple):
        return {"tuple": [encoded(item) for item in value]}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encoded(key), encoded(item)] for key, item in value.items()]}
    raise TypeError(
        f"an expected answer of type {type(value).__name__} cannot be recorded; let the spec's `reads` pick "
        "numbers, text, tensors, arrays, tuples, lists or dicts of it"
    )


def decoded(raw: Any) -> Any:
    """What ``encoded`` was given."""
    if isinstance(raw, list):
        return [decoded(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    if "float" in raw:
        return _read(raw["float"])
    if "tuple" in raw:
        return tuple(decoded(item) for item in raw["tuple"])
    if "dict" in raw:
        return {decoded(key): decoded(item) for key, item in raw["dict"]}
    flat = [_read(item) for item in raw["values"]]
    if "tensor" in raw:
        return torch.tensor(flat, dtype=getattr(torch, raw["tensor"])).reshape(raw["shape"])
    return np.array(flat, dtype=raw["array"]).reshape(raw["shape"])


def _number(value: Any) -> Any:
    # JSON has no NaN and no infinity.
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


def _read(value: Any) -> Any:
    return _NUMBER_WORDS[value] if isinstance(value, str) else value
