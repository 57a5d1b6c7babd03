"""What the reference answers and what known mistakes do, in every call of a check <-> JSON.

Plain data with exact dtypes, shapes and values: floating numbers are written with as many digits as they need to be
read back bit for bit.
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
from shapewise.checks.outcomes import Outcome, Raised
from shapewise.checks.plain import Opaque

__all__ = ["Expected", "Mistake", "Recording", "Row", "load", "recording", "save"]

_NUMBER_WORDS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


@dataclass(frozen=True)
class Expected:
    """What the reference does in one case: a value or the name of an exception, and gradients if asked for."""

    value: Any = None
    error: str | None = None
    gradients: Mapping[int, Any] = field(default_factory=dict)


class Row:
    """What one wrong version does: an ``Outcome`` for every probe in which it is wrong, by the probe's key.

    An outcome is decoded when it is asked for: a check that passes needs none, one that fails needs few.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Hold the outcomes as JSON gave them."""
        self.raw = raw

    @classmethod
    def of(cls, outcomes: Mapping[str, Outcome]) -> Row:
        """The row with these outcomes; ``TypeError`` where one holds what cannot be recorded."""
        return cls({key: _shortened(_encoded_outcome(outcome)) for key, outcome in outcomes.items()})

    def wrong_in(self, key: str) -> bool:
        """Whether the version is wrong there."""
        return key in self.raw

    def outcome(self, key: str) -> Outcome:
        """What the version does there, where it is wrong."""
        return _decoded_outcome(self.raw[key])


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its name, what to tell whoever made it, and what the versions of it do.

    ``says`` explains what the learner's result is and why that is wrong ("Your result is ..."); ``do`` is one sentence
    on what to do instead. Text between backticks is code. ``noise`` is how far values may lie from the recorded ones:
    above 0 only where the mistake is to lose digits, so that what comes out depends on the machine.
    """

    name: str
    says: str
    do: str
    rows: tuple[Row, ...]
    noise: float = 0.0


@dataclass(frozen=True)
class Recording:
    """All that is recorded of one exercise: the right answers by the label of their case, and the known mistakes."""

    expected: Mapping[str, Expected]
    mistakes: tuple[Mistake, ...] = ()


def recording(package: str, name: str) -> Path:
    """Where the recording of one exercise lies: beside its spec."""
    module = __import__(package, fromlist=["__file__"])
    return Path(str(module.__file__)).with_name(f"{name}.json")


def load(path: Path) -> Recording:
    """Read the recording of one exercise."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    expected = {
        label: Expected(
            value=_decoded(case.get("value")),
            error=case.get("error"),
            gradients={int(at): _decoded(value) for at, value in case.get("gradients", {}).items()},
        )
        for label, case in raw["expected"].items()
    }
    mistakes = tuple(
        Mistake(m["name"], m["says"], m["do"], tuple(Row(row) for row in m["rows"]), m.get("noise", 0.0))
        for m in raw["mistakes"]
    )
    return Recording(expected, mistakes)


def save(path: Path, recorded: Recording) -> None:
    """Write the recording of one exercise: one case a line, one row of a mistake a line."""
    cases = [f"  {json.dumps(label)}: {json.dumps(_case(answer))}" for label, answer in recorded.expected.items()]
    mistakes = [
        f'  {{"name": {json.dumps(m.name)}, "says": {json.dumps(m.says)},\n   "do": {json.dumps(m.do)}, '
        f'"noise": {json.dumps(m.noise)}, "rows": [\n    '
        + ",\n    ".join(json.dumps(row.raw) for row in m.rows)
        + "\n  ]}"
        for m in recorded.mistakes
    ]
    text = '{"expected": {\n' + ",\n".join(cases) + '\n},\n"mistakes": [\n' + ",\n".join(mistakes) + "\n]}\n"
    path.write_text(text, encoding="utf-8")


def _case(answer: Expected) -> dict[str, Any]:
    if answer.error is not None:
        return {"error": answer.error}
    case: dict[str, Any] = {"value": _encoded(answer.value)}
    if answer.gradients:
        case["gradients"] = {str(at): _encoded(value) for at, value in answer.gradients.items()}
    return case


def _encoded_outcome(outcome: Outcome) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    if outcome.error is not None:
        raw["error"] = outcome.error.kind
        raw.update({"deliberate": True} if outcome.error.deliberate else {"message": outcome.error.message})
    else:
        raw["value"] = _encoded(outcome.value)
    for name, where in (("changed", outcome.changed), ("shares", outcome.shares_memory)):
        if where:
            raw[name] = list(where)
    if outcome.gradients:
        raw["gradients"] = {str(at): _encoded(value) for at, value in outcome.gradients.items()}
    return raw


def _shortened(raw: Any) -> Any:
    """The same with seven digits: answers are compared with mistakes to less, and files stay small."""
    if isinstance(raw, dict):
        return {key: _shortened(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_shortened(value) for value in raw]
    if isinstance(raw, float):
        number = float(f"{raw:.7g}")
        return int(number) if number.is_integer() and abs(number) < 1e9 else number
    return raw


def _decoded_outcome(raw: Mapping[str, Any]) -> Outcome:
    error = None
    if "error" in raw:
        error = Raised(raw["error"], (), raw.get("message", ""), deliberate=raw.get("deliberate", False))
    return Outcome(
        value=_decoded(raw.get("value")),
        error=error,
        changed=tuple(raw.get("changed", ())),
        shares_memory=tuple(raw.get("shares", ())),
        gradients={int(at): _decoded(value) for at, value in raw.get("gradients", {}).items()},
    )


def _encoded(value: Any) -> Any:
    """Plain data as what JSON can hold."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and not isinstance(value, np.generic):  # NumPy's float64 is a float, too
        return {"float": _number(value)}
    if isinstance(value, torch.Tensor) and value.is_meta:
        return {"meta": str(value.dtype).removeprefix("torch."), "shape": list(value.shape)}
    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        kind = "tensor" if isinstance(value, torch.Tensor) else "array" if isinstance(value, np.ndarray) else "scalar"
        flat = [_number(item) for item in np.ravel(numbers(value))]
        return {kind: str(value.dtype).removeprefix("torch."), "shape": list(value.shape), "values": flat}
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, Opaque):
        return {"opaque": value.kind}
    if isinstance(value, tuple):
        return {"tuple": [_encoded(item) for item in value]}
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[_encoded(key), _encoded(item)] for key, item in value.items()]}
    raise TypeError(
        f"a value of type {type(value).__name__} cannot be recorded; let the spec's `reads` pick numbers, text, "
        "tensors, arrays, tuples, lists or dicts of it"
    )


def _decoded(raw: Any) -> Any:
    """What ``_encoded`` was given."""
    if isinstance(raw, list):
        return [_decoded(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    if "float" in raw:
        return float(_read(raw["float"]))
    if "tuple" in raw:
        return tuple(_decoded(item) for item in raw["tuple"])
    if "dict" in raw:
        return {_decoded(key): _decoded(item) for key, item in raw["dict"]}
    if "dtype" in raw:
        return getattr(torch, raw["dtype"])
    if "opaque" in raw:
        return Opaque(raw["opaque"], "")
    if "meta" in raw:
        return torch.empty(raw["shape"], dtype=getattr(torch, raw["meta"]), device="meta")
    flat = [_read(item) for item in raw["values"]]
    if "tensor" in raw:
        return torch.tensor(flat, dtype=getattr(torch, raw["tensor"])).reshape(raw["shape"])
    array = np.array(flat, dtype=raw.get("array") or raw["scalar"]).reshape(raw["shape"])
    return array if "array" in raw else array[()]


def _number(value: Any) -> Any:
    if isinstance(value, np.generic):
        # The shortest text that gives the same number in its own dtype: float32 needs nine digits, not seventeen.
        value = float(str(value)) if value.dtype.kind == "f" else value.item()
    # JSON has no NaN and no infinity.
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


def _read(value: Any) -> Any:
    return _NUMBER_WORDS[value] if isinstance(value, str) else value
