"""Random cases -> where an explorer and torch differ. `python -m tests.explorers.against_torch --chains 20000`"""

from __future__ import annotations

import argparse
import collections
import math
import warnings
from typing import Any

import torch

from tests.explorers.bundle import explorer
from tests.explorers.random_chains import random_chains

__all__ = ["layout_differences"]


def layout_differences(count: int, seed: int) -> tuple[list[str], collections.Counter[str]]:
    """What differs after so many random chains, in words; and how many came out how."""
    layout = explorer("layout")
    found: list[str] = []
    counts: collections.Counter[str] = collections.Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of .T on three axes, and of lists in lists
        for cases in _batches(list(random_chains(count, seed)), 500):
            states = [{"shape": ", ".join(map(str, shape)) or "()", "chain": chain} for shape, chain in cases]
            for (shape, chain), facts in zip(cases, layout.many_facts(states), strict=True):
                wanted = _by_torch(shape, chain)
                if wanted is None or facts["problem"]:
                    same = wanted is None and bool(facts["problem"])
                    counts["refused by both" if same else "refused by one"] += 1
                    got: Any = facts["problem"]
                else:
                    got = {name: facts["steps"][-1][name] for name in wanted}
                    same = got == wanted
                    counts["same" if same else "different"] += 1
                if not same:
                    found.append(f"x of {shape}, x{chain}: torch {wanted}, explorer {got}")
    return found, counts


def _by_torch(shape: tuple[int, ...], chain: str) -> dict[str, Any] | None:
    x = torch.arange(math.prod(shape)).view(shape)
    try:
        y = eval(f"x{chain}", {"x": x, "torch": torch})
    except (RuntimeError, IndexError, TypeError, ValueError):
        return None
    return {
        "shape": list(y.shape),
        "stride": list(y.stride()),
        "offset": y.storage_offset(),
        "contiguous": y.is_contiguous(),
        "storage": y.untyped_storage().nbytes() // y.element_size(),
        "values": y.flatten().tolist() if y.numel() <= 120 else None,
    }


def _batches(cases: list[Any], size: int) -> list[list[Any]]:
    return [cases[k : k + size] for k in range(0, len(cases), size)]


def main() -> None:
    """Print the counts, and each difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chains", type=int, default=20_000, help="how many random chains (20000)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found, counts = layout_differences(options.chains, options.seed)
    print(*found, sep="\n")
    print(f"layout: {options.chains} random chains, {dict(counts)}: {len(found)} differ")


if __name__ == "__main__":
    main()
