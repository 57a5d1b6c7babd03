"""Any Python value -> plain data: numbers, text, tensors, arrays and containers of them, of exact base types.

What cannot be plain data is described by it: a matplotlib ``Axes`` becomes a ``Picture``, anything else an
``Opaque``. Plain data has no code of its own, so a verdict can be based on it wherever it came from.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch

__all__ = ["Image", "Opaque", "Picture", "copied", "plain"]

_SCALARS = (bool, int, float, complex, str, bytes)
_MAX_DEPTH = 20


@dataclass(frozen=True)
class Opaque:
    """A value that cannot be plain data: the name of its class, and a short text of it."""

    kind: str
    text: str


@dataclass(frozen=True)
class Image:
    """One picture of numbers in an Axes: its data (rows, columns), its color scale, and its color bar's label.

    ``extent`` is (left, right, bottom, top) in data coordinates: row 0 lies at the top and column 0 on the left, which
    are not the larger and the smaller number where the picture stands upside down. ``colorbar`` is None where there is
    no color bar.
    """

    data: np.ndarray[Any, Any]
    color_scale: tuple[float, float]
    colormap: str
    extent: tuple[float, float, float, float]
    colorbar: str | None


@dataclass(frozen=True)
class Picture:
    """A matplotlib Axes as plain data."""

    images: tuple[Image, ...]
    title: str
    x_label: str
    y_label: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    texts: tuple[tuple[float, float, str], ...]


def plain(value: Any, _above: tuple[int, ...] = ()) -> Any:
    """The value as plain data; subclasses become their base (``torch.Size`` a tuple, a ``Parameter`` a tensor)."""
    if value is None or isinstance(value, torch.dtype):
        return value
    if len(_above) > _MAX_DEPTH:
        return Opaque(type(value).__name__, "nested too deeply")
    if id(value) in _above:
        return Opaque(type(value).__name__, "inside itself")
    for base in _SCALARS:
        if isinstance(value, base) and not isinstance(value, np.generic):
            return cast(Any, base)(value)
    if isinstance(value, torch.Tensor):
        return value.detach().as_subclass(torch.Tensor)
    if isinstance(value, np.ndarray):
        return value.view(np.ndarray)
    if isinstance(value, np.generic):
        return value
    return _plain_container(value, (*_above, id(value)))


def _plain_container(value: Any, above: tuple[int, ...]) -> Any:
    if isinstance(value, dict):
        return {plain(key, above): plain(item, above) for key, item in value.items()}
    for base in (tuple, list, set, frozenset):
        if isinstance(value, base):
            return base(plain(item, above) for item in value)
    if isinstance(value, slice):
        return slice(*(plain(part, above) for part in (value.start, value.stop, value.step)))
    if _is_axes(value):
        return _picture(value)
    return Opaque(type(value).__name__, repr(value)[:200])


def copied(value: Any) -> Any:
    """A copy of plain data in which tensors and arrays keep their strides and their offset into storage."""
    if isinstance(value, torch.Tensor):
        if value.is_meta:  # a shape without numbers
            return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
        storage = value.untyped_storage().clone()
        fresh = torch.empty(0, dtype=value.dtype)
        return fresh.set_(storage, value.storage_offset(), value.shape, value.stride())
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        low, high = (int(bound) for bound in np.lib.array_utils.byte_bounds(value))
        memory = bytearray(ctypes.string_at(low, high - low)) if value.size else bytearray(value.itemsize)
        offset = value.__array_interface__["data"][0] - low if value.size else 0
        strides = value.strides if value.size else None
        return np.ndarray(value.shape, value.dtype, memory, offset, strides)
    if isinstance(value, tuple | list | set | frozenset):
        return type(value)(copied(item) for item in value)
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


def _is_axes(value: Any) -> bool:
    # Without matplotlib imported there can be no Axes; importing it here would cost every check a second.
    import sys

    axes = sys.modules.get("matplotlib.axes")
    return axes is not None and isinstance(value, axes.Axes)


def _picture(axes: Any) -> Picture:
    axes.apply_aspect()  # as drawing would; automatic ticks depend on it
    return Picture(
        images=tuple(_images(axes)),
        title=_title(axes),
        x_label=axes.get_xlabel(),
        y_label=axes.get_ylabel(),
        x_limits=_pair(axes.get_xlim()),
        y_limits=_pair(axes.get_ylim()),
        x_ticks=_ticks(axes.get_xticks(), axes.get_xticklabels()),
        y_ticks=_ticks(axes.get_yticks(), axes.get_yticklabels()),
        texts=tuple((float(t.get_position()[0]), float(t.get_position()[1]), t.get_text()) for t in axes.texts),
    )


def _title(axes: Any) -> str:
    """The title, wherever it was put: in the middle, left, right, or on the figure."""
    found = (axes.get_title(loc) for loc in ("center", "left", "right"))
    return str(next((text for text in found if text.strip()), axes.get_figure(root=True).get_suptitle()))


def _images(axes: Any) -> list[Image]:
    found = []
    for artist in [*axes.images, *axes.collections]:
        data = artist.get_array()
        if data is None or np.ndim(data) != 2:
            continue
        box = _box(artist) if hasattr(artist, "get_extent") else _corners(artist)
        bar = artist.colorbar
        label = (bar.ax.get_ylabel() or bar.ax.get_xlabel() or bar.ax.get_title()) if bar is not None else None
        found.append(Image(
            data=np.array(data, dtype=float),
            color_scale=_pair(artist.get_clim()),
            colormap=artist.get_cmap().name,
            extent=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
            colorbar=label,
        ))
    return found


def _box(image: Any) -> tuple[float, float, float, float]:
    left, right, bottom, top = image.get_extent()
    return (left, right, top, bottom) if image.origin == "lower" else (left, right, bottom, top)


def _corners(mesh: Any) -> tuple[float, float, float, float]:
    corners = mesh.get_coordinates()
    return (corners[0, 0, 0], corners[-1, -1, 0], corners[-1, -1, 1], corners[0, 0, 1])


def _pair(pair: Any) -> tuple[float, float]:
    return (float(pair[0]), float(pair[1]))


def _ticks(places: Any, labels: Any) -> tuple[tuple[float, str], ...]:
    return tuple((float(place), label.get_text()) for place, label in zip(places, labels, strict=False))
