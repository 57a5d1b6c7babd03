"""Random shapes and chains of everything that the layout explorer reads, most of which torch takes."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

import torch

__all__ = ["random_chains"]

Build = Callable[[random.Random, torch.Tensor], str]


def random_chains(count: int, seed: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """Each chain is up to four steps long; a step that torch refuses ends it, and is left in now and then."""
    rng = random.Random(seed)
    for _ in range(count):
        shape = _shape(rng)
        start = tensor = torch.arange(math.prod(shape)).view(shape)
        chain = ""
        for _ in range(rng.randint(1, 4)):
            step = rng.choice(_STEPS)(rng, tensor)
            try:
                after = eval(f"y{step}", {"y": tensor, "x": start, "torch": torch})
            except (RuntimeError, IndexError, TypeError, ValueError):
                if rng.random() < 0.25:
                    chain += step
                    break
                continue
            if not isinstance(after, torch.Tensor) or after.numel() > 400:
                continue
            chain, tensor = chain + step, after
        yield shape, chain


def _shape(rng: random.Random) -> tuple[int, ...]:
    while True:
        shape = tuple(rng.choice([0, 1, 1, 2, 2, 3, 4, 5, 6]) for _ in range(rng.randint(0, 4)))
        if math.prod(shape) <= 120:
            return shape


def _dim(rng: random.Random, tensor: torch.Tensor) -> int:
    rank = max(tensor.dim(), 1)
    return rng.randint(-rank, rank - 1) if rng.random() < 0.96 else rng.choice([-rank - 1, rank])


def _factors(rng: random.Random, count: int) -> list[int]:
    sizes, rest = [], count
    for _ in range(rng.randint(0, 3)):
        divisors = [k for k in range(1, rest + 1) if rest % k == 0] or [1]
        sizes.append(rng.choice(divisors))
        rest = rest // sizes[-1] if sizes[-1] else 0
    sizes.append(rest)
    rng.shuffle(sizes)
    if rng.random() < 0.4:
        sizes[rng.randrange(len(sizes))] = -1
    return sizes


def _sizes(rng: random.Random, sizes: list[int]) -> str:
    inside = ", ".join(map(str, sizes))
    return rng.choice([inside, inside, f"({inside}{',' if len(sizes) == 1 else ''})", f"[{inside}]"])


def _order(rng: random.Random, tensor: torch.Tensor) -> list[int]:
    order = list(range(tensor.dim()))
    rng.shuffle(order)
    return [k - tensor.dim() if rng.random() < 0.2 else k for k in order]


def _permute(rng: random.Random, tensor: torch.Tensor) -> str:
    inside = ", ".join(map(str, _order(rng, tensor)))
    return rng.choice([f".permute({inside})", f".permute(({inside}{',' if tensor.dim() == 1 else ''}))"])


def _two(name: str, first: str, second: str) -> Build:
    def build(rng: random.Random, tensor: torch.Tensor) -> str:
        a, b = _dim(rng, tensor), _dim(rng, tensor)
        return rng.choice([f".{name}({a}, {b})", f".{name}({first}={a}, {second}={b})", f".{name}({a}, {second}={b})"])

    return build


def _movedim(rng: random.Random, tensor: torch.Tensor) -> str:
    name = rng.choice(["movedim", "moveaxis"])
    if tensor.dim() < 2 or rng.random() < 0.5:
        return f".{name}({_dim(rng, tensor)}, {_dim(rng, tensor)})"
    axes = range(tensor.dim())
    return f".{name}({tuple(rng.sample(axes, 2))}, {tuple(rng.sample(axes, 2))})"


def _expand(rng: random.Random, tensor: torch.Tensor) -> str:
    sizes = [
        rng.choice([1, 2, 3]) if size == 1 and rng.random() < 0.7 else rng.choice([size, -1]) for size in tensor.shape
    ]
    return f".expand({_sizes(rng, [rng.choice([1, 2, 3]) for _ in range(rng.choice([0, 0, 1, 2]))] + sizes)})"


def _reshape(rng: random.Random, tensor: torch.Tensor) -> str:
    return f".{rng.choice(['reshape', 'view'])}({_sizes(rng, _factors(rng, tensor.numel()))})"


def _flatten(rng: random.Random, tensor: torch.Tensor) -> str:
    a, b = sorted((_dim(rng, tensor) % max(tensor.dim(), 1), _dim(rng, tensor) % max(tensor.dim(), 1)))
    return rng.choice(
        [".flatten()", f".flatten({a})", f".flatten({a}, {b})", f".flatten(start_dim={a})", f".flatten(end_dim={b})"]
    )


def _unflatten(rng: random.Random, tensor: torch.Tensor) -> str:
    dim = _dim(rng, tensor)
    size = tensor.shape[dim] if -tensor.dim() <= dim < tensor.dim() else 6
    return f".unflatten({dim}, {tuple(_factors(rng, size))})"


def _narrow(rng: random.Random, tensor: torch.Tensor) -> str:
    dim, start = _dim(rng, tensor), rng.randint(-1, 3)
    return rng.choice([f".narrow({dim}, {start}, {rng.randint(0, 3)})", f".narrow(dim={dim}, start={start}, length=1)"])


def _squeeze(rng: random.Random, tensor: torch.Tensor) -> str:
    return rng.choice(
        [".squeeze()", f".squeeze({_dim(rng, tensor)})", f".squeeze(dim={_dim(rng, tensor)})", ".squeeze((0, 1))"]
    )


def _diagonal(rng: random.Random, tensor: torch.Tensor) -> str:
    offset = rng.randint(-2, 2)
    return rng.choice(
        [".diagonal()", f".diagonal({offset})", f".diagonal({offset}, {_dim(rng, tensor)}, {_dim(rng, tensor)})",
         f".diagonal(offset={offset}, dim1=-2, dim2=-1)"]
    )  # fmt: skip


def _parts(rng: random.Random, tensor: torch.Tensor) -> str:
    dim, at = _dim(rng, tensor), rng.choice([0, 0, 1, -1])
    size = tensor.shape[dim] if -tensor.dim() <= dim < tensor.dim() else 2
    sizes = [size // 2, size - size // 2]
    return rng.choice(
        [f".chunk({rng.randint(1, 3)}, {dim})[{at}]", f".split({rng.randint(1, 3)}, dim={dim})[{at}]",
         f".split({sizes}, {dim})[{at}]", f".unbind({dim})[{at}]", f".chunk(2)[{at}]", f".split(2)[{at}]"]
    )  # fmt: skip


def _flip(rng: random.Random, tensor: torch.Tensor) -> str:
    return rng.choice(
        [
            f".flip({_dim(rng, tensor)})",
            f".flip(({_dim(rng, tensor)},))",
            f".flip(dims=[{_dim(rng, tensor)}])",
            ".flip(0, 1)",
        ]
    )


def _repeat(rng: random.Random, tensor: torch.Tensor) -> str:
    times = [rng.choice([1, 1, 2, 3, 0]) for _ in range(tensor.dim() + rng.choice([0, 0, 1]))] or [2]
    return f".{rng.choice(['repeat', 'repeat', 'tile'])}({_sizes(rng, times)})"


def _as_strided(rng: random.Random, tensor: torch.Tensor) -> str:
    rank = rng.randint(1, 3)
    sizes, strides = ([rng.randint(1, 3) for _ in range(rank)], [rng.randint(0, 4) for _ in range(rank)])
    return rng.choice(
        [f".as_strided({tuple(sizes)}, {tuple(strides)})", f".as_strided({sizes}, {strides}, {rng.randint(0, 2)})"]
    )


def _plain(*steps: str) -> Build:
    return lambda rng, _: rng.choice(steps)


def _item(rng: random.Random, size: int) -> str:
    kinds = [
        ":",
        "::2",
        f"{rng.randint(0, 2)}:",
        f":{rng.randint(0, 4)}",
        f"-{rng.randint(1, 3)}:",
        f":-{rng.randint(1, 2)}",
    ]
    if size:
        kinds += [str(rng.randint(-size, size - 1)), "1 - 1", f"{rng.randint(0, 2)}::{rng.randint(1, 3)}"]
    return rng.choice(kinds)


def _index(rng: random.Random, tensor: torch.Tensor) -> str:
    items = [_item(rng, size) for size in tensor.shape[: rng.randint(0, tensor.dim())]] or [
        rng.choice([":", "...", "None"])
    ]
    for extra in ("None", "..."):
        if rng.random() < 0.2 and extra not in items:
            items.insert(rng.randint(0, len(items)), extra)
    return f"[{', '.join(items)}]"


def _list(rng: random.Random, size: int) -> str:
    most = max(size, 1)
    return str([rng.randint(-most, most - 1) for _ in range(2 if rng.random() < 0.8 else rng.randint(1, 3))])


def _lists(rng: random.Random, tensor: torch.Tensor) -> str:
    items = [
        _item(rng, size) if rng.random() < 0.5 else _list(rng, size) for size in tensor.shape[: rng.randint(1, 4)]
    ] or ["..."]
    if rng.random() < 0.15:
        items.insert(rng.randint(0, len(items)), "None")
    if rng.random() < 0.15:
        items[rng.randrange(len(items))] = f"[{_list(rng, 2)}, {_list(rng, 2)}]"
    return f"[{', '.join(items)}]"


def _mask(rng: random.Random, tensor: torch.Tensor) -> str:
    if rng.random() < 0.5:
        return rng.choice(
            [f"[x > {rng.randint(0, 12)}]", "[x % 2 == 0]", "[(x > 2) & (x < 9)]", "[~(x < 4)]", "[x > 99]"]
        )
    size = tensor.shape[0] if tensor.dim() else 1
    mask = [rng.random() < 0.5 for _ in range(size)] or [True]
    return rng.choice([f"[{mask}]", f"[{mask}, ...]", f"[torch.tensor({mask})]", f"[..., {mask}]"])


_STEPS: list[Build] = [
    *(_two("transpose", "dim0", "dim1"), _two("swapaxes", "axis0", "axis1"), _two("swapdims", "dim0", "dim1")),
    *(_permute, _permute, _movedim, _expand, _expand, _reshape, _reshape, _reshape, _flatten, _unflatten, _narrow),
    *(_squeeze, _diagonal, _parts, _parts, _flip, _repeat, _as_strided, _index, _index, _lists, _lists, _mask),
    *(_plain(".T", ".mT", ".t()", ".mH", ".H"), _plain(".contiguous()", ".clone()", ".ravel()")),
    *(_plain(".unsqueeze(0)", ".unsqueeze(-1)", ".unsqueeze(dim=1)"), _plain(".expand_as(x)", ".reshape_as(x)")),
    lambda rng, tensor: f".select({_dim(rng, tensor)}, {rng.randint(-2, 2)})",
    lambda rng, tensor: f".unfold({_dim(rng, tensor)}, {rng.randint(1, 3)}, {rng.randint(1, 2)})",
]
