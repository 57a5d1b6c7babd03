"""The fields of one of the few classes that travel -> the instance, each field checked for its type."""

from __future__ import annotations

import dataclasses
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shapewise.checks.outcomes import Outcome, Parameter, Raised, Request
from shapewise.checks.plain import Image, Opaque, Picture

__all__ = ["CLASSES", "WireError", "instance"]

CLASSES = {c.__name__: c for c in (Image, Opaque, Outcome, Parameter, Picture, Raised, Request)}


class WireError(ValueError):
    """What came is not a message, or it is larger than agreed."""


def instance(name: str, values: list[Any]) -> Any:
    """One of the few classes that travel, its fields checked for their types; raises ``WireError``."""
    wanted = _field_types(name)
    if len(values) != len(wanted) or not all(map(isinstance, values, wanted)):
        raise WireError(f"a {name} with other fields than it has")
    return CLASSES[name](*values)


@cache
def _field_types(name: str) -> tuple[tuple[type, ...], ...]:
    """What ``isinstance`` may find in each field of a class that travels."""
    hints = get_type_hints(CLASSES[name])
    return tuple(_types(hints[field.name]) for field in dataclasses.fields(CLASSES[name]))


def _types(hint: Any) -> tuple[type, ...]:
    if hint is Any:
        return (object,)
    if get_origin(hint) in (Union, UnionType):
        return tuple(kind for part in get_args(hint) for kind in _types(part))
    return (get_origin(hint) or hint,)
