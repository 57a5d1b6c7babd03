"""Plain data <-> bytes: how calls and answers travel between the judge and a student's process.

A message is a JSON tree and the memory it refers to. Tensors and arrays travel as dtype, shape, strides, offset and
storage, so a view stays a view. Nothing in a message can name code, and ``decode`` trusts nothing: it rebuilds exact
base types within the limits below, or raises ``WireError``.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import math
import socket
import struct
import time
from typing import Any

import numpy as np
import torch

from shapewise.grading.messages.bounded import read_json
from shapewise.grading.messages.instances import CLASSES, WireError, instance

__all__ = ["WireError", "decode", "encode", "receive", "send_message"]

MAX_BYTES = 64 * 2**20
MAX_ELEMENTS = 2**24
MAX_NODES = 500_000
MAX_STORAGE = MAX_BYTES // 4  # of more than this, the part that is needed travels alone
_MAX_MARKS = 4 * MAX_NODES  # commas and brackets, those in texts counted too
_MAX_DEPTH = 40
_MAX_DIMENSIONS = 32
_MAX_DIGITS = 20_000

_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in vars(torch).values()
    if isinstance(dtype, torch.dtype) and not str(dtype).removeprefix("torch.").startswith(("q", "bits"))
}
_CONTAINERS: dict[str, Any] = {"t": tuple, "l": list, "s": set, "f": frozenset}
_TAGS = {container: tag for tag, container in _CONTAINERS.items()}


def encode(value: Any) -> bytes:
    """The message for plain data; raises ``WireError`` for anything else."""
    writer = _Writer()
    header = json.dumps([writer.tree(value, 0), [len(memory) for memory in writer.memory]]).encode()
    return b"".join([struct.pack("<I", len(header)), header, *writer.memory])


def decode(message: bytes, deadline: float = math.inf) -> Any:
    """The plain data in a message; raises ``WireError`` where it breaks a rule.

    ``deadline``, on the monotonic clock, ends the reading of data that was made to be slow to rebuild.
    """
    try:
        (length,) = struct.unpack_from("<I", message)
        tree, sizes = read_json(message[4 : 4 + length], _MAX_MARKS)
        memory, at = [], 4 + length
        for size in sizes:
            if not isinstance(size, int) or size < 0 or at + size > len(message):
                raise WireError("memory that is not in the message")
            memory.append(message[at : at + size])
            at += size
        return _Reader(memory, deadline).value(tree, 0)
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, struct.error) as error:
        raise WireError(f"not a message: {type(error).__name__}") from None
    except (RuntimeError, MemoryError):  # what torch and NumPy raise for sizes they cannot take
        raise WireError("a tensor that cannot be") from None


def send_message(connection: socket.socket, message: bytes) -> None:
    """Send what ``encode`` gave."""
    connection.sendall(struct.pack("<Q", len(message)) + message)


def receive(connection: socket.socket, limit: int = MAX_BYTES) -> Any:
    """The next message; raises ``EOFError`` when the other side is gone, ``WireError`` above ``limit`` bytes."""
    (size,) = struct.unpack("<Q", _exactly(connection, 8))
    if size > limit:
        raise WireError(f"a message of {size} bytes; at most {limit} are taken")
    return decode(_exactly(connection, size))


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray(size)
    view, at = memoryview(parts), 0
    while at < size:
        got = connection.recv_into(view[at:])
        if got == 0:
            raise EOFError("the other side is gone")
        at += got
    return bytes(parts)


class _Writer:
    def __init__(self) -> None:
        self.memory: list[bytes] = []
        self._storages: dict[tuple[int, int], int] = {}

    def tree(self, value: Any, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise WireError("data nested too deeply")
        kind = type(value)
        if value is None or kind in (bool, str, float):
            return value
        if kind is int:
            return value if abs(value) < 2**63 else ["i", hex(value)]
        if kind in _TAGS:
            return [_TAGS[kind], *(self.tree(item, depth + 1) for item in value)]
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if kind is dict:
            return ["d", *([self.tree(k, depth + 1), self.tree(v, depth + 1)] for k, v in value.items())]
        if kind.__name__ in CLASSES and kind is CLASSES[kind.__name__]:
            fields = (getattr(value, field.name) for field in dataclasses.fields(value))
            return ["@", kind.__name__, *(self.tree(item, depth + 1) for item in fields)]
        return self._rarer(value, depth)

    def _rarer(self, value: Any, depth: int) -> Any:
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, np.generic) and value.dtype.kind in "biufcSUmM":
            return ["n", value.dtype.str, self._keep(value.tobytes())]
        if isinstance(value, complex):
            return ["c", value.real, value.imag]
        if isinstance(value, bytes | bytearray):
            return ["y", self._keep(bytes(value))]
        if isinstance(value, slice):
            return ["S", *(self.tree(part, depth + 1) for part in (value.start, value.stop, value.step))]
        if isinstance(value, torch.dtype):
            return ["D", str(value).removeprefix("torch.")]
        if value is Ellipsis:
            return ["E"]
        raise WireError(f"{type(value).__name__} is not plain data and cannot be sent to a student's process")

    def _keep(self, memory: bytes) -> int:
        self.memory.append(memory)
        return len(self.memory) - 1

    def _tensor(self, tensor: torch.Tensor) -> Any:
        tensor = tensor.detach()
        name = str(tensor.dtype).removeprefix("torch.")
        if tensor.is_meta and tensor.layout is torch.strided and name in _DTYPES:
            return ["M", name, list(tensor.shape), list(tensor.stride())]
        if tensor.layout is not torch.strided or tensor.device.type != "cpu" or name not in _DTYPES:
            return ["@", "Opaque", "Tensor", f"{tensor.layout} on {tensor.device}"]
        if tensor.numel() > MAX_ELEMENTS:
            raise WireError(f"a tensor of {tensor.numel()} elements; at most {MAX_ELEMENTS} are taken")
        tensor = tensor.resolve_conj().resolve_neg()
        storage = tensor.untyped_storage()
        if storage.nbytes() > MAX_STORAGE:
            tensor = tensor.clone(memory_format=torch.contiguous_format)
            storage = tensor.untyped_storage()
        key = (storage.data_ptr(), storage.nbytes())
        if key not in self._storages or not key[1]:
            self._storages[key] = self._keep(ctypes.string_at(*key) if key[1] else b"")
        return ["T", name, list(tensor.shape), list(tensor.stride()), tensor.storage_offset(), self._storages[key]]

    def _array(self, array: np.ndarray[Any, Any]) -> Any:
        array = array.view(np.ndarray)
        if array.dtype.kind not in "biufcSUmM":
            return ["@", "Opaque", "ndarray", f"dtype {array.dtype}"]
        if array.size > MAX_ELEMENTS:
            raise WireError(f"an array of {array.size} elements; at most {MAX_ELEMENTS} are taken")
        if not array.size:
            return ["A", array.dtype.str, list(array.shape), None, 0, self._keep(b"")]
        low, high = (int(bound) for bound in np.lib.array_utils.byte_bounds(array))
        if high - low > MAX_STORAGE:
            array = np.ascontiguousarray(array)
            low, high = (int(bound) for bound in np.lib.array_utils.byte_bounds(array))
        offset = array.__array_interface__["data"][0] - low
        where = self._keep(ctypes.string_at(low, high - low))
        return ["A", array.dtype.str, list(array.shape), list(array.strides), offset, where]


class _Reader:
    def __init__(self, memory: list[bytes], deadline: float) -> None:
        self._memory, self._deadline = memory, deadline
        self._storages: dict[tuple[int, bool], torch.UntypedStorage] = {}
        self._buffers: dict[tuple[int, bool], bytearray] = {}  # so that a memory named often is copied once
        self._nodes = 0

    def value(self, tree: Any, depth: int) -> Any:
        self._nodes += 1
        if depth > _MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError("data nested too deeply, or too many items")
        if self._nodes % 256 == 0 and time.monotonic() > self._deadline:  # thousands of keys may share one hash
            raise WireError("it takes too long to read")
        if not isinstance(tree, list):
            if isinstance(tree, str):
                return tree.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written to a file
            if tree is None or isinstance(tree, bool | int | float):
                return tree
            raise WireError("an object where none may be")
        tag, *rest = tree
        if tag in _CONTAINERS:
            return _CONTAINERS[tag](self.value(item, depth + 1) for item in rest)
        if tag == "d":
            return {self.value(key, depth + 1): self.value(item, depth + 1) for key, item in rest}
        if tag == "T":
            return self._tensor(*rest)
        if tag == "@":
            return instance(rest[0], [self.value(item, depth + 1) for item in rest[1:]])
        return self._rarer(tag, rest, depth)

    def _rarer(self, tag: str, rest: list[Any], depth: int) -> Any:
        if tag == "A":
            return self._array(*rest)
        if tag == "n":
            return self._array(rest[0], [], None, 0, rest[1])[()]
        if tag == "y":
            return self._memory[_index(rest[0])]
        if tag == "i" and len(rest[0]) < _MAX_DIGITS:
            return int(rest[0], 16)
        if tag == "c":
            return complex(float(rest[0]), float(rest[1]))
        if tag == "S":
            start, stop, step = (self.value(part, depth + 1) for part in rest)
            return slice(start, stop, step)
        if tag == "D":
            return _DTYPES[rest[0]]
        if tag == "M":
            return _shape_alone(*rest)
        if tag == "E":
            return Ellipsis
        raise WireError(f"an unknown tag {str(tag)[:10]!r}")

    def _tensor(self, name: str, shape: list[int], stride: list[int], offset: int, where: int) -> torch.Tensor:
        dtype = _DTYPES[name]
        if len(shape) != len(stride) or len(shape) > _MAX_DIMENSIONS:
            raise WireError("a tensor whose strides do not fit its shape")
        for number in (*shape, *stride, offset):
            _index(number)
        raw = self._memory[_index(where)]
        count = math.prod(shape)
        if count > MAX_ELEMENTS:
            raise WireError(f"a tensor of {count} elements; at most {MAX_ELEMENTS} are taken")
        last = offset + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
        if count and (last + 1) * dtype.itemsize > len(raw):
            raise WireError("a tensor that reaches beyond its storage")
        empty = torch.empty(0, dtype=dtype)
        storage = self._storage(where, raw, dtype is torch.bool)
        if not count and (offset * dtype.itemsize > len(raw)):
            offset = 0
        return empty.set_(storage, offset, shape, stride)

    def _storage(self, where: int, raw: bytes, boolean: bool) -> torch.UntypedStorage:
        if (where, boolean) not in self._storages:
            raw = _as_bools(raw) if boolean else raw
            storage = torch.UntypedStorage(len(raw))
            if raw:
                ctypes.memmove(storage.data_ptr(), raw, len(raw))
            self._storages[where, boolean] = storage
        return self._storages[where, boolean]

    def _array(self, text: str, shape: list[int], strides: list[int] | None, offset: int, where: int) -> Any:
        dtype = np.dtype(str(text)[:40])
        if dtype.kind not in "biufcSUmM" or len(shape) > _MAX_DIMENSIONS:
            raise WireError("an array of a kind that is not taken")
        if math.prod(_index(size) for size in shape) > MAX_ELEMENTS:
            raise WireError(f"an array of more than {MAX_ELEMENTS} elements")
        if not math.prod(shape):
            return np.empty(shape, dtype)
        key = (_index(where), dtype.kind == "b")
        if key not in self._buffers:
            raw = self._memory[where]
            self._buffers[key] = bytearray(_as_bools(raw) if key[1] else raw)
        memory = self._buffers[key]
        return np.ndarray(tuple(shape), dtype, memory, _index(offset), tuple(strides) if strides is not None else None)


def _shape_alone(name: str, shape: list[int], stride: list[int]) -> torch.Tensor:
    """A tensor on the device ``meta``, which holds no numbers."""
    if len(shape) != len(stride) or len(shape) > _MAX_DIMENSIONS:
        raise WireError("a tensor whose strides do not fit its shape")
    if math.prod(_index(size) for size in shape) > MAX_ELEMENTS:
        raise WireError(f"a tensor of more than {MAX_ELEMENTS} elements")
    sizes, steps = tuple(shape), tuple(_index(step) for step in stride)
    return torch.empty_strided(sizes, steps, dtype=_DTYPES[name], device="meta")


def _as_bools(raw: bytes) -> bytes:
    """A bool that is neither 0 nor 1 compares as neither."""
    return bytes((np.frombuffer(raw, np.uint8) != 0).tobytes())


def _index(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 2**40:
        raise WireError("a size that is no size")
    return number
